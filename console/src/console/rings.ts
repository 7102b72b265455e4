/** What rings, who has it, and who hung up: kept current, raised as alarms, answered with one key. */
import { computed, effect, signal } from '@preact/signals';
import { clear, raise } from '../shared/alarm';
import { isPassing, read, send, type Schemas } from '../shared/api';
import { announce } from '../shared/components';
import { resource } from '../shared/resource';
import { me } from '../shared/session';
import { word } from '../shared/wording';
import { once } from './once';
import { t } from './texts';
import { openDraft } from './work';

export type Ring = Schemas['RingView'];

/** All that the service lists, the oldest first. */
export const rings = once(() => resource(async () => (await read('/api/v1/rings')).rings, { topics: ['ring'], everyMs: 30_000 }));

export const ringing = computed(() => (rings().value.value ?? []).filter((one) => one.state === 'ringing'));
export const missed = computed(() => (rings().value.value ?? []).filter((one) => one.state === 'missed'));
export const answered = computed(() => (rings().value.value ?? []).filter((one) => one.state === 'answered'));
/** Answered here, and no call yet: its caller waits on the line, or was cut off. */
export const mine = computed(() => answered.value.filter((one) => one.answered_by === me.value?.id));

export const ringOf = (id: string): Ring | undefined => rings().value.value?.find((one) => one.id === id);

/** Put in what a command answered. */
function put(ring: Ring): void {
  const others = (rings().value.peek() ?? []).filter((one) => one.id !== ring.id);
  rings().set([...others, ring].sort((a, b) => a.rang_at.localeCompare(b.rang_at)));
}

/** Why the ring whose form is open could not be answered: somebody was faster, or the service cannot be reached. */
export const notAnswered = signal<{ ring_id: string; error: unknown } | null>(null);
const AGAIN_MS = 1_000;

/**
 * Pick up, and open the form. The form opens at once: the caller already speaks. It stays open whatever the service says,
 * since somebody types in it; what it cannot reach it is told again.
 */
export async function answer(ring: Ring): Promise<void> {
  openDraft.value = ring.id;
  notAnswered.value = null;
  if (ring.answered_by === me.peek()?.id || ring.state === 'missed') return;
  for (;;) {
    try {
      put(await send('/api/v1/rings/{ring_id}/answer', { path: { ring_id: ring.id }, body: {} }));
      if (notAnswered.peek()?.ring_id === ring.id) notAnswered.value = null;
      return;
    } catch (error) {
      void rings().refresh();
      if (openDraft.peek() !== ring.id) throw error;
      notAnswered.value = { ring_id: ring.id, error };
      if (!isPassing(error)) return;
    }
    await new Promise((go) => setTimeout(go, AGAIN_MS));
    if (openDraft.peek() !== ring.id || ringOf(ring.id)?.state !== 'ringing') return;
  }
}

/** The one that has waited longest; what was answered here and has no call yet comes before it. */
export async function answerNext(): Promise<boolean> {
  const next = ringing.peek()[0] ?? mine.peek()[0];
  if (next === undefined) return false;
  await answer(next);
  return true;
}

/** It became no call: called back, silent, a wrong number. */
export async function settle(ring_id: string, code: string): Promise<void> {
  put(await send('/api/v1/rings/{ring_id}/end', { path: { ring_id }, body: { code } }));
}

/** Sound and a line at the top for each that rings. */
export function followRings(): () => void {
  const standing = new Set<string>();
  return effect(() => {
    const now = new Set(ringing.value.map((ring) => `ring ${ring.id}`));
    for (const id of standing) if (!now.has(id)) (clear(id), standing.delete(id));
    for (const ring of ringing.value) {
      const id = `ring ${ring.id}`;
      if (!standing.has(id)) announce(t.ringingFrom(word(ring.source), ring.callback));
      standing.add(id);
      raise({
        id,
        cause: 'ring',
        level: 1,
        says: () => t.ringingFrom(word(ring.source), ring.callback),
        go: () => void answer(ring).catch(() => undefined),
      });
    }
  });
}
