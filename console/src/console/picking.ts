/** The console's one map, and asking for a place or an area on it, with the mouse or with the keys. */
import { choosePlace, drawRing, mapModel, type LonLat } from '../shared/map';

export const map = mapModel();

/** Keys go to the map until it is answered. */
function toMap<T>(asked: Promise<T>): Promise<T> {
  const before = document.activeElement;
  document.querySelector<HTMLElement>('.map')?.focus();
  return asked.finally(() => before instanceof HTMLElement && before.focus());
}

/** The next click on the map, or null when the person gave up. */
export const pickPlace = (says: string): Promise<LonLat | null> => toMap(choosePlace(map, says));

export const drawArea = (): Promise<LonLat[] | null> => toMap(drawRing(map));
