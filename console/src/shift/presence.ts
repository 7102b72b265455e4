/** The seats of this centre that are there, and what each looks at; this one says that it is there as well. */
import { signal } from '@preact/signals';
import { read, send, type Schemas } from '../shared/api';
import { onChange } from '../shared/live';
import { gathered } from '../shared/resource';
import { selection } from '../shared/selection';

const EVERY_MS = 5_000;
export const present = signal<readonly Schemas['PresenceView'][]>([]);

export function followSeats(): () => void {
  const say = gathered(async () => {
    try {
      present.value = (await send('/api/v1/presence', { body: { looking_at: selection.peek().incident, editing: null } })).present;
    } catch {
      // Whoever cannot be heard is forgotten; the banner says that the line is lost.
    }
  });
  const look = gathered(async () => {
    present.value = (await read('/api/v1/presence')).present;
  });
  void say();
  const timer = setInterval(() => void say(), EVERY_MS);
  const stop = onChange('presence', () => void look().catch(() => undefined));
  return () => (clearInterval(timer), stop());
}
