/** One patient who is brought: when, who, in what state, by whom; and what the facility answers. */
import { useSignal } from '@preact/signals';
import { since, until } from '../clock';
import { Button, Countdown, Dialog, Elapsed, PriorityChip } from '../components';
import { clockTime, named } from '../i18n';
import { mmss } from '../durations';
import { newKey } from '../api';
import { me } from '../session';
import { acknowledgeNotice, inboundAt, isHeard, reportStrain, signHandover, type Notice } from './inbound';
import { Area, CodeDialog } from './fields';
import { CaseTimeline, PatientLine, VitalsLine, VitalsTable, whoOf } from './patient';
import { careText as t } from './texts/care';
import { codeWord } from './texts/codes';
import { silenceText as silence } from './texts/silence';

const [CARRYING, ENDED] = ['TRN', 'END'];

/** Minutes until they are there, when, and how old that is. */
function Eta({ notice }: { notice: Notice }) {
  if (notice.handed_over_at !== null) return <span>{t.handedOverAt(clockTime(notice.handed_over_at))}</span>;
  if (notice.arrived_at !== null) {
    return (
      <span class="care-eta">
        <strong>{t.arrivedAt(clockTime(notice.arrived_at).slice(0, 5))}</strong>{' '}
        <Elapsed from={notice.arrived_at} targetS={notice.offload_by === null ? 1200 : (Date.parse(notice.offload_by) - Date.parse(notice.arrived_at)) / 1000} label={t.waits} />
      </span>
    );
  }
  if (notice.eta_at === null) {
    if (notice.run_state === ENDED) return <span class="care-eta care-late">{t.runEnded}</span>;
    return <span class="care-eta quiet">{notice.run_state === CARRYING ? t.etaUnknown : t.notSetOut}</span>;
  }
  const left = until(notice.eta_at);
  const old = (notice.eta_age_s ?? 0) + Math.max(0, since(new Date(inboundAt.value).toISOString()));
  return (
    <span class="care-eta">
      <strong class="count">{left >= 0 ? mmss(left) : t.dueNow}</strong>{' '}
      <span class="quiet">
        <time dateTime={notice.eta_at}>{clockTime(notice.eta_at).slice(0, 5)}</time> · {t.etaAge(old)}
        {notice.eta_estimated && <> · <span class="care-estimated" title={silence.estimatedSays}>≈ {silence.estimated}</span></>}
      </span>
    </span>
  );
}

function Heard({ notice }: { notice: Notice }) {
  if (notice.strain_code !== null) {
    return (
      <p class="care-strain" role="status">
        <span aria-hidden="true">▲ </span>
        {t.strainReported(codeWord('strain', notice.strain_code), notice.strain_at === null ? '' : clockTime(notice.strain_at))}
        {notice.remarks && <> · {notice.remarks}</>}
      </p>
    );
  }
  if (notice.acknowledged_at !== null) return <p class="good"><span aria-hidden="true">✓ </span>{t.heardAt(clockTime(notice.acknowledged_at))}</p>;
  if (isHeard(notice)) return null;
  const late = until(notice.acknowledge_by) < 0;
  return (
    <p class={late ? 'care-late' : ''}>
      {late ? <><span aria-hidden="true">⚠ </span>{t.silent(mmss(since(notice.sent_at)))}</> : <Countdown to={notice.acknowledge_by} label={t.acknowledgeWithin} />}
    </p>
  );
}

function Signed({ notice, side }: { notice: Notice; side: 'crew' | 'facility' }) {
  const signature = side === 'crew' ? notice.crew_signed : notice.facility_signed;
  const label = side === 'crew' ? t.crewSide : t.facilitySide;
  if (signature === null) return <div><dt>{label}</dt><dd class="quiet">{t.notSigned}</dd></div>;
  const who = side === 'crew' ? [notice.unit, whoOf(signature)].filter(Boolean).join(' · ') : whoOf(signature);
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span class="good" aria-hidden="true">✓ </span>{who} · <time dateTime={signature.at}>{clockTime(signature.at)}</time>
        {signature.summary && <p>{signature.summary}</p>}
        {signature.remarks && <p class="quiet">{signature.remarks}</p>}
      </dd>
    </div>
  );
}

function SignDialog({ notice, open, onClose }: { notice: Notice; open: boolean; onClose: () => void }) {
  const summary = useSignal('');
  const remarks = useSignal('');
  const key = useSignal(newKey());
  const sign = async (): Promise<void> => {
    await signHandover(notice, key.value, summary.value.trim(), remarks.value.trim());
    onClose();
  };
  return (
    <Dialog open={open} title={t.signTitle} onClose={onClose} onSubmit={sign} submit={t.signAs(me.value === null || me.value === undefined ? '' : named(me.value.organisation))}>
      <p><PatientLine patient={notice.patient} /></p>
      <VitalsLine vitals={notice.vitals} />
      <dl class="care-signatures"><Signed notice={notice} side="crew" /></dl>
      {notice.crew_signed === null && <p class="quiet">{t.crewSignsLater}</p>}
      <Area label={t.handoverSummary} value={summary} />
      <Area label={t.remarks} value={remarks} rows={2} />
    </Dialog>
  );
}

/** What the crew found; until it has said so, what the caller told. */
function Complaint({ notice }: { notice: Notice }) {
  if (notice.patient.complaint) return <p class="care-complaint">{notice.patient.complaint}</p>;
  if (!notice.told_complaint) return null;
  return <p class="care-complaint"><span class="quiet">{t.toldByPhone}</span> {notice.told_complaint}</p>;
}

type Asked = 'strain' | 'sign' | null;

export function NoticeCard({ notice }: { notice: Notice }) {
  const asked = useSignal<Asked>(null);
  const more = useSignal(false);
  const close = (): void => void (asked.value = null);
  const can = (event: string): boolean => notice.open_events.includes(event);
  const id = `notice-${notice.notice_id}`;
  return (
    <li id={id} class="panel care-card" data-waiting={!isHeard(notice)} aria-labelledby={`${id}-who`}>
      <div class="row">
        {notice.priority && <PriorityChip priority={notice.priority} />}
        {notice.alerts.map((alert) => <span key={alert} class="badge care-alert">{codeWord('alert', alert)}</span>)}
        <span id={`${id}-who`}><PatientLine patient={notice.patient} /></span>
        <span class="grow" />
        <Eta notice={notice} />
      </div>
      <Complaint notice={notice} />
      <VitalsLine vitals={notice.vitals} />
      <p class="row care-unit">
        <span>{notice.unit} {notice.run_state && <span class="quiet">{codeWord('run', notice.run_state)}</span>}</span>
        {notice.crew_telephone && (
          <a href={`tel:${notice.crew_telephone}`} aria-label={t.callCrew(notice.crew_telephone)}><span aria-hidden="true">☎︎ </span>{notice.crew_telephone}</a>
        )}
        {notice.incident_code && <span class="quiet">{notice.incident_code}</span>}
        {notice.referral_id !== null && <span class="badge">{t.referredPatient}</span>}
      </p>
      <Heard notice={notice} />
      {(notice.crew_signed ?? notice.facility_signed) !== null && (
        <dl class="care-signatures">
          <Signed notice={notice} side="crew" />
          <Signed notice={notice} side="facility" />
        </dl>
      )}
      <div class="row care-actions">
        {!isHeard(notice) && can('acknowledge') && (
          <Button look="primary" onPress={() => acknowledgeNotice(notice)}>{t.acknowledge}</Button>
        )}
        {can('sign') && notice.facility_signed === null && (
          <Button look={notice.arrived_at !== null || notice.crew_signed !== null ? 'primary' : undefined} onPress={() => void (asked.value = 'sign')}>{t.sign}</Button>
        )}
        {can('report-strain') && <Button onPress={() => void (asked.value = 'strain')}>{t.reportStrain}</Button>}
        <Button look="plain" aria-expanded={more.value} onPress={() => void (more.value = !more.value)}>{more.value ? t.less : t.more}</Button>
      </div>
      {more.value && (
        <div class="column">
          <VitalsTable vitals={notice.vitals} />
          <h3>{t.timeline}</h3>
          <CaseTimeline case_id={notice.case_id} />
        </div>
      )}
      <CodeDialog
        open={asked.value === 'strain'}
        title={t.reportStrain}
        note={t.strainNote}
        list="strain"
        submit={t.reportStrain}
        onClose={close}
        give={(code, remarks) => reportStrain(notice, code, remarks)}
      />
      <SignDialog notice={notice} open={asked.value === 'sign'} onClose={close} />
    </li>
  );
}
