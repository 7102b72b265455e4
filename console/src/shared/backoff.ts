/** How long to wait before the n-th new try (0, 1, 2 ...): min(most, 300 ms * 2^n) * 0.5..1, in ms; at most 10 s. */
export function backoff(tries: number, random: () => number = Math.random, mostMs = 10_000): number {
  return Math.min(mostMs, 300 * 2 ** tries) * (0.5 + random() / 2);
}
