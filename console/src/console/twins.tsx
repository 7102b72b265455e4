/** Open incidents that a new call may speak of as well: suggested after taking it, linked or left by a person. */
import { signal } from '@preact/signals';
import { read, send, type Schemas } from '../shared/api';
import { Button, undoable } from '../shared/components';
import { clockTime } from '../shared/i18n';
import { incidents, type Incident } from '../shared/store';
import { sayOr } from '../shared/wording';
import { t } from './texts';
import { showIncident } from './work';

interface Suggestion {
  call_id: string;
  twins: readonly Schemas['Twin'][];
}

/** By incident; gone when somebody has decided. */
const suggestions = signal<ReadonlyMap<string, Suggestion>>(new Map());

export function rememberTwins(answer: Schemas['CallAnswer']): void {
  const twins = answer.twins ?? [];
  if (twins.length > 0) set(answer.incident.id, { call_id: answer.call_id, twins });
}

function set(incident_id: string, found: Suggestion | null): void {
  const next = new Map(suggestions.peek());
  if (found === null) next.delete(incident_id);
  else next.set(incident_id, found);
  suggestions.value = next;
}

/** Look again: what was open then may not be now. Answers how many there are. */
export async function lookForTwins(incident: Incident): Promise<number> {
  const { twins } = await read('/api/v1/incidents/{incident_id}/twins', { path: { incident_id: incident.id } });
  const call = incident.calls?.[0];
  set(incident.id, call === undefined || twins.length === 0 ? null : { call_id: call.id, twins });
  return twins.length;
}

/** This call speaks of that incident. Undone by taking the link back. */
export async function linkCall(call_id: string, from: string, to: string): Promise<void> {
  incidents.put(await send('/api/v1/calls/{call_id}/link', { path: { call_id }, body: { incident_id: to } }));
  set(from, null);
  incidents.touch(from);
  showIncident(to);
  undoable(t.linked(incidents.get(to)?.code ?? ''), async () => {
    incidents.put(await send('/api/v1/calls/{call_id}/unlink', { path: { call_id }, body: {} }));
    incidents.touch(to);
    showIncident(from);
  });
}

export function Twins({ incident }: { incident: Incident }) {
  const found = suggestions.value.get(incident.id);
  if (found === undefined) return null;
  return (
    <section class="notice-box" aria-label={t.twins}>
      <h3>{t.twins}</h3>
      <ul class="column">
        {found.twins.map((twin) => (
          <li key={twin.incident_id} class="row">
            <span class="grow">
              <b>{twin.code}</b> · <time>{clockTime(twin.opened_at)}</time> · {twin.reasons.map(sayOr).join(' · ')}
            </span>
            <Button size="small" onPress={() => linkCall(found.call_id, incident.id, twin.incident_id)}>{t.linkTo}</Button>
            <Button size="small" look="plain" onPress={() => showIncident(twin.incident_id)}>{t.look}</Button>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button size="small" onPress={() => set(incident.id, null)}>{t.leaveApart}</Button>
      </div>
    </section>
  );
}
