/** From what was typed to the commands: the referral, then the vital signs that were measured. */
import { Problem, send, wordsOf, type Schemas } from '../api';
import { serverNow } from '../clock';
import { toast } from '../components';
import { idsOf } from './candidates';
import type { Draft } from './draft';
import { numberOf } from './fields';
import { putReferral, type Referral } from './referrals';
import { careText as t } from './texts/care';

/** What is fixed before anything is typed. */
export interface Start {
  /** Of the draft: one for each patient who is referred. */
  name: string;
  directions: readonly Schemas['Direction'][];
  /** The patient's case and the referral that this one answers or continues. */
  of?: Referral | undefined;
  /** It ends the referral `of`: the receiving side refers on. */
  onward?: boolean | undefined;
}

export const VITALS = [
  { name: 'heart_rate_per_min', min: 0, max: 390 },
  { name: 'systolic_mmhg', min: 0, max: 375 },
  { name: 'diastolic_mmhg', min: 0, max: 375 },
  { name: 'spo2_percent', min: 0, max: 100 },
  { name: 'respiratory_rate_per_min', min: 0, max: 330 },
  { name: 'temperature_c', min: 13, max: 47, step: 0.1 },
  { name: 'glucose_mmol_per_l', min: 0, max: 122, step: 0.1 },
] as const;

const line = (draft: Draft, name: string): string => draft.field(name).peek().trim();
const flag = (draft: Draft, name: string): boolean => draft.field(name).peek() === '1';

/** The field that is still missing, in the order of the form; null when the form can be sent. */
export function missingOf(draft: Draft, start: Start, needsSkip: boolean): string | null {
  const wanted = [
    ...(start.of === undefined ? (['complaint'] as const) : []),
    'reason',
    ...(line(draft, 'direction') === 'down' ? (['plan'] as const) : []),
    'urgency',
    'candidates',
    ...(needsSkip ? (['skip_reason'] as const) : []),
  ];
  return wanted.find((name) => line(draft, name) === '') ?? null;
}

function patientOf(draft: Draft): Schemas['Patient'] {
  const name = line(draft, 'name');
  return {
    label: name || t.unknownPatient,
    name,
    age_years: numberOf(draft.field('age_years').peek()),
    sex: (line(draft, 'sex') || 'unknown') as Schemas['Sex'],
    complaint: line(draft, 'complaint'),
  };
}

function vitalsOf(draft: Draft): Schemas['VitalSigns'] | null {
  const measured = Object.fromEntries(VITALS.map(({ name }) => [name, numberOf(draft.field(name).peek())]));
  if (Object.values(measured).every((value) => value === null)) return null;
  return { measured_at: new Date(serverNow()).toISOString(), ...measured };
}

/** Thrown errors leave the draft as it is; sent again, the same form is the same referral. */
export async function sendReferral(draft: Draft, start: Start): Promise<Referral> {
  const command_id = draft.field('command_id').peek();
  const urgency = line(draft, 'urgency') as Schemas['Urgency'];
  const referral = await send('/api/v1/referrals', {
    body: {
      command_id,
      ...(start.of === undefined ? { patient: patientOf(draft) } : { case_id: start.of.case_id }),
      ...(start.of !== undefined && (start.onward ? { replaces: start.of.id } : { based_on: start.of.id })),
      direction: line(draft, 'direction') as Schemas['Direction'],
      urgency,
      candidates: idsOf(draft.field('candidates').peek()),
      parallel: flag(draft, 'parallel'),
      reason: line(draft, 'reason'),
      diagnosis: line(draft, 'diagnosis'),
      department: line(draft, 'department'),
      capabilities: flag(draft, 'by_ambulance') ? (idsOf(line(draft, 'abilities')) as Schemas['Capability'][]) : [],
      by_ambulance: flag(draft, 'by_ambulance'),
      treatment: line(draft, 'treatment'),
      plan: line(draft, 'plan'),
      skip_reason: line(draft, 'skip_reason'),
      callback: line(draft, 'callback'),
    },
  });
  const vitals = vitalsOf(draft);
  if (vitals !== null) {
    try {
      await send('/api/v1/cases/{case_id}/vitals', { path: { case_id: referral.case_id }, body: { command_id: `${command_id}-v`, vitals } });
    } catch (error) {
      // The referral is under way; the hospital must not wait for a slip of the finger in a figure.
      toast(t.vitalsNotTaken(error instanceof Problem ? error.words : wordsOf(error)), { tone: 'bad', ms: 20_000 });
    }
  }
  draft.drop();
  return putReferral(referral);
}
