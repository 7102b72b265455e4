/** What the free units cover now: a map with the gaps, a table by area, and the gaps of an area in a list. */
import { computed, effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { clockTime, language, named } from '../shared/i18n';
import { boxOf, mapModel, MapView, type LonLat } from '../shared/map';
import { statusOf } from '../shared/status';
import { list, units } from '../shared/store';
import { common } from '../shared/words';
import { coverage, coverageFailure } from './data';
import { length, percent } from './figures';
import { t } from './texts';

const LISTED = 100;
const NAMED_FROM = 12;
/** A gap is a place, drawn as large as can be seen when one looks at the whole prefecture. */
const SPOT_M = 700;
const M_PER_DEGREE = 111_320;
const map = mapModel();
/** The area that is looked at; null: all. */
const area = signal<string | null>(null);

const areas = (): NonNullable<ReturnType<typeof list<'areas'>>['value']['value']> => list('areas').value.value ?? [];

function spot([lon, lat]: readonly [number, number]): LonLat[] {
  const north = SPOT_M / M_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return [0, 1, 2, 3, 4, 5, 0].map((corner) => {
    const angle = (corner * Math.PI) / 3;
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)] as const;
  });
}

function nameOf(code: string, fallback: string): string {
  const found = areas().find((one) => one.code === code);
  return found === undefined ? fallback : named(found);
}

const gaps = computed(() =>
  (coverage.value?.gaps.features ?? []).filter((one) => area.value === null || one.properties.area_code === area.value),
);

function showOnMap(): () => void {
  const stops = [
    effect(() => {
      const service = areas().map((one) => ({
        id: one.code,
        kind: 'service' as const,
        polygons: one.rings.map((ring) => [ring]),
        selected: one.code === area.value,
      }));
      const holes = gaps.value.map((one) => [spot(one.geometry.coordinates)]);
      map.areas.value = [...service, { id: 'gaps', kind: 'gap' as const, polygons: holes }];
    }),
    effect(() => {
      const stations = (list('stations').value.value ?? []).map((one) => {
        const own = units.all.value.filter((unit) => unit.station_id === one.id);
        const free = own.filter((unit) => unit.availability === 'available').length;
        return { id: one.id, kind: 'station' as const, at: [one.lon, one.lat] as const, label: t.stationReady(named(one), free, own.length) };
      });
      const holes = gaps.value.slice(0, LISTED).map((one, n) => ({
        id: `gap ${n}`,
        kind: 'place' as const,
        at: one.geometry.coordinates,
        label: `${one.properties.name} ${length(one.properties.soonest_s)}`,
        fromZoom: NAMED_FROM,
      }));
      map.points.value = [...holes, ...stations];
    }),
    effect(() => {
      map.units.value = units.all.value.map((unit) => ({ id: unit.id, label: unit.call_sign, status: statusOf(unit) }));
    }),
    effect(() => {
      const rings: LonLat[] = areas()
        .filter((one) => area.value === null || one.code === area.value)
        .flatMap((one) => one.rings.flat());
      if (rings.length === 0) return;
      const [west, south, east, north] = boxOf(rings);
      map.look.value = { around: [[west, south], [east, north]], padding: 16 };
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function Areas() {
  const found = coverage.value;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t.area}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.area}</th>
            <th scope="col" class="number">{t.share}</th>
            <th scope="col" class="number">{t.places}</th>
            <th scope="col">{t.nearest}</th>
            <th scope="col" class="number">{t.slowest}</th>
          </tr>
        </thead>
        <tbody>
          {found?.areas.map((one) => (
            <tr key={one.code} data-area={one.code} class={area.value === one.code ? 'chosen' : undefined}>
              <th scope="row">
                <button type="button" class="small plain link" aria-pressed={area.value === one.code} onClick={() => (area.value = area.value === one.code ? null : one.code)}>
                  {nameOf(one.code, one.name)}
                </button>
              </th>
              <td class="number">{percent(one.share)}</td>
              <td class="number">{one.covered} / {one.places}</td>
              <td>{one.nearest_call_sign ?? '–'}</td>
              <td class="number">{length(one.slowest_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Gaps() {
  const shown = gaps.value.slice(0, LISTED);
  const name = area.value === null ? t.allAreas : nameOf(area.value, area.value);
  return (
    <div class="column gaps">
      <h3>
        {t.gapsOf(name, gaps.value.length)}
        {gaps.value.length > LISTED && <span class="quiet"> · {t.worst(LISTED)}</span>}
      </h3>
      {shown.length === 0 && <p class="quiet">{t.noGaps}</p>}
      {shown.length > 0 && (
        <div class="scroll list-scroll" tabIndex={0} role="region" aria-label={t.gaps}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.place}</th>
                <th scope="col" class="number">{t.soonest}</th>
                <th scope="col" class="number">{t.target}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ properties }, n) => (
                <tr key={n}>
                  <th scope="row">{properties.name}</th>
                  <td class="number">{properties.soonest_s === null ? t.nobodyReaches : length(properties.soonest_s)}</td>
                  <td class="number">{length(properties.target_s)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

export function CoveragePane() {
  useEffect(showOnMap, []);
  const found = coverage.value;
  return (
    <section class="panel coverage" aria-labelledby="coverage" data-list="coverage">
      <h2 id="coverage">{t.coverage}</h2>
      {coverageFailure.value !== null && <p class="late" role="status">⚠ {t.failed(t.coverage)}</p>}
      {found === undefined ? (
        <p class="quiet">{common.loading}</p>
      ) : (
        <>
          <p>
            <strong>{t.coverageSays(percent(found.share), found.covered, found.places, found.units)}</strong>{' '}
            <span class="quiet">
              {t.targets(length(found.urban_s), length(found.rural_s))} · {t.madeAt(clockTime(found.made_at))}
              {found.outside > 0 && ` · ${t.outside(found.outside)}`}
            </span>
          </p>
          <details>
            <summary>{t.definition}</summary>
            <p>{language.value === 'en' ? found.definition_en : found.definition_zh}</p>
          </details>
        </>
      )}
      <div class="coverage-map no-print"><MapView model={map} label={t.coverage} /></div>
      <Areas />
      <Gaps />
    </section>
  );
}
