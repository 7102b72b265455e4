/** The way: the next turn big, the map, and all turns that lie ahead. */
import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { mmss, now } from '../shared/clock';
import { connected } from '../shared/live';
import { distance, language, named, shortTime } from '../shared/i18n';
import { MapView, mapModel, type AreaOnMap, type LineOnMap, type LonLat, type MapModel } from '../shared/map';
import { ageOf, placeOf, positionsTick, STALE_S } from '../shared/positions';
import { statusOfState } from '../shared/status';
import { list, type Closure } from '../shared/store';
import { t } from './texts';
import { aheadOf, type Turn } from './way';
import { active, incident, route, run, target } from './work';

const ARROWS: Record<string, string> = {
  depart: '↑', straight: '↑', 'slight-left': '↖', left: '←', 'sharp-left': '↙', 'slight-right': '↗', right: '→',
  'sharp-right': '↘', 'u-turn': '↶', roundabout: '↻', ferry: '⛴︎', arrive: '⚑',
};
const says = (turn: Turn): string => (language.value === 'en' ? turn.instruction_en : turn.instruction_zh);
const arrow = (turn: Turn): string => ARROWS[turn.maneuver] ?? '↑';

export function WayTab() {
  const { facility } = target.value;
  return (
    <>
      <h2 class="heading">{facility ? t.toHospital(named(facility)) : t.toScene}</h2>
      <NextTurn />
      <WayMap />
      <TurnList />
    </>
  );
}

function here(): { at: LonLat; age: number } | null {
  const unit = run.value?.assignment.unit_id;
  const place = positionsTick.value >= 0 && unit ? placeOf(unit) : undefined;
  return place === undefined ? null : { at: [place.lon, place.lat], age: ageOf(place) };
}

function NextTurn() {
  const way = route.value;
  if (way === null) return <div class="next-turn"><b>{t.noRoute}</b><p class="quiet">{t.noRouteSays}</p></div>;
  const place = here();
  const { next, inM, remainingM } = aheadOf(way, place?.at ?? null);
  const share = way.length_m > 0 ? remainingM / way.length_m : 0;
  const minutes = Math.max(1, Math.ceil((way.time_s * share) / 60));
  const old = place === null || place.age + 0 * now.value > STALE_S;
  return (
    <div class="next-turn" aria-live="off" data-way={way.id}>
      <span class="arrow" aria-hidden="true">{next === null ? '⚑' : arrow(next)}</span>
      <div class="grow">
        <div class="in">{inM < 15 ? t.nowTurn : t.inMetres(distance(inM))}</div>
        <div class="says">{next === null ? '' : says(next)}</div>
        <div class="quiet">
          {t.remaining(distance(remainingM), minutes)} · {t.eta(shortTime(way.eta_at))}
          {place !== null && old && <> · {t.positionAge(mmss(place.age))}</>}
          {!connected.value && <> · {t.staleWay}</>}
        </div>
      </div>
    </div>
  );
}

function TurnList() {
  const way = route.value;
  if (way === null) return null;
  const { turns } = aheadOf(way, here()?.at ?? null);
  return (
    <section aria-label={t.turns}>
      <h3>{t.turns}</h3>
      <ol class="turns">
        {turns.slice(0, 100).map((turn) => (
          <li key={`${turn.along_m} ${turn.maneuver}`}>
            <span aria-hidden="true" class="arrow">{arrow(turn)}</span> <span class="grow">{says(turn)}</span>
            <span class="number quiet">{turn.length_m > 0 ? distance(turn.length_m) : ''}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function WayMap() {
  const map = useMemo(mapModel, []);
  useEffect(() => follow(map), [map]);
  return <div class="way-map"><MapView model={map} label={t.mapOfWay} /></div>;
}

/** What the map shows follows the run; where one looks changes only with the way, never under a finger. */
function follow(map: MapModel): () => void {
  const shown = effect(() => {
    const now = active.value;
    const { place, facility } = target.value;
    const unit = now?.assignment;
    map.units.value = unit ? [{ id: unit.unit_id, label: unit.call_sign, status: statusOfState(now!.state), selected: true }] : [];
    map.points.value = place === null ? [] : [{
      id: 'goal', kind: facility ? 'facility' : 'incident', at: place, label: facility ? named(facility) : t.sceneName, selected: true,
      ...(!facility && incident.value && { priority: incident.value.priority }),
    }];
    const closures = (list('closures').value.value ?? []).filter((one) => one.in_force);
    const way: LineOnMap[] = route.value === null ? [] : [{ id: 'way', kind: 'route', line: route.value.line }];
    map.lines.value = [...closures.flatMap(closureLines), ...way];
    map.areas.value = closures.flatMap(closureAreas);
  });
  let looked = '';
  const look = effect(() => {
    const { place } = target.value;
    const line = route.value?.line ?? [];
    const around = line.length > 0 ? line : place === null ? [] : [place];
    const key = `${route.value?.id} ${place?.join()}`;
    if (around.length === 0 || key === looked) return;
    looked = key;
    map.look.value = around.length === 1 ? { centre: around[0]!, zoom: 14 } : { around, padding: 56 };
  });
  return () => {
    shown();
    look();
  };
}

/** A place with a radius, as a ring that can be drawn. */
function ringAround([lon, lat]: LonLat, radius_m: number): LonLat[] {
  const [high, wide] = [radius_m / 111_195, radius_m / (111_195 * Math.cos((lat * Math.PI) / 180))];
  return Array.from({ length: 25 }, (_, i) => [lon + wide * Math.cos((i * Math.PI) / 12), lat + high * Math.sin((i * Math.PI) / 12)]);
}

function closureAreas({ id, outline }: Closure): AreaOnMap[] {
  if (outline.type === 'Polygon') return [{ id, kind: 'closure', polygons: [outline.coordinates] }];
  if (outline.type === 'Point') return [{ id, kind: 'closure', polygons: [[ringAround(outline.coordinates, outline.radius_m)]] }];
  return [];
}

function closureLines({ id, outline }: Closure): LineOnMap[] {
  if (outline.type !== 'MultiLineString') return [];
  return outline.coordinates.map((line, i) => ({ id: `${id} ${i}`, kind: 'closure', line }));
}
