/** What the crew can do, each as a command in the outbox: on the device at once, at the service when it can be. */
import { toast } from '../shared/components';
import { common } from '../shared/words';
import type { Schemas } from '../shared/api';
import { deviceTime, queue, trueTime, type Command } from './outbox';
import { uuid5 } from './names';
import { CASE_END, undoOf, type CrewEnd } from './steps';
import { coded } from './coded';
import { t } from './texts';
import { tab, type Tab } from './tabs';
import { active, patients, run } from './work';

type Patient = Schemas['Patient'];

async function keep(command: Command, id?: string): Promise<boolean> {
  try {
    await queue(command, id);
    return true;
  } catch {
    // The device's storage is full or broken: the one thing that must be said at once.
    toast(common.unexpected, { tone: 'bad' });
    return false;
  }
}

/** What a crew needs next after a step. */
const AFTER: Partial<Record<string, Tab>> = {
  depart: 'way', 'patient-contact': 'patients', load: 'hospital', transport: 'way', 'at-hospital': 'hospital', available: 'job',
};

/** Report a time point, now. */
export async function stamp(event: string, reason = ''): Promise<void> {
  const assignment_id = run.peek()?.assignment.id;
  if (assignment_id === undefined) return;
  const kept = await keep({ kind: 'stamp', assignment_id, stamp: { event, ...deviceTime(), source: 'app', ...(reason && { reason }) } });
  if (!kept) return;
  navigator.vibrate?.(40);
  tab.value = AFTER[event] ?? tab.peek();
}

/** Take the newest step back: a correction, nothing is deleted. */
export async function undo(): Promise<void> {
  const now = run.peek();
  const found = now === null ? null : undoOf(now.state, now.stamps);
  if (found === null) return;
  await stamp(`back-to-${found.back}`);
  toast(t.undone(coded('step', found.step)));
}

/** End the run without transport; patients of whom the reason speaks end with it. */
export async function endRun(code: CrewEnd, reason: string): Promise<void> {
  const caseCode = CASE_END[code];
  const open = caseCode === undefined ? [] : patients.peek().filter((one) => one.end_code === null);
  for (const one of open) await endCase(one.id, caseCode!, reason);
  await stamp(code, reason);
}

const currentId = (): string | undefined => (active.peek() ?? run.peek())?.assignment.id;

/** A patient was found; who it is may follow. */
export async function openPatient(): Promise<void> {
  const assignment_id = currentId();
  if (assignment_id === undefined) return;
  const id = crypto.randomUUID();
  const label = t.label(patients.peek().length + 1);
  const patient: Patient = { label, name: '', identity_number: '', age_years: null, sex: 'unknown', complaint: '' };
  await keep({ kind: 'patient', assignment_id, case_id: await uuid5(assignment_id, id), patient }, id);
}

type OfCase =
  | { kind: 'describe'; patient: Patient }
  | { kind: 'vitals'; vitals: Schemas['VitalSigns'] }
  | { kind: 'destination'; facility_id: string; reason: string }
  | { kind: 'end-case'; code: string; remarks: string }
  | { kind: 'sign'; facility_id: string; summary: string; remarks: string; at: string };

async function ofCase(case_id: string, command: OfCase): Promise<void> {
  const assignment_id = currentId();
  if (assignment_id !== undefined) await keep({ ...command, assignment_id, case_id });
}

export const describe = (case_id: string, patient: Patient): Promise<void> => ofCase(case_id, { kind: 'describe', patient });
export const takeVitals = (case_id: string, vitals: Schemas['VitalSigns']): Promise<void> => ofCase(case_id, { kind: 'vitals', vitals });
export const choose = (case_id: string, facility_id: string, reason: string): Promise<void> =>
  ofCase(case_id, { kind: 'destination', facility_id, reason });
export const endCase = (case_id: string, code: string, remarks: string): Promise<void> => ofCase(case_id, { kind: 'end-case', code, remarks });
export const sign = (case_id: string, facility_id: string, summary: string): Promise<void> =>
  ofCase(case_id, { kind: 'sign', facility_id, summary, remarks: '', at: trueTime() });

/** The crew has seen a change of its order. */
export async function changeSeen(change_entry_id: string): Promise<void> {
  const assignment_id = currentId();
  if (assignment_id !== undefined) await keep({ kind: 'seen', assignment_id, change_entry_id });
}
