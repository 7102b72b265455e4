/** What the middle pane works on: a call that is being taken, or the selected incident; and what is being edited. */
import { computed, signal } from '@preact/signals';
import { shortcuts, type Shortcut } from '../shared/keys';
import { incidents, type Incident } from '../shared/store';
import { select, selection } from '../shared/selection';

/** The call form that is open, by the name of its draft; null shows the selected incident. */
export const openDraft = signal<string | null>(null);

/** What this seat is changing right now, for the others to see; null when it only looks. */
export const editing = signal<'call' | 'place' | 'priority' | 'hold' | 'close' | null>(null);

export const chosen = computed<Incident | undefined>(() => {
  const id = selection.value.incident;
  return id === null ? undefined : incidents.get(id);
});

/** Show an incident; the form, if there is one, keeps its draft. */
export function showIncident(incident_id: string): void {
  openDraft.value = null;
  select({ incident: incident_id });
}

/** Which dialog about the chosen incident is open. */
export type Asking =
  | { what: 'hold' | 'close' | 'priority' | 'place' | 'closures' | 'keys' }
  | { what: 'override'; units: string[] }
  | { what: 'cancel'; assignment_id: string }
  | { what: 'pause'; unit_id: string }
  | { what: 'destination'; case_id: string }
  | { what: 'reserve'; unit_id: string }
  | { what: 'ring'; ring_id: string };
export const asking = signal<Asking | null>(null);

/** What was chosen when it opened: another window of the seat may choose another one under it. */
const about = signal<string | null>(null);
export const askedAbout = computed<Incident | undefined>(() => (about.value === null ? undefined : incidents.get(about.value)));

/** What the keys did when somebody asked: under a dialog most of them rest. */
export const keysAskedAbout = signal<readonly Shortcut[]>([]);

export function ask(what: Asking): void {
  if (what.what === 'keys') keysAskedAbout.value = shortcuts.peek();
  about.value = selection.peek().incident;
  asking.value = what;
}

export function done(): void {
  asking.value = null;
}

/** Whether an incident was opened to move a patient from one facility to another. */
export function isTransfer(incident: Incident): boolean {
  return (incident.calls ?? []).some((call) => call.source === 'transfer');
}

/** Units that are on it now, or will be. */
export function running(incident: Incident) {
  return (incident.assignments ?? []).filter((one) => one.released_at === null);
}
