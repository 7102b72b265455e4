/** All facilities with their capacity, fetched when somebody looks, and kept current from then on. */
import { read, type Schemas } from '../api';
import { resource, type Resource } from '../resource';

export type Facility = Schemas['FacilityView'];

let kept: Resource<readonly Facility[]> | null = null;
const opened = (): Resource<readonly Facility[]> =>
  (kept ??= resource(async () => (await read('/api/v1/facilities')).facilities, { topics: ['facility'], everyMs: 120_000 }));

export const facilities = {
  /** Undefined until they are there. */
  get value(): readonly Facility[] | undefined {
    return opened().value.value;
  },
  /** What a command answered, at once. */
  put(newer: Facility): void {
    const known = opened().value.peek() ?? [];
    opened().set(known.map((one) => (one.organisation.id === newer.organisation.id ? newer : one)));
  },
};

export function facilityOf(id: string): Facility | undefined {
  return facilities.value?.find((one) => one.organisation.id === id);
}
