/**
 * A place in the datum of other maps: Amap speaks GCJ-02, Baidu BD-09. The formulas of geo/datum.py, whose values the
 * tests hold against these.
 */
import type { LonLat } from '../shared/map';

const AXIS_M = 6_378_245;
const E2 = 0.00669342162296594323;
const BD_TURN = (3000 * Math.PI) / 180;
const { sin, cos, sqrt, abs, atan2, PI } = Math;

/** WGS-84 to GCJ-02, degrees. */
export function toGcj02([lon, lat]: LonLat): LonLat {
  const [x, y] = [lon - 105, lat - 35];
  const root = sqrt(abs(x));
  const ripple = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root +
    (2 / 3) * (ripple + 20 * sin(PI * y) + 40 * sin((PI * y) / 3)) +
    (2 / 3) * (160 * sin((PI * y) / 12) + 320 * sin((PI * y) / 30));
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root +
    (2 / 3) * (ripple + 20 * sin(PI * x) + 40 * sin((PI * x) / 3)) +
    (2 / 3) * (150 * sin((PI * x) / 12) + 300 * sin((PI * x) / 30));
  const sinPhi = sin((lat * PI) / 180);
  const w2 = 1 - E2 * sinPhi * sinPhi;
  const meridian = (AXIS_M * (1 - E2)) / (w2 * sqrt(w2));
  const parallel = (AXIS_M / sqrt(w2)) * cos((lat * PI) / 180);
  return [lon + (east * 180) / (PI * parallel), lat + (north * 180) / (PI * meridian)];
}

/** WGS-84 to BD-09, degrees. */
export function toBd09(place: LonLat): LonLat {
  const [lon, lat] = toGcj02(place);
  const z = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * BD_TURN);
  const t = atan2(lat, lon) + 0.000003 * cos(lon * BD_TURN);
  return [z * cos(t) + 0.0065, z * sin(t) + 0.006];
}

/** Links that other maps open; only coordinates and a neutral name are in them, and nothing is asked until tapped. */
export function amapLink(place: LonLat, name: string): string {
  const [lon, lat] = toGcj02(place);
  const to = `${lon.toFixed(6)},${lat.toFixed(6)},${name}`;
  return `https://uri.amap.com/navigation?${new URLSearchParams({ to, mode: 'car', coordinate: 'gaode', callnative: '1', src: 'jiuhu' })}`;
}

export function baiduLink(place: LonLat, name: string): string {
  const [lon, lat] = toBd09(place);
  const location = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  return `https://api.map.baidu.com/marker?${new URLSearchParams({ location, title: name, content: name, output: 'html', coord_type: 'bd09ll', src: 'jiuhu' })}`;
}
