/** Where every vehicle is, from the live line. Kept outside the signals: it changes five times a second. */
import { signal } from '@preact/signals';
import { serverNow } from './clock';
import { onPositions, type PositionUpdate } from './live';

export interface Place {
  lon: number;
  lat: number;
  heading: number | null;
  speedKmh: number | null;
  /** Milliseconds since 1970 by the service's clock: when the vehicle was there. */
  at: number;
  /** The device repeats one fix although time goes on. */
  frozen: boolean;
  /** When this page learnt of it, and where it was drawn before that: the map glides from there. */
  arrived: number;
  before: { lon: number; lat: number } | null;
}

const places = new Map<string, Place>();
/** Counts arrivals: read it in what has to follow them. */
export const positionsTick = signal(0);
export const STALE_S = 30;
export const LOST_S = 120;

export const placeOf = (unitId: string): Place | undefined => places.get(unitId);

/** How old a place is now, in seconds; a clock that is ahead makes it zero. */
export const ageOf = (place: Place): number => Math.max(0, (serverNow() - place.at) / 1000);

export function setPlace(unitId: string, lon: number, lat: number, at: string, more: Partial<Place> = {}): void {
  const known = places.get(unitId);
  const instant = Date.parse(at);
  if (known !== undefined && known.at >= instant) return;
  places.set(unitId, {
    lon, lat, at: instant, heading: null, speedKmh: null, frozen: false,
    arrived: performance.now(), before: known === undefined ? null : { lon: known.lon, lat: known.lat }, ...more,
  });
}

let following = false;

export function followPositions(): void {
  if (following) return;
  following = true;
  onPositions((updates: PositionUpdate[]) => {
    for (const update of updates) {
      setPlace(update.unit_id, update.lon, update.lat, update.at, {
        heading: update.heading_deg ?? null,
        speedKmh: update.speed_kmh ?? null,
        frozen: update.frozen ?? false,
      });
    }
    positionsTick.value++;
  });
}
