/** What the service knows, and on top of it what the crew has done since: pure, so that it can be tested by itself. */
import type { Schemas } from '../shared/api';
import type { Item } from './outbox';
import { after, stampedAfter, type Stamped } from './steps';

export type Assignment = Schemas['AssignmentView'];
export type Case = Schemas['CaseView'];

export interface Run {
  assignment: Assignment;
  state: string;
  stamps: readonly Stamped[];
}

/** A run with the reports that still wait. */
export function runOf(assignment: Assignment, items: readonly Item[]): Run {
  let { state } = assignment;
  let stamps: Stamped[] = (assignment.stamps ?? []).map(({ event, at }) => ({ event, at }));
  for (const { command } of items) {
    if (command.kind !== 'stamp' || command.assignment_id !== assignment.id) continue;
    const { event, at } = command.stamp;
    state = after(state, event);
    stamps = stampedAfter(stamps, { event, at, waiting: true });
  }
  return { assignment, state, stamps };
}

export interface PatientCase extends Omit<Case, 'vitals'> {
  vitals: readonly Schemas['VitalSigns'][];
  /** Something about it waits to be sent. */
  waiting: boolean;
  /** The crew's signature waits to be sent. */
  signedAt: string | null;
}

/** The patients of one run with what still waits, in the order in which they were found. */
export function patientsOf(assignment_id: string, cases: readonly Case[], items: readonly Item[]): PatientCase[] {
  const found = new Map<string, PatientCase>();
  for (const one of cases) found.set(one.id, { ...one, vitals: one.vitals ?? [], waiting: false, signedAt: null });
  for (const { command, made_at } of items) {
    if (command.assignment_id !== assignment_id || command.kind === 'stamp' || command.kind === 'seen') continue;
    const known = found.get(command.case_id) ?? unknown(command.case_id, assignment_id, made_at);
    const change: Partial<PatientCase> = { waiting: true };
    if (command.kind === 'patient' || command.kind === 'describe') change.patient = command.patient;
    else if (command.kind === 'vitals') change.vitals = [...known.vitals, command.vitals];
    else if (command.kind === 'destination') change.destination_id = command.facility_id;
    else if (command.kind === 'sign') change.signedAt = command.at;
    else Object.assign(change, { end_code: command.code, ended_at: made_at });
    found.set(command.case_id, { ...known, ...change });
  }
  return [...found.values()].sort((a, b) => Date.parse(a.opened_at) - Date.parse(b.opened_at));
}

function unknown(id: string, assignment_id: string, opened_at: string): PatientCase {
  const patient = { label: '', name: '', identity_number: '', age_years: null, sex: 'unknown' as const, complaint: '' };
  return {
    id, assignment_id, incident_id: null, patient, opened_at, destination_id: null, end_code: null, ended_at: null,
    version: 0, vitals: [], warnings: [], waiting: true, signedAt: null,
  };
}

/** What was changed of an order, and whether the crew must say that it has seen it. */
export interface Change {
  id: string;
  number: number;
  at: string;
  /** Of a way: off-route, closure, closure-ended, destination; of a corrected place: place. */
  because: string;
  longerByS: number | null;
  address: string;
  reason: string;
  /** Of a way: the closed roads that caused it, by id; why they are closed is in the list of closures. */
  closures: readonly string[];
  mustBeHeard: boolean;
}

interface EntryLike {
  id: string;
  number: number;
  act: { at: string };
  said: unknown;
}

/** The changes that this crew has not acknowledged, oldest first. */
export function changesOf(entries: readonly EntryLike[], assignment_id: string): Change[] {
  const found: Change[] = [];
  let heard = 0;
  const sent = entries.find(({ said }) => kindOf(said) === 'assignment.sent.v1' && ofRun(said, assignment_id))?.number ?? 0;
  for (const { id, number, act, said } of entries) {
    const kind = kindOf(said);
    if (kind === 'assignment.change-heard.v1' && ofRun(said, assignment_id)) {
      const { change_entry_id } = said as Schemas['ChangeHeard'];
      heard = Math.max(heard, entries.find((one) => one.id === change_entry_id)?.number ?? 0);
    } else if (kind === 'assignment.route-changed.v1' && ofRun(said, assignment_id)) {
      const { because, longer_by_s, acknowledge_by, closures = [] } = said as Schemas['RouteChanged'];
      const mustBeHeard = Boolean(acknowledge_by);
      found.push({ id, number, at: act.at, because, longerByS: longer_by_s, address: '', reason: '', closures, mustBeHeard });
    } else if (kind === 'incident.located.v1' && number > sent) {
      const { crews_ack_by, address = '', reason = '' } = said as Schemas['Located'];
      if (crews_ack_by) found.push({ id, number, at: act.at, because: 'place', longerByS: null, address, reason, closures: [], mustBeHeard: true });
    }
  }
  return found.filter((change) => change.number > heard);
}

const kindOf = (said: unknown): string => (said as { kind: string }).kind;
const ofRun = (said: unknown, assignment_id: string): boolean => (said as { assignment_id?: string }).assignment_id === assignment_id;
