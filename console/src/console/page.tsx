/** The dispatch console: rings and queue, the work in hand, map and fleet, and a line for commands. */
import { computed, effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { clear, raise } from '../shared/alarm';
import { since } from '../shared/clock';
import { announce, Dialog, KeyHint, Shell, toast } from '../shared/components';
import { wordsOf } from '../shared/api';
import { useKeys, type Shortcut } from '../shared/keys';
import { alarmRate, followAlarms } from '../shared/server-alarms';
import { mark as markTime } from '../shared/perf';
import { incidents, keep } from '../shared/store';
import { titles } from '../shared/titles';
import { Board } from './board';
import { CallForm } from './callform';
import { ClosuresButton, ClosuresDialog, drawClosure } from './closures';
import { CommandLine } from './commandline';
import { newCall } from './commands';
import { DestinationDialog } from './destination';
import { Dialogs } from './dialogs';
import { listDrafts } from './draft';
import { IncidentPane, resume } from './incident';
import { MapPane } from './mappane';
import { PlaceDialog } from './place';
import { followPresence, others } from './presence';
import { QueueView, Rings } from './queueview';
import { candidateUnits, sendCandidate, takeBack } from './sending';
import { followRanking, mark } from './ranking';
import { answerNext, followRings } from './rings';
import { targetOf } from './targets';
import { t } from './texts';
import { UnitDialogs } from './unitdialogs';
import { ask, asking, chosen, done, keysAskedAbout, openDraft, running, showIncident } from './work';

/** A second window of the seat may show the map alone. */
const view = new URLSearchParams(location.search).get('view');

export function Console() {
  keep('incidents', 'units', 'positions');
  useEffect(() => {
    listDrafts();
    const stops = [
      followRings(), followRanking(), followPresence(), followNewP1(),
      followAlarms({
        go: (alarm) => alarm.incident_id && showIncident(alarm.incident_id),
      }),
      effect(() => void (incidents.complete.value && markTime('queue'))),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  if (view === 'map') return <Shell title={t.mapTitle} density="fixed"><MapPane /></Shell>;
  return (
    <Shell title={titles.console} density="fixed" tools={<Tools />}>
      <Keys />
      <div class="console">
        <div class="left">
          <Rings />
          <QueueView />
        </div>
        <div class="work scroll" tabIndex={0} role="region" aria-label={t.work}>
          {openDraft.value !== null ? <CallForm name={openDraft.value} /> : <IncidentPane />}
        </div>
        <div class="right">
          <MapPane />
          <Board />
        </div>
      </div>
      <CommandLine />
      <Dialogs />
      <PlaceDialog />
      <DestinationDialog />
      <ClosuresDialog />
      <UnitDialogs />
      <KeysDialog />
    </Shell>
  );
}

function Tools() {
  return (
    <span class="row no-print">
      <button type="button" class="small plain" onClick={newCall}>{t.newCall} <KeyHint keys="F2" /></button>
      <ClosuresButton />
      <button type="button" class="small plain" onClick={() => ask({ what: 'keys' })}>{t.useKeys} <KeyHint keys="?" /></button>
      <AlarmRate />
      {others.value.length > 0 && <span class="quiet" title={others.value.map((one) => one.name).join(t.and)}>◉ {t.colleagues(others.value.length)}</span>}
    </span>
  );
}

/** How often this desk is alarmed: shown as soon as there was any, marked where it is too often for the people there. */
function AlarmRate() {
  const rate = alarmRate.value;
  if (rate === undefined || rate.alarms === 0) return null;
  const each = rate.alarms / Math.max(1, rate.operators);
  return <span class={each >= 1 ? 'late' : 'quiet'} title={t.alarmRateSays}>{each >= 1 && '⚠ '}{t.alarmRate(rate.alarms)}<span class="alarm-each"> · {t.alarmRateEach(each.toFixed(1))}</span></span>;
}

/** Something that a key does; what goes wrong is said. */
const try_ = (work: () => unknown) => (): void => {
  void Promise.resolve().then(work).catch((error: unknown) => toast(wordsOf(error), { tone: 'bad' }));
};

const active = computed(() => openDraft.value === null && asking.value === null);

function Keys() {
  const always: Shortcut[] = [
    { keys: 'F4', says: () => t.answer, run: try_(async () => (await answerNext()) || toast(t.nothingRings)) },
    { keys: 'F2', says: () => t.newCall, run: newCall },
    { keys: 'F8', says: () => t.closures, run: () => ask({ what: 'closures' }) },
    { keys: 'F9', says: () => t.draw, run: try_(drawClosure) },
    { keys: '?', says: () => t.useKeys, run: () => ask({ what: 'keys' }) },
    { keys: 'U', says: () => t.takeBack, run: try_(async () => (await takeBack()) || toast(t.nothingToTakeBack)) },
  ];
  useKeys(always, []);
  const incident = chosen.value;
  const state = incident?.state;
  const free = active.value;
  const mine: Shortcut[] = [
    { keys: 'Ctrl+Enter', says: () => t.sendRecommended, run: try_(() => sendCandidate(0)) },
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n): Shortcut => ({ keys: String(n), says: () => t.sendNth(n), run: try_(() => sendCandidate(n)) })),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n): Shortcut => ({ keys: `Alt+${n}`, says: () => t.markNth(n), run: () => candidateUnits(n).forEach(mark) })),
    { keys: 'E', says: () => t.correctPlace, run: () => ask({ what: 'place' }) },
    { keys: 'P', says: () => t.setPriority, run: () => ask({ what: 'priority' }) },
    { keys: 'H', says: () => t.hold, run: () => ask({ what: 'hold' }) },
    { keys: 'C', says: () => t.close, run: () => ask({ what: 'close' }) },
    { keys: 'R', says: () => t.resume, run: try_(() => chosen.peek()?.state === 'held' && resume(chosen.peek()!)) },
  ];
  useKeys(free && (state === 'open' || state === 'held') ? mine : [], [incident?.id, state, free]);
  return null;
}

function KeysDialog() {
  const list = keysAskedAbout.value.filter((one) => !/^(Alt\+)?[2-9]$/.test(one.keys));
  return (
    <Dialog open={asking.value?.what === 'keys'} title={t.useKeys} onClose={done}>
      <dl class="facts keys">
        {list.map((one) => (
          <>
            <dt><kbd>{one.keys === '1' ? '1 … 9' : one.keys === 'Alt+1' ? 'Alt+1 … 9' : one.keys.replace('ArrowDown', '↓').replace('ArrowUp', '↑')}</kbd></dt>
            <dd>{one.says()}</dd>
          </>
        ))}
        <dt><kbd>Enter</kbd></dt>
        <dd>{t.sendRecommended}</dd>
      </dl>
    </Dialog>
  );
}

/** A new P1 is spoken; one that nobody was sent to in time stands at the top, and is heard. */
function followNewP1(): () => void {
  const told = new Set<string>();
  const standing = new Set<string>();
  return effect(() => {
    if (!incidents.complete.value) return;
    const open = incidents.all.value.filter((one) => one.priority === 'P1' && one.priority_known && one.state === 'open' && running(one).length === 0 && one.first_sent_at === null);
    for (const id of standing) if (!open.some((one) => one.id === id)) (clear(`p1 ${id}`), standing.delete(id));
    for (const one of open) {
      if (!told.has(one.id)) announce(t.newP1(one.code, one.address));
      told.add(one.id);
      // Whoever works on it needs no bell; one that is overdue does.
      if (since(one.opened_at) < targetOf('answer-to-dispatch')) continue;
      standing.add(one.id);
      raise({ id: `p1 ${one.id}`, cause: 'p1', level: 1, says: () => t.lateP1(one.code, one.address), go: () => showIncident(one.id) });
    }
  });
}
