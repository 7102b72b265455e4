/** A click on a map: a point of a drawing, a thing, or a place. */
import { addPoint, type LonLat, type MapModel } from './model';
import type { Overlay } from './overlay';

export function choose(model: MapModel, overlay: Overlay, x: number, y: number, at: LonLat): void {
  if (model.drawing.peek() !== null) {
    addPoint(model, at);
    return;
  }
  const thing = overlay.at(x, y);
  if (thing !== null) model.onPick?.(thing.kind, thing.id);
  else model.onPlace?.(at);
}
