/** Small pictures for the overlay, drawn once for each theme: shapes of the statuses, priorities, places, labels. */
import { GLYPHS, type Status } from '../status';
import { paint } from '../theme';
import type { PointKind, PointOnMap } from './model';

export const ICON = 26;
const GLYPH_FONT = '"Noto Sans CJK SC","Noto Sans SC","DejaVu Sans",sans-serif';
const LABEL_FONT = '11px system-ui,"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif';

/** Directions that are told apart: a turned picture costs far more to draw than one that was turned before. */
const HEADING_STEP = 10;

type Pen = OffscreenCanvasRenderingContext2D;

/** `hollow`: older than 30 s; `lost`: older than 120 s, or a device that repeats one fix. */
export type Freshness = 'fresh' | 'hollow' | 'lost';

export class Sprites {
  private cache = new Map<string, ImageBitmap>();

  constructor(private readonly ratio: number) {}

  clear(): void {
    this.cache.clear();
  }

  unit(status: Status, freshness: Freshness, selected: boolean): ImageBitmap {
    return this.make(`u ${status} ${freshness} ${selected}`, ICON, ICON, (pen) => {
      const colour = paint(status);
      const middle = ICON / 2;
      if (selected) ring(pen, middle, 12, paint('focus'), 2.5);
      shape(pen, status, middle);
      pen.lineWidth = 4;
      pen.strokeStyle = paint('halo');
      pen.stroke();
      pen.lineWidth = 2;
      pen.fillStyle = freshness === 'fresh' ? colour : paint('halo');
      pen.fill();
      pen.strokeStyle = colour;
      pen.stroke();
      if (freshness === 'lost') write(pen, '?', middle, colour, `bold 11px ${GLYPH_FONT}`);
    });
  }

  /** Points to where a unit is heading; the shape itself stays upright, or a triangle would mean another status. */
  heading(status: Status, degrees: number): ImageBitmap {
    const step = Math.round(degrees / HEADING_STEP);
    return this.make(`h ${status} ${step}`, ICON * 1.5, ICON * 1.5, (pen) => {
      const middle = (ICON * 1.5) / 2;
      pen.translate(middle, middle);
      pen.rotate((step * HEADING_STEP * Math.PI) / 180);
      pen.translate(-middle, -middle);
      pen.beginPath();
      pen.moveTo(middle - 4, middle - 12.5);
      pen.lineTo(middle, middle - 18);
      pen.lineTo(middle + 4, middle - 12.5);
      pen.lineWidth = 4;
      pen.strokeStyle = paint('halo');
      pen.stroke();
      pen.lineWidth = 2;
      pen.strokeStyle = paint(status);
      pen.stroke();
    });
  }

  point(point: PointOnMap): ImageBitmap {
    const key = `p ${point.kind} ${point.priority ?? ''} ${point.selected ?? false}`;
    return this.make(key, ICON, ICON, (pen) => {
      const middle = ICON / 2;
      if (point.selected) ring(pen, middle, 12, paint('focus'), 2.5);
      if (point.kind === 'incident') {
        const name = (point.priority ?? 'P4').toLowerCase();
        pen.beginPath();
        pen.roundRect(middle - 9.5, middle - 8, 19, 16, 4);
        fillAndEdge(pen, paint(name), paint('halo'));
        write(pen, point.priority ?? '', middle, paint(`${name}-text`), `bold 11px ${GLYPH_FONT}`);
      } else {
        const [sign, colour] = SIGNS[point.kind]();
        pen.beginPath();
        pen.arc(middle, middle, 8.5, 0, Math.PI * 2);
        fillAndEdge(pen, paint('panel'), colour);
        write(pen, sign, middle, colour, `bold 11px ${GLYPH_FONT}`);
      }
    });
  }

  label(text: string, colour: string): ImageBitmap {
    const key = `l ${colour} ${text}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    // Names and ages come and go: without an end the cache would grow for a whole shift.
    if (this.cache.size > 1500) this.cache.clear();
    const width = Math.ceil(measure(text)) + 8;
    return this.make(key, width, 17, (pen) => {
      pen.font = LABEL_FONT;
      pen.textBaseline = 'middle';
      pen.lineJoin = 'round';
      pen.lineWidth = 3;
      pen.strokeStyle = paint('halo');
      pen.strokeText(text, 4, 9);
      pen.fillStyle = colour;
      pen.fillText(text, 4, 9);
    });
  }

  private make(key: string, width: number, height: number, draw: (pen: Pen) => void): ImageBitmap {
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const canvas = new OffscreenCanvas(Math.ceil(width * this.ratio), Math.ceil(height * this.ratio));
    const pen = canvas.getContext('2d')!;
    pen.scale(this.ratio, this.ratio);
    draw(pen);
    // A canvas as the source of a picture is copied each time that it is drawn; a bitmap is not.
    const picture = canvas.transferToImageBitmap();
    this.cache.set(key, picture);
    return picture;
  }
}

const SIGNS: Record<Exclude<PointKind, 'incident'>, () => [string, string]> = {
  candidate: () => ['?', paint('area')],
  facility: () => ['H', paint('hospital-label')],
  station: () => ['S', paint('place-label')],
  place: () => ['•', paint('place-label')],
};

function shape(pen: Pen, status: Status, middle: number): void {
  const at = (x: number, y: number): [number, number] => [middle + x, middle + y];
  const polygon = (...points: [number, number][]): void => {
    pen.beginPath();
    points.forEach((point, i) => (i === 0 ? pen.moveTo(...point) : pen.lineTo(...point)));
    pen.closePath();
  };
  pen.lineJoin = 'round';
  switch (GLYPHS[status]) {
    case '▲': return polygon(at(0, -8), at(8, 6.5), at(-8, 6.5));
    case '▶': return polygon(at(-6.5, -8), at(8.5, 0), at(-6.5, 8));
    case '■': return polygon(at(-6.5, -6.5), at(6.5, -6.5), at(6.5, 6.5), at(-6.5, 6.5));
    case '◆': return polygon(at(0, -9), at(8, 0), at(0, 9), at(-8, 0));
    case '✕':
      return polygon(
        at(-7, -4), at(-4, -7), at(0, -3), at(4, -7), at(7, -4), at(3, 0), at(7, 4), at(4, 7), at(0, 3), at(-4, 7), at(-7, 4), at(-3, 0),
      );
    default:
      pen.beginPath();
      pen.arc(middle, middle, 7.5, 0, Math.PI * 2);
  }
}

function ring(pen: Pen, middle: number, radius: number, colour: string, width: number): void {
  pen.beginPath();
  pen.arc(middle, middle, radius - width / 2, 0, Math.PI * 2);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
}

function fillAndEdge(pen: Pen, fill: string, edge: string): void {
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = edge;
  pen.stroke();
}

function write(pen: Pen, text: string, middle: number, colour: string, font: string): void {
  pen.font = font;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillStyle = colour;
  pen.fillText(text, middle, middle + 0.5);
}

let ruler: CanvasRenderingContext2D | null = null;

function measure(text: string): number {
  ruler ??= document.createElement('canvas').getContext('2d')!;
  ruler.font = LABEL_FONT;
  return ruler.measureText(text).width;
}
