/** Who changed what in the meantime: shown where somebody's change meets another one, so that nothing is lost in silence. */
import { read, type Schemas } from '../shared/api';
import { clockTime } from '../shared/i18n';
import { kindWord } from '../shared/kinds';
import { assignments, incidents } from '../shared/store';
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
