/**
 * What a map shows and what it says back, independent of how it is drawn. A page makes one model for each map:
 *
 *   const map = mapModel();
 *   map.points.value = [...]; map.look.value = { centre: [lon, lat], zoom: 13 };
 *   <MapView model={map} label={t.map} />
 *
 * All coordinates are [lon, lat] in WGS-84.
 */
import { signal, type Signal } from '@preact/signals';
import type { Status } from '../status';

export type LonLat = readonly [number, number];
export type Ring = readonly LonLat[];

/** A vehicle; where it is comes from `shared/positions`. */
export interface UnitOnMap {
  id: string;
  label: string;
  status: Status;
  selected?: boolean;
  /** Named on the map however far away one looks: selected, or on a P1. */
  prominent?: boolean;
}

/**
 * `incident`: where it is believed to be (95 %). `closure`: shut. `reach`: what can be reached in time. `service`: an
 * area of responsibility. `gap`: what is not covered.
 */
export type AreaKind = 'incident' | 'closure' | 'reach' | 'service' | 'gap';

export interface AreaOnMap {
  id: string;
  kind: AreaKind;
  /** Polygons, each an outer ring and its holes. */
  polygons: readonly (readonly Ring[])[];
  selected?: boolean;
}

export interface LineOnMap {
  id: string;
  kind: 'route' | 'closure' | 'other-route';
  line: readonly LonLat[];
}

export type PointKind = 'incident' | 'candidate' | 'facility' | 'station' | 'place';

export interface PointOnMap {
  id: string;
  kind: PointKind;
  at: LonLat;
  label: string;
  /** Of an incident: "P1" ... */
  priority?: string;
  selected?: boolean;
  /** Shown from this zoom on; absent: always. */
  fromZoom?: number;
}

export type Look = { centre: LonLat; zoom: number } | { around: readonly LonLat[]; padding?: number };

export interface Drawing {
  points: LonLat[];
  /** What to do, when it is not the drawing of an area. */
  says?: string;
  /** One place is wanted: the first point is the answer. */
  single?: boolean;
  /** `done` gets the ring, not closed, of at least three points. */
  done: (ring: LonLat[]) => void;
  cancel: () => void;
}

export interface MapModel {
  readonly units: Signal<readonly UnitOnMap[]>;
  readonly areas: Signal<readonly AreaOnMap[]>;
  readonly lines: Signal<readonly LineOnMap[]>;
  readonly points: Signal<readonly PointOnMap[]>;
  /** Where to look; set it anew to move there. */
  readonly look: Signal<Look | null>;
  /** The zoom at this moment. */
  readonly zoom: Signal<number>;
  readonly drawing: Signal<Drawing | null>;
  /** `loading`, `ready` (first picture), `simple` (Leaflet), `failed`. */
  readonly state: Signal<'loading' | 'ready' | 'simple' | 'failed'>;
  /** Somebody chose a thing. */
  onPick: ((kind: 'unit' | PointKind, id: string) => void) | null;
  /** Somebody clicked where nothing is. */
  onPlace: ((at: LonLat) => void) | null;
}

export function mapModel(): MapModel {
  return {
    units: signal<readonly UnitOnMap[]>([]),
    areas: signal<readonly AreaOnMap[]>([]),
    lines: signal<readonly LineOnMap[]>([]),
    points: signal<readonly PointOnMap[]>([]),
    look: signal<Look | null>(null),
    zoom: signal(10),
    drawing: signal<Drawing | null>(null),
    state: signal<MapModel['state']['value']>('loading'),
    onPick: null,
    onPlace: null,
  };
}

/** Let somebody draw an area; resolves with its ring, or null when they gave up. */
export function drawRing(model: MapModel): Promise<LonLat[] | null> {
  return new Promise((resolve) => {
    const end = (ring: LonLat[] | null): void => {
      model.drawing.value = null;
      resolve(ring);
    };
    model.drawing.value = { points: [], done: (ring) => end(ring), cancel: () => end(null) };
  });
}

/** Let somebody choose one place; null when they gave up. */
export function choosePlace(model: MapModel, says: string): Promise<LonLat | null> {
  model.drawing.peek()?.cancel();
  return new Promise((resolve) => {
    const end = (at: LonLat | null): void => {
      model.drawing.value = null;
      resolve(at);
    };
    model.drawing.value = { points: [], says, single: true, done: (ring) => end(ring[0] ?? null), cancel: () => end(null) };
  });
}

export function addPoint(model: MapModel, at: LonLat): void {
  const drawing = model.drawing.peek();
  if (drawing === null) return;
  if (drawing.single) drawing.done([at]);
  else model.drawing.value = { ...drawing, points: [...drawing.points, at] };
}

export function removePoint(model: MapModel): void {
  const drawing = model.drawing.peek();
  if (drawing !== null) model.drawing.value = { ...drawing, points: drawing.points.slice(0, -1) };
}

export function finish(model: MapModel): void {
  const drawing = model.drawing.peek();
  if (drawing !== null && drawing.points.length >= 3) drawing.done(drawing.points);
}

/** The box around some places: west, south, east, north. */
export function boxOf(places: readonly LonLat[]): [number, number, number, number] {
  const lons = places.map((place) => place[0]);
  const lats = places.map((place) => place[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
