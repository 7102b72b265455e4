/**
 * The prefecture as this seat sees it, kept current from the live line. A page calls `keep('incidents', 'units', ...)`
 * for what it shows; nothing else is fetched. Assignments are part of their incident.
 */
import { batch, computed, signal } from '@preact/signals';
import { Problem, read, type Schemas } from './api';
import { serverNow } from './clock';
import { collection } from './collection';
import { connected, onChange, onEntry, onFresh } from './live';
import { followPositions, positionsTick, setPlace } from './positions';
import { gathered, onceMore, resource, type Resource } from './resource';
import { selection } from './selection';

export type Incident = Schemas['IncidentView'];
export type Assignment = Schemas['AssignmentView'];
export type Unit = Schemas['UnitView'];
export type Closure = Schemas['ClosureView'];
export type Organisation = Schemas['Organisation'];
export type Station = Schemas['StationView'];

/** An order that was called off takes the right to read its incident with it: then it is gone from here. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/** Open incidents. One that closes stays a while, so that it does not vanish under a hand. */
export const incidents = collection<Incident>(
  (incident_id) => unlessGone(read('/api/v1/incidents/{incident_id}', { path: { incident_id } })),
  (now, before) => {
    for (const unit of movedUnits(now, before)) if (kept.has('units')) units.touch(unit);
  },
);

export const units = collection<Unit>(async (unit_id) => {
  const unit = await read('/api/v1/units/{unit_id}', { path: { unit_id } });
  placeUnit(unit);
  return unit;
});

/** Running assignments of all incidents that are known. */
export const assignments = computed(() =>
  incidents.all.value.flatMap((incident) => incident.assignments ?? []).filter((one) => one.released_at === null),
);

function movedUnits(now: Incident | undefined, before: Incident | undefined): Set<string> {
  const moved = new Set<string>();
  const old = new Map((before?.assignments ?? []).map((one) => [one.id, one]));
  for (const one of now?.assignments ?? []) {
    const was = old.get(one.id);
    if (was === undefined || was.version !== one.version || was.state !== one.state) moved.add(one.unit_id);
  }
  return moved;
}

function placeUnit(unit: Unit): void {
  const at = unit.position;
  if (at === null) return;
  setPlace(unit.id, at.lon, at.lat, at.fixed_at, {
    heading: at.heading_deg ?? null,
    speedKmh: at.speed_kmh ?? null,
    frozen: at.frozen ?? false,
  });
}

/** Those that somebody works on, and those that wait. */
async function openIncidents(): Promise<Incident[]> {
  return (await Promise.all((['open', 'held'] as const).map(inState))).flat();
}

async function inState(state: 'open' | 'held'): Promise<Incident[]> {
  const found: Incident[] = [];
  let before = '';
  do {
    const page = await read('/api/v1/incidents', { query: { state, limit: 500, before } });
    found.push(...page.incidents);
    before = page.next ?? '';
  } while (before !== '');
  return found;
}

/** Why the last full fetch of the incidents or the units failed; null when it did not. */
export const storeFailure = signal<unknown>(null);

function whole(fetch: () => Promise<void>): () => void {
  const again = gathered(async () => {
    try {
      await fetch();
      storeFailure.value = null;
    } catch (error) {
      storeFailure.value = error;
      onceMore(error, () => void again());
    }
  });
  onFresh(() => void again());
  void again();
  return () => void again();
}

const lists = {
  closures: () =>
    resource(async () => (await read('/api/v1/closures')).closures, { topics: ['closure'], everyMs: 60_000 }),
  organisations: () => resource(async () => (await read('/api/v1/organisations')).organisations),
  stations: () => resource(async () => (await read('/api/v1/stations')).stations),
  areas: () => resource(async () => (await read('/api/v1/areas')).areas),
} as const;

type Lists = { [K in keyof typeof lists]: ReturnType<(typeof lists)[K]> };
const made: Partial<Record<keyof Lists, Resource<unknown>>> = {};

/** A list of reference data, fetched when it is first asked for: `list('closures').value.value`. */
export function list<K extends keyof Lists>(name: K): Lists[K] {
  return (made[name] ??= lists[name]()) as Lists[K];
}

const CLOSED_MS = 2 * 60_000;

/** A shift closes many, and a line that is never lost would never fetch the list anew. One that is looked at stays. */
function forgetClosed(): void {
  const before = serverNow() - CLOSED_MS;
  const shown = selection.peek().incident;
  batch(() => {
    for (const one of incidents.all.peek()) {
      if (one.closed_at !== null && one.id !== shown && Date.parse(one.closed_at) < before) incidents.drop(one.id);
    }
  });
}

type Kept = 'incidents' | 'units' | 'positions';
const kept = new Set<Kept>();

/** Keep these current from now on; asking twice changes nothing. */
export function keep(...names: Kept[]): void {
  for (const name of names) {
    if (kept.has(name)) continue;
    kept.add(name);
    keepers[name]();
  }
}

const keepers: Record<Kept, () => void> = {
  incidents() {
    whole(() => incidents.refill(openIncidents));
    setInterval(forgetClosed, 60_000);
    onEntry([], (entry) => {
      // What was missed is told before the line is back; then everything is fetched.
      if (entry.stream_kind === 'incident' && connected.peek()) incidents.touch(entry.stream_id);
    });
  },
  units() {
    const again = whole(async () => {
      await units.refill(async () => {
        const found = (await read('/api/v1/units')).units;
        found.forEach(placeUnit);
        return found;
      });
      positionsTick.value++;
    });
    onChange('unit', (id) => (id === null ? again() : units.touch(id)));
    // Without the incidents there is nothing to compare with, but the entry names the unit or its assignment.
    onEntry(['assignment.'], (entry) => {
      if (!connected.peek()) return;
      const said = entry.said as { unit_id?: string };
      if (said.unit_id !== undefined) units.touch(said.unit_id);
      else if (!kept.has('incidents')) again();
    });
  },
  positions: followPositions,
};

/** The organisation with this id, as its names; undefined while the list is loading. */
export function organisationOf(id: string): Organisation | undefined {
  return list('organisations').value.value?.find((one) => one.id === id);
}
