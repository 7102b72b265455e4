/** The base map with MapLibre: roads and names from the service's vector tiles, fonts from the machine, no third party. */
import { effect } from '@preact/signals';
import {
  AttributionControl, Map as LibreMap, ScaleControl, setWorkerUrl,
  type GeoJSONSource, type GeoJSONSourceSpecification, type LayerSpecification, type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-worker';
import { language } from '../i18n';
import { mark } from '../perf';
import { paint, theme } from '../theme';
import { AREA_LOOK, LINE_LOOK, seatHeaders, type Base, type MapInfo } from './base';
import { boxOf, type AreaOnMap, type LineOnMap, type MapModel } from './model';
import { Overlay } from './overlay';
import { choose } from './pick';

setWorkerUrl(workerUrl);

/** The worker's code into the browser's cache. Were it cut off when the library starts it, no tile would ever come. */
export async function fetchWorker(): Promise<void> {
  const answer = await fetch(workerUrl);
  if (!answer.ok) throw new Error(`map worker ${answer.status}`);
  await answer.arrayBuffer();
}

const FONT = ['Noto Sans CJK SC', 'sans-serif'];
const FONTS = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif';
/** Class of road -> colour, width at zoom 8, 12 and 16, first zoom. The tiles say which zoom has which class. */
const ROADS: [classes: string[], colour: string, widths: [number, number, number]][] = [
  [['service', 'track', 'busway'], 'road-residential', [0.3, 0.5, 3]],
  [['residential', 'living_street', 'unclassified', 'road', 'tertiary_link'], 'road-residential', [0.4, 0.9, 5]],
  [['tertiary', 'secondary_link', 'primary_link'], 'road-secondary', [0.5, 1.2, 6]],
  [['secondary'], 'road-secondary', [0.7, 1.8, 7]],
  [['primary', 'trunk_link', 'motorway_link'], 'road-primary', [0.9, 2.2, 8]],
  [['trunk'], 'road-primary', [1.2, 2.8, 9]],
  [['motorway'], 'road-motorway', [1.5, 3.2, 10]],
];

export async function makeLibre(host: HTMLElement, model: MapModel, info: MapInfo): Promise<Base> {
  const map = new LibreMap({
    container: host,
    style: styleOf(info),
    center: [info.centre[0], info.centre[1]],
    zoom: 9.5,
    minZoom: Math.max(0, info.min_zoom - 2),
    maxZoom: 18,
    fadeDuration: 0,
    attributionControl: false,
    localIdeographFontFamily: FONTS,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    transformRequest: (url) => ({ url: new URL(url, location.origin).href, headers: seatHeaders() }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({}), 'bottom-right');
  const overlay = new Overlay(map.getCanvasContainer(), model, (lon, lat) => {
    const at = map.project([lon, lat]);
    return [at.x, at.y];
  });
  const size = (): void => overlay.resize(host.clientWidth, host.clientHeight);
  size();
  map.on('resize', size);
  map.on('move', () => {
    model.zoom.value = map.getZoom();
    overlay.wake();
  });
  map.on('click', (event) => choose(model, overlay, event.point.x, event.point.y, [event.lngLat.lng, event.lngLat.lat]));
  map.on('mousemove', (event) => {
    map.getCanvas().style.cursor = model.drawing.peek() ? 'crosshair' : overlay.at(event.point.x, event.point.y) ? 'pointer' : '';
  });
  map.getCanvas().setAttribute('aria-hidden', 'true');
  map.getCanvas().tabIndex = -1;

  const stops: (() => void)[] = [];
  map.once('load', () => {
    stops.push(
      effect(() => setData(map, 'areas', model.areas.value.map(areaFeature))),
      effect(() => setData(map, 'lines', model.lines.value.map(lineFeature))),
    );
    mark('map-style');
  });
  // `idle` may never come on a slow machine: the first tile that is drawn is the sign.
  const seen = (event: object): void => {
    if (!('tile' in event)) return;
    map.off('data', seen);
    map.once('render', () => {
      model.state.value = 'ready';
      mark('map');
    });
  };
  map.on('data', seen);
  // Without tiles there is still a map: units, areas and routes.
  map.on('error', () => {
    if (model.state.peek() === 'loading') model.state.value = 'ready';
  });

  let attribution: AttributionControl | null = null;
  let painted = theme.peek();
  stops.push(
    effect(() => {
      if (theme.value === painted) return;
      painted = theme.value;
      map.setStyle(styleOf(info), { diff: true, transformStyle: (before, after) => keepData(before, after) });
    }),
    effect(() => {
      if (attribution !== null) map.removeControl(attribution);
      const text = language.value === 'en' ? info.attribution_en : info.attribution_zh;
      attribution = new AttributionControl({ compact: true, customAttribution: text });
      map.addControl(attribution, 'bottom-right');
    }),
    effect(() => {
      const look = model.look.value;
      if (look === null) return;
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      const duration = calm ? 0 : 400;
      if ('centre' in look) map.easeTo({ center: [look.centre[0], look.centre[1]], zoom: look.zoom, duration });
      else if (look.around.length > 0) {
        map.fitBounds(boxOf(look.around), { padding: look.padding ?? 60, maxZoom: 15, duration });
      }
    }),
  );
  return {
    pan: (x, y) => map.panBy([x, y], { duration: 0 }),
    zoomBy: (steps) => map.zoomTo(map.getZoom() + steps, { duration: 0 }),
    centre: () => {
      const at = map.getCenter();
      return [at.lng, at.lat];
    },
    end: () => {
      for (const stop of stops) stop();
      overlay.end();
      map.remove();
    },
  };
}

type Feature = GeoJSON.Feature;

function setData(map: LibreMap, name: string, features: Feature[]): void {
  map.getSource<GeoJSONSource>(name)?.setData({ type: 'FeatureCollection', features });
}

/** A new theme must not empty what the page has put on the map. */
function keepData(before: StyleSpecification | undefined, after: StyleSpecification): StyleSpecification {
  const { areas, lines } = before?.sources ?? {};
  return { ...after, sources: { ...after.sources, ...(areas && { areas }), ...(lines && { lines }) } };
}

function areaFeature(area: AreaOnMap): Feature {
  return {
    type: 'Feature',
    properties: { kind: area.kind, selected: area.selected ?? false },
    geometry: { type: 'MultiPolygon', coordinates: area.polygons.map((polygon) => polygon.map(closed)) },
  };
}

function closed(ring: readonly (readonly [number, number])[]): [number, number][] {
  const points = ring.map(([lon, lat]) => [lon, lat] as [number, number]);
  const [first, last] = [points[0], points.at(-1)];
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) points.push([...first]);
  return points;
}

function lineFeature(line: LineOnMap): Feature {
  const coordinates = line.line.map(([lon, lat]) => [lon, lat]);
  return { type: 'Feature', properties: { kind: line.kind }, geometry: { type: 'LineString', coordinates } };
}

function styleOf(info: MapInfo): StyleSpecification {
  const empty = (): GeoJSONSourceSpecification => ({ type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  const tiles = `${location.origin}/api/v1/map/tiles/${info.roads_version}/{z}/{x}/{y}`;
  return {
    version: 8,
    sources: {
      base: { type: 'vector', tiles: [tiles], minzoom: info.min_zoom, maxzoom: info.max_zoom, bounds: [...info.bounds] },
      areas: empty(),
      lines: empty(),
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': paint('map') } },
      ...ROADS.map(roadLayer),
      { id: 'ferry', type: 'line', source: 'base', 'source-layer': 'roads', filter: ['==', ['get', 'class'], 'ferry'],
        paint: { 'line-color': paint('road-primary'), 'line-dasharray': [3, 3], 'line-width': 1 } },
      ...Object.entries(AREA_LOOK).flatMap(([kind, look]) => areaLayers(kind, look)),
      ...Object.entries(LINE_LOOK).flatMap(([kind, look]) => lineLayers(kind, look)),
      roadNames(),
      placeNames(),
    ],
  };
}

function roadLayer([classes, colour, [far, middle, near]]: (typeof ROADS)[number]): LayerSpecification {
  return {
    id: `road ${classes[0]}`, type: 'line', source: 'base', 'source-layer': 'roads',
    filter: ['in', ['get', 'class'], ['literal', classes]],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': paint(colour),
      'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 8, far, 12, middle, 16, near],
    },
  };
}

function areaLayers(kind: string, look: (typeof AREA_LOOK)[keyof typeof AREA_LOOK]): LayerSpecification[] {
  const filter = ['==', ['get', 'kind'], kind] as ['==', unknown, string] as never;
  const edge: LayerSpecification = {
    id: `area ${kind} edge`, type: 'line', source: 'areas', filter,
    paint: {
      'line-color': paint(look.colour),
      'line-width': ['case', ['get', 'selected'], 3, 1.5],
      ...(look.dash && { 'line-dasharray': [...look.dash] }),
    },
  };
  if (look.fill === 0) return [edge];
  const fill: LayerSpecification = {
    id: `area ${kind}`, type: 'fill', source: 'areas', filter,
    paint: { 'fill-color': paint(look.colour), 'fill-opacity': look.fill },
  };
  return [fill, edge];
}

function lineLayers(kind: string, look: (typeof LINE_LOOK)[keyof typeof LINE_LOOK]): LayerSpecification[] {
  const filter = ['==', ['get', 'kind'], kind] as ['==', unknown, string] as never;
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    { id: `line ${kind} halo`, type: 'line', source: 'lines', filter, layout,
      paint: { 'line-color': paint('halo'), 'line-width': look.width + 4, 'line-opacity': 0.7 } },
    { id: `line ${kind}`, type: 'line', source: 'lines', filter, layout: look.dash ? {} : layout,
      paint: { 'line-color': paint(look.colour), 'line-width': look.width, ...(look.dash && { 'line-dasharray': [...look.dash] }) } },
  ];
}

function roadNames(): LayerSpecification {
  return {
    id: 'road names', type: 'symbol', source: 'base', 'source-layer': 'roads', minzoom: 11, filter: ['has', 'name'],
    layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'symbol-spacing': 350 },
    paint: { 'text-color': paint('road-label'), 'text-halo-color': paint('halo'), 'text-halo-width': 1.5 },
  };
}

function placeNames(): LayerSpecification {
  return {
    id: 'place names', type: 'symbol', source: 'base', 'source-layer': 'places',
    layout: {
      'text-field': ['get', 'name'], 'text-font': FONT,
      'text-size': ['match', ['get', 'kind'], ['city', 'municipality'], 17, ['county', 'district'], 15, ['town', 'borough'], 13, 11],
    },
    paint: { 'text-color': paint('place-label'), 'text-halo-color': paint('halo'), 'text-halo-width': 1.5 },
  };
}
