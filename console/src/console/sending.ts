/** Sending units and taking it back: the same few functions behind keys, mouse and command line. */
import { computed, signal } from '@preact/signals';
import { newKey, Problem, read, send, wordsOf, type Schemas } from '../shared/api';
import { serverNow } from '../shared/clock';
import { toast } from '../shared/components';
import { incidents, units, type Assignment, type Incident } from '../shared/store';
import { common } from '../shared/words';
import { whoSent, type Taken } from './conflict';
import { ranking, rankingOf, showRanking } from './ranking';
import { t } from './texts';
import { ask, chosen, showIncident } from './work';

const TAKE_BACK_MS = 10_000;

/** Orders that can still be taken back by one key, the newest last. */
const fresh = signal<readonly { assignments: readonly Assignment[]; until: number; gone: () => void }[]>([]);
export const canTakeBack = computed(() => fresh.value.at(-1) ?? null);

/** Why the last order came to nothing, until another one is given: who was faster, with what. */
export const lost = signal<{ incident_id: string; words: string; taken: Taken | null } | null>(null);

/** Whether these pass over what the incident's own ranking recommends. */
async function skips(incident: Incident, unit_ids: readonly string[]): Promise<boolean> {
  const recommended = (await rankingOf(incident.id))?.ranking.recommended[0];
  return recommended !== undefined && !unit_ids.includes(recommended);
}

/** Send these; whoever passes over the recommendation is asked why, once. */
export async function sendUnits(incident: Incident, unit_ids: readonly string[], reason?: string): Promise<void> {
  if (unit_ids.length === 0) return;
  if (reason === undefined && (await skips(incident, unit_ids))) {
    if (chosen.peek()?.id !== incident.id) showIncident(incident.id);
    ask({ what: 'override', units: [...unit_ids] });
    return;
  }
  await order(incident, unit_ids.map((unit_id) => ({ unit_id })), reason ?? '');
}

/** Send what is recommended for an incident that need not be the chosen one. */
export async function sendRecommended(incident: Incident): Promise<void> {
  const wanted = (await rankingOf(incident.id))?.ranking.recommended ?? [];
  if (wanted.length === 0) toast(t.noCandidate, { tone: 'bad' });
  else await order(incident, wanted.map((unit_id) => ({ unit_id })), '');
}

/** Send, or reserve for a later time. */
export async function order(incident: Incident, wanted: Schemas['UnitToSend'][], override_reason: string): Promise<void> {
  lost.value = null;
  const path = { incident_id: incident.id };
  const body = { units: wanted, override_reason };
  // A second press because nobody answered is the same order: the first one may have been taken.
  const what = JSON.stringify([incident.id, body]);
  if (unanswered?.what !== what || isSeen(unanswered, incident.id, wanted)) unanswered = { what, key: newKey(), at: serverNow() };
  try {
    const answer = await send('/api/v1/incidents/{incident_id}/assignments', { path, body }, unanswered.key);
    unanswered = null;
    ordered(answer);
  } catch (error) {
    if (error instanceof Problem) unanswered = null;
    if (error instanceof Problem && error.status === 409) await refused(incident, wanted, error);
    throw error;
  }
}

/** An order of which it is not known whether it was taken, and when it was given first (server time, ms). */
let unanswered: { what: string; key: string; at: number } | null = null;
const SAME_ORDER_MS = 60_000;
const CLOCKS_APART_MS = 5_000;

/** Its outcome is known by now, or it is long ago: the same words are a new order. */
function isSeen(before: { at: number }, incident_id: string, wanted: readonly Schemas['UnitToSend'][]): boolean {
  if (serverNow() - before.at > SAME_ORDER_MS) return true;
  const ids = new Set(wanted.map((one) => one.unit_id));
  const since = before.at - CLOCKS_APART_MS;
  return (incidents.get(incident_id)?.assignments ?? []).some((one) => ids.has(one.unit_id) && Date.parse(one.sent_at) > since);
}

function ordered(answer: Schemas['SendAnswer']): void {
  const { assignments } = answer;
  const known = incidents.get(answer.incident_id);
  if (known !== undefined) {
    // The row changes at once; the live line brings the whole incident.
    const others = (known.assignments ?? []).filter((one) => !assignments.some((mine) => mine.id === one.id));
    incidents.put({ ...known, state: 'open', assignments: [...others, ...assignments] });
  }
  incidents.touch(answer.incident_id);
  const told = t.sentTo(assignments.map((one) => one.call_sign).join(t.and), known?.code ?? '');
  // One that is reserved or follows another run is cancelled, not taken back; the ten seconds count from the sending.
  const sent = assignments.filter((one) => one.state !== 'RSV');
  const until = Math.min(...sent.map((one) => Date.parse(one.sent_at))) + TAKE_BACK_MS;
  if (sent.length === 0 || until <= serverNow()) toast(told);
  else remember(sent, until, toast(told, { action: { label: `${common.undo} (U)`, run: () => void takeBack().catch(said) } }));
}

function remember(assignments: readonly Assignment[], until: number, gone: () => void): void {
  const order = { assignments, until, gone };
  fresh.value = [...fresh.peek(), order];
  setTimeout(() => {
    fresh.value = fresh.peek().filter((one) => one !== order);
  }, until - serverNow());
}

async function refused(incident: Incident, wanted: Schemas['UnitToSend'][], error: Problem): Promise<void> {
  const newer = error.document.candidates as Schemas['CandidatesView'] | undefined;
  if (newer !== undefined) showRanking(newer);
  incidents.touch(incident.id);
  wanted.forEach((one) => units.touch(one.unit_id));
  const refusal = { incident_id: incident.id, words: error.words, taken: null };
  lost.value = refusal;
  void sayWho(refusal, wanted.map((one) => one.unit_id));
}

const WHO_TRIES = 5;

/** Who was faster is looked up after the refusal is shown; what cannot be read at once is asked for again. */
async function sayWho(refusal: NonNullable<typeof lost.value>, unit_ids: readonly string[]): Promise<void> {
  for (let tries = 0; tries < WHO_TRIES && lost.peek() === refusal; tries++) {
    const taken = await whoSent(unit_ids).catch(() => null);
    if (taken !== null) {
      if (lost.peek() === refusal) lost.value = { ...refusal, taken };
      return;
    }
    await new Promise((go) => setTimeout(go, 1_000));
  }
}

const said = (error: unknown): void => void toast(error instanceof Problem ? error.words : common.unreached, { tone: 'bad' });

/** The newest order, within ten seconds. */
export async function takeBack(): Promise<boolean> {
  const last = canTakeBack.peek();
  if (last === null) return false;
  fresh.value = fresh.peek().filter((one) => one !== last);
  last.gone();
  const results = await Promise.allSettled(last.assignments.map((one) => takeBackOne(one.id)));
  const ended = (status: 'fulfilled' | 'rejected'): readonly Assignment[] => last.assignments.filter((_, at) => results[at]!.status === status);
  const back = ended('fulfilled');
  if (back.length > 0) toast(t.takenBack(back.map((one) => one.call_sign).join(t.and)));
  const left = ended('rejected');
  if (left.length > 0) notTakenBack(left, last.until, results.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])));
  return true;
}

/** Whoever is not called back keeps driving: say who, why, and let the key try again where nobody answered. */
function notTakenBack(left: readonly Assignment[], until: number, why: readonly unknown[]): void {
  const gone = toast(t.notTakenBack(left.map((one) => one.call_sign).join(t.and), [...new Set(why.map(wordsOf))].join(' ')), { tone: 'bad' });
  if (why.some((one) => !(one instanceof Problem)) && until > serverNow()) remember(left, until, gone);
}

async function takeBackOne(assignment_id: string): Promise<void> {
  const done = await send('/api/v1/assignments/{assignment_id}/take-back', { path: { assignment_id }, body: {} });
  incidents.touch(done.incident_id);
  units.touch(done.unit_id);
}

/** Order a reserved unit out now. */
export async function callReserved(assignment_id: string): Promise<void> {
  const done = await send('/api/v1/assignments/{assignment_id}/dispatch', { path: { assignment_id }, body: {} });
  incidents.touch(done.incident_id);
}

/** Call an order off; `version` is what the person saw. */
export async function cancelOrder(one: Assignment, reason: string, version: number = one.version): Promise<void> {
  const body = { reason, code: 'cancelled', version };
  const done = await send('/api/v1/assignments/{assignment_id}/cancel', { path: { assignment_id: one.id }, body });
  incidents.touch(done.incident_id);
  units.touch(done.unit_id);
}

/** The n-th candidate for the chosen incident, counted from 1; 0 is what is recommended. */
export function candidateUnits(n: number): string[] {
  const now = ranking.peek()?.ranking;
  if (now === undefined) return [];
  if (n === 0) return [...now.recommended];
  const found = now.candidates.find((one) => one.rank === n);
  return found === undefined ? [] : [found.unit_id];
}

/** What the number keys and Enter do. */
export async function sendCandidate(n: number): Promise<void> {
  const incident = chosen.peek();
  const wanted = candidateUnits(n);
  if (incident === undefined || wanted.length === 0) {
    toast(t.noCandidate, { tone: 'bad' });
    return;
  }
  await sendUnits(incident, wanted);
}

export const etasOf = (incident_id: string) => read('/api/v1/incidents/{incident_id}/etas', { path: { incident_id } });
