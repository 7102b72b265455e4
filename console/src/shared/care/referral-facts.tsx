/** What a referral says, as both sides read it; and the vehicle that brings the patient. */
import type { ComponentChildren } from 'preact';
import { until } from '../clock';
import { Countdown } from '../components';
import { mmss } from '../durations';
import { clockTime, dayTime, named } from '../i18n';
import type { Referral } from './referrals';
import { useCase, VitalsLine, VitalsTable } from './patient';
import { careText as t } from './texts/care';
import { codeWord, endWord } from './texts/codes';
import { silenceText as silence } from './texts/silence';

export function UrgencyChip({ urgency }: { urgency: string }) {
  const priority = { stat: 'P1', emergency: 'P1', urgent: 'P2', routine: 'P3' }[urgency] ?? 'P3';
  return <span class="chip" data-priority={priority}>{codeWord('urgency', urgency)}</span>;
}

export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

export function ReferralFacts({ referral }: { referral: Referral }) {
  return (
    <dl class="care-facts">
      <Fact label={t.why}>{referral.reason}</Fact>
      {referral.diagnosis && <Fact label={t.diagnosis}>{referral.diagnosis}</Fact>}
      {referral.department && <Fact label={t.department}>{codeWord('service', referral.department)}</Fact>}
      {referral.treatment && <Fact label={t.treatment}>{referral.treatment}</Fact>}
      {referral.plan && <Fact label={t.plan}>{referral.plan}</Fact>}
      {referral.criteria.length > 0 && <Fact label={t.criteria}>{referral.criteria.join(' · ')}</Fact>}
      {referral.skip_reason && <Fact label={t.skipReason}>{referral.skip_reason}</Fact>}
      <Fact label={t.transport}>
        {referral.by_ambulance ? t.byAmbulance : t.byOther}
        {referral.capabilities.length > 0 && <> · {referral.capabilities.map((one) => codeWord('ability', one)).join(', ')}</>}
      </Fact>
    </dl>
  );
}

/** Vital signs of the case, where this page may read it. */
export function CaseVitals({ case_id, all = false }: { case_id: string; all?: boolean }) {
  const found = useCase(case_id);
  if (found === undefined) return null;
  return <>{all && (found.vitals?.length ?? 0) > 1 ? <VitalsTable vitals={found.vitals ?? []} /> : <VitalsLine vitals={found.vitals ?? []} />}</>;
}

/** How long the bed waits for the patient. */
export function BedHold({ until: end }: { until: string }) {
  return <span class="quiet"><Countdown to={end} label={silence.bedHeld} /> ({t.heldUntil(clockTime(end).slice(0, 5))})</span>;
}

export function RunLine({ referral }: { referral: Referral }) {
  const { run } = referral;
  if (!referral.by_ambulance || referral.arrived_at !== null || referral.accepted_offer_id === null) return null;
  if (run === null) return referral.state === 'transport-failed' ? null : <p class="quiet">{t.runAsked}</p>;
  const left = run.eta_at === null ? null : until(run.eta_at);
  return (
    <p class="row">
      <span aria-hidden="true">◆</span>
      <b>{run.call_sign || t.noUnitYet}</b>
      {run.state && <span>{codeWord('run', run.state)}</span>}
      {run.eta_at !== null && left !== null && (
        <span>{t.eta} <b class="count">{left >= 0 ? mmss(left) : t.dueNow}</b> <time class="quiet" dateTime={run.eta_at}>{clockTime(run.eta_at).slice(0, 5)}</time>{run.eta_estimated && <span class="quiet care-estimated" title={silence.estimatedSays}> ≈ {silence.estimated}</span>}</span>
      )}
      <span class="quiet">{run.incident_code}</span>
    </p>
  );
}

export function OutcomeFacts({ referral }: { referral: Referral }) {
  const { outcome } = referral;
  if (outcome === null) return null;
  return (
    <div class="care-outcome">
      <h3>{t.outcomeLetter} <time class="quiet" dateTime={outcome.sent_at}>{dayTime(outcome.sent_at)}</time></h3>
      <dl class="care-facts">
        <Fact label={t.outcome}>{codeWord('outcome', outcome.outcome)}</Fact>
        {outcome.diagnosis && <Fact label={t.diagnosis}>{outcome.diagnosis}</Fact>}
        {outcome.summary && <Fact label={t.summary}>{outcome.summary}</Fact>}
        {outcome.advice && <Fact label={t.advice}>{outcome.advice}</Fact>}
      </dl>
    </div>
  );
}

export function VisitFacts({ referral }: { referral: Referral }) {
  const visits = referral.followup?.visits ?? [];
  if (visits.length === 0) return null;
  return (
    <ul class="column">
      {visits.map((visit) => (
        <li key={visit.visited_at}>
          <b>{t.visited(codeWord('way', visit.way))}</b> <time class="quiet" dateTime={visit.visited_at}>{dayTime(visit.visited_at)}</time>
          <p>{visit.findings}</p>
          <p class="quiet">
            {[
              visit.systolic_mmhg != null && `${t.pressure} ${visit.systolic_mmhg}/${visit.diastolic_mmhg ?? '–'} mmHg`,
              visit.glucose_mmol_l != null && `${t.glucose} ${visit.glucose_mmol_l} mmol/L`,
              visit.next_step,
            ].filter(Boolean).join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  );
}

export function EndLine({ referral }: { referral: Referral }) {
  if (referral.end_code === null) return null;
  const label = { 'cancel-requested': t.cancelAsked, 'visit-cancel-requested': t.cancelAsked, 'transport-failed': silence.runWhy, 'follow-up': silence.runWhy }[referral.state] ?? t.ended;
  return (
    <p class="quiet">
      {label}: {endWord(referral.end_code)}
      {referral.end_remarks && ` · ${referral.end_remarks}`}
    </p>
  );
}

/** Code, from where, since when. */
export function ReferralSource({ referral }: { referral: Referral }) {
  const telephone = referral.callback || referral.from_facility.telephone;
  return (
    <p class="row">
      <span>{named(referral.from_facility)}</span>
      {telephone && <a href={`tel:${telephone}`} aria-label={t.callReferrer(telephone)}><span aria-hidden="true">☎︎ </span>{telephone}</a>}
      <span class="quiet">{referral.code} · {codeWord('direction', referral.direction)} · <time dateTime={referral.created_at}>{dayTime(referral.created_at)}</time></span>
    </p>
  );
}
