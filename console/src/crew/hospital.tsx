/** Where each patient is brought, what that hospital says, and the handover. */
import { useSignal } from '@preact/signals';
import { Countdown, Field } from '../shared/components';
import { until } from '../shared/clock';
import { named, shortTime } from '../shared/i18n';
import { sign } from './acts';
import { DestinationSheet } from './destination';
import { measured } from './measures';
import { nameOf } from './patients';
import type { PatientCase } from './project';
import { Sheet } from './sheet';
import { isAboard } from './steps';
import { coded } from './coded';
import { t } from './texts';
import { facilityOf, noticeOf, patients, run, type Notice } from './work';

export function HospitalTab() {
  const open = patients.value.filter((one) => one.end_code === null);
  if (open.length === 0) return <p>{t.choosePatientFirst}</p>;
  return <>{open.map((one) => <Bringing key={one.id} of={one} />)}</>;
}

function Bringing({ of }: { of: PatientCase }) {
  const choosing = useSignal(false);
  const facility = facilityOf(of.destination_id);
  const notice = noticeOf(of.id, of.destination_id);
  const done = notice?.handed_over_at != null;
  return (
    <article class="panel column" data-bringing={of.id}>
      <h2>{t.forPatient(nameOf(of))}</h2>
      {of.destination_id === null ? <p>{t.noDestination}</p> : <p class="order-address">{facility ? named(facility) : of.destination_id.slice(0, 8)}</p>}
      {of.destination_id !== null && <NoticeState notice={notice} />}
      {!done && (
        <button type="button" class={of.destination_id === null ? 'primary' : ''} onClick={() => (choosing.value = true)}>
          {of.destination_id === null ? t.choose : t.change}
        </button>
      )}
      {facility?.telephone && (
        <a class="button" href={`tel:${facility.telephone.replace(/[^0-9+*#]/g, '')}`}>☎︎ {t.callHospital(facility.telephone)}</a>
      )}
      {of.destination_id !== null && run.value !== null && isAboard(run.value.state) && <Handover of={of} notice={notice} />}
      <DestinationSheet open={choosing.value} onClose={() => (choosing.value = false)} of={of} />
    </article>
  );
}

const GOOD = ['acknowledged', 'handed-over', 'arrived'];

function NoticeState({ notice }: { notice: Notice | undefined }) {
  if (notice === undefined) return <p class="quiet">{t.noticeNone}</p>;
  const silent = notice.state === 'sent' && until(notice.acknowledge_by) < 0;
  const sign = GOOD.includes(notice.state) ? '✓' : notice.state === 'sent' && !silent ? '…' : '⚠';
  return (
    <div class="notice-state" data-state={silent ? 'silent' : notice.state} role="status">
      <b>{sign} {silent ? t.notice_silent : coded('notice', notice.state)}</b>
      {notice.acknowledged_at && <span class="quiet"> {shortTime(notice.acknowledged_at)}</span>}
      {notice.strain_code && <p>{coded('strain', notice.strain_code)} {notice.strain_at && shortTime(notice.strain_at)}</p>}
      {notice.remarks && <p>“{notice.remarks}”</p>}
      {notice.state === 'strain-reported' && <p class="quiet">{t.strainSays}</p>}
      {notice.offload_by && notice.handed_over_at === null && <p><Countdown to={notice.offload_by} label={t.offload} /></p>}
    </div>
  );
}

function Handover({ of, notice }: { of: PatientCase; notice: Notice | undefined }) {
  const signing = useSignal(false);
  const summary = useSignal('');
  const ours = notice?.crew_signed;
  const theirs = notice?.facility_signed;
  const begin = (): void => {
    if (summary.value === '') summary.value = proposal(of);
    signing.value = true;
  };
  const give = async (): Promise<void> => {
    await sign(of.id, of.destination_id!, summary.value.trim());
    signing.value = false;
  };
  return (
    <section class="column" aria-label={t.handover}>
      <h3>{t.handover}</h3>
      <p data-side="crew">{ours ? `✓ ${t.signed(shortTime(ours.at))}` : of.signedAt ? `✓ ${t.signedWaits}` : `○ ${t.notSigned}`}</p>
      <p data-side="facility">{theirs ? `✓ ${t.otherSigned(shortTime(theirs.at))}` : `○ ${t.otherNot}`}</p>
      {theirs?.summary && <p>“{theirs.summary}”</p>}
      {!ours && !of.signedAt && <button type="button" class="primary" onClick={begin}>{t.sign}</button>}
      <Sheet open={signing.value} title={`${t.handover} · ${nameOf(of)}`} onClose={() => (signing.value = false)} onSubmit={give} submit={t.sign}>
        <Field label={t.summary}>
          {(joined) => (
            <textarea {...joined} class="tall" maxLength={4000} value={summary.value} onInput={(event) => (summary.value = event.currentTarget.value)} />
          )}
        </Field>
      </Sheet>
    </section>
  );
}

/** What is on record already, for the crew to complete. */
function proposal(of: PatientCase): string {
  const rounds = of.vitals.toSorted((a, b) => Date.parse(a.measured_at) - Date.parse(b.measured_at)).slice(-2);
  return [of.patient.complaint, ...rounds.map((one) => `${shortTime(one.measured_at)} ${measured(one).join('; ')}`)].filter(Boolean).join('\n');
}
