/** Who changed what in the meantime: shown where somebody's change meets another one, so that nothing is lost in silence. */
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem, read, type Schemas } from '../shared/api';
import { clockTime } from '../shared/i18n';
import { kindWord } from '../shared/kinds';
import { assignments, incidents, type Incident } from '../shared/store';
import { common } from '../shared/words';
import { detailOf } from './details';
import { whoDid } from './names';
import { t } from './texts';

type Entry = Schemas['Entry'];

/** An order that was faster: which unit, to where, by whom. */
export interface Taken {
  call_sign: string;
  incident_id: string;
  code: string;
  by: Schemas['Act'];
}

/** Who sent one of these units last, as far as this seat may read it. */
export async function whoSent(unit_ids: readonly string[]): Promise<Taken | null> {
  const one = assignments.peek().find((found) => unit_ids.includes(found.unit_id)) ?? (await fromService(unit_ids));
  if (one === undefined) return null;
  const entry = (await entriesOf(one.incident_id)).findLast((found) => found.said.kind === 'assignment.sent.v1' && found.said.assignment_id === one.id);
  if (entry === undefined) return null;
  const code = incidents.get(one.incident_id)?.code ?? '';
  return { call_sign: one.call_sign, incident_id: one.incident_id, code, by: entry.act };
}

async function fromService(unit_ids: readonly string[]) {
  for (const incident of (await read('/api/v1/incidents', { query: { state: 'open', limit: 100 } })).incidents) {
    const found = (incident.assignments ?? []).find((one) => unit_ids.includes(one.unit_id) && one.released_at === null);
    if (found !== undefined) {
      incidents.put(incident);
      return found;
    }
  }
  return undefined;
}

export async function entriesOf(stream_id: string, after = 0): Promise<Entry[]> {
  return (await read('/api/v1/incidents/{stream_id}/entries', { path: { stream_id }, query: { after } })).entries;
}

export function TakenBy({ taken }: { taken: Taken }) {
  return (
    <span>
      {t.takenBy(taken.call_sign, taken.code || t.anotherIncident, whoDid(taken.by))} <time>{clockTime(taken.by.at)}</time>
    </span>
  );
}

/** What a stale edit was refused with is shown at once: the incident as it is now. */
export async function fresh<T>(edit: Promise<T>): Promise<T> {
  try {
    return await edit;
  } catch (error) {
    if (error instanceof Problem && error.status === 412) incidents.put(error.document.incident as Incident);
    throw error;
  }
}

type Part = 'place_version' | 'priority_version' | 'state_version';

/** The kinds of entries that speak of a part; others leave its version alone. */
const SPEAKS: Record<Part, readonly string[]> = {
  place_version: ['incident.located.'],
  priority_version: ['incident.prioritised.'],
  state_version: ['incident.held.', 'incident.resumed.', 'incident.closed.', 'incident.call-moved-', 'assignment.sent.', 'assignment.stamped.'],
};

interface Seen {
  /** What others did to it since the dialog opened, and is shown there. */
  newer: Signal<readonly Entry[]>;
  /** Give the edit the version that is shown; answers whether it was taken. Refused, it shows why and what was typed stays. */
  give: (edit: (version: number) => Promise<void>) => Promise<boolean>;
}

/**
 * For a dialog that changes one part of an incident: a version is the number of the entry that said the part last.
 * `since` is the one that was seen first, where the dialog has been away meanwhile.
 */
export function useSeen(incident: Incident, part: Part, since: number = incident[part]): Seen {
  const opened = useSignal(since);
  const seen = useSignal(since);
  const newer = useSignal<readonly Entry[]>([]);
  const look = async (): Promise<void> => {
    const now = incidents.get(incident.id)?.[part] ?? incident[part];
    const found = await entriesOf(incident.id, opened.peek());
    newer.value = found.filter((one) => SPEAKS[part].some((kind) => one.said.kind.startsWith(kind)));
    // What came after it while the entries were read is refused once more, and shown then.
    seen.value = now;
  };
  useEffect(() => {
    if (incident[part] !== seen.peek()) void look().catch(() => undefined);
  }, [incident[part]]);
  const give = async (edit: (version: number) => Promise<void>): Promise<boolean> => {
    try {
      await edit(seen.peek());
      return true;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      await look();
      return false;
    }
  };
  return { newer, give };
}

/** Entries that others wrote since the person began to type. */
export function Newer({ entries, children }: { entries: readonly Entry[]; children?: preact.ComponentChildren }) {
  if (entries.length === 0) return null;
  return (
    <div class="notice-box" role="alert">
      <b>{t.changedMeanwhile}</b>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <time>{clockTime(entry.act.recorded_at)}</time> {kindWord(entry.said.kind)} {detailOf(entry.said)} <span class="quiet">{common.by(whoDid(entry.act))}</span>
          </li>
        ))}
      </ul>
      <span class="quiet">{t.typedIsKept}</span>
      {children}
    </div>
  );
}
