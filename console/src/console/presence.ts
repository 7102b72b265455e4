/** Who looks at what, and what they are changing: said by this seat every few seconds, heard from the others. */
import { computed, effect, signal } from '@preact/signals';
import { read, send, type Schemas } from '../shared/api';
import { onChange } from '../shared/live';
import { gathered } from '../shared/resource';
import { selection } from '../shared/selection';
import { me } from '../shared/session';
import { editing, openDraft } from './work';

export type Present = Schemas['PresenceView'];

const EVERY_MS = 5_000;
const everybody = signal<readonly Present[]>([]);

function put(now: readonly Present[]): void {
  everybody.value = now;
}

export const present = computed(() => everybody.value);
/** All but this seat. */
export const others = computed(() => everybody.value.filter((one) => one.actor_id !== me.value?.id || one.seat !== (me.value?.seat ?? '')));

export function lookingAt(incident_id: string): readonly Present[] {
  return others.value.filter((one) => one.looking_at === incident_id);
}

async function say(): Promise<void> {
  const looking_at = openDraft.peek() === null ? selection.peek().incident : null;
  try {
    put((await send('/api/v1/presence', { body: { looking_at, editing: editing.peek() } })).present);
  } catch {
    // Whoever cannot be heard is forgotten; the banner says that the line is lost.
  }
}

export function followPresence(): () => void {
  const soon = gathered(say, 150);
  const look = gathered(async () => {
    put((await read('/api/v1/presence')).present);
  });
  const stops = [
    effect(() => {
      void [selection.value.incident, editing.value, openDraft.value];
      void soon();
    }),
    onChange('presence', () => void look().catch(() => undefined)),
  ];
  const timer = setInterval(() => void soon(), EVERY_MS);
  return () => (clearInterval(timer), stops.forEach((stop) => stop()));
}
