/** A referral that this organisation has sent: who has it in hand, what was answered, what is to be done now. */
import { useSignal } from '@preact/signals';
import { send } from '../api';
import { Button, Countdown, Dialog } from '../components';
import { clockTime, named } from '../i18n';
import { facilityOf } from './facilities';
import { CandidatePicker, idsOf } from './candidates';
import { Area, CodeDialog } from './fields';
import { CaseTimeline, PatientLine } from './patient';
import { BedHold, CaseVitals, EndLine, OutcomeFacts, ReferralFacts, RunLine, UrgencyChip, VisitFacts } from './referral-facts';
import { CloseDialog } from './received-card';
import { isLive, isWishedOff, keepVisit, onOffer, putReferral, type Offer, type Referral } from './referrals';
import { careText as t } from './texts/care';
import { codeWord, endWord } from './texts/codes';
import { silenceText as silence } from './texts/silence';

const SIGN: Record<string, string> = {
  offered: '…', received: '◐', 'info-requested': '?', accepted: '✓', declined: '✕', expired: '⚠', withdrawn: '–', 'given-back': '✕',
};

function AnswerForm({ offer }: { offer: Offer }) {
  const answer = useSignal('');
  const give = async (): Promise<void> => {
    if (answer.value.trim() === '') return;
    await onOffer(send('/api/v1/offers/{offer_id}/supply', { path: { offer_id: offer.id }, body: { answer: answer.value.trim() } }));
  };
  return (
    <div class="column care-question">
      <p><b>{t.question}:</b> {offer.question}</p>
      <Area label={t.answerLabel} rows={2} value={answer} />
      <Button look="primary" onPress={give}>{t.supply}</Button>
    </div>
  );
}

function OfferLine({ offer, holds }: { offer: Offer; holds: boolean }) {
  const telephone = facilityOf(offer.facility_id)?.organisation.telephone;
  return (
    <li class="care-offer" data-state={offer.state}>
      <div class="row">
        <span aria-hidden="true" class="care-sign">{SIGN[offer.state]}</span>
        <b>{named(offer)}</b>
        <span>{codeWord('offerState', offer.state)}</span>
        <span class="grow" />
        {isLive(offer) && <Countdown to={offer.answer_by} label={t.answerWithin} />}
        {telephone && !['withdrawn'].includes(offer.state) && <a href={`tel:${telephone}`} aria-label={`${named(offer)} ${telephone}`}><span aria-hidden="true">☎︎ </span>{telephone}</a>}
      </div>
      {offer.state === 'offered' && Date.parse(offer.acknowledge_by) > 0 && <p class="quiet"><Countdown to={offer.acknowledge_by} label={t.acknowledgeWithin} /></p>}
      {offer.state === 'received' && offer.acknowledged_at && <p class="quiet">{t.inHandAt(clockTime(offer.acknowledged_at).slice(0, 5))}</p>}
      {offer.state === 'accepted' && (
        <p>
          {[offer.department, offer.bed, offer.contact].filter(Boolean).join(' · ')}
          {offer.hold_until && holds && <> · <BedHold until={offer.hold_until} /></>}
        </p>
      )}
      {offer.code && <p>{t.reason}: {endWord(offer.code)}{offer.remarks && ` · ${offer.remarks}`}</p>}
      {!offer.code && offer.remarks && <p>{offer.remarks}</p>}
      {offer.advice && <p class="care-note">{t.advice}: {offer.advice}</p>}
      {offer.actions?.includes('supply') && <AnswerForm key={offer.question} offer={offer} />}
      {offer.state !== 'info-requested' && offer.question && (
        <p class="quiet">{t.question}: {offer.question}{offer.answer && ` · ${t.answer}: ${offer.answer}`}</p>
      )}
    </li>
  );
}

interface Part {
  referral: Referral;
  open: boolean;
  onClose: () => void;
}

function AddDialog({ referral, open, onClose }: Part) {
  const chosen = useSignal('');
  const busy = referral.offers.filter(isLive).map((one) => one.facility_id);
  const give = async (): Promise<void> => {
    const candidates = idsOf(chosen.value);
    if (candidates.length === 0) return;
    putReferral(await send('/api/v1/referrals/{referral_id}/candidates', { path: { referral_id: referral.id }, body: { candidates, reason: '' } }));
    chosen.value = '';
    onClose();
  };
  return (
    <Dialog open={open} title={t.addCandidates} onClose={onClose} onSubmit={give} submit={t.askThem}>
      <CandidatePicker
        label={t.candidates}
        wanted={{ direction: referral.direction, urgency: referral.urgency, department: referral.department, based_on: referral.based_on ?? undefined }}
        chosen={chosen}
        parallel={false}
        without={busy}
      />
    </Dialog>
  );
}

function CancelDialog({ referral, open, onClose }: Part) {
  return (
    <CodeDialog
      open={open}
      title={t.cancelReferral}
      list="cancel"
      {...(referral.accepted_offer_id !== null && { note: t.cancelNote })}
      submit={t.cancelReferral}
      danger
      onClose={onClose}
      give={async (code, remarks) =>
        putReferral(await send('/api/v1/referrals/{referral_id}/cancel', { path: { referral_id: referral.id }, body: { code, remarks } }))
      }
    />
  );
}

function Unplaced() {
  return (
    <div class="care-unplaced" role="alert">
      <b><span aria-hidden="true">⚠ </span>{t.unplaced}</b>
      <p>{t.unplacedSays}</p>
    </div>
  );
}

/** Who is asked when those above do not take the patient. */
function Next({ referral }: { referral: Referral }) {
  const next = referral.next_candidates;
  if (next.length === 0 || referral.arrived_at !== null) return null;
  return <p class="quiet care-next">{silence.next(next.map(named).join(silence.then))}</p>;
}

function RunFailed() {
  return (
    <div class="care-unplaced" role="alert">
      <b><span aria-hidden="true">⚠ </span>{silence.runFailed}</b>
      <p>{silence.runFailedSays}</p>
    </div>
  );
}

export function SentCard({ referral }: { referral: Referral }) {
  const asked = useSignal<'add' | 'cancel' | 'close' | null>(null);
  const more = useSignal(false);
  const close = (): void => void (asked.value = null);
  const can = (action: string): boolean => referral.actions?.includes(action) ?? false;
  const read = async (): Promise<unknown> =>
    putReferral(await send('/api/v1/referrals/{referral_id}/close', { path: { referral_id: referral.id }, body: { code: 'completed', remarks: '' } }));
  const askRun = async (): Promise<unknown> =>
    putReferral(await send('/api/v1/referrals/{referral_id}/transport', { path: { referral_id: referral.id } }));
  const part = { referral, onClose: close };
  return (
    <li id={`referral-${referral.id}`} class="panel care-card" data-state={referral.state} data-waiting={referral.state === 'unplaced' || referral.state === 'transport-failed'}>
      <div class="row">
        <UrgencyChip urgency={referral.urgency} />
        <PatientLine patient={referral.patient} />
        <span class="grow" />
        <b class="care-state" data-state={referral.state}>{codeWord('referralState', referral.state)}</b>
      </div>
      <p class="row"><span>{referral.diagnosis || referral.reason}</span><span class="quiet">{referral.code} · {codeWord('direction', referral.direction)}</span></p>
      {referral.state === 'unplaced' && <Unplaced />}
      {referral.state === 'transport-failed' && <RunFailed />}
      <ul class="column care-offers" aria-label={t.answers}>{referral.offers.map((offer) => <OfferLine key={offer.id} offer={offer} holds={referral.arrived_at === null && referral.direction !== 'down'} />)}</ul>
      <Next referral={referral} />
      {isWishedOff(referral) && <p class="quiet">{silence.cancelWaits}</p>}
      <RunLine referral={referral} />
      {referral.arrived_at !== null && <p class="good"><span aria-hidden="true">✓ </span>{t.patientThere(clockTime(referral.arrived_at).slice(0, 5))}</p>}
      <OutcomeFacts referral={referral} />
      <VisitFacts referral={referral} />
      <EndLine referral={referral} />
      <div class="row care-actions">
        {can('candidates') && <Button look={referral.state === 'unplaced' ? 'primary' : undefined} onPress={() => void (asked.value = 'add')}>{t.addCandidates}</Button>}
        {can('close') && referral.state === 'outcome-sent' && <Button look="primary" onPress={read}>{t.outcomeRead}</Button>}
        {can('transport') && <Button look="primary" onPress={askRun}>{silence.runAgain}</Button>}
        {can('keep') && <Button onPress={() => keepVisit(referral.id)}>{silence.keepVisit}</Button>}
        {can('cancel') && <Button onPress={() => void (asked.value = 'cancel')}>{t.cancelReferral}</Button>}
        {can('close') && referral.state !== 'outcome-sent' && <Button onPress={() => void (asked.value = 'close')}>{t.closeReferral}</Button>}
        <Button look="plain" aria-expanded={more.value} onPress={() => void (more.value = !more.value)}>{more.value ? t.less : t.more}</Button>
      </div>
      {more.value && (
        <div class="column">
          <ReferralFacts referral={referral} />
          <CaseVitals case_id={referral.case_id} />
          <h3>{t.timeline}</h3>
          <CaseTimeline case_id={referral.case_id} />
        </div>
      )}
      <AddDialog {...part} open={asked.value === 'add'} />
      <CancelDialog {...part} open={asked.value === 'cancel'} />
      <CloseDialog {...part} open={asked.value === 'close'} />
    </li>
  );
}
