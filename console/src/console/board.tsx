/** The fleet: by status, or by station as they lie on the map, so that one sees where nobody is left. */
import { computed, signal, useComputed } from '@preact/signals';
import { age, now } from '../shared/clock';
import { Button, StatusGlyph, statusWord } from '../shared/components';
import { named, shortTime } from '../shared/i18n';
import { send } from '../shared/api';
import { ageOf, placeOf, STALE_S } from '../shared/positions';
import { select, selection } from '../shared/selection';
import { may } from '../shared/session';
import { statusOf, STATUSES } from '../shared/status';
import { assignments, incidents, list, units, type Station, type Unit } from '../shared/store';
import { sayOr, word } from '../shared/wording';
import { common } from '../shared/words';
import { sendUnits } from './sending';
import { t } from './texts';
import { ask, chosen, showIncident } from './work';

/** Columns of the board. */
const ACROSS = 4;

const by = signal<'status' | 'station'>('station');

export function arrangeBoard(how: 'status' | 'station'): void {
  by.value = how;
}

const sorted = computed(() => [...units.all.value].sort((a, b) => a.call_sign.localeCompare(b.call_sign, 'zh', { numeric: true })));

interface Column {
  id: string;
  title: string;
  units: Unit[];
}

const byStatus = computed<Column[]>(() =>
  STATUSES.map((status) => ({ id: status, title: statusWord(status), units: sorted.value.filter((unit) => statusOf(unit) === status) })).filter((column) => column.units.length > 0),
);

/** As on a map: rows from north to south, in each from west to east. */
function laidOut(stations: readonly Station[]): Station[] {
  const south = [...stations].sort((a, b) => b.lat - a.lat);
  const rows = Array.from({ length: Math.ceil(south.length / ACROSS) }, (_, row) => south.slice(row * ACROSS, (row + 1) * ACROSS));
  return rows.flatMap((row) => row.sort((a, b) => a.lon - b.lon));
}

/** One without a free unit stands out by its count. */
const byStation = computed<Column[]>(() => {
  const stations = laidOut(list('stations').value.value ?? []);
  const at = new Map<string, Unit[]>();
  for (const unit of sorted.value) at.set(unit.station_id, [...(at.get(unit.station_id) ?? []), unit]);
  return stations.map((station) => ({ id: station.id, title: named(station), units: at.get(station.id) ?? [] })).filter((column) => column.units.length > 0);
});

export function Board() {
  const columns = by.value === 'status' ? byStatus.value : byStation.value;
  const free = sorted.value.filter((unit) => statusOf(unit) === 'available').length;
  return (
    <div class="board">
      <div class="row">
        <h2>{t.board}</h2>
        <span class="quiet">{t.freeOf(free, sorted.value.length)}</span>
        <span class="grow" />
        <button type="button" class="small" aria-pressed={by.value === 'status'} onClick={() => (by.value = 'status')}>{t.byStatus}</button>
        <button type="button" class="small" aria-pressed={by.value === 'station'} onClick={() => (by.value = 'station')}>{t.byStation}</button>
      </div>
      <UnitCard />
      <div class="scroll columns" tabIndex={0} role="region" aria-label={t.board}>
        {!units.complete.value && <p class="quiet">{common.loading}</p>}
        {columns.map((column) => <StationColumn key={column.id} column={column} />)}
      </div>
    </div>
  );
}

function StationColumn({ column }: { column: Column }) {
  const free = column.units.filter((unit) => statusOf(unit) === 'available').length;
  return (
    <div class="board-column" role="group" aria-label={column.title} data-empty={by.value === 'station' && free === 0}>
      <h3>
        <span class="cut">{column.title}</span> <span class="number">{by.value === 'station' ? (free === 0 ? `⚠ 0/${column.units.length}` : `${free}/${column.units.length}`) : column.units.length}</span>
      </h3>
      <ul>{column.units.map((unit) => <UnitRow key={unit.id} id={unit.id} />)}</ul>
    </div>
  );
}

function UnitRow({ id }: { id: string }) {
  const unit = units.get(id);
  if (unit === undefined) return null;
  const state = unit.assignment_state;
  return (
    <li>
      <button type="button" class="plain unit" aria-pressed={selection.value.unit === id} onClick={() => select({ unit: selection.peek().unit === id ? null : id })}>
        <StatusGlyph status={statusOf(unit)} text={unit.call_sign} />
        <span class="quiet cut">{state ? word(state) : unit.duty !== 'on' ? t[`duty-${unit.duty as 'off'}`] : unit.availability === 'available' ? '' : unit.reasons[0] ? sayOr(unit.reasons[0]) : ''}</span>
        <PositionAge id={id} />
      </button>
    </li>
  );
}

/** Only an old position is worth a word. */
function PositionAge({ id }: { id: string }) {
  // Of hundreds, few change their words in a second: the others are not drawn again.
  const says = useComputed(() => {
    void now.value;
    const place = placeOf(id);
    if (place === undefined) return '?';
    const old = ageOf(place);
    return old <= STALE_S ? '' : age(old);
  }).value;
  if (says === '') return null;
  // Without any, it is taken to be at its station.
  if (says === '?') return <span class="quiet" title={t.etaWithoutFix}>?</span>;
  return <span class="late">◌ {says}</span>;
}

/** The chosen unit: why it can or cannot go, who is aboard, and what can be done with it. */
function UnitCard() {
  const id = selection.value.unit;
  const unit = id === null ? undefined : units.get(id);
  if (unit === undefined) return null;
  const run = assignments.value.find((one) => one.unit_id === unit.id);
  const incident = run === undefined ? undefined : incidents.get(run.incident_id);
  const paused = unit.reasons.some((reason) => reason.code === 'paused');
  const open = chosen.value;
  return (
    <div class="unit-card" role="group" aria-label={unit.call_sign}>
      <div class="row">
        <StatusGlyph status={statusOf(unit)} text={`${unit.call_sign} · ${unit.assignment_state ? word(unit.assignment_state) : statusWord(statusOf(unit))}`} />
        <span class="quiet">{unit.plate} · {t[`kind-${unit.kind}`]} · {unit.capabilities.map(word).join(t.and)}</span>
        <span class="grow" />
        <button type="button" class="small plain" aria-label={common.close} onClick={() => select({ unit: null })}>✕</button>
      </div>
      {unit.crew.length > 0 && <p class="quiet">{unit.crew.map((one) => `${one.name} (${word(one.role)}) ${one.telephone}`).join(' · ')}</p>}
      {unit.reasons.length > 0 && <p>{unit.reasons.map(sayOr).join(' · ')}</p>}
      {unit.available_at && <p class="quiet">{t.freeAt(shortTime(unit.available_at))}</p>}
      <div class="row">
        {open !== undefined && open.state !== 'closed' && run === undefined && (
          <Button size="small" look="primary" onPress={() => sendUnits(open, [unit.id])}>{t.sendTo(open.code)}</Button>
        )}
        {open !== undefined && open.state !== 'closed' && <Button size="small" onPress={() => ask({ what: 'reserve', unit_id: unit.id })}>{t.reserve}</Button>}
        {incident && <Button size="small" onPress={() => showIncident(incident.id)}>{t.goTo(incident.code)}</Button>}
        {may('unit.manage') && (paused ? (
          <Button size="small" onPress={() => resumeUnit(unit)}>{t.resumeUnit}</Button>
        ) : (
          <Button size="small" onPress={() => ask({ what: 'pause', unit_id: unit.id })}>{t.pauseUnit}</Button>
        ))}
      </div>
    </div>
  );
}

export async function resumeUnit(unit: Unit): Promise<void> {
  units.put(await send('/api/v1/units/{unit_id}/resume', { path: { unit_id: unit.id }, body: {} }));
}
