/** The period that is reported on: this shift, the last 24 hours, or any; the first two follow the clock. */
import { computed, signal } from '@preact/signals';
import { serverNow } from '../shared/clock';

export type Kind = 'shift' | 'day' | 'own';
export const KINDS: readonly Kind[] = ['shift', 'day', 'own'];
const CHANGES = [8, 20];
const HOUR_MS = 3_600_000;

export const kind = signal<Kind>('shift');
/** As `<input type="datetime-local">` writes them. */
export const ownSince = signal('');
export const ownUntil = signal('');

/** When the shift began that is on at this moment: the last change of shifts in the time zone of this computer. */
export function shiftBegan(at: number): Date {
  const found = new Date(at);
  const last = CHANGES.filter((hour) => hour <= found.getHours()).at(-1);
  if (last === undefined) found.setDate(found.getDate() - 1);
  found.setHours(last ?? CHANGES.at(-1)!, 0, 0, 0);
  return found;
}

export function localInput(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Begin the choice of a period with the one that is shown. */
export function chooseOwn(): void {
  const { since, until } = range();
  ownSince.value = localInput(since);
  ownUntil.value = localInput(until);
  kind.value = 'own';
}

export const usable = computed(() => kind.value !== 'own' || ownSince.value < ownUntil.value);

/** From, to: what is asked now. A period that follows the clock ends at this moment. */
export function range(): { since: Date; until: Date } {
  const now = serverNow();
  if (kind.value === 'own') return { since: new Date(ownSince.value), until: new Date(ownUntil.value) };
  return { since: kind.value === 'shift' ? shiftBegan(now) : new Date(now - 24 * HOUR_MS), until: new Date(now) };
}
