/** The hospital page: who is coming, which referrals wait for an answer, what the hospital can take. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { CapacityPanel } from '../shared/care/capacity';
import { keepInbound } from '../shared/care/inbound';
import { InboundBoard } from '../shared/care/inbound-board';
import { OfferCard } from '../shared/care/offer-card';
import { ReceivedCard } from '../shared/care/received-card';
import { ReferForm } from '../shared/care/refer';
import type { Start } from '../shared/care/refer-send';
import { here, keepReferrals, onTheWay, past, sentOpen, sentOver, toAnswer, type Referral } from '../shared/care/referrals';
import { Receivers } from '../shared/care/receivers';
import { showAlarm } from '../shared/care/show-alarm';
import { SentCard } from '../shared/care/sent-card';
import { careText } from '../shared/care/texts/care';
import { Button, Shell } from '../shared/components';
import { titles } from '../shared/titles';
import { followAlarms } from '../shared/server-alarms';
import { t } from './texts';

/** The referral that is being written; the boards come back when it is sent or left. */
const writing = signal<Start | null>(null);

function referOn(of: Referral, way: 'down' | 'onward'): void {
  writing.value = way === 'down' ? { name: `down ${of.id}`, directions: ['down'], of } : { name: `onward ${of.id}`, directions: ['up', 'across'], of, onward: true };
}

interface PartProps {
  id: string;
  title: string;
  count?: number | undefined;
  nothing: string;
  children: ComponentChildren;
}

function Part({ id, title, count, nothing, children }: PartProps) {
  return (
    <section class="column" aria-labelledby={id}>
      <h2 id={id} class="row">{title} <span class="care-number number">{count ?? '–'}</span></h2>
      {count === 0 && <p class="quiet">{nothing}</p>}
      <ul class="column">{children}</ul>
    </section>
  );
}

function Past({ referrals, card }: { referrals: readonly Referral[]; card: (referral: Referral) => ComponentChildren }) {
  if (referrals.length === 0) return null;
  return (
    <details>
      <summary>{t.past(referrals.length)}</summary>
      <ul class="column">{referrals.map(card)}</ul>
    </details>
  );
}

function Received() {
  return (
    <>
      <Part id="offers" title={t.offers} count={toAnswer.value?.length} nothing={t.noOffers}>
        {toAnswer.value?.map(({ referral, offer }) => <OfferCard key={referral.id} referral={referral} offer={offer} />)}
      </Part>
      <Part id="accepted" title={t.accepted} count={onTheWay.value.length} nothing={t.noneComing}>
        {onTheWay.value.map((one) => <ReceivedCard key={one.id} referral={one} />)}
      </Part>
    </>
  );
}

function Here() {
  return (
    <>
      <Part id="here" title={t.here} count={here.value.length} nothing={t.noneHere}>
        {here.value.map((one) => <ReceivedCard key={one.id} referral={one} referOn={referOn} />)}
      </Part>
      <Past referrals={past.value} card={(one) => <ReceivedCard key={one.id} referral={one} />} />
    </>
  );
}

function Sent() {
  return (
    <>
      <Part id="sent" title={t.sent} count={sentOpen.value?.length} nothing={t.noneSent}>
        {sentOpen.value?.map((one) => <SentCard key={one.id} referral={one} />)}
      </Part>
      <Past referrals={sentOver.value} card={(one) => <SentCard key={one.id} referral={one} />} />
    </>
  );
}

export function Hospital() {
  useMemo(() => {
    keepInbound();
    keepReferrals();
  }, []);
  useEffect(() => followAlarms({ go: showAlarm }), []);
  const start = writing.value;
  const leave = (): void => void (writing.value = null);
  return (
    <Shell
      title={titles.hospital}
      tools={start === null && <Button size="small" onPress={() => void (writing.value = { name: 'new', directions: ['up', 'across', 'down'] })}>{careText.newReferral}</Button>}
    >
      {start !== null ? (
        <ReferForm key={start.name} start={start} onDone={leave} onLeave={leave} />
      ) : (
        <div class="hospital">
          <div class="column"><Receivers /><InboundBoard /></div>
          <div class="column"><Received /></div>
          <div class="column"><CapacityPanel /><Here /><Sent /></div>
        </div>
      )}
    </Shell>
  );
}
