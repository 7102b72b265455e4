/** A referral that this facility is asked to take: take it in hand, ask, accept with a bed, or decline. */
import { useSignal } from '@preact/signals';
import { send, newKey } from '../api';
import { Button, Countdown, Dialog } from '../components';
import { named } from '../i18n';
import { common } from '../words';
import { Area, CodeDialog, Line, Num, numberOf } from './fields';
import { CaseTimeline, PatientLine } from './patient';
import { CaseVitals, ReferralFacts, ReferralSource, UrgencyChip } from './referral-facts';
import { acknowledgeOffer, onOffer, type Offer, type Referral } from './referrals';
import { careText as t } from './texts/care';
import { codesOf, codeWord } from './texts/codes';

interface Part {
  referral: Referral;
  offer: Offer;
  open: boolean;
  onClose: () => void;
}

function AcceptDialog({ referral, offer, open, onClose }: Part) {
  const back = referral.direction === 'down';
  const department = useSignal(referral.department ? codeWord('service', referral.department) : back ? t.familyDoctor : '');
  const bed = useSignal('');
  const contact = useSignal('');
  const remarks = useSignal('');
  const minutes = useSignal('');
  const missing = useSignal(false);
  const key = useSignal(newKey());
  const give = async (): Promise<void> => {
    missing.value = department.value.trim() === '';
    if (missing.value) return;
    const hold = numberOf(minutes.value);
    const body = {
      department: department.value.trim(),
      bed: bed.value.trim(),
      contact: contact.value.trim(),
      remarks: remarks.value.trim(),
      ...(hold !== null && { hold_minutes: hold }),
    };
    await onOffer(send('/api/v1/offers/{offer_id}/accept', { path: { offer_id: offer.id }, body }, key.value));
    onClose();
  };
  return (
    <Dialog open={open} title={back ? t.acceptBack : t.acceptTitle} onClose={onClose} onSubmit={give} submit={t.accept}>
      <p><PatientLine patient={referral.patient} /></p>
      {back && referral.plan && <p class="care-note">{t.plan}: {referral.plan}</p>}
      <Line label={t.department} required value={department} list="departments" max={80} wrong={missing.value ? common.required : undefined} />
      <datalist id="departments">{codesOf('service').map((code) => <option key={code} value={codeWord('service', code)} />)}</datalist>
      {!back && (
        <div class="care-pair">
          <Line label={t.bed} value={bed} max={40} />
          <Num label={t.holdMinutes} hint={t.holdHint} value={minutes} min={10} max={1440} />
        </div>
      )}
      <Line label={t.contact} hint={t.contactHint} value={contact} max={80} />
      <Area label={t.remarks} value={remarks} rows={2} />
      {referral.by_ambulance && <p class="quiet">{t.acceptCallsAmbulance}</p>}
      {back && <p class="quiet">{t.acceptPlansVisit}</p>}
    </Dialog>
  );
}

function AskDialog({ offer, open, onClose }: Part) {
  const question = useSignal('');
  const missing = useSignal(false);
  const give = async (): Promise<void> => {
    missing.value = question.value.trim() === '';
    if (missing.value) return;
    await onOffer(send('/api/v1/offers/{offer_id}/ask', { path: { offer_id: offer.id }, body: { question: question.value.trim() } }));
    question.value = '';
    onClose();
  };
  return (
    <Dialog open={open} title={t.ask} onClose={onClose} onSubmit={give} submit={t.ask}>
      <Area label={t.question} required value={question} wrong={missing.value ? t.pleaseFill : undefined} />
      <p class="quiet">{t.askNote}</p>
    </Dialog>
  );
}

function DeclineDialog({ offer, open, onClose }: Part) {
  const advice = useSignal('');
  return (
    <CodeDialog
      open={open}
      title={t.decline}
      note={t.declineNote}
      list="decline"
      submit={t.decline}
      danger
      onClose={onClose}
      give={(code, remarks) =>
        onOffer(send('/api/v1/offers/{offer_id}/decline', { path: { offer_id: offer.id }, body: { code, remarks, advice: advice.value.trim() } }))
      }
    >
      <Area label={t.advice} hint={t.adviceHint} value={advice} />
    </CodeDialog>
  );
}

/** The facility that accepted cannot keep its word: coded, and somebody else is asked at once. */
export function GiveBackDialog({ offer, open, onClose }: Omit<Part, 'referral'>) {
  return (
    <CodeDialog
      open={open}
      title={t.giveBack}
      note={t.giveBackNote}
      list="giveBack"
      submit={t.giveBack}
      danger
      onClose={onClose}
      give={(code, remarks) =>
        onOffer(send('/api/v1/offers/{offer_id}/withdraw-acceptance', { path: { offer_id: offer.id }, body: { code, remarks } }))
      }
    />
  );
}

export function OfferCard({ referral, offer }: { referral: Referral; offer: Offer }) {
  const asked = useSignal<'accept' | 'ask' | 'decline' | null>(null);
  const more = useSignal(false);
  const can = (action: string): boolean => offer.actions?.includes(action) ?? false;
  const close = (): void => void (asked.value = null);
  const part = { referral, offer, onClose: close };
  return (
    <li id={`referral-${referral.id}`} class="panel care-card" data-waiting={offer.state === 'offered'}>
      <div class="row">
        <UrgencyChip urgency={referral.urgency} />
        <PatientLine patient={referral.patient} />
        <span class="grow" />
        <Countdown to={offer.answer_by} label={t.answerWithin} />
      </div>
      <ReferralSource referral={referral} />
      {referral.patient.complaint && <p class="care-complaint">{referral.patient.complaint}</p>}
      <ReferralFacts referral={referral} />
      <CaseVitals case_id={referral.case_id} />
      <p>
        <span class={offer.state === 'offered' ? 'care-late' : 'quiet'}>{codeWord('offerState', offer.state)}</span>
        {offer.state === 'offered' && <> · <Countdown to={offer.acknowledge_by} label={t.acknowledgeWithin} /></>}
      </p>
      {offer.question && (
        <p class="care-note">
          {t.question}: {offer.question}
          <br />
          {offer.answer ? <b>{t.answer}: {offer.answer}</b> : <span class="quiet">{t.noAnswerYet(named(referral.from_facility))}</span>}
        </p>
      )}
      <div class="row care-actions">
        {can('acknowledge') && <Button onPress={() => acknowledgeOffer(offer)}>{t.takeInHand}</Button>}
        {can('accept') && <Button look="primary" onPress={() => void (asked.value = 'accept')}>{t.accept}</Button>}
        {can('ask') && <Button onPress={() => void (asked.value = 'ask')}>{t.ask}</Button>}
        {can('decline') && <Button onPress={() => void (asked.value = 'decline')}>{t.decline}</Button>}
        <Button look="plain" aria-expanded={more.value} onPress={() => void (more.value = !more.value)}>{more.value ? t.less : t.more}</Button>
      </div>
      {more.value && (
        <div class="column">
          <CaseVitals case_id={referral.case_id} all />
          <h3>{t.timeline}</h3>
          <CaseTimeline case_id={referral.case_id} />
        </div>
      )}
      <AcceptDialog {...part} open={asked.value === 'accept'} />
      <AskDialog {...part} open={asked.value === 'ask'} />
      <DeclineDialog {...part} open={asked.value === 'decline'} />
    </li>
  );
}
