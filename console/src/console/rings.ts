/** What rings, who has it, and who hung up: kept current, raised as alarms, answered with one key. */
import { computed, effect } from '@preact/signals';
import { clear, raise } from '../shared/alarm';
import { read, send, type Schemas } from '../shared/api';
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

/** Pick up, and open the form. The form opens at once: the caller already speaks. */
export async function answer(ring: Ring): Promise<void> {
  openDraft.value = ring.id;
  if (ring.answered_by === me.peek()?.id || ring.state === 'missed') return;
  try {
    put(await send('/api/v1/rings/{ring_id}/answer', { path: { ring_id: ring.id }, body: {} }));
  } catch (error) {
    if (openDraft.peek() === ring.id) openDraft.value = null;
    void rings().refresh();
    throw error;
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
