/**
 * The crew's present: its order, the incident, patients, notices, the way. Kept on the device, so that a reload without
 * a network shows what was known, with its age; what waits in the outbox is shown on top of it.
 */
import { computed, effect, signal } from '@preact/signals';
import { isPassing, Problem, read, type Schemas } from '../shared/api';
import { serverNow } from '../shared/clock';
import { connected, onChange, onEntry, onFresh, type LiveEntry } from '../shared/live';
import { GATHER_MS, gathered, onceMore } from '../shared/resource';
import { me } from '../shared/session';
import type { Disk } from './disk';
import { settled, waiting, type Item } from './outbox';
import { changesOf, patientsOf, runOf, type Assignment, type Case, type Run } from './project';
import { DESK_ENDS, isAboard, isDriving, isOver } from './steps';
import type { Route } from './way';

export type Incident = Schemas['IncidentView'];
export type Notice = Schemas['NoticeView'];
export type Facility = Schemas['FacilityView'];
type Entry = Omit<LiveEntry, 'position'>;

interface Known {
  /** When the service was last heard, by its own clock; 0 never. */
  at: number;
  incidents: readonly Incident[];
  cases: readonly Case[];
  notices: readonly Notice[];
  facilities: readonly Facility[];
  entries: readonly Entry[];
  route: Route | null;
  /** Runs that the centre ended, until somebody has seen it. */
  calledOff: readonly { id: string; code: string; reason: string }[];
}

const NOTHING: Known = { at: 0, incidents: [], cases: [], notices: [], facilities: [], entries: [], route: null, calledOff: [] };
const KEPT = 'present';

export const known = signal<Known>(NOTHING);
/** What is kept was read: until then the page waits, so that nothing is shown as empty that is not. */
export const ready = signal(false);

const own = computed(() => {
  const unit = me.value?.unit_id;
  return known.value.incidents.flatMap((incident) =>
    (incident.assignments ?? []).filter((one) => one.unit_id === unit).map((assignment) => ({ incident, assignment })),
  );
});
const bySent = (a: { assignment: Assignment }, b: { assignment: Assignment }): number =>
  Date.parse(b.assignment.sent_at) - Date.parse(a.assignment.sent_at);

/** The run that keeps the unit busy, as the service knows it; after it, the newest one. */
const chosen = computed(() => {
  const runs = own.value.filter(({ assignment }) => assignment.state !== 'RSV').sort(bySent);
  return runs.find(({ assignment }) => !isOver(assignment.state)) ?? runs[0];
});
export const incident = computed<Incident | null>(() => chosen.value?.incident ?? null);
export const run = computed<Run | null>(() => (chosen.value === undefined ? null : runOf(chosen.value.assignment, waiting.value)));
/** A run that is not over, with what waits to be sent counted. */
export const active = computed<Run | null>(() => (run.value !== null && !isOver(run.value.state) ? run.value : null));
export const reserved = computed(() =>
  own.value
    .filter(({ assignment }) => assignment.state === 'RSV')
    .sort((a, b) => Date.parse(a.assignment.reserved_for ?? '') - Date.parse(b.assignment.reserved_for ?? '')),
);
export const patients = computed(() => {
  const now = run.value;
  if (now === null) return [];
  const mine = known.value.cases.filter((one) => one.assignment_id === now.assignment.id);
  return patientsOf(now.assignment.id, mine, waiting.value);
});
/** Changes of the order that the crew has not acknowledged. */
export const changes = computed(() => {
  const now = active.value;
  if (now === null) return [];
  const seen = new Set(waiting.value.flatMap(({ command }) => (command.kind === 'seen' ? [command.change_entry_id] : [])));
  const open = changesOf(known.value.entries, now.assignment.id);
  const heard = open.findLast((change) => seen.has(change.id))?.number ?? 0;
  return open.filter((change) => change.number > heard);
});
/** The way to where the run goes now: without a network the one that is kept may lead to where it went before. */
export const route = computed(() => {
  const way = known.value.route;
  if (way === null || way.assignment_id !== active.value?.assignment.id) return null;
  const { facility } = target.value;
  const leads = facility === undefined ? way.target === 'scene' : way.facility_id === facility.id;
  return leads ? way : null;
});

/** The notice to the hospital that a patient is brought to. */
export function noticeOf(case_id: string, facility_id: string | null): Notice | undefined {
  return known.value.notices.find((one) => one.case_id === case_id && one.facility_id === facility_id);
}

export function facilityOf(id: string | null | undefined): Facility['organisation'] | undefined {
  return known.value.facilities.find((one) => one.organisation.id === id)?.organisation;
}

// --- what the service says -----------------------------------------------------------------------------------------

function set(change: Partial<Known>): void {
  known.value = { ...known.peek(), ...change };
}

const newer = <T extends { id: string; version: number }>(found: readonly T[], kept: readonly T[]): T[] =>
  found.map((one) => kept.find((other) => other.id === one.id && other.version > one.version) ?? one);

/** A command has answered with the run: it is newer than what was fetched before. */
export function putAssignment(view: Assignment): void {
  const put = (one: Assignment): Assignment => (one.id === view.id && view.version >= one.version ? view : one);
  const before = known.peek();
  const incidents = before.incidents.map((found) => ({ ...found, assignments: (found.assignments ?? []).map(put) }));
  set({ incidents });
  callOff(...calledOffSince(before, incidents));
  refresh();
}

export function putCase(view: Case): void {
  const others = known.peek().cases.filter((one) => one.id !== view.id);
  const [kept] = newer([view], known.peek().cases);
  set({ cases: [...others, kept!] });
}

export function putNotice(view: Notice): void {
  set({ notices: [...known.peek().notices.filter((one) => one.notice_id !== view.notice_id), view] });
}

const PATIENCE_MS = 8_000;

async function fetchAll(): Promise<void> {
  const before = known.peek();
  const unit = me.peek()?.unit_id;
  // One that hangs would hold up every later one, and with it the next order.
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const mine = (one: Incident): boolean => (one.assignments ?? []).some((found) => found.unit_id === unit);
  const open = (await read('/api/v1/incidents', { query: { state: 'open', limit: 500 }, signal })).incidents.filter(mine);
  const last = chosen.peek();
  // With what waits to be sent: a run that the crew itself has just refused is not called off.
  const under = active.peek()?.assignment.id;
  const left = last === undefined || open.some((one) => one.id === last.incident.id) ? [] : await unlessGone(last.incident.id, signal);
  // What a command has answered while this was on its way is newer.
  const kept = known.peek();
  const incidents = [...open, ...left].map((found) => {
    const old = kept.incidents.find((one) => one.id === found.id)?.assignments ?? [];
    return { ...found, assignments: newer(found.assignments ?? [], old) };
  });
  const gone = under === undefined || incidents.some((one) => one.id === last?.incident.id) ? [] : [{ id: under, code: 'gone', reason: '' }];
  const calledOff = [...calledOffSince(before, incidents), ...gone];
  // The order first: nothing that follows may hold it up.
  set({ incidents, at: serverNow() });
  callOff(...calledOff);
  const now = chosen.peek();
  if (now === undefined) return;
  const stream_id = now.incident.id;
  const [cases, inbound, entries] = await Promise.all([
    read('/api/v1/cases', { query: { limit: 50 }, signal }),
    read('/api/v1/inbound', { query: { done: true }, signal }),
    read('/api/v1/incidents/{stream_id}/entries', { path: { stream_id }, signal }),
  ]);
  // One that a command has answered with meanwhile is not in what was asked before.
  const fetched = new Set(cases.cases.map((one) => one.id));
  const added = known.peek().cases.filter((one) => one.assignment_id === now.assignment.id && !fetched.has(one.id));
  // An entry that was heard while these were on their way is not among them.
  const newest = entries.entries.at(-1)?.number ?? 0;
  const since = known.peek().entries.filter((one) => one.stream_id === stream_id && one.number > newest);
  set({ cases: [...newer(cases.cases, known.peek().cases), ...added], notices: inbound.notices, entries: [...entries.entries, ...since] });
  await fetchRoute();
}

async function unlessGone(incident_id: string, signal: AbortSignal): Promise<Incident[]> {
  try {
    return [await read('/api/v1/incidents/{incident_id}', { path: { incident_id }, signal })];
  } catch (error) {
    if (error instanceof Problem && !isPassing(error)) return [];
    throw error;
  }
}

/** Each once, and what is known of why goes before what is not. */
function callOff(...more: Known['calledOff']): void {
  const { calledOff } = known.peek();
  const added = more.filter((one) => !calledOff.some((told) => told.id === one.id));
  if (added.length > 0) set({ calledOff: [...calledOff, ...added] });
}

/** An order that is called off before the crew has answered it is no longer theirs to read: the entry alone says it. */
function hearEnd(said: LiveEntry['said']): void {
  if (said.kind !== 'assignment.stamped.v1' || !DESK_ENDS.includes(said.event)) return;
  const mine = own.peek().find(({ assignment }) => assignment.id === said.assignment_id);
  if (mine === undefined || isOver(mine.assignment.state)) return;
  callOff({ id: said.assignment_id, code: said.event, reason: said.reason ?? '' });
}

/** Runs that were under way when last seen, and that the centre has ended since. */
function calledOffSince(before: Known, incidents: readonly Incident[]): Known['calledOff'] {
  const unit = me.peek()?.unit_id;
  const old = new Map(before.incidents.flatMap((one) => one.assignments ?? []).map((one) => [one.id, one]));
  return incidents
    .flatMap((one) => one.assignments ?? [])
    .filter((one) => one.unit_id === unit && one.state === 'END' && DESK_ENDS.includes(one.end_code))
    .filter((one) => old.get(one.id) !== undefined && old.get(one.id)!.state !== 'END')
    .map(({ id, end_code, end_reason }) => ({ id, code: end_code, reason: end_reason }));
}

export function seenCalledOff(): void {
  set({ calledOff: [] });
}

let asked = 0;

async function fetchRoute(): Promise<void> {
  const now = active.peek();
  // Of two answers that cross, the one that was asked for last is the newer.
  const mine = ++asked;
  const put = (route: Route | null): void => (mine === asked ? set({ route }) : undefined);
  if (now === null) return put(null);
  try {
    const path = { assignment_id: now.assignment.id };
    put(await read('/api/v1/assignments/{assignment_id}/route', { path }));
  } catch (error) {
    // Nowhere to go to, or no road: that is an answer. Not being reached is none, and the old way stays.
    if (error instanceof Problem) put(null);
  }
}

const quietly = (job: () => Promise<void>, waitMs = GATHER_MS): (() => Promise<void>) =>
  gathered(() => job().catch(() => undefined), waitMs);
/** An order is among it: what failed is asked for again soon, not when the next entry comes. */
const again = gathered(() => fetchAll().catch((error: unknown) => onceMore(error, refresh)));
const routeAgain = quietly(fetchRoute, 0);
const fetchFacilities = async (): Promise<void> => set({ facilities: (await read('/api/v1/facilities')).facilities });
const facilitiesAgain = quietly(fetchFacilities);
/** What they can take changes with every patient anywhere; here they are names, places and telephones. */
const facilitiesLater = quietly(fetchFacilities, 60_000);
const refresh = (): void => void again();

/** What is said of the run's incident counts at once; what follows from it is fetched: of another way, that way alone. */
function hear(entry: LiveEntry, kind: string): void {
  const { entries } = known.peek();
  if (entry.stream_id === chosen.peek()?.incident.id && !entries.some(({ id }) => id === entry.id)) {
    set({ entries: [...entries, entry] });
  }
  hearEnd(entry.said);
  if (kind.startsWith('assignment.route-changed')) void routeAgain();
  else refresh();
}

const ROUTE_MS = 15_000;
const STRAY_MS = 60_000;

/** Begin with what was kept, then follow the service. */
export async function startWork(disk: Disk<Item>): Promise<void> {
  known.value = { ...NOTHING, ...(await disk.read<Partial<Known>>(KEPT).catch(() => undefined)) };
  ready.value = true;
  keepOn(disk);
  onEntry(['incident.', 'assignment.', 'case.', 'notice.', 'handover.', 'stream.'], hear);
  onFresh(refresh);
  onFresh(() => void facilitiesAgain());
  onChange('facility', () => void facilitiesLater());
  refresh();
  void facilitiesAgain();
  // The way changes with the vehicle's place, which nobody announces; the rest only in case something was missed.
  setInterval(() => connected.peek() && active.peek() !== null && isDriving(active.peek()!.state) && void routeAgain(), ROUTE_MS);
  setInterval(() => connected.peek() && refresh(), STRAY_MS);
}

function keepOn(disk: Disk<Item>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    void disk.write(KEPT, known.peek()).catch(() => undefined);
  };
  effect(() => {
    void known.value;
    timer ??= setTimeout(write, 150);
  });
  addEventListener('pagehide', write);
}

/** Where the run goes now: the hospital once the patient is aboard, the place of the incident before. */
export const target = computed<{ place: readonly [number, number] | null; facility: Facility['organisation'] | undefined }>(() => {
  const now = active.value;
  const chosenId = patients.value.find((one) => one.destination_id !== null && one.end_code === null)?.destination_id;
  const facility = now !== null && isAboard(now.state) ? facilityOf(chosenId) : undefined;
  if (facility !== undefined && facility.lon !== null && facility.lat !== null) {
    return { place: [facility.lon, facility.lat], facility };
  }
  const best = incident.value?.estimate?.best;
  return { place: best ? [best[0], best[1]] : null, facility: undefined };
});

/** Nothing is known of now: the screen shows what was, and since when. */
export const outdated = computed(() => !connected.value && known.value.at > 0);
export const troubles = settled;
