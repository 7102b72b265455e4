/** A patient whom this facility has accepted: on the way, here, on the way back; until the outcome was told. */
import { useSignal } from '@preact/signals';
import { newKey, send } from '../api';
import { Button, Countdown, Dialog } from '../components';
import { dayTime } from '../i18n';
import { Area, Choice, CodeDialog, Line } from './fields';
import { CaseTimeline, PatientLine } from './patient';
import { GiveBackDialog } from './offer-card';
import { BedHold, CaseVitals, EndLine, OutcomeFacts, ReferralFacts, ReferralSource, RunLine, UrgencyChip, VisitFacts } from './referral-facts';
import { isInWard, isWishedOff, ownOffer, putReferral, sentOpen, type Referral } from './referrals';
import { careText as t } from './texts/care';
import { codeWord } from './texts/codes';
import { silenceText as silence } from './texts/silence';

interface Part {
  referral: Referral;
  open: boolean;
  onClose: () => void;
}

function OutcomeDialog({ referral, open, onClose }: Part) {
  const outcome = useSignal('admitted');
  const diagnosis = useSignal(referral.diagnosis);
  const summary = useSignal('');
  const advice = useSignal('');
  const key = useSignal(newKey());
  const give = async (): Promise<void> => {
    const body = { outcome: outcome.value, diagnosis: diagnosis.value.trim(), summary: summary.value.trim(), advice: advice.value.trim() };
    putReferral(await send('/api/v1/referrals/{referral_id}/outcome', { path: { referral_id: referral.id }, body }, key.value));
    onClose();
  };
  return (
    <Dialog open={open} title={t.sendOutcome} onClose={onClose} onSubmit={give} submit={t.sendOutcome}>
      <p><PatientLine patient={referral.patient} /></p>
      <Choice label={t.outcome} value={outcome} list="outcome" />
      <Line label={t.diagnosis} value={diagnosis} max={1000} />
      <Area label={t.summary} hint={t.summaryHint} value={summary} />
      <Area label={t.advice} value={advice} rows={2} />
    </Dialog>
  );
}

export function CloseDialog({ referral, open, onClose }: Part) {
  return (
    <CodeDialog
      open={open}
      title={t.closeReferral}
      list="close"
      submit={t.closeReferral}
      danger
      onClose={onClose}
      give={async (code, remarks) =>
        putReferral(await send('/api/v1/referrals/{referral_id}/close', { path: { referral_id: referral.id }, body: { code, remarks } }))
      }
    />
  );
}

export type ReferOn = (referral: Referral, way: 'down' | 'onward') => void;

function Standing({ referral }: { referral: Referral }) {
  const offer = ownOffer(referral);
  return (
    <>
      {offer?.state === 'accepted' && (
        <p>
          <b>{[offer.department, offer.bed].filter(Boolean).join(' · ')}</b>
          {offer.hold_until && referral.arrived_at === null && referral.direction !== 'down' && <> · <BedHold until={offer.hold_until} /></>}
        </p>
      )}
      {referral.state === 'transport-failed' && <p class="care-warn"><span aria-hidden="true">▲ </span>{silence.runFailedHere}</p>}
      <RunLine referral={referral} />
      {referral.arrived_at !== null && <p class="quiet">{t.arrivedAt(dayTime(referral.arrived_at))}</p>}
      {referral.arrived_at !== null && referral.outcome === null && referral.outcome_by !== null && <p><Countdown to={referral.outcome_by} label={t.outcomeWithin} /></p>}
    </>
  );
}

export function ReceivedCard({ referral, referOn }: { referral: Referral; referOn?: ReferOn }) {
  const asked = useSignal<'outcome' | 'give-back' | 'close' | null>(null);
  const more = useSignal(false);
  const close = (): void => void (asked.value = null);
  const offer = ownOffer(referral);
  const isBack = sentOpen.value?.some((one) => one.based_on === referral.id) ?? false;
  const can = (action: string): boolean => referral.actions?.includes(action) ?? false;
  const path = { referral_id: referral.id };
  return (
    <li id={`referral-${referral.id}`} class="panel care-card" data-waiting={isWishedOff(referral)}>
      <div class="row">
        <UrgencyChip urgency={referral.urgency} />
        <PatientLine patient={referral.patient} />
        <span class="grow" />
        <b>{codeWord('referralState', referral.state)}</b>
      </div>
      <ReferralSource referral={referral} />
      {referral.diagnosis && <p>{referral.diagnosis}</p>}
      <Standing referral={referral} />
      <EndLine referral={referral} />
      <OutcomeFacts referral={referral} />
      <VisitFacts referral={referral} />
      {isBack && <p class="quiet">{t.downUnderWay}</p>}
      <div class="row care-actions">
        {can('confirm-cancel') && (
          <Button look="primary" onPress={async () => putReferral(await send('/api/v1/referrals/{referral_id}/confirm-cancel', { path }))}>{silence.confirmCancel}</Button>
        )}
        {can('arrived') && referral.arrived_at === null && (
          <Button look={referral.by_ambulance ? undefined : 'primary'} onPress={async () => putReferral(await send('/api/v1/referrals/{referral_id}/arrived', { path }))}>{t.markArrived}</Button>
        )}
        {can('outcome') && <Button look={referral.arrived_at !== null ? 'primary' : undefined} onPress={() => void (asked.value = 'outcome')}>{t.sendOutcome}</Button>}
        {referOn && (referral.state === 'outcome-sent' || isInWard(referral)) && !isBack && (
          <Button look="primary" onPress={() => referOn(referral, 'down')}>{t.referDown}</Button>
        )}
        {referOn && can('refer-on') && <Button onPress={() => referOn(referral, 'onward')}>{t.referOnward}</Button>}
        {offer?.actions?.includes('withdraw-acceptance') && referral.arrived_at === null && (
          <Button onPress={() => void (asked.value = 'give-back')}>{t.giveBack}</Button>
        )}
        {can('close') && <Button onPress={() => void (asked.value = 'close')}>{t.closeReferral}</Button>}
        <Button look="plain" aria-expanded={more.value} onPress={() => void (more.value = !more.value)}>{more.value ? t.less : t.more}</Button>
      </div>
      {more.value && (
        <div class="column">
          <ReferralFacts referral={referral} />
          <CaseVitals case_id={referral.case_id} />
          <CaseVitals case_id={referral.case_id} all />
          <h3>{t.timeline}</h3>
          <CaseTimeline case_id={referral.case_id} />
        </div>
      )}
      <OutcomeDialog referral={referral} open={asked.value === 'outcome'} onClose={close} />
      <CloseDialog referral={referral} open={asked.value === 'close'} onClose={close} />
      {offer !== undefined && <GiveBackDialog offer={offer} open={asked.value === 'give-back'} onClose={close} />}
    </li>
  );
}
