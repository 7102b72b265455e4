/**
 * Requests and a line that was lost: on a network that went dark they hang, for minutes after the light is back, and the
 * browser lends the dead connections to those that follow. So whatever is under way when the line is lost, and when it
 * is back, is asked again, and is not waited for as long as usual.
 */
let round = new AbortController();
let lost = false;
let backAt = -Infinity;

const SUSPECT_MS = 10_000;
/** The longest is for a network on which everything takes seconds, and for one that lets no line through. */
const PATIENCE_MS = [700, 2_500, 8_000];

/** The live line is lost, or back. */
export function lineIs(now: 'lost' | 'back'): void {
  lost = now === 'lost';
  if (!lost) backAt = performance.now();
  const before = round;
  round = new AbortController();
  before.abort();
}

/** One try of a request, `given` the caller's own signal. `next`: which try follows when this one failed, null none. */
export function tryOf(tries: number, given?: AbortSignal): { signal: AbortSignal; next: () => number | null } {
  const mine = round.signal;
  const patience = PATIENCE_MS[tries];
  const impatient = patience !== undefined && (lost || performance.now() - backAt < SUSPECT_MS);
  const limit = impatient ? AbortSignal.timeout(patience) : null;
  const signals = [mine, limit, given].filter((one) => one != null);
  const next = (): number | null => {
    if (given?.aborted) return null;
    if (mine.aborted) return 0;
    return limit?.aborted && tries + 1 < PATIENCE_MS.length ? tries + 1 : null;
  };
  return { signal: AbortSignal.any(signals), next };
}
