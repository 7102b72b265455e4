/**
 * The states of a run and what leads from one to the next: the crew's half of dispatch/assignments.py, so that the
 * page knows the next step while nobody can be asked. tests/contracts/test_crew_page.py compares the two tables.
 */

/** The states of a full run, first to last. */
export const ORDER = ['DSP', 'ACK', 'ENR', 'STG', 'ONS', 'PTC', 'LDD', 'TRN', 'ATH', 'HND', 'AVR', 'HOM'] as const;
export type State = (typeof ORDER)[number] | 'RSV' | 'END';

/** What a crew reports, and the state that it reaches. */
export const REACHES = {
  acknowledge: 'ACK',
  depart: 'ENR',
  stage: 'STG',
  arrive: 'ONS',
  'patient-contact': 'PTC',
  load: 'LDD',
  transport: 'TRN',
  'at-hospital': 'ATH',
  'hand-over': 'HND',
  available: 'AVR',
  home: 'HOM',
} as const satisfies Record<string, (typeof ORDER)[number]>;
export type Step = keyof typeof REACHES;

/** Ends without transport that a crew reports. */
export const CREW_ENDS = ['empty-run', 'patient-declines', 'patient-gone', 'dead-not-transported', 'stopped'] as const;
export type CrewEnd = (typeof CREW_ENDS)[number];
/** Before the wheels roll the crew may say that it cannot go. */
export const CANNOT_GO = 'cannot-go';
/** Ends that the centre decides. */
export const DESK_ENDS: readonly string[] = ['cancelled', 'bumped', 'taken-back'];

/** A waiting place is no step of the usual run: it is never the next one. */
const OPTIONAL: readonly Step[] = ['stage'];
const STEPS = Object.keys(REACHES) as Step[];

const rank = (state: string): number => (ORDER as readonly string[]).indexOf(state);

/** Which patient's end goes with which end of the run; the others say nothing of the patient. */
export const CASE_END: Partial<Record<CrewEnd, string>> = {
  'patient-declines': 'declined',
  'patient-gone': 'gone',
  'dead-not-transported': 'dead-on-scene',
};

/** The step that usually comes next; null when there is none. */
export function nextStep(state: string): Step | null {
  if (rank(state) < 0) return null;
  return STEPS.find((step) => !OPTIONAL.includes(step) && rank(REACHES[step]) > rank(state)) ?? null;
}

/** Where a report leads: a step never leads backwards, only its correction does. */
export function after(state: string, event: string): string {
  const back = /^back-to-(.+)$/.exec(event);
  if (back !== null) return back[1]!;
  const reached = REACHES[event as Step];
  if (reached === undefined) return 'END';
  if (rank(state) < 0) return state;
  return rank(reached) > rank(state) ? reached : state;
}

export interface Stamped {
  event: string;
  at: string;
  /** Not sent yet. */
  waiting?: boolean;
}

/** The stamps that hold after one more report: a step back declares the later ones untrue. */
export function stampedAfter(stamps: readonly Stamped[], one: Stamped): Stamped[] {
  const back = /^back-to-(.+)$/.exec(one.event);
  if (back === null) return [...stamps, one];
  return stamps.filter(({ event }) => !(event in REACHES) || rank(REACHES[event as Step]) <= rank(back[1]!));
}

/** What a hold takes back: the newest step, and the state before it. Null when there is none to take back. */
export function undoOf(state: string, stamps: readonly Stamped[]): { step: Step; back: string } | null {
  if (rank(state) <= 0) return null;
  const reached = STEPS.filter((step) => stamps.some((one) => one.event === step) && rank(REACHES[step]) <= rank(state));
  const step = reached.at(-1);
  if (step === undefined) return null;
  const before = reached.at(-2);
  return { step, back: before === undefined ? 'DSP' : REACHES[before] };
}

/** The unit is free again. */
export const isOver = (state: string): boolean => state === 'AVR' || state === 'HOM' || state === 'END';
/** Nobody has said yet that they have the order. */
export const isUnheard = (state: string): boolean => state === 'DSP';
/** On the road now. */
export const isDriving = (state: string): boolean => ['ACK', 'ENR', 'STG', 'LDD', 'TRN'].includes(state);
export const isBeforeWheels = (state: string): boolean => state === 'DSP' || state === 'ACK';
export const isBeforeTransport = (state: string): boolean => rank(state) >= 0 && rank(state) < rank('TRN');
/** From here on the hospital is where the run goes. */
export const isAboard = (state: string): boolean => rank(state) >= rank('LDD') && rank(state) <= rank('HND');
export const isThere = (state: string): boolean => state === 'ATH' || state === 'HND';
