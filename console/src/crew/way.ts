/** Where on its way the vehicle is, and which turn comes next: pure. */
import type { Schemas } from '../shared/api';
import type { LonLat } from '../shared/map';

export type Route = Schemas['RouteView'];
export type Turn = Route['steps'][number];

const METRES = 111_195;

/** Metres along the line at the point of it that is nearest to a place, and how far away that is. */
export function along(line: readonly (readonly number[])[], [lon, lat]: LonLat): { along_m: number; off_m: number } {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const flat = line.map(([x, y]) => [(x! - lon) * METRES * shrink, (y! - lat) * METRES] as const);
  let passed = 0;
  let best = { along_m: 0, off_m: Infinity };
  for (let i = 1; i < flat.length; i++) {
    const [[ax, ay], [bx, by]] = [flat[i - 1]!, flat[i]!];
    const [dx, dy] = [bx - ax, by - ay];
    const length = Math.hypot(dx, dy);
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (length * length)));
    const off_m = Math.hypot(ax + share * dx, ay + share * dy);
    if (off_m < best.off_m) best = { along_m: passed + share * length, off_m };
    passed += length;
  }
  return best;
}

export interface Ahead {
  next: Turn | null;
  /** Metres until it. */
  inM: number;
  remainingM: number;
  /** Turns from the next one on. */
  turns: readonly Turn[];
}

const NEAR_M = 150;

/** What lies ahead from a place; far from the line, or without a place, what the service has told. */
export function aheadOf(route: Route, place: LonLat | null): Ahead {
  const found = place === null ? null : along(route.line, place);
  const told = Math.max(0, route.length_m - route.remaining_m);
  const at = found !== null && found.off_m <= NEAR_M ? found.along_m : told;
  // A turn counts as taken ten metres behind it; the first one is the start itself.
  const turns = route.steps.filter((step, i) => step.along_m > at + (i === 0 ? 30 : -10));
  const next = turns[0] ?? route.steps.at(-1) ?? null;
  return {
    next,
    inM: next === null ? 0 : Math.max(0, next.along_m - at),
    remainingM: Math.max(0, route.length_m - at),
    turns: turns.length > 0 ? turns : route.steps.slice(-1),
  };
}
