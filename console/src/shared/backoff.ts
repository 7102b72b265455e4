/** How long to wait before the n-th new try (0, 1, 2 ...): min(10 s, 300 ms * 2^n) * 0.5..1, in ms. */
export function backoff(tries: number, random: () => number = Math.random): number {
  return Math.min(10_000, 300 * 2 ** tries) * (0.5 + random() / 2);
}
