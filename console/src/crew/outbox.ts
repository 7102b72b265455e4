/**
 * What the crew did and the service has not heard yet. Everything is written to the device first, under an id of its
 * own and with the device's time, then sent in order; sent twice it counts once. What the service took late or refused
 * stays listed until somebody has seen it.
 */
import { batch, computed, signal } from '@preact/signals';
import { Problem, read, send, Unreached, type Reason, type Schemas } from '../shared/api';
import { backoff } from '../shared/backoff';
import { serverNow } from '../shared/clock';
import { connected } from '../shared/live';
import { channel } from '../shared/selection';
import type { Disk, Numbered } from './disk';

export type StampReport = Schemas['StampReport'];
type Patient = Schemas['Patient'];

export type Command = { assignment_id: string } & (
  | { kind: 'stamp'; stamp: Omit<StampReport, 'command_id'> }
  | { kind: 'seen'; change_entry_id: string }
  | { kind: 'patient'; case_id: string; patient: Patient }
  | { kind: 'describe'; case_id: string; patient: Patient }
  | { kind: 'vitals'; case_id: string; vitals: Schemas['VitalSigns'] }
  | { kind: 'destination'; case_id: string; facility_id: string; reason: string }
  | { kind: 'end-case'; case_id: string; code: string; remarks: string }
  | { kind: 'sign'; case_id: string; facility_id: string; summary: string; remarks: string; at: string }
);

export interface Outcome {
  what: 'late' | 'refused';
  reason: Reason | null;
}

export interface Item {
  /** The command's own id, and its Idempotency-Key. */
  id: string;
  made_at: string;
  command: Command;
  /** Null while it waits. */
  outcome: Outcome | null;
}
export type Waiting = Item & Numbered;

/** What an answer changes on the screen. */
export interface Heard {
  assignment(view: Schemas['AssignmentView']): void;
  case(view: Schemas['CaseView']): void;
  notice(view: Schemas['NoticeView']): void;
}

const items = signal<readonly Waiting[]>([]);
/** Not sent yet, in order. */
export const waiting = computed(() => items.value.filter((item) => item.outcome === null));
/** Taken late, or refused: to be seen by a person. */
export const settled = computed(() => items.value.filter((item) => item.outcome !== null));
/** Whether what waits survives a reload. */
export const lasting = signal(true);

const BATCH = 100;
const AGAIN_MS = 5_000;
let disk: Disk<Item> | null = null;
let heard: Heard | null = null;
let tell: (message: 'changed') => void = () => undefined;

/** Begin with what waited when the page was closed. */
export async function startOutbox(on: Disk<Item>, listener: Heard): Promise<void> {
  disk = on;
  heard = listener;
  lasting.value = on.lasting;
  await reload();
  tell = channel<'changed'>('outbox', () => void reload());
  addEventListener('online', () => void drain());
  setInterval(() => void drain(), AGAIN_MS);
  connected.subscribe((now) => now && void drain());
  void drain();
}

async function reload(): Promise<void> {
  items.value = (await disk!.all()).sort((a, b) => a.number - b.number);
}

/** The time of this device, and how far it is off where that is known. */
export function deviceTime(): { at: string; clock_offset_s?: number } {
  const off = (Date.now() - serverNow()) / 1000;
  const at = new Date().toISOString();
  return off === 0 ? { at } : { at, clock_offset_s: Math.round(off * 1000) / 1000 };
}

/** The time now, as nearly right as this device knows. */
export const trueTime = (): string => new Date(serverNow()).toISOString();

/** Keep a command; it is on the disk when this resolves, and sent as soon as somebody answers. */
export async function queue(command: Command, id: string = crypto.randomUUID()): Promise<void> {
  const item = await disk!.add({ id, made_at: trueTime(), command, outcome: null });
  items.value = [...items.peek(), item];
  tell('changed');
  void drain();
}

/** Somebody has seen what became of these. */
export async function dismiss(...numbers: number[]): Promise<void> {
  await disk!.remove(...numbers);
  items.value = items.peek().filter((item) => !numbers.includes(item.number));
  tell('changed');
}

let draining = false;
let asked = false;
let tries = 0;

/** Send what waits, in order; one window of the seat does it at a time. */
export async function drain(): Promise<void> {
  asked = true;
  if (draining || disk === null) return;
  draining = true;
  try {
    while (asked) {
      asked = false;
      if (navigator.locks) await navigator.locks.request('jiuhu outbox', () => sendAll());
      else await sendAll();
    }
    tries = 0;
  } catch {
    // Nobody answers, or not yet: what waits goes on waiting.
    setTimeout(() => void drain(), backoff(tries++));
  } finally {
    draining = false;
  }
}

async function sendAll(): Promise<void> {
  await reload();
  const held = new Set<number>();
  for (;;) {
    const next = waiting.peek().filter((item) => !held.has(item.number));
    const first = next[0];
    if (first === undefined || !navigator.onLine) return;
    if (first.command.kind === 'stamp') await sendStamps(first.command.assignment_id, stampsOf(next));
    else if (!(await sendOne(first))) held.add(first.number);
  }
}

/** The stamps of one run that stand next to each other at the head of the queue. */
function stampsOf(next: readonly Waiting[]): Waiting[] {
  const run = next[0]!.command.assignment_id;
  const end = next.findIndex(({ command }) => command.kind !== 'stamp' || command.assignment_id !== run);
  return next.slice(0, Math.min(end < 0 ? next.length : end, BATCH));
}

async function sendStamps(assignment_id: string, batchOf: readonly Waiting[]): Promise<void> {
  const stamps = batchOf.flatMap(({ id, command }) => (command.kind === 'stamp' ? [{ ...command.stamp, command_id: id }] : []));
  try {
    // Each report is known by its own id: the batch needs no key that outlives this try.
    const answer = await send('/api/v1/assignments/{assignment_id}/stamps', { path: { assignment_id }, body: { stamps } });
    const results = new Map((answer.results ?? []).map((result) => [result.command_id, result]));
    await settle(
      batchOf.map((item) => {
        const result = results.get(item.id);
        const told = result?.outcome === 'late' || result?.outcome === 'refused';
        return [item, told ? { what: result.outcome as Outcome['what'], reason: result.reason ?? null } : null];
      }),
      () => heard?.assignment(answer.assignment),
    );
  } catch (error) {
    const reason = refusal(error);
    await settle(batchOf.map((item) => [item, { what: 'refused', reason }]), () => undefined);
  }
}

/** False when it has to wait for something else and must not hold up what follows. */
async function sendOne(item: Waiting): Promise<boolean> {
  try {
    const show = await give(item);
    if (show === null) return false;
    await settle([[item, null]], show);
  } catch (error) {
    await settle([[item, { what: 'refused', reason: refusal(error) }]], () => undefined);
  }
  return true;
}

/** The reason of a refusal; what is no refusal is thrown on, and everything waits. */
function refusal(error: unknown): Reason {
  if (error instanceof Unreached || !(error instanceof Problem)) throw error;
  const { status, code, args, document } = error;
  if (status === 401 || status === 408 || status === 429 || status >= 500) throw error;
  const field = document.errors[0];
  return field === undefined ? { code, args } : { code: field.code, args: field.args };
}

async function settle(outcomes: (readonly [Waiting, Outcome | null])[], show: () => void): Promise<void> {
  const done = outcomes.filter(([, outcome]) => outcome === null).map(([item]) => item.number);
  const told = outcomes.flatMap(([item, outcome]) => (outcome === null ? [] : [{ ...item, outcome }]));
  if (done.length > 0) await disk!.remove(...done);
  for (const item of told) await disk!.put(item);
  batch(() => {
    show();
    const changed = new Map(told.map((item) => [item.number, item]));
    items.value = items.peek().filter((item) => !done.includes(item.number)).map((item) => changed.get(item.number) ?? item);
  });
  tell('changed');
}

type Show = () => void;

/** Send one command; the answer is what it changes on the screen, or null when it cannot be sent yet. */
async function give({ id, made_at, command }: Waiting): Promise<Show | null> {
  const path = { assignment_id: command.assignment_id };
  switch (command.kind) {
    case 'stamp':
      throw new Error('stamps are sent together');
    case 'seen': {
      const body = { change_entry_id: command.change_entry_id };
      const view = await send('/api/v1/assignments/{assignment_id}/change-seen', { path, body }, id);
      return () => heard?.assignment(view);
    }
    case 'patient': {
      const view = await send('/api/v1/assignments/{assignment_id}/patients', { path, body: { ...command.patient, command_id: id, at: made_at } }, id);
      return () => heard?.case(view);
    }
    case 'sign':
      return sign(command, id);
    default: {
      const view = await sendOfCase(command, id);
      return () => heard?.case(view);
    }
  }
}

type OfCase = Extract<Command, { kind: 'describe' | 'vitals' | 'destination' | 'end-case' }>;

function sendOfCase(command: OfCase, id: string): Promise<Schemas['CaseView']> {
  const path = { case_id: command.case_id };
  switch (command.kind) {
    case 'describe':
      return send('/api/v1/cases/{case_id}/patient', { path, body: { patient: command.patient } }, id);
    case 'vitals':
      return send('/api/v1/cases/{case_id}/vitals', { path, body: { command_id: id, vitals: command.vitals } }, id);
    case 'destination': {
      const { facility_id, reason } = command;
      return send('/api/v1/cases/{case_id}/destination', { path, body: { facility_id, reason } }, id);
    }
    case 'end-case':
      return send('/api/v1/cases/{case_id}/end', { path, body: { code: command.code, remarks: command.remarks } }, id);
  }
}

/** A signature belongs to the hospital's notice, which follows from the destination: it may have to wait for it. */
async function sign(command: Extract<Command, { kind: 'sign' }>, id: string): Promise<Show | null> {
  const { case_id, facility_id } = command;
  const { notices } = await read('/api/v1/inbound', { query: { done: true } });
  // Of a patient who is transferred there are two: the hospital at whose door the crew signed is meant.
  const notice = notices.find((one) => one.case_id === case_id && one.facility_id === facility_id && one.withdrawn_at === null);
  if (notice === undefined) {
    const found = await read('/api/v1/cases/{case_id}', { path: { case_id } });
    const gone = { status: 404, title: '', type: '', detail: '', code: 'notice-not-found', args: {}, errors: [] };
    // Nothing that could still come: it would wait for ever.
    if (found.destination_id !== facility_id || found.end_code !== null) throw new Problem(404, gone as unknown as Problem['document']);
    return null;
  }
  const { summary, remarks, at } = command;
  const path = { notice_id: notice.notice_id };
  const view = await send('/api/v1/notices/{notice_id}/sign', { path, body: { command_id: id, summary, remarks, at } }, id);
  return () => heard?.notice(view);
}
