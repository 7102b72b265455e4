/** Sending units and taking it back: the same few functions behind keys, mouse and command line. */
import { computed, signal } from '@preact/signals';
import { newKey, Problem, read, send, type Schemas } from '../shared/api';
import { serverNow } from '../shared/clock';
import { toast } from '../shared/components';
import { incidents, units, type Assignment, type Incident } from '../shared/store';
import { common } from '../shared/words';
import { whoSent, type Taken } from './conflict';
import { ranking, showRanking } from './ranking';
import { t } from './texts';
import { ask, chosen } from './work';

const TAKE_BACK_MS = 10_000;

/** Orders that can still be taken back by one key, the newest last. */
const fresh = signal<readonly { assignments: readonly Assignment[]; until: number; gone: () => void }[]>([]);
export const canTakeBack = computed(() => fresh.value.at(-1) ?? null);

/** Why the last order came to nothing, until another one is given: who was faster, with what. */
export const lost = signal<{ incident_id: string; words: string; taken: Taken | null } | null>(null);

/** Whether this passes over what the ranking recommends. */
export function skips(unit_ids: readonly string[]): boolean {
  const recommended = ranking.peek()?.ranking.recommended[0];
  return recommended !== undefined && !unit_ids.includes(recommended);
}

/** Send these; whoever passes over the recommendation is asked why, once. */
export async function sendUnits(incident: Incident, unit_ids: readonly string[], reason?: string): Promise<void> {
  if (unit_ids.length === 0) return;
  if (reason === undefined && skips(unit_ids)) {
    ask({ what: 'override', units: [...unit_ids] });
    return;
  }
  await order(incident, unit_ids.map((unit_id) => ({ unit_id })), reason ?? '');
}

/** Send, or reserve for a later time. */
export async function order(incident: Incident, wanted: Schemas['UnitToSend'][], override_reason: string): Promise<void> {
  lost.value = null;
  const path = { incident_id: incident.id };
  const body = { units: wanted, override_reason };
  // A second press because nobody answered is the same order: the first one may have been taken.
  const what = JSON.stringify([incident.id, body]);
  if (unanswered?.what !== what) unanswered = { what, key: newKey() };
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

let unanswered: { what: string; key: string } | null = null;

function ordered(answer: Schemas['SendAnswer']): void {
  const { assignments } = answer;
  const known = incidents.get(answer.incident_id);
  if (known !== undefined) {
    // The row changes at once; the live line brings the whole incident.
    const others = (known.assignments ?? []).filter((one) => !assignments.some((mine) => mine.id === one.id));
    incidents.put({ ...known, state: 'open', assignments: [...others, ...assignments] });
  }
  incidents.touch(answer.incident_id);
  const names = assignments.map((one) => one.call_sign).join(t.and);
  const gone = toast(t.sentTo(names, known?.code ?? ''), { action: { label: `${common.undo} (U)`, run: () => void takeBack().catch(said) } });
  const order = { assignments, until: serverNow() + TAKE_BACK_MS, gone };
  fresh.value = [...fresh.peek(), order];
  setTimeout(() => {
    fresh.value = fresh.peek().filter((one) => one !== order);
  }, TAKE_BACK_MS);
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
  for (const one of last.assignments) await takeBackOne(one.id);
  toast(t.takenBack(last.assignments.map((one) => one.call_sign).join(t.and)));
  return true;
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

/** The n-th candidate, counted from 1; 0 is what is recommended. */
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
