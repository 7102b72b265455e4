/**
 * What is selected, in every pane and every window of this seat: a click on the second screen shows on the first.
 */
import { effect, signal } from '@preact/signals';
import { seat } from './seat';

export interface Selection {
  incident: string | null;
  unit: string | null;
}

/** A link from another page of the seat may say what it is about: `?incident=ID`. */
function asked(): Selection {
  const said = new URLSearchParams(typeof location === 'undefined' ? '' : location.search);
  return { incident: said.get('incident'), unit: said.get('unit') };
}

export const selection = signal<Selection>(asked());

export function select(change: Partial<Selection>): void {
  const next = { ...selection.peek(), ...change };
  if (next.incident !== selection.peek().incident || next.unit !== selection.peek().unit) selection.value = next;
}

/** Messages between the windows of one seat. */
export function channel<T>(name: string, hear: (message: T) => void): (message: T) => void {
  const line = new BroadcastChannel(`jiuhu ${name} ${seat ?? ''}`);
  line.onmessage = (event: MessageEvent<T>) => hear(event.data);
  return (message) => line.postMessage(message);
}

let told = false;

/** Share the selection with the other windows, once for each page. */
export function shareSelection(): void {
  if (told || typeof BroadcastChannel === 'undefined') return;
  told = true;
  let heard: Selection | null = null;
  const tell = channel<Selection>('selection', (message) => {
    heard = message;
    selection.value = message;
  });
  let first = true;
  effect(() => {
    const now = selection.value;
    if (!first && now !== heard) tell(now);
    first = false;
  });
}
