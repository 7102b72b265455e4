/** What this station has: its units, its runs, the orders that nobody here has heard; and the sound for those. */
import { computed, effect, signal } from '@preact/signals';
import { clear, raise, sound } from '../shared/alarm';
import { send } from '../shared/api';
import { announce, toast } from '../shared/components';
import { distance } from '../shared/i18n';
import { onEntry } from '../shared/live';
import { me } from '../shared/session';
import { incidents, units, type Assignment, type Incident, type Unit } from '../shared/store';
import { t } from './texts';

export interface Run {
  assignment: Assignment;
  incident: Incident;
}

/** A leader at this page chooses a station; a station's own account has one. */
export const chosen = signal<string | null>(null);
export const station = computed(() => me.value?.station_id ?? chosen.value);

const byCallSign = (a: Unit, b: Unit): number => a.call_sign.localeCompare(b.call_sign, 'zh-CN');
export const ownUnits = computed(() => units.all.value.filter((unit) => unit.station_id === station.value).sort(byCallSign));
export const ready = computed(() => ownUnits.value.filter((unit) => unit.availability === 'available').length);

/** Not over, the oldest order first. */
export const runs = computed<readonly Run[]>(() =>
  incidents.all.value
    .flatMap((incident) => (incident.assignments ?? []).map((assignment) => ({ assignment, incident })))
    .filter(({ assignment }) => assignment.station_id === station.value && assignment.released_at === null)
    .sort((a, b) => a.assignment.sent_at.localeCompare(b.assignment.sent_at)),
);

const BEFORE_WHEELS = ['DSP', 'ACK'];
/** Ordered, and nobody here has said that they heard it: these ring. */
export const unheard = computed(() =>
  runs.value.filter(({ assignment }) => assignment.station_heard_at === null && BEFORE_WHEELS.includes(assignment.state)),
);

export const mayStillRefuse = (assignment: Assignment): boolean => BEFORE_WHEELS.includes(assignment.state);

export function placeOf(incident: Incident): string {
  if (incident.address) return incident.address;
  const best = incident.estimate?.best;
  const area = incident.area?.name;
  if (!best) return area ?? t.unknownPlace;
  const at = `${best[1].toFixed(5)}, ${best[0].toFixed(5)}`;
  return area ? `${area} · ${at}` : at;
}

export function roughly(incident: Incident): string | null {
  const radius = incident.estimate?.radius95_m;
  return radius == null || radius < 100 ? null : t.roughly(distance(radius));
}

export const complaintOf = (incident: Incident): string => incident.complaint || t.unknownComplaint;

/** Put what a command answered about an assignment into its incident. */
export function putAssignment(answer: Assignment): void {
  const incident = incidents.get(answer.incident_id);
  if (incident === undefined) return;
  const assignments = (incident.assignments ?? []).map((one) => (one.id === answer.id ? answer : one));
  incidents.put({ ...incident, assignments });
  units.touch(answer.unit_id);
}

export async function hear(run: Run): Promise<void> {
  const { id, call_sign } = run.assignment;
  putAssignment(await send('/api/v1/assignments/{assignment_id}/heard', { path: { assignment_id: id } }));
  toast(t.heardDone(call_sign));
}

export async function refuse(run: Run, reason: string, key: string): Promise<void> {
  const { id, call_sign } = run.assignment;
  const path = { assignment_id: id };
  putAssignment(await send('/api/v1/assignments/{assignment_id}/cannot-go', { path, body: { reason } }, key));
  toast(t.cannotGoDone(call_sign));
}

const TOLD = ['cancelled', 'bumped', 'taken-back'] as const;

interface Ending {
  id: string;
  call_sign: string;
  code: (typeof TOLD)[number];
  reason: string;
}

/** Orders that the dispatcher ended: shown until somebody says that they know. */
export const endings = signal<readonly Ending[]>([]);

export const dismiss = (id: string): void => {
  endings.value = endings.peek().filter((one) => one.id !== id);
};

/** Sound for every order that nobody has heard. */
function followUnheard(): () => void {
  const ringing = new Set<string>();
  return effect(() => {
    const now = new Set(unheard.value.map(({ assignment }) => `order ${assignment.id}`));
    for (const id of ringing) {
      if (now.has(id)) continue;
      clear(id);
      ringing.delete(id);
    }
    for (const run of unheard.value) {
      const id = `order ${run.assignment.id}`;
      const says = (): string => t.ordered(run.assignment.call_sign, placeOf(run.incident), complaintOf(run.incident));
      if (!ringing.has(id)) announce(says());
      ringing.add(id);
      raise({ id, cause: 'order', level: 1, says, take: () => hear(run), onPage: true });
    }
  });
}

/** A word for every order that the dispatcher ended. Its incident is no longer this station's to read: the entry says it. */
function followEndings(): () => void {
  return onEntry(['assignment.stamped'], ({ said }) => {
    if (said.kind !== 'assignment.stamped.v1') return;
    const run = runs.peek().find(({ assignment }) => assignment.id === said.assignment_id);
    const code = TOLD.find((one) => one === said.event);
    if (run === undefined || code === undefined) return;
    const { id, call_sign } = run.assignment;
    endings.value = [...endings.peek().filter((one) => one.id !== id), { id, call_sign, code, reason: said.reason ?? '' }];
    sound(3);
  });
}

export function followOrders(): () => void {
  const stops = [followUnheard(), followEndings()];
  return () => stops.forEach((stop) => stop());
}
