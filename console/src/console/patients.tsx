/** The patients of an incident: where they are brought, whether the hospital has heard it, and what it said. */
import { read, type Schemas } from '../shared/api';
import { Button, Countdown } from '../shared/components';
import { clockTime, named } from '../shared/i18n';
import { resource } from '../shared/resource';
import { may } from '../shared/session';
import { organisationOf, type Incident } from '../shared/store';
import { codeWord } from './codes';
import { HeardByTelephone } from './heard';
import { once } from './once';
import { t } from './texts';
import { ask } from './work';

const cases = once(() => resource(async () => (await read('/api/v1/cases', { query: { limit: 500 } })).cases, { entries: ['case.'], gatherMs: 500 }));
const notices = once(() =>
  resource(async () => (await read('/api/v1/inbound', { query: { done: true } })).notices, {
    entries: ['notice.', 'handover.', 'case.destination'],
    everyMs: 30_000,
  }),
);

export function Patients({ incident }: { incident: Incident }) {
  const ids = new Set(incident.cases ?? []);
  const known = (cases().value.value ?? []).filter((one) => ids.has(one.id) || one.incident_id === incident.id);
  if (known.length === 0) return null;
  return (
    <section aria-label={t.patientsTitle}>
      <h3>{t.patientsTitle}</h3>
      <ul class="column">
        {known.map((one) => {
          const notice = noticeOf(one.id);
          const { patient } = one;
          return (
            <li key={one.id} class="patient">
              <div class="row">
                <b>{patient.name || patient.label}</b>
                <span class="quiet">{[patient.age_years === null ? '' : t.years(patient.age_years ?? 0), patient.sex === 'unknown' ? '' : t[`sex-${patient.sex ?? 'unknown'}`], patient.complaint].filter(Boolean).join(' · ')}</span>
                {one.end_code && <span class="badge">{codeWord(one.end_code)}</span>}
                <span class="grow" />
                {one.end_code === null && !notice?.handed_over_at && may('case.write') && (
                  <Button size="small" onPress={() => ask({ what: 'destination', case_id: one.id })}>{one.destination_id ? t.changeDestination : t.chooseDestination}</Button>
                )}
              </div>
              {one.destination_id && <p>→ {facilityName(one.destination_id)} {notice && <NoticeState notice={notice} />}</p>}
              {notice && <div class="row"><HeardByTelephone notice={notice} onDone={() => notices().refresh()} /></div>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The notice that counts: of a patient who is transferred there are two, and the one before is done. */
function noticeOf(case_id: string): Notice | undefined {
  return (notices().value.value ?? [])
    .filter((one) => one.case_id === case_id && one.withdrawn_at === null)
    .sort((a, b) => Number(a.handed_over_at !== null) - Number(b.handed_over_at !== null) || b.sent_at.localeCompare(a.sent_at))[0];
}

function facilityName(id: string): string {
  const found = organisationOf(id);
  return found === undefined ? '…' : named(found);
}

/** The unit has not met the patient yet: how long it stays with them is assumed. */
const Estimated = () => <span class="quiet" title={t.etaEstimated}><span aria-hidden="true">≈ </span><span class="sr">{t.etaEstimated} </span></span>;

type Notice = Schemas['NoticeView'];

/** Silence is shown as such: nobody there has said that they know. */
function NoticeState({ notice }: { notice: Notice }) {
  if (notice.handed_over_at) return <span class="badge good">✓ {t.handedOver} {clockTime(notice.handed_over_at)}</span>;
  return (
    <>
      {notice.strain_code && <span class="badge late">⚠ {t.strain}: {codeWord(notice.strain_code)} {notice.remarks}</span>}
      {notice.acknowledged_at ? (
        <span class="badge good">✓ {t.noticeHeard} {clockTime(notice.acknowledged_at)}{notice.strain_code === null && notice.remarks && ` · ${notice.remarks}`}</span>
      ) : (
        !notice.strain_code && <span class="badge warn"><Countdown to={notice.acknowledge_by} label={t.noticeSilent} /></span>
      )}
      {notice.arrived_at && notice.offload_by && <> <Countdown to={notice.offload_by} label={t.offload} /></>}
      {!notice.arrived_at && notice.eta_at && <> {notice.eta_estimated && <Estimated />}<Countdown to={notice.eta_at} label={t.toHospital} /></>}
      {notice.alerts.length > 0 && <> {notice.alerts.map((alert) => <span key={alert} class="badge">{codeWord(alert)}</span>)}</>}
    </>
  );
}
