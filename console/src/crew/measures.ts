/** Vital signs in words: the label of a field, and what was measured. */
import { coded } from './coded';
import { LIMITS, MEASURES, type Measure, type Vitals } from './limits';
import { t } from './texts';

/** Those that a language spells in its own way are in the texts. */
const UNITS: Partial<Record<Measure, string>> = {
  spo2_percent: '%', systolic_mmhg: 'mmHg', diastolic_mmhg: 'mmHg', temperature_c: '°C', glucose_mmol_per_l: 'mmol/L',
};
const SPELT = ['heart_rate_per_min', 'respiratory_rate_per_min', 'oxygen_l_per_min'] as const;

function unitOf(measure: Measure): string {
  const spelt = SPELT.find((one) => one === measure);
  return spelt === undefined ? (UNITS[measure] ?? '') : t[`unit_${spelt}`];
}

/** "心率 次/分"; a score says what it goes from and to. */
export const labelOf = (measure: Measure): string => `${t[measure]} ${unitOf(measure) || LIMITS[measure].slice(0, 2).join('–')}`;

/** "心率 104 次/分", one for each; the two blood pressures are one. */
export function measured(of: Vitals): string[] {
  const found = MEASURES.flatMap((measure) => {
    if (of[measure] == null) return [];
    if (measure === 'systolic_mmhg' && of.diastolic_mmhg != null) return [`${t.pressure} ${of[measure]}/${of.diastolic_mmhg} mmHg`];
    if (measure === 'diastolic_mmhg' && of.systolic_mmhg != null) return [];
    return [`${t[measure]} ${of[measure]} ${unitOf(measure)}`.trimEnd()];
  });
  return of.avpu ? [...found, coded('avpu', of.avpu)] : found;
}
