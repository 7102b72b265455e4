/** Which ways of referring lead anywhere from here: the levels are those of referrals/tiers.py. */
import type { Schemas } from '../api';

type Direction = Schemas['Direction'];
type House = Pick<Schemas['Organisation'], 'id' | 'kind' | 'tier'>;

const LEVELS: Partial<Record<House['kind'], number>> = {
  'village-clinic': 0, 'township-clinic': 1, 'county-hospital': 2, 'city-hospital': 3,
};

function levelOf({ kind, tier }: House): number | undefined {
  return kind === 'village-clinic' || tier == null ? LEVELS[kind] : tier;
}

/** Of these directions those in which there is somebody to ask; all of them while that is not known. */
export function waysFrom(here: House | undefined, houses: readonly House[], directions: readonly Direction[]): readonly Direction[] {
  const level = here && levelOf(here);
  if (here === undefined || level === undefined) return directions;
  const others = houses.filter((one) => one.id !== here.id && one.kind in LEVELS).map((one) => levelOf(one)! - level);
  const leads: Record<Direction, boolean> = { up: others.some((by) => by > 0), down: others.some((by) => by < 0), across: others.includes(0) };
  return directions.filter((one) => leads[one]);
}
