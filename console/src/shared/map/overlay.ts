/**
 * What moves, on a canvas above the base map: units with shape, heading, age and name, incidents and places, and
 * the area that somebody draws. The base map repaints only when it is moved, so 500 units cost one canvas (2.7, 2.8 of
 * the measurements behind it). The loop sleeps when nothing moves or nobody looks.
 */
import { effect } from '@preact/signals';
import { now } from '../clock';
import { age } from '../durations';
import { language } from '../i18n';
import { drawn, pictured } from '../perf';
import { ageOf, LOST_S, placeOf, positionsTick, STALE_S, type Place } from '../positions';
import type { Status } from '../status';
import { paint, theme } from '../theme';
import type { MapModel, PointKind } from './model';
import { Sprites, type Freshness } from './sprites';

const GLIDE_MS = 200;
/** A shorter way than this, in pixels, is no glide: it would cost a dozen pictures that nobody can tell apart. */
const GLIDE_PX = 1.5;
/** Farther than any vehicle drives between two fixes that follow each other: it did not drive there. */
const JUMP_M = 400;
const LABELS_FROM = 12;
const OUTSIDE = 30;
const REACH = 15;
const IDLE: ReadonlySet<Status> = new Set(['available', 'out']);

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
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawnThings = [];
    const inside = (x: number, y: number): boolean =>
      x > -OUTSIDE && y > -OUTSIDE && x < width + OUTSIDE && y < height + OUTSIDE;
    // Who waits at a station must not hide an incident, and an incident not who works on it.
    const news: Place[] = [];
    this.drawPoints(inside, false);
    const waiting = this.drawUnits(started, inside, true, news);
    this.drawPoints(inside, true);
    const working = this.drawUnits(started, inside, false, news);
    this.tell(news);
    this.drawDrawing(width, height);
    pictured(started, this.model.zoom.peek(), this.drawnThings.length);
    if (waiting || working) this.wake();
  }

  /** Which places are now seen for the first time, for the measurements. */
  private tell(news: readonly Place[]): void {
    for (const place of news) this.told = Math.max(this.told, place.arrived);
    drawn(news.map((place) => place.at));
  }

  /** Those that wait, or those that work; what is seen for the first time goes to `news`. Answers whether one still moves. */
  private drawUnits(at: number, inside: (x: number, y: number) => boolean, idle: boolean, news: Place[]): boolean {
    const labelled = this.model.zoom.peek() >= LABELS_FROM;
    const [quiet, loud] = [paint('place-label'), paint('text')];
    const calm = this.calm.matches;
    let gliding = false;
    for (const unit of this.model.units.peek()) {
      if (IDLE.has(unit.status) !== idle) continue;
      const place = placeOf(unit.id);
      if (place === undefined) continue;
      const [x, y, moving] = this.whereIs(place, calm ? 1 : (at - place.arrived) / GLIDE_MS);
      if (!inside(x, y)) continue;
      if (moving) gliding = true;
      if (place.arrived > this.told) news.push(place);
      const old = ageOf(place);
      const freshness: Freshness = old > LOST_S || place.frozen ? 'lost' : old > STALE_S ? 'hollow' : 'fresh';
      if (place.heading !== null && freshness === 'fresh' && (place.speedKmh ?? 1) > 3) {
        this.stamp(this.sprites.heading(unit.status, place.heading), x, y);
      }
      this.stamp(this.sprites.unit(unit.status, freshness, unit.selected ?? false), x, y);
      if (labelled || unit.selected || unit.prominent) {
        const text = freshness === 'fresh' ? unit.label : `${unit.label} ${age(old)}`;
        this.write(text, x, y, unit.selected ? loud : quiet);
      }
      this.drawnThings.push({ kind: 'unit', id: unit.id, x, y });
    }
    return gliding;
  }

  private drawPoints(inside: (x: number, y: number) => boolean, incidents: boolean): void {
    const zoom = this.model.zoom.peek();
    for (const point of this.model.points.peek()) {
      if ((point.kind === 'incident') !== incidents) continue;
      if (point.fromZoom !== undefined && zoom < point.fromZoom && !point.selected) continue;
      const [x, y] = this.project(point.at[0], point.at[1]);
      if (!inside(x, y)) continue;
      this.stamp(this.sprites.point(point), x, y);
      if (zoom >= LABELS_FROM || point.selected || (point.kind === 'facility' && zoom >= LABELS_FROM - 1)) {
        this.write(point.label, x, y, paint(point.kind === 'facility' ? 'hospital-label' : 'place-label'));
      }
      this.drawnThings.push({ kind: point.kind, id: point.id, x, y });
    }
  }

  private drawDrawing(width: number, height: number): void {
    const drawing = this.model.drawing.peek();
    if (drawing === null) return;
    const { pen, ratio } = this;
    pen.save();
    pen.scale(ratio, ratio);
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
    pen.restore();
  }

  /** In the middle of a place. Whole pixels, unscaled and unturned, are copied; anything else is computed, pixel by pixel. */
  private stamp(sprite: ImageBitmap, x: number, y: number): void {
    const { ratio } = this;
    this.pen.drawImage(sprite, Math.round(x * ratio) - (sprite.width >> 1), Math.round(y * ratio) - (sprite.height >> 1));
  }

  /** To the right of a place. */
  private write(text: string, x: number, y: number, colour: string): void {
    const { ratio } = this;
    this.pen.drawImage(this.sprites.label(text, colour), Math.round((x + 12) * ratio), Math.round((y - 8) * ratio));
  }

  /** Where to draw it: on the way from the last place to this one, and then still moving, or already there. */
  private whereIs(place: Place, part: number): [x: number, y: number, moving: boolean] {
    const [x, y] = this.project(place.lon, place.lat);
    const { before } = place;
    if (part >= 1 || before === null || metres(before, place) > JUMP_M) return [x, y, false];
    const [fromX, fromY] = this.project(before.lon, before.lat);
    if (Math.hypot(x - fromX, y - fromY) < GLIDE_PX) return [x, y, false];
    return [fromX + (x - fromX) * part, fromY + (y - fromY) * part, true];
  }
}

function metres(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const north = (b.lat - a.lat) * 111_320;
  const east = (b.lon - a.lon) * 111_320 * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
