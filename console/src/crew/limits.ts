/**
 * What a vital sign can be: the table of clinical/vitals.py, so that a slip of the finger is seen at once and without a
 * network. The service judges again. tests/contracts/test_crew_page.py compares the two tables.
 */
import type { Reason, Schemas } from '../shared/api';

export type Vitals = Schemas['VitalSigns'];

/** field: [hard low, hard high, soft low, soft high] */
export const LIMITS = {
  heart_rate_per_min: [0, 390, 20, 250],
  respiratory_rate_per_min: [0, 330, 4, 80],
  spo2_percent: [0, 100, 50, 100],
  systolic_mmhg: [0, 375, 40, 300],
  diastolic_mmhg: [0, 375, 15, 200],
  temperature_c: [13, 47, 28, 43],
  glucose_mmol_per_l: [0, 122, 1, 35],
  gcs_eye: [1, 4, 1, 4],
  gcs_verbal: [1, 5, 1, 5],
  gcs_motor: [1, 6, 1, 6],
  oxygen_l_per_min: [0, 100, 0, 60],
  pain: [0, 10, 0, 10],
} as const satisfies Record<string, readonly [number, number, number, number]>;
export type Measure = keyof typeof LIMITS;
export const MEASURES = Object.keys(LIMITS) as Measure[];
const WHOLE: readonly Measure[] = ['gcs_eye', 'gcs_verbal', 'gcs_motor', 'pain'];

export interface Doubt {
  field: Measure | 'avpu';
  reason: Reason;
  /** It cannot be right; otherwise somebody should look again. */
  refused: boolean;
}

export type Entered = Partial<Record<Measure, string>> & { avpu?: Vitals['avpu'] };

/** What was typed, as numbers; undefined for what is empty or none. */
export function numberOf(entered: Entered, field: Measure): number | undefined {
  const typed = (entered[field] ?? '').trim();
  return typed === '' || !Number.isFinite(Number(typed)) ? undefined : Number(typed);
}

export function doubtsOf(entered: Entered): Doubt[] {
  const found: Doubt[] = [];
  const doubt = (field: Doubt['field'], code: string, refused: boolean): void => {
    found.push({ field, reason: { code, args: { field } }, refused });
  };
  for (const field of MEASURES) {
    if ((entered[field] ?? '').trim() === '') continue;
    const value = numberOf(entered, field);
    const [low, high, softLow, softHigh] = LIMITS[field];
    if (value === undefined || (WHOLE.includes(field) && !Number.isInteger(value))) doubt(field, 'not-a-number', true);
    else if (value < low || value > high) doubt(field, 'outside-hard-limit', true);
    else if (value < softLow || value > softHigh) doubt(field, 'outside-soft-limit', false);
  }
  const [systolic, diastolic] = [numberOf(entered, 'systolic_mmhg'), numberOf(entered, 'diastolic_mmhg')];
  if (systolic !== undefined && diastolic !== undefined && diastolic > systolic) {
    doubt('diastolic_mmhg', 'diastolic-above-systolic', true);
  }
  if (entered.avpu === 'A') {
    if (numberOf(entered, 'heart_rate_per_min') === 0) doubt('heart_rate_per_min', 'no-pulse-yet-alert', false);
    if (numberOf(entered, 'respiratory_rate_per_min') === 0) {
      doubt('respiratory_rate_per_min', 'no-breathing-yet-alert', false);
    }
  }
  const parts = (['gcs_eye', 'gcs_verbal', 'gcs_motor'] as const).map((part) => numberOf(entered, part));
  if (parts.every((part) => part !== undefined)) {
    const total = parts.reduce<number>((sum, part) => sum + part!, 0);
    if ((entered.avpu === 'A' && total < 13) || (entered.avpu === 'U' && total > 8)) doubt('avpu', 'avpu-against-gcs', false);
  }
  return found;
}

/** What is sent; null when nothing was measured. */
export function vitalsOf(entered: Entered, measured_at: string): Vitals | null {
  const found: Record<string, unknown> = { measured_at };
  for (const field of MEASURES) {
    const value = numberOf(entered, field);
    if (value !== undefined) found[field] = value;
  }
  if (entered.avpu) found.avpu = entered.avpu;
  return Object.keys(found).length > 1 ? (found as Vitals) : null;
}
