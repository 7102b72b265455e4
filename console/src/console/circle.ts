/** A circle on the ground as a ring of [lon, lat]: near enough for drawing. Pure. */
import type { LonLat } from '../shared/map';

const METRES_PER_DEGREE = 111_320;

export function circle([lon, lat]: LonLat, radius_m: number, corners = 48): LonLat[] {
  const north = radius_m / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)] as const;
  });
}
