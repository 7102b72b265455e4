/** What the map of the console shows: where each incident may be, candidates, units, routes, closures, places. */
import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { read } from '../shared/api';
import { MapView, type AreaOnMap, type LineOnMap, type LonLat, type PointOnMap } from '../shared/map';
import { named } from '../shared/i18n';
import { onChange, onEntry } from '../shared/live';
import { gathered } from '../shared/resource';
import { select, selection } from '../shared/selection';
import { statusOf } from '../shared/status';
import { assignments, incidents, list, units, type Closure } from '../shared/store';
import { circle } from './circle';
import { map } from './picking';
import { t } from './texts';
import { chosen, running, showIncident } from './work';

const FACILITIES = new Set(['city-hospital', 'county-hospital', 'township-clinic']);

function areas(): AreaOnMap[] {
  const found: AreaOnMap[] = [];
  for (const one of incidents.all.value) {
    if (one.estimate === null || one.state === 'closed' || one.state === 'merged') continue;
    if (one.estimate.area95.length > 0) found.push({ id: one.id, kind: 'incident', polygons: one.estimate.area95, selected: one.id === selection.value.incident });
  }
  for (const closure of closures()) {
    if (closure.outline.type === 'Polygon') found.push({ id: closure.id, kind: 'closure', polygons: [closure.outline.coordinates] });
    else if (closure.outline.type === 'Point') found.push({ id: closure.id, kind: 'closure', polygons: [[circle(closure.outline.coordinates, closure.outline.radius_m)]] });
  }
  return found;
}

const closures = (): readonly Closure[] => (list('closures').value.value ?? []).filter((one) => one.ended_at === null);

function closedLines(): LineOnMap[] {
  return closures().flatMap((one) =>
    one.outline.type === 'MultiLineString' ? one.outline.coordinates.map((line, index): LineOnMap => ({ id: `${one.id}-${index}`, kind: 'closure', line })) : [],
  );
}

function points(): PointOnMap[] {
  const found: PointOnMap[] = [];
  for (const one of list('stations').value.value ?? []) found.push({ id: one.id, kind: 'station', at: [one.lon, one.lat], label: named(one), fromZoom: 11 });
  for (const one of list('organisations').value.value ?? []) {
    if (!FACILITIES.has(one.kind) || one.lon == null || one.lat == null) continue;
    found.push({ id: one.id, kind: 'facility', at: [one.lon, one.lat], label: named(one), fromZoom: one.kind === 'township-clinic' ? 12 : 9 });
  }
  for (const one of incidents.all.value) {
    if (one.estimate?.best == null || one.state === 'closed' || one.state === 'merged') continue;
    const selected = one.id === selection.value.incident;
    found.push({ id: one.id, kind: 'incident', at: one.estimate.best, label: one.code, priority: one.priority, selected });
    if (selected) for (const [index, mode] of one.estimate.modes.slice(1).entries()) found.push({ id: `${one.id} ${index}`, kind: 'candidate', at: [mode.lon, mode.lat], label: `${mode.label} ${Math.round(mode.probability * 100)}%` });
  }
  return found;
}

/** The ways of the units that are on the chosen incident. */
async function routes(): Promise<LineOnMap[]> {
  const incident = chosen.peek();
  if (incident === undefined) return [];
  const found = await Promise.all(
    running(incident).slice(0, 6).map(async (one): Promise<LineOnMap[]> => {
      try {
        const way = await read('/api/v1/assignments/{assignment_id}/route', { path: { assignment_id: one.id } });
        return [{ id: one.id, kind: 'route', line: way.line }];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

export function followMap(): () => void {
  let ways: LineOnMap[] = [];
  const lay = (): void => {
    map.lines.value = [...closedLines(), ...ways];
  };
  const again = gathered(async () => {
    ways = await routes();
    lay();
  }, 150);
  let shown: string | null = null;
  const stops = [
    effect(() => {
      const p1 = new Set(assignments.value.filter((one) => incidents.get(one.incident_id)?.priority === 'P1').map((one) => one.unit_id));
      map.units.value = units.all.value.map((unit) => ({
        id: unit.id, label: unit.call_sign, status: statusOf(unit), selected: unit.id === selection.value.unit, prominent: p1.has(unit.id),
      }));
    }),
    effect(() => void (map.areas.value = areas())),
    effect(() => void (map.points.value = points())),
    effect(() => {
      void closures();
      lay();
    }),
    effect(() => {
      const incident = chosen.value;
      if (incident?.id === shown) return;
      shown = incident?.id ?? null;
      void again();
      if (incident?.estimate?.best == null) return;
      const around: LonLat[] = incident.estimate.area95.flatMap((polygon) => polygon[0] ?? []);
      map.look.value = around.length > 0 ? { around } : { centre: incident.estimate.best, zoom: 14 };
    }),
    onEntry(['assignment.', 'case.destination'], (entry) => void ((entry.stream_kind !== 'incident' || entry.stream_id === shown) && again())),
    onChange('closure', () => void again()),
  ];
  map.onPick = (kind, id) => {
    if (kind === 'unit') select({ unit: id });
    else if (kind === 'incident') showIncident(id);
  };
  return () => stops.forEach((stop) => stop());
}

export function MapPane() {
  useEffect(followMap, []);
  return (
    <section class="map-pane" aria-label={t.map}>
      <MapView model={map} label={t.map} />
    </section>
  );
}
