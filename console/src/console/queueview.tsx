/** Incoming calls and the queue: who has nobody comes first, held ones stand apart; each row redraws by itself. */
import { computed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button, Countdown, Elapsed, KeyHint, PriorityChip, StatusGlyph } from '../shared/components';
import { useKeys } from '../shared/keys';
import { selection } from '../shared/selection';
import { statusOfState } from '../shared/status';
import { incidents, storeFailure, type Incident } from '../shared/store';
import { wordsOf } from '../shared/api';
import { whereabouts } from '../shared/whereabouts';
import { word } from '../shared/wording';
import { common } from '../shared/words';
import { drafts } from './draft';
import { lookingAt } from './presence';
import { arrange, inOrder } from './queue';
import { answer, missed, mine, ringing, ringOf, type Ring } from './rings';
import { targetOf } from './targets';
import { t } from './texts';
import { ask, chosen, isTransfer, openDraft, running, showIncident } from './work';

export const queue = computed(() => arrange(incidents.all.value));

export function Rings() {
  const left = drafts.value.filter((name) => name !== openDraft.value && ringOf(name)?.state !== 'ringing' && !mine.value.some((ring) => ring.id === name));
  if (ringing.value.length + mine.value.length + missed.value.length + left.length === 0) return null;
  return (
    <section class="rings" aria-label={t.rings}>
      <ul>
        {ringing.value.map((ring, index) => (
          <RingRow key={ring.id} ring={ring}>
            <Elapsed from={ring.rang_at} targetS={targetOf('ring-to-answer')} />
            <Button size="small" look="primary" onPress={() => answer(ring)}>{t.answer} {index === 0 && <KeyHint keys="F4" />}</Button>
          </RingRow>
        ))}
        {mine.value.filter((ring) => ring.id !== openDraft.value).map((ring) => (
          <RingRow key={ring.id} ring={ring}>
            <span class="late">{ring.ended_at ? t.hungUp : t.onTheLine}</span>
            <Button size="small" onPress={() => answer(ring)}>{t.goOn}</Button>
            <Button size="small" look="plain" onPress={() => ask({ what: 'ring', ring_id: ring.id })}>{t.settle}</Button>
          </RingRow>
        ))}
        {missed.value.map((ring) => (
          <RingRow key={ring.id} ring={ring}>
            <Elapsed from={ring.ended_at ?? ring.rang_at} label={t.missed} />
            <Button size="small" onPress={() => answer(ring)}>{t.takeCall}</Button>
            <Button size="small" look="plain" onPress={() => ask({ what: 'ring', ring_id: ring.id })}>{t.settle}</Button>
          </RingRow>
        ))}
        {left.map((name) => (
          <li key={name} class="row" data-state="draft">
            <span class="grow">✎ {t.draftLeft}</span>
            <Button size="small" onPress={() => (openDraft.value = name)}>{t.goOn}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RingRow({ ring, children }: { ring: Ring; children: preact.ComponentChildren }) {
  return (
    <li class="row" data-state={ring.state}>
      <span class="grow">
        <b>{ring.state === 'ringing' ? '☎︎' : ring.state === 'missed' ? '⚠' : '◉'} {ring.callback || t.noNumber}</b>
        <span class="quiet cut"> {[word(ring.source), ring.heard].filter(Boolean).join(' · ')}</span>
      </span>
      {children}
    </li>
  );
}

const ROW_PX = 50;
const WINDOWED_FROM = 200;

export function QueueView() {
  const { unassigned, assigned, held } = queue.value;
  const box = useRef<HTMLDivElement>(null);
  const move = (by: number): void => {
    const list = inOrder(queue.peek());
    const at = list.findIndex((one) => one.id === selection.peek().incident);
    const next = list[at === -1 ? 0 : Math.min(Math.max(at + by, 0), list.length - 1)];
    if (next === undefined) return;
    showIncident(next.id);
    requestAnimationFrame(() => box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }));
  };
  useKeys([
    { keys: 'Alt+ArrowDown', says: () => t.nextIncident, run: () => move(1) },
    { keys: 'Alt+ArrowUp', says: () => t.previousIncident, run: () => move(-1) },
  ], []);
  return (
    <div class="queue">
      <h2 class="row">
        {t.queue}
        <span class="badge">{t.unassignedCount(unassigned.length)}</span>
        <span class="quiet small-text">{t.otherCounts(assigned.length, held.length)}</span>
      </h2>
      {storeFailure.value !== null && <p class="late" role="status">⚠ {common.failed}: {wordsOf(storeFailure.value)}</p>}
      <div class="scroll" ref={box} tabIndex={0} role="region" aria-label={t.queue}>
        <table class="queue-table">
          <thead>
            <tr>
              <th scope="col">{t.level}</th>
              <th scope="col">{t.incident}</th>
              <th scope="col" class="number">{t.clock}</th>
            </tr>
          </thead>
          <Group title={t.unassigned} rows={unassigned} box={box} />
          <Group title={t.assigned} rows={assigned} box={box} />
          <Group title={t.held} rows={held} box={box} />
        </table>
        {incidents.complete.value && unassigned.length + assigned.length + held.length === 0 && <p class="quiet empty">{t.nothingOpen}</p>}
        {!incidents.complete.value && storeFailure.value === null && <p class="quiet empty">{common.loading}</p>}
      </div>
    </div>
  );
}

function Group({ title, rows, box }: { title: string; rows: readonly Incident[]; box: { current: HTMLDivElement | null } }) {
  const range = useWindow(rows.length, box);
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr class="group"><th colSpan={3} scope="rowgroup">{title} <span class="quiet">{rows.length}</span></th></tr>
      {range.before > 0 && <tr aria-hidden="true"><td colSpan={3} style={{ height: `${range.before * ROW_PX}px` }} /></tr>}
      {rows.slice(range.before, range.end).map((one) => <Row key={one.id} id={one.id} />)}
      {range.end < rows.length && <tr aria-hidden="true"><td colSpan={3} style={{ height: `${(rows.length - range.end) * ROW_PX}px` }} /></tr>}
    </tbody>
  );
}

/** Of a long list only what is near the window is drawn. */
function useWindow(count: number, box: { current: HTMLDivElement | null }): { before: number; end: number } {
  const top = useSignal(0);
  const long = count > WINDOWED_FROM;
  useEffect(() => {
    const element = box.current;
    if (element === null || !long) return;
    const look = (): void => {
      top.value = Math.floor(element.scrollTop / ROW_PX / 20) * 20;
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [long]);
  if (!long) return { before: 0, end: count };
  const before = Math.max(0, Math.min(top.value - 30, count - 100));
  return { before, end: Math.min(count, before + 120) };
}

function Row({ id }: { id: string }) {
  const incident = incidents.get(id);
  if (incident === undefined) return null;
  const on = running(incident);
  const here = lookingAt(id);
  const open = (): void => showIncident(id);
  return (
    <tr aria-selected={chosen.value?.id === id && openDraft.value === null} onClick={open} class="queue-row">
      <td>
        <PriorityChip priority={incident.priority} />
        {!incident.priority_known && <span class="quiet" title={t.priorityUnknown}>?</span>}
      </td>
      <td>
        <div class="row tight">
          <button type="button" class="small plain code" onClick={(event) => (event.stopPropagation(), open())}>{incident.code}</button>
          {isTransfer(incident) && <span class="badge" title={t.transfer}>⇄ <span class="transfer-word">{t.transfer}</span></span>}
          {here.length > 0 && <span class="quiet" title={here.map((one) => one.name).join(t.and)}>◉ {here.length}</span>}
          {on.map((one) => <StatusGlyph key={one.id} status={statusOfState(one.state)} text={one.call_sign} />)}
          {incident.hold && <span class="quiet cut">‖ {incident.hold.reason}</span>}
        </div>
        <div class="cut">{whereabouts(incident) || t.placeUnknown} <span class="quiet">{incident.complaint}</span></div>
      </td>
      <td class="number"><Clock incident={incident} /></td>
    </tr>
  );
}

/** What runs now: until a unit is sent, until one is there, until the reminder. */
function Clock({ incident }: { incident: Incident }) {
  if (incident.hold) return <Countdown to={incident.hold.remind_at} />;
  if (incident.first_sent_at === null || running(incident).length === 0) return <Elapsed from={incident.opened_at} targetS={targetOf('answer-to-dispatch')} />;
  const there = running(incident).some((one) => (one.stamps ?? []).some((stamp) => stamp.event === 'arrive'));
  if (there) return <span class="quiet"><Elapsed from={incident.opened_at} /></span>;
  return <Elapsed from={incident.opened_at} targetS={targetOf('response')} />;
}
