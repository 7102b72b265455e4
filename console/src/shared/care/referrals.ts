/** Referrals that this organisation sent or received, kept current; what waits for its answer is heard. */
import { computed, effect, signal } from '@preact/signals';
import { clear, raise, type Level } from '../alarm';
import { read, send, type Schemas } from '../api';
import { announce, toast } from '../components';
import { named } from '../i18n';
import { me } from '../session';
import { resource, type Resource } from '../resource';
import { careText as t } from './texts/care';
import { codeWord } from './texts/codes';

export type Referral = Schemas['ReferralView'];
export type Offer = Schemas['OfferView'];

interface Known {
  sent: readonly Referral[];
  received: readonly Referral[];
}

/** The ETA of a run moves without an entry. */
const EVERY_MS = 15_000;
const LIVE = new Set(['offered', 'received', 'info-requested']);

let kept: Resource<Known> | null = null;
const nobody = signal<Known | undefined>(undefined);

async function fetchAll(): Promise<Known> {
  const [sent, received] = await Promise.all(
    (['sent', 'received'] as const).map(async (mine) => (await read('/api/v1/referrals', { query: { mine, open: false, limit: 200 } })).referrals),
  );
  return { sent: sent!, received: received! };
}

/** Begin to follow the referrals; once for each page. */
export function keepReferrals(): void {
  if (kept !== null) return;
  kept = resource(fetchAll, { entries: ['referral.', 'offer.', 'followup.', 'notice.', 'handover.', 'case.', 'stream.'], everyMs: EVERY_MS });
  effect(soundFor);
  effect(tellAcceptance);
}

const known = computed(() => (kept?.value ?? nobody).value);
export const referralsFailure = (): unknown => kept?.failure.value ?? null;
export const sent = computed(() => known.value?.sent);
export const received = computed(() => known.value?.received);

const may = (offer: Offer, action: string): boolean => offer.actions?.includes(action) ?? false;

/** The offer of a referral that this organisation has to answer, or has answered. */
export function ownOffer(referral: Referral): Offer | undefined {
  const mine = referral.offers.filter((one) => one.facility_id === me.value?.organisation.id || may(one, 'accept') || may(one, 'withdraw-acceptance'));
  return mine.findLast((one) => LIVE.has(one.state) || one.state === 'accepted') ?? mine.at(-1);
}

export const isLive = (offer: Offer): boolean => LIVE.has(offer.state);

/** Waiting for an answer from here, the nearest deadline first. */
export const toAnswer = computed(() =>
  received.value
    ?.flatMap((referral) => {
      const offer = ownOffer(referral);
      return offer !== undefined && isLive(offer) ? [{ referral, offer }] : [];
    })
    .sort((a, b) => a.offer.answer_by.localeCompare(b.offer.answer_by)),
);

const ours = (referral: Referral): boolean => referral.accepted_offer_id !== null && ownOffer(referral)?.id === referral.accepted_offer_id;

/** Accepted here and not there yet. */
export const onTheWay = computed(
  () => received.value?.filter((one) => ours(one) && ['accepted', 'transport-failed', 'cancel-requested'].includes(one.state)) ?? [],
);
const CARE_OVER = ['died', 'treated-and-discharged', 'left-against-advice'];
/** The other side has read the outcome, and by it the patient is still here: home they go days later. */
export const isInWard = ({ id, state, end_code, outcome }: Referral): boolean =>
  state === 'closed' && end_code === 'completed' && outcome !== null && !CARE_OVER.includes(outcome.outcome) && !sent.value?.some((one) => one.based_on === id);
/** There, until the patient has left by what was told. */
export const here = computed(() => received.value?.filter((one) => ours(one) && (['arrived', 'outcome-sent'].includes(one.state) || isInWard(one))) ?? []);
/** Declined, withdrawn, closed: the newest first. */
export const past = computed(() => {
  const shown = new Set([...(toAnswer.value ?? []).map((one) => one.referral.id), ...onTheWay.value.map((one) => one.id), ...here.value.map((one) => one.id)]);
  return received.value?.filter((one) => !shown.has(one.id) && !['follow-up', 'visit-cancel-requested'].includes(one.state)) ?? [];
});

const isOver = (one: Referral): boolean => ['closed', 'cancelled'].includes(one.state);
/** What waits for somebody here comes first: nobody takes the patient, a question, an outcome to read. */
const asks = (one: Referral): boolean =>
  ['unplaced', 'transport-failed', 'outcome-sent'].includes(one.state) || one.offers.some((offer) => offer.state === 'info-requested');
export const sentOpen = computed(() => sent.value?.filter((one) => !isOver(one)).sort((a, b) => Number(asks(b)) - Number(asks(a))));
export const sentOver = computed(() => sent.value?.filter(isOver) ?? []);

/** Somebody waits for an answer to a wish to call it off. */
export const isWishedOff = (one: Referral): boolean => ['cancel-requested', 'visit-cancel-requested'].includes(one.state);

/** The planned visit stands: refused by the one side, taken back by the other. */
export async function keepVisit(referral_id: string): Promise<void> {
  putReferral(await send('/api/v1/referrals/{referral_id}/keep', { path: { referral_id } }));
}

/** What a command answered, at once; the next fetch confirms it. */
export function putReferral(referral: Referral): Referral {
  const now = kept?.value.peek();
  if (now !== undefined) {
    const put = (list: readonly Referral[]): readonly Referral[] => list.map((one) => (one.id === referral.id ? referral : one));
    const isNew = !now.sent.some((one) => one.id === referral.id) && referral.from_facility.id === me.peek()?.organisation.id;
    kept!.set({ sent: isNew ? [referral, ...now.sent] : put(now.sent), received: put(now.received) });
  }
  void kept?.refresh();
  return referral;
}

export async function refreshReferrals(): Promise<void> {
  await kept?.refresh();
}

/** A command on an offer; the whole referral is fetched again after it, whatever the answer. */
export async function onOffer<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } finally {
    void kept?.refresh();
  }
}

export const acknowledgeOffer = (offer: Offer): Promise<Offer> => onOffer(send('/api/v1/offers/{offer_id}/acknowledge', { path: { offer_id: offer.id } }));

const sounding = new Set<string>();
/** What was acknowledged here and is no command of the service: its card says the rest. */
const seen = new Set<string>();

interface Call {
  level: Level;
  says: () => string;
  take?: () => Promise<unknown>;
  where: string;
}

function calls(): Map<string, Call> {
  const found = new Map<string, Call>();
  for (const { referral, offer } of toAnswer.value ?? []) {
    if (offer.state !== 'offered') continue;
    found.set(`offer ${offer.id}`, {
      level: referral.urgency === 'stat' ? 1 : 2,
      says: () => t.offerWaits(codeWord('urgency', referral.urgency), named(referral.from_facility), referral.diagnosis || referral.reason),
      take: () => acknowledgeOffer(offer),
      where: `referral-${referral.id}`,
    });
  }
  for (const referral of sent.value ?? []) {
    const where = `referral-${referral.id}`;
    for (const offer of referral.offers.filter((one) => one.state === 'info-requested')) {
      found.set(`question ${offer.id} ${offer.question}`, { level: 2, says: () => t.questionAlarm(named(offer), referral.code), where });
    }
  }
  return found;
}

function soundFor(): void {
  const waiting = new Map([...calls()].filter(([id]) => !seen.has(id)));
  for (const id of sounding) {
    if (waiting.has(id)) continue;
    clear(id);
    sounding.delete(id);
  }
  for (const [id, { level, says, take, where }] of waiting) {
    sounding.add(id);
    raise({ id, cause: id, level, says, go: () => goTo.value?.(where), take: take ?? (() => see(id)) });
  }
}

async function see(id: string): Promise<void> {
  seen.add(id);
  sounding.delete(id);
  clear(id);
}

/** How this page shows an element with an id: pages with tabs open the right one first. */
export const goTo = signal<((id: string) => void) | null>((id) => document.getElementById(id)?.scrollIntoView({ block: 'nearest' }));

const acceptedBefore = new Map<string, string | null>();

/** The answer that somebody waits for is said, wherever on the page they are. */
function tellAcceptance(): void {
  for (const referral of sent.value ?? []) {
    const before = acceptedBefore.get(referral.id);
    acceptedBefore.set(referral.id, referral.accepted_offer_id);
    if (before !== null || referral.accepted_offer_id === null) continue;
    const offer = referral.offers.find((one) => one.id === referral.accepted_offer_id);
    const says = t.acceptedToast(referral.patient.name || referral.patient.label, offer === undefined ? '' : named(offer));
    toast(says, { ms: 8_000 });
    announce(says);
  }
}
