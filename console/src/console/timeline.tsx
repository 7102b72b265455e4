/** What happened to the incident: time, what, who, from where. Printed as its report, exported as it is kept. */
import { useEffect, useMemo } from 'preact/hooks';
import { Button, Timeline } from '../shared/components';
import { kindWord } from '../shared/kinds';
import { resource } from '../shared/resource';
import { now } from '../shared/clock';
import { language } from '../shared/i18n';
import type { Incident } from '../shared/store';
import { common } from '../shared/words';
import { entriesOf } from './conflict';
import { detailOf } from './details';
import { whoDid } from './names';
import { t } from './texts';

/** Said to readers, not to people. */
const HIDDEN = new Set(['stream.reader-admitted.v1', 'stream.reader-released.v1']);

export function TimelineOf({ incident }: { incident: Incident }) {
  const entries = useMemo(
    () => resource(() => entriesOf(incident.id), { entries: [], when: (entry) => entry.stream_id === incident.id }),
    [incident.id],
  );
  useEffect(() => () => entries.stop(), [entries]);
  const items = (entries.value.value ?? [])
    .filter((entry) => !HIDDEN.has(entry.said.kind))
    .map((entry) => ({
      id: entry.id,
      at: entry.act.at,
      recordedAt: entry.act.recorded_at,
      who: entry.act.role === 'system' ? common.system : `${whoDid(entry.act)} · ${t[`via-${entry.act.source}`]}`,
      text: (
        <>
          <b>{kindWord(entry.said.kind)}</b> {detailOf(entry.said)}
        </>
      ),
    }));
  return (
    <section aria-label={t.timeline} class="timeline-section">
      <div class="row">
        <h3>{t.timeline}</h3>
        <span class="grow" />
        <span class="row no-print">
          <Button size="small" look="plain" onPress={() => print()}>{t.print}</Button>
          <Button size="small" look="plain" onPress={() => exportIncident(incident)}>{t.exportJson}</Button>
        </span>
      </div>
      <p class="print-only">{t.printedAt} {new Date(now.peek()).toLocaleString(language.value === 'en' ? 'en-GB' : 'zh-CN', { hourCycle: 'h23' })}</p>
      {entries.failure.value !== null && entries.value.value === undefined ? <p class="quiet">{common.failed}</p> : <Timeline items={items} label={t.timeline} />}
    </section>
  );
}

/** The incident and its entries, exactly as the service gives them. */
export async function exportIncident(incident: Incident): Promise<void> {
  const entries = await entriesOf(incident.id);
  const file = new Blob([JSON.stringify({ incident, entries }, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${incident.code}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
