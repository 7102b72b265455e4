/** What both base maps do, and what they are told about the prefecture. */
import { seat } from '../seat';
import type { AreaKind, LineOnMap, LonLat, MapModel } from './model';

export interface MapInfo {
  roads_version: string;
  bounds: readonly [number, number, number, number];
  centre: readonly [number, number];
  min_zoom: number;
  max_zoom: number;
  attribution_zh: string;
  attribution_en: string;
}

export interface Base {
  /** Move the picture by so many pixels. */
  pan(x: number, y: number): void;
  zoomBy(steps: number): void;
  centre(): LonLat;
  end(): void;
}

export type MakeBase = (host: HTMLElement, model: MapModel, info: MapInfo) => Promise<Base>;

export function seatHeaders(): Record<string, string> {
  return seat === null ? {} : { 'Jiuhu-Seat': seat };
}

/** Colour by CSS name, how solid, and whether the edge is dashed: an area must not be told by colour alone. */
export const AREA_LOOK: Record<AreaKind, { colour: string; fill: number; dash: readonly number[] | null }> = {
  incident: { colour: 'area', fill: 0.16, dash: null },
  closure: { colour: 'closure', fill: 0.22, dash: [2, 1.5] },
  reach: { colour: 'available', fill: 0.1, dash: null },
  service: { colour: 'road-primary', fill: 0, dash: [4, 3] },
  gap: { colour: 'overdue', fill: 0.14, dash: [1, 1.5] },
};

export const LINE_LOOK: Record<LineOnMap['kind'], { colour: string; width: number; dash: readonly number[] | null }> = {
  route: { colour: 'route', width: 5, dash: null },
  'other-route': { colour: 'muted', width: 3, dash: [2, 1.5] },
  closure: { colour: 'closure', width: 5, dash: [1, 1] },
};
