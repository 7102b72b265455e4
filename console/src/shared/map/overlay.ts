/**
 * What moves, on a canvas above the base map: units with shape, heading, age and name, then incidents and places, and
 * the area that somebody draws. The base map repaints only when it is moved, so 500 units cost one canvas (2.7, 2.8 of
 * the measurements behind it). The loop sleeps when nothing moves or nobody looks.
 */
import { effect } from '@preact/signals';
import { now } from '../clock';
import { age } from '../durations';
import { language } from '../i18n';
import { applied, drawn } from '../perf';
import { ageOf, LOST_S, placeOf, positionsTick, STALE_S, type Place } from '../positions';
import { paint, theme } from '../theme';
import type { LonLat, MapModel, PointKind } from './model';
import { ICON, Sprites, type Freshness } from './sprites';

const GLIDE_MS = 200;
/** Farther than any vehicle drives between two fixes that follow each other: it did not drive there. */
const JUMP_M = 400;
const LABELS_FROM = 12;
const OUTSIDE = 30;
const REACH = 15;

export type Project = (lon: number, lat: number) => [number, number];
interface Drawn {
  kind: 'unit' | PointKind;
  id: string;
  x: number;
  y: number;
}

export class Overlay {
  readonly canvas = document.createElement('canvas');
  private readonly pen = this.canvas.getContext('2d')!;
  private readonly ratio = Math.min(window.devicePixelRatio || 1, 2);
  private readonly sprites = new Sprites(this.ratio);
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private drawnThings: Drawn[] = [];
  private frame = 0;
  private told = 0;
  private readonly stops: (() => void)[] = [];

  constructor(
    host: HTMLElement,
    private readonly model: MapModel,
    private readonly project: Project,
  ) {
    Object.assign(this.canvas.style, { position: 'absolute', inset: '0', pointerEvents: 'none', zIndex: '3' });
    this.canvas.setAttribute('aria-hidden', 'true');
    host.append(this.canvas);
    this.stops.push(
      effect(() => {
        void theme.value;
        void language.value;
        this.sprites.clear();
        this.wake();
      }),
      effect(() => {
        // Ages are drawn: once a second the picture is another one.
        void [model.units.value, model.points.value, model.drawing.value, positionsTick.value, now.value];
        this.wake();
      }),
    );
    const look = (): void => this.wake();
    document.addEventListener('visibilitychange', look);
    this.stops.push(() => document.removeEventListener('visibilitychange', look));
  }

  resize(width: number, height: number): void {
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.wake();
  }

  /** Draw in the next frame. */
  wake(): void {
    if (this.frame === 0 && !document.hidden) this.frame = requestAnimationFrame(() => this.draw());
  }

  end(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
    this.canvas.remove();
  }

  /** What is drawn at a place of the canvas, the topmost first. */
  at(x: number, y: number): Drawn | null {
    let best: Drawn | null = null;
    let nearest = REACH * REACH;
    for (const thing of this.drawnThings) {
      const away = (thing.x - x) ** 2 + (thing.y - y) ** 2;
      if (away <= nearest) [best, nearest] = [thing, away];
    }
    return best;
  }

  private draw(): void {
    this.frame = 0;
    const started = performance.now();
    const { pen, ratio } = this;
    const width = this.canvas.width / ratio;
    const height = this.canvas.height / ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.drawnThings = [];
    const inside = (x: number, y: number): boolean =>
      x > -OUTSIDE && y > -OUTSIDE && x < width + OUTSIDE && y < height + OUTSIDE;
    this.drawPoints(inside);
    const gliding = this.drawUnits(started, inside);
    this.drawDrawing(width, height);
    applied(started);
    if (gliding) this.wake();
  }

  private drawUnits(at: number, inside: (x: number, y: number) => boolean): boolean {
    const zoom = this.model.zoom.peek();
    let gliding = false;
    let newest = 0;
    for (const unit of this.model.units.peek()) {
      const place = placeOf(unit.id);
      if (place === undefined) continue;
      const part = this.calm.matches ? 1 : (at - place.arrived) / GLIDE_MS;
      const [lon, lat] = between(place, part);
      if (part < 1) gliding = true;
      const [x, y] = this.project(lon, lat);
      if (!inside(x, y)) continue;
      newest = Math.max(newest, place.arrived);
      const old = ageOf(place);
      const freshness: Freshness = old > LOST_S || place.frozen ? 'lost' : old > STALE_S ? 'hollow' : 'fresh';
      if (place.heading !== null && freshness === 'fresh' && (place.speedKmh ?? 1) > 3) {
        this.stamp(this.sprites.heading(unit.status), x, y, ICON * 1.5, place.heading);
      }
      this.stamp(this.sprites.unit(unit.status, freshness, unit.selected ?? false), x, y, ICON);
      if (zoom >= LABELS_FROM || unit.selected || unit.prominent) {
        const text = freshness === 'fresh' ? unit.label : `${unit.label} ${age(old)}`;
        this.write(text, x + 12, y, paint(unit.selected ? 'text' : 'place-label'));
      }
      this.drawnThings.push({ kind: 'unit', id: unit.id, x, y });
    }
    if (newest > this.told) {
      this.told = newest;
      drawn(newest);
    }
    return gliding;
  }

  private drawPoints(inside: (x: number, y: number) => boolean): void {
    const zoom = this.model.zoom.peek();
    for (const point of this.model.points.peek()) {
      if (point.fromZoom !== undefined && zoom < point.fromZoom && !point.selected) continue;
      const [x, y] = this.project(point.at[0], point.at[1]);
      if (!inside(x, y)) continue;
      this.stamp(this.sprites.point(point), x, y, ICON);
      if (zoom >= LABELS_FROM || point.selected || (point.kind === 'facility' && zoom >= LABELS_FROM - 1)) {
        this.write(point.label, x + 12, y, paint(point.kind === 'facility' ? 'hospital-label' : 'place-label'));
      }
      this.drawnThings.push({ kind: point.kind, id: point.id, x, y });
    }
  }

  private drawDrawing(width: number, height: number): void {
    const drawing = this.model.drawing.peek();
    if (drawing === null) return;
    const { pen } = this;
    const points = drawing.points.map(([lon, lat]) => this.project(lon, lat));
    pen.beginPath();
    points.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
    if (points.length > 2) pen.closePath();
    pen.lineWidth = 3;
    pen.setLineDash([8, 5]);
    pen.strokeStyle = paint('focus');
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = paint('focus');
    for (const [x, y] of points) pen.fillRect(x - 4, y - 4, 8, 8);
    // The crosshair that the arrow keys move.
    pen.beginPath();
    pen.moveTo(width / 2 - 12, height / 2);
    pen.lineTo(width / 2 + 12, height / 2);
    pen.moveTo(width / 2, height / 2 - 12);
    pen.lineTo(width / 2, height / 2 + 12);
    pen.lineWidth = 2;
    pen.strokeStyle = paint('text');
    pen.stroke();
  }

  private stamp(sprite: HTMLCanvasElement, x: number, y: number, size: number, degrees = 0): void {
    const { pen, ratio } = this;
    if (degrees === 0) {
      pen.drawImage(sprite, x - size / 2, y - size / 2, size, size);
      return;
    }
    const angle = (degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle) * ratio, Math.sin(angle) * ratio];
    pen.setTransform(cos, sin, -sin, cos, x * ratio, y * ratio);
    pen.drawImage(sprite, -size / 2, -size / 2, size, size);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  private write(text: string, x: number, y: number, colour: string): void {
    const label = this.sprites.label(text, colour);
    this.pen.drawImage(label, x, y - 8, label.width / this.ratio, label.height / this.ratio);
  }
}

/** Where to draw it: on the way from the last place to this one, or already there. */
function between(place: Place, part: number): LonLat {
  const { before } = place;
  if (part >= 1 || before === null || metres(before, place) > JUMP_M) return [place.lon, place.lat];
  return [before.lon + (place.lon - before.lon) * part, before.lat + (place.lat - before.lat) * part];
}

function metres(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const north = (b.lat - a.lat) * 111_320;
  const east = (b.lon - a.lon) * 111_320 * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
