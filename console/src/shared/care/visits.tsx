/** Patients who came back with a plan: visits that are due, with their reminders, and the visit that was made. */
import { useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { newKey, read, send, type Schemas } from '../api';
import { now, serverNow } from '../clock';
import { Button, Dialog } from '../components';
import { dayTime, named } from '../i18n';
import { resource, type Resource } from '../resource';
import { common } from '../words';
import { Draft } from './draft';
import { Area, Choice, Line, Num, numberOf } from './fields';
import { CaseTimeline, PatientLine } from './patient';
import { EndLine } from './referral-facts';
import { isWishedOff, keepVisit, putReferral, received } from './referrals';
import { careText as t } from './texts/care';
import { silenceText as silence } from './texts/silence';

export type FollowUp = Schemas['FollowUpItem'];
const DAY_MS = 86_400_000;

let kept: Resource<readonly FollowUp[]> | null = null;

/** Visits due, the most urgent first; undefined until known. */
export function followUps(): readonly FollowUp[] | undefined {
  kept ??= resource(async () => (await read('/api/v1/followups')).followups, { entries: ['followup.', 'referral.', 'offer.', 'stream.'], everyMs: 60_000 });
  return kept.value.value;
}

const daysLeft = (at: string): number => Math.ceil((Date.parse(at) - now.value) / DAY_MS);

function Due({ item }: { item: FollowUp }) {
  const left = daysLeft(item.due_at);
  const late = Date.parse(item.due_at) <= now.value;
  const reminded = !late && Date.parse(item.remind_at) <= now.value;
  return (
    <span class={late ? 'care-late' : reminded ? 'care-warn' : ''}>
      {(late || reminded) && <span aria-hidden="true">{late ? '⚠ ' : '▲ '}</span>}
      {late ? t.visitLate(Math.max(0, -left)) : t.visitIn(left)}
    </span>
  );
}

/** yyyy-mm-ddThh:mm of this machine's zone, as the browser's field wants it. */
function localNow(): string {
  const at = new Date(serverNow());
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function VisitDialog({ item, open, onClose }: { item: FollowUp; open: boolean; onClose: () => void }) {
  const draft = useMemo(() => new Draft(`visit ${item.referral_id}`), [item.referral_id, open]);
  const missing = useSignal(false);
  draft.field('command_id', newKey());
  const at = draft.field('visited_at', localNow());
  const findings = draft.field('findings');
  const give = async (): Promise<void> => {
    missing.value = findings.value.trim() === '';
    if (missing.value) return;
    const text = (name: string): string => draft.field(name).peek().trim();
    const body = {
      command_id: text('command_id'),
      visited_at: new Date(at.value || serverNow()).toISOString(),
      way: text('way'),
      findings: text('findings'),
      systolic_mmhg: numberOf(text('systolic')),
      diastolic_mmhg: numberOf(text('diastolic')),
      glucose_mmol_l: numberOf(text('glucose')),
      next_step: text('next_step'),
    };
    putReferral(await send('/api/v1/referrals/{referral_id}/visit', { path: { referral_id: item.referral_id }, body }));
    draft.drop();
    await kept?.refresh();
    onClose();
  };
  return (
    <Dialog open={open} title={t.recordVisit} onClose={onClose} onSubmit={give} submit={t.recordVisit}>
      <p><PatientLine patient={item.patient} /></p>
      <p class="care-note">{t.plan}: {item.plan}</p>
      <div class="care-pair">
        <Line label={t.visitedAt} type="datetime-local" value={at} />
        <Choice label={t.way} value={draft.field('way', 'home')} list="way" />
      </div>
      <Area label={t.findings} required value={findings} wrong={missing.value ? t.pleaseFill : undefined} />
      <div class="care-measure">
        <Num label={t.systolic_mmhg} value={draft.field('systolic')} min={30} max={300} />
        <Num label={t.diastolic_mmhg} value={draft.field('diastolic')} min={10} max={200} />
        <Num label={t.glucose_mmol_per_l} value={draft.field('glucose')} min={0.5} max={60} step={0.1} />
      </div>
      <Area label={t.nextStep} rows={2} value={draft.field('next_step')} />
      <p class="quiet">{t.visitCloses}</p>
    </Dialog>
  );
}

function Visit({ item }: { item: FollowUp }) {
  const open = useSignal(false);
  const more = useSignal(false);
  const referral = received.value?.find((one) => one.id === item.referral_id);
  return (
    <li id={`visit-${item.referral_id}`} class="panel care-card" data-waiting={item.overdue}>
      <div class="row">
        <PatientLine patient={item.patient} />
        <span class="grow" />
        <Due item={item} />
      </div>
      <p>{item.diagnosis}</p>
      <p class="care-note">{t.plan}: {item.plan}</p>
      <p class="quiet">
        {t.dueOn(dayTime(item.due_at))} · {named(item.from_facility)}
        {item.from_facility.telephone && <> <a href={`tel:${item.from_facility.telephone}`}>{item.from_facility.telephone}</a></>}
      </p>
      {referral !== undefined && isWishedOff(referral) && <EndLine referral={referral} />}
      <div class="row care-actions">
        <Button look="primary" onPress={() => void (open.value = true)}>{t.recordVisit}</Button>
        {referral?.actions?.includes('keep') && <Button onPress={() => keepVisit(referral.id)}>{silence.keepVisit}</Button>}
        {referral?.actions?.includes('confirm-cancel') && (
          <Button onPress={async () => putReferral(await send('/api/v1/referrals/{referral_id}/confirm-cancel', { path: { referral_id: referral.id } }))}>{silence.confirmCancel}</Button>
        )}
        <Button look="plain" aria-expanded={more.value} onPress={() => void (more.value = !more.value)}>{more.value ? t.less : t.more}</Button>
      </div>
      {more.value && <CaseTimeline case_id={item.case_id} />}
      <VisitDialog item={item} open={open.value} onClose={() => void (open.value = false)} />
    </li>
  );
}

export function Visits() {
  const due = followUps();
  return (
    <section class="column" aria-labelledby="visits">
      <h2 id="visits" class="row">{t.visits} <span class="care-number number">{due?.length ?? '–'}</span></h2>
      {due === undefined && <p class="quiet">{common.loading}</p>}
      {due?.length === 0 && <p class="quiet">{t.noVisits}</p>}
      <ul class="column">{due?.map((item) => <Visit key={item.referral_id} item={item} />)}</ul>
    </section>
  );
}
