/** The map of a page. The engines behind it are loaded later. */
export { boxOf, choosePlace, drawRing, mapModel } from './model';
export type { AreaKind, AreaOnMap, Drawing, LineOnMap, LonLat, Look, MapModel, PointKind, PointOnMap, Ring, UnitOnMap } from './model';
export { MapView, mapInfo } from './view';
