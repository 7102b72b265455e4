/** Where an incident is, in words. */
import type { Schemas } from './api';
import { distance } from './i18n';

type Placed = Pick<Schemas['IncidentView'], 'address' | 'estimate'>;

/** What was said or corrected; else the likeliest place, marked as a guess with its radius; empty when nobody knows. */
export function whereabouts({ address, estimate }: Placed): string {
  const label = estimate?.modes[0]?.label;
  if (address || !label) return address;
  return estimate.radius95_m === null ? `≈ ${label}` : `≈ ${label} ±${distance(estimate.radius95_m)}`;
}
