/** The order of the queue: who has nobody yet comes first, then by urgency, then by age. Held ones stand apart. Pure. */
import type { Incident } from '../shared/store';

export interface Queue {
  unassigned: Incident[];
  assigned: Incident[];
  held: Incident[];
}

function first(a: Incident, b: Incident): number {
  return a.priority.localeCompare(b.priority) || a.opened_at.localeCompare(b.opened_at);
}

/** What reminds soonest stands first among the held. */
function soonest(a: Incident, b: Incident): number {
  return (a.hold?.remind_at ?? '').localeCompare(b.hold?.remind_at ?? '');
}

export function isServed(incident: Incident): boolean {
  return (incident.assignments ?? []).some((one) => one.released_at === null);
}

export function arrange(incidents: readonly Incident[]): Queue {
  const unassigned: Incident[] = [];
  const assigned: Incident[] = [];
  const held: Incident[] = [];
  for (const incident of incidents) {
    if (incident.state === 'held') held.push(incident);
    else if (incident.state === 'open') (isServed(incident) ? assigned : unassigned).push(incident);
  }
  return { unassigned: unassigned.sort(first), assigned: assigned.sort(first), held: held.sort(soonest) };
}

/** All in the order of the screen: for the keys that go up and down. */
export function inOrder(queue: Queue): Incident[] {
  return [...queue.unassigned, ...queue.assigned, ...queue.held];
}
