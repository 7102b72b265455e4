/** Coordinates and Plus codes as people paste them, and the datums they may be stated in. Pure. */

export type Datum = 'wgs84' | 'gcj02' | 'bd09';
export const DATUMS: readonly Datum[] = ['wgs84', 'gcj02', 'bd09'];

/** "111.2796, 23.4745" or "23.4745N 111.2796E" is a place; a plus code is one too. */
export function readPlace(typed: string): { lon: number; lat: number } | { code: string } | null {
  const code = typed.trim().toUpperCase();
  if (/^[23456789CFGHJMPQRVWX]{2,8}\+[23456789CFGHJMPQRVWX]{0,4}( .*)?$/.test(code)) return { code: code.split(' ')[0]! };
  // An address with two numbers in it is no coordinate.
  if (/[^\d\s.,，;°nsew+-]/i.test(typed)) return null;
  const found = [...typed.matchAll(/(-?\d+(?:\.\d+)?)\s*°?\s*([NSEW])?/gi)].map((one) => ({ value: Number(one[1]), side: one[2]?.toUpperCase() }));
  if (found.length !== 2) return null;
  const [a, b] = found as [{ value: number; side?: string }, { value: number; side?: string }];
  const signed = (one: { value: number; side?: string }): number => (one.side === 'S' || one.side === 'W' ? -one.value : one.value);
  const swapped = a.side === 'N' || a.side === 'S' || b.side === 'E' || b.side === 'W' || (a.side === undefined && Math.abs(b.value) > 90);
  const [lon, lat] = swapped ? [signed(b), signed(a)] : [signed(a), signed(b)];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}
