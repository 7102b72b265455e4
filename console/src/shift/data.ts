/** What the page shows, kept current: the report and the coverage at a calm pace, alarms, rings and seats at once. */
import { computed, effect, signal } from '@preact/signals';
import { read, send, type Schemas } from '../shared/api';
import { onChange, onEntry, type Topic } from '../shared/live';
import { resource, type Resource } from '../shared/resource';
import { incidents, units, type Incident } from '../shared/store';
import { kind, ownSince, ownUntil, range, usable } from './period';

export type Report = Schemas['ShiftReport'];
export type Metric = Schemas['MetricView'];
export type Coverage = Schemas['CoverageView'];
export type Alarm = Schemas['AlarmView'];

/** A minute holds hundreds of entries on a bad day: the figures follow at this pace, at the latest. */
const CALM_MS = 1_500;

/** Refresh after such an entry or change, but not more often than the pace. */
function calmly<T>(made: Resource<T>, entries: readonly string[], topics: readonly Topic[]): Resource<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void made.refresh();
    }, CALM_MS);
  };
  const stops = [onEntry(entries, soon), ...topics.map((topic) => onChange(topic, soon))];
  return {
    ...made,
    stop() {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
      made.stop();
    },
  };
}

async function askReport(): Promise<Report> {
  const { since, until } = range();
  return await read('/api/v1/reports/shift', { query: { since: since.toISOString(), until: until.toISOString() } });
}

interface Sources {
  report: Resource<Report>;
  coverage: Resource<Coverage>;
  alarms: Resource<Alarm[]>;
  rings: Resource<Schemas['RingView'][]>;
}

const sources = signal<Sources | null>(null);
export const report = computed(() => sources.value?.report.value.value);
export const coverage = computed(() => sources.value?.coverage.value.value);
export const alarms = computed(() => sources.value?.alarms.value.value ?? []);
export const rings = computed(() => sources.value?.rings.value.value ?? []);
export const reportFailure = computed(() => sources.value?.report.failure.value ?? null);
export const coverageFailure = computed(() => sources.value?.coverage.failure.value ?? null);

/** Begin to follow; what it gives ends it. */
export function followShift(): () => void {
  const made: Sources = {
    report: calmly(resource(askReport, { everyMs: 20_000 }), [], ['ring']),
    coverage: calmly(resource(() => read('/api/v1/coverage'), { everyMs: 30_000 }), ['assignment.'], ['unit', 'closure']),
    alarms: resource(async () => (await read('/api/v1/alarms', { query: { acknowledged: true } })).alarms, { entries: [], topics: ['alarm'], gatherMs: 500, everyMs: 10_000 }),
    rings: resource(async () => (await read('/api/v1/rings')).rings, { topics: ['ring'], everyMs: 30_000 }),
  };
  sources.value = made;
  const stop = effect(() => {
    void [kind.value, ownSince.value, ownUntil.value];
    if (usable.value) void made.report.refresh();
  });
  return () => {
    stop();
    sources.value = null;
    Object.values(made).forEach((one: Resource<unknown>) => one.stop());
  };
}

/** Somebody is the owner of this alarm now, most likely the person here. */
export async function take(alarm: Alarm): Promise<void> {
  const path = { kind: alarm.kind, subject_id: alarm.subject_id };
  const taken = await send('/api/v1/alarms/{kind}/{subject_id}/acknowledge', { path });
  const same = (one: Alarm): boolean => one.kind === taken.kind && one.subject_id === taken.subject_id && one.due_at === taken.due_at;
  sources.peek()?.alarms.set(alarms.peek().map((one) => (same(one) ? taken : one)));
}

// --- what is true at this moment, from the live store --------------------------------------------------------------

const open = computed(() => incidents.all.value.filter((one) => one.state !== 'closed'));
const hasUnit = (one: Incident): boolean => (one.assignments ?? []).some((sent) => sent.released_at === null && sent.state !== 'RSV');

/** No unit is on it, and nobody has decided to let it wait; the most urgent first, then the oldest. */
export const waiting = computed(() =>
  open.value
    .filter((one) => one.hold === null && one.first_sent_at === null && !hasUnit(one))
    .sort((a, b) => a.priority.localeCompare(b.priority) || a.opened_at.localeCompare(b.opened_at)),
);
export const heldNow = computed(() => open.value.filter((one) => one.hold !== null));
export const openCount = computed(() => open.value.length);
export const readyUnits = computed(() => units.all.value.filter((one) => one.availability === 'available').length);
