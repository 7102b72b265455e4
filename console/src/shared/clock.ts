/**
 * The service's time: the machine's own clock may be wrong by minutes, and durations must not be.
 * `now` ticks once a second for everybody who reads it; `serverNow()` is the exact moment.
 */
import { signal } from '@preact/signals';
import { read } from './api';

export { age, mmss } from './durations';

const KEPT = 'jiuhu-clock';
let offset = kept();

/** How far off this machine was when it was last compared: a page that is opened without a network goes by that. */
function kept(): number {
  try {
    return Number(localStorage.getItem(KEPT)) || 0;
  } catch {
    return 0;
  }
}

function keep(): void {
  try {
    localStorage.setItem(KEPT, String(offset));
  } catch {
    // Nothing can be kept in this browser: the next page compares for itself.
  }
}

/** Milliseconds since 1970 by the service's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** The same, once a second: read `now.value` in a component that shows a running time. */
export const now = signal(serverNow());

/** Seconds from an instant until now; negative when it lies ahead. Follows `now`. */
export function since(at: string): number {
  return (now.value - Date.parse(at)) / 1000;
}

/** Seconds from now until an instant; negative when it has passed. Follows `now`. */
export function until(at: string): number {
  return -since(at);
}

/**
 * An answer says within half its way what time it is: the machine is corrected as far as it is proven wrong. One that
 * slept meanwhile knows how long by its clock, not by its ticks.
 */
async function compare(): Promise<void> {
  const [asked, askedAt] = [performance.now(), Date.now()];
  const told = await read('/api/v1/time');
  const half = Math.max(performance.now() - asked, Date.now() - askedAt) / 2;
  const found = Date.parse(told.now) + half - Date.now();
  offset = Math.min(Math.max(offset, found - half), found + half);
  keep();
}

function tick(): void {
  now.value = serverNow();
  setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
}

/** Begin to tick and to compare, once for each page. */
export function startClock(): void {
  tick();
  const look = (): void => void compare().catch(() => undefined);
  look();
  setTimeout(look, 3_000);
  setInterval(look, 120_000);
}
