/**
 * What was typed into a call form, kept with each key stroke: a reload, a crash, another ring in between lose nothing.
 * One draft for each ring, and one for each call that came without. It is removed when the call is on record.
 */
import { signal } from '@preact/signals';
import { newKey, type Schemas } from '../shared/api';
import { serverNow } from '../shared/clock';
import { seat } from '../shared/seat';
import { me } from '../shared/session';
import type { Ring } from './rings';

export type Evidence = NonNullable<Schemas['NewCall']['evidence']>[number];

export interface Draft {
  ring_id: string | null;
  /** The ring is a colleague's, or already a call: this one is taken without it. */
  apart?: boolean;
  source: Schemas['CallSource'];
  callback: string;
  caller_name: string;
  spoken_address: string;
  complaint: string;
  patients: string;
  age_years: string;
  sex: Schemas['Sex'];
  remarks: string;
  recording: string;
  rang_at: string;
  answered_at: string;
  incident_id: string;
  evidence: Evidence[];
  /** Sent again after a reload, the same content is the same command. */
  key: string;
  keyOf: string;
  savedAt: number;
}

const PREFIX = 'jiuhu-draft';
const place = (name: string): string => `${PREFIX} ${seat ?? me.peek()?.id ?? ''} ${name}`;

/** Names of the drafts of this seat, so that one that was left is found again. */
export const drafts = signal<readonly string[]>([]);

export function listDrafts(): void {
  const start = place('');
  const names: string[] = [];
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i)!;
    if (key.startsWith(start)) names.push(key.slice(start.length));
  }
  drafts.value = names.sort();
}

export function emptyDraft(ring?: Ring): Draft {
  return {
    ring_id: ring?.id ?? null,
    source: ring?.source ?? '120',
    callback: ring?.callback ?? '',
    caller_name: '',
    spoken_address: '',
    complaint: ring?.heard ?? '',
    patients: '',
    age_years: '',
    sex: 'unknown',
    remarks: '',
    recording: '',
    rang_at: '',
    answered_at: ring === undefined ? new Date(serverNow()).toISOString() : '',
    incident_id: '',
    // The service keeps the ring's own evidence with the call.
    evidence: [],
    key: newKey(),
    keyOf: '',
    savedAt: 0,
  };
}

export function findDraft(name: string): Draft | null {
  try {
    const kept = localStorage.getItem(place(name));
    return kept === null ? null : (JSON.parse(kept) as Draft);
  } catch {
    return null;
  }
}

/** Answers whether it is kept: a browser may have no room, and the screen must say so. */
export function keepDraft(name: string, draft: Draft): boolean {
  try {
    localStorage.setItem(place(name), JSON.stringify({ ...draft, savedAt: serverNow() }));
    if (!drafts.peek().includes(name)) listDrafts();
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(name: string): void {
  localStorage.removeItem(place(name));
  listDrafts();
}

const number = (typed: string): number | null => {
  const found = typed.trim() === '' ? NaN : Number(typed);
  return Number.isFinite(found) ? found : null;
};

/** The command that this draft is. What the exchange located counts beside what was added here, and apart from its ring. */
export function callOf(draft: Draft, heard: readonly Evidence[] = []): Schemas['NewCall'] {
  return {
    source: draft.source,
    callback: draft.callback.trim(),
    caller_name: draft.caller_name.trim(),
    spoken_address: draft.spoken_address.trim(),
    complaint: draft.complaint.trim(),
    patients: number(draft.patients),
    age_years: number(draft.age_years),
    sex: draft.sex,
    remarks: draft.remarks.trim(),
    recording: draft.recording.trim(),
    evidence: draft.evidence.length > 0 || draft.apart ? [...heard, ...draft.evidence] : [],
    ...(draft.rang_at && { rang_at: draft.rang_at }),
    ...(draft.answered_at && { answered_at: draft.answered_at }),
    ...(draft.incident_id && { incident_id: draft.incident_id }),
    ...(draft.ring_id && { ring_id: draft.ring_id }),
  };
}
