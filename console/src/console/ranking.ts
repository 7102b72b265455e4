/** Which unit for the chosen incident: asked again when the incident, a unit or a road changes. */
import { computed, effect, signal } from '@preact/signals';
import { Problem, read, type Schemas } from '../shared/api';
import { onChange, onEntry, onFresh } from '../shared/live';
import { gathered } from '../shared/resource';
import { selection } from '../shared/selection';
import { openDraft } from './work';

type Candidates = Schemas['CandidatesView'];

const found = signal<Candidates | null>(null);
/** Why there is no ranking: the place is unknown, the service cannot be reached. */
export const rankingFailure = signal<unknown>(null);

/** The ranking of the incident that is chosen now; null while there is none. */
export const ranking = computed<Candidates | null>(() => (found.value?.incident_id === selection.value.incident ? found.value : null));

const ASKED_MS = 2_000;

/** The ranking of this incident, shown or not; null when there is none to be had just now. */
export async function rankingOf(incident_id: string): Promise<Candidates | null> {
  const shown = found.peek();
  if (shown?.incident_id === incident_id) return shown;
  const path = { incident_id };
  return read('/api/v1/incidents/{incident_id}/candidates', { path, signal: AbortSignal.timeout(ASKED_MS) }).catch(() => null);
}

/** Units that are marked to be sent together. */
export const marked = signal<ReadonlySet<string>>(new Set());

export function mark(unit_id: string): void {
  const next = new Set(marked.peek());
  if (!next.delete(unit_id)) next.add(unit_id);
  marked.value = next;
}

/** One that came, from a question or with a refusal; an answer to an older question does not come over it. */
export function showRanking(newer: Candidates): void {
  const shown = found.peek();
  if (shown?.incident_id === newer.incident_id && shown.ranked_at > newer.ranked_at) return;
  found.value = newer;
  rankingFailure.value = null;
}

async function fetchRanking(): Promise<void> {
  const incident_id = selection.peek().incident;
  if (incident_id === null || openDraft.peek() !== null) return;
  try {
    const newer = await read('/api/v1/incidents/{incident_id}/candidates', { path: { incident_id } });
    if (selection.peek().incident === incident_id) showRanking(newer);
  } catch (error) {
    if (selection.peek().incident !== incident_id) return;
    if (error instanceof Problem) found.value = null;
    rankingFailure.value = error;
  }
}

const soon = gathered(fetchRanking, 20);
/** The whole fleet moves all the time: what others do is looked at every few seconds. */
const later = gathered(fetchRanking, 2_500);

export function askRanking(): void {
  void soon();
}

export function followRanking(): () => void {
  let shown: string | null = null;
  const stops = [
    effect(() => {
      const { incident } = selection.value;
      const free = openDraft.value === null;
      if (incident !== shown) {
        shown = incident;
        rankingFailure.value = null;
        marked.value = new Set();
      }
      if (incident !== null && free) void soon();
    }),
    onEntry(['incident.', 'assignment.'], (entry) => void (entry.stream_id === selection.peek().incident ? soon() : later())),
    onChange('unit', () => void later()),
    onChange('closure', () => void soon()),
    onFresh(() => void soon()),
  ];
  const timer = setInterval(() => void later(), 15_000);
  return () => (clearInterval(timer), stops.forEach((stop) => stop()));
}
