/** The clinic page: refer a patient and see the answer, take patients back, visit them. On a phone one tab at a time. */
import { computed, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { CapacityPanel } from '../shared/care/capacity';
import { inbound, isHeard, keepInbound } from '../shared/care/inbound';
import { InboundBoard } from '../shared/care/inbound-board';
import { OfferCard } from '../shared/care/offer-card';
import { ReceivedCard } from '../shared/care/received-card';
import { ReferForm } from '../shared/care/refer';
import { goTo, here, keepReferrals, onTheWay, past, received, sent, sentOpen, sentOver, toAnswer } from '../shared/care/referrals';
import { Receivers } from '../shared/care/receivers';
import { showAlarm } from '../shared/care/show-alarm';
import { SentCard } from '../shared/care/sent-card';
import { careText } from '../shared/care/texts/care';
import { followUps, Visits } from '../shared/care/visits';
import { Button, Shell } from '../shared/components';
import { titles } from '../shared/titles';
import { followAlarms } from '../shared/server-alarms';
import { common } from '../shared/words';
import { t } from './texts';

type Tab = 'sent' | 'back' | 'visits';
const tab = signal<Tab>('sent');
const writing = signal(false);
const NEW = { name: 'new', directions: ['up', 'across'] } as const;

/** Patients who are expected back: accepted, and the visit is planned. */
const expected = computed(() => received.value?.filter((one) => one.state === 'follow-up') ?? []);

goTo.value = (id) => {
  writing.value = false;
  tab.value = id.startsWith('visit-') ? 'visits' : sent.peek()?.some((one) => `referral-${one.id}` === id) ? 'sent' : 'back';
  requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block: 'nearest' }));
};

function Sent() {
  const open = sentOpen.value;
  return (
    <section class="column" aria-labelledby="sent">
      <div class="row">
        <h2 id="sent" class="row">{t.sent} <span class="care-number number">{open?.length ?? '–'}</span></h2>
        <span class="grow" />
        <Button look="primary" class="clinic-new" onPress={() => void (writing.value = true)}>＋ {careText.newReferral}</Button>
      </div>
      {open === undefined && <p class="quiet">{common.loading}</p>}
      {open?.length === 0 && <p class="quiet">{t.noneSent}</p>}
      <ul class="column">{open?.map((one) => <SentCard key={one.id} referral={one} />)}</ul>
      {sentOver.value.length > 0 && (
        <details>
          <summary>{t.past(sentOver.value.length)}</summary>
          <ul class="column">{sentOver.value.map((one) => <SentCard key={one.id} referral={one} />)}</ul>
        </details>
      )}
    </section>
  );
}

function Back() {
  const waiting = toAnswer.value;
  const taken = [...onTheWay.value, ...here.value, ...expected.value];
  return (
    <>
      <section class="column" aria-labelledby="back">
        <h2 id="back" class="row">{t.back} <span class="care-number number">{waiting?.length ?? '–'}</span></h2>
        {waiting?.length === 0 && <p class="quiet">{t.noneBack}</p>}
        <ul class="column">{waiting?.map(({ referral, offer }) => <OfferCard key={referral.id} referral={referral} offer={offer} />)}</ul>
      </section>
      {taken.length > 0 && (
        <section class="column" aria-labelledby="expected">
          <h2 id="expected" class="row">{t.expected} <span class="care-number number">{taken.length}</span></h2>
          <ul class="column">{taken.map((one) => <ReceivedCard key={one.id} referral={one} />)}</ul>
        </section>
      )}
      <InboundBoard />
      <CapacityPanel />
      {past.value.length > 0 && (
        <details>
          <summary>{t.past(past.value.length)}</summary>
          <ul class="column">{past.value.map((one) => <ReceivedCard key={one.id} referral={one} />)}</ul>
        </details>
      )}
    </>
  );
}

function Tabs() {
  const waiting = (toAnswer.value?.length ?? 0) + (inbound.value ?? []).filter((one) => !isHeard(one)).length;
  const due = followUps()?.length ?? 0;
  const open = sentOpen.value?.length ?? 0;
  const tabs: [Tab, string, number][] = [['sent', t.sentTab, open], ['back', t.backTab, waiting], ['visits', t.visitsTab, due]];
  return (
    <nav class="clinic-tabs" aria-label={t.tabs}>
      {tabs.map(([name, label, count]) => (
        <button key={name} type="button" aria-current={tab.value === name ? 'page' : undefined} onClick={() => (tab.value = name)}>
          {label} {count > 0 && <span class="care-number number">{count}</span>}
        </button>
      ))}
    </nav>
  );
}

export function Clinic() {
  useMemo(() => {
    keepInbound();
    keepReferrals();
  }, []);
  useEffect(() => followAlarms({ go: showAlarm }), []);
  const leave = (): void => void (writing.value = false);
  const done = (): void => {
    leave();
    tab.value = 'sent';
    scrollTo({ top: 0 });
  };
  return (
    <Shell title={titles.clinic}>
      {writing.value ? (
        <ReferForm start={NEW} onDone={done} onLeave={leave} />
      ) : (
        <>
          <Receivers />
          <Tabs />
          <div class="clinic" data-tab={tab.value}>
            <div class="column" data-part="sent"><Sent /></div>
            <div class="column" data-part="back"><Back /></div>
            <div class="column" data-part="visits"><Visits /></div>
          </div>
        </>
      )}
    </Shell>
  );
}
