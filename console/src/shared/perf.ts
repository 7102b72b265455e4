/**
 * Measuring, for tests only: with `?measure=1` the page keeps what a person would feel on `window.__jiuhu`.
 * Without it every function here does nothing.
 */
export interface Measured {
  /** Milliseconds between two frames. */
  frames: number[];
  /** Milliseconds from the moment that a vehicle names to the end of the first frame that shows it there. */
  latency: number[];
  apply: number[];
  longTasks: number[];
  marks: Record<string, number>;
  /** The newest picture of the map: its zoom, and how many things stand in it. */
  map: { zoom: number; things: number };
  reset(): void;
}

declare global {
  interface Window {
    __jiuhu?: Measured;
  }
}

const on = typeof location !== 'undefined' && new URLSearchParams(location.search).get('measure') === '1';
const KEPT = 20_000;

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > KEPT) list.shift();
}

export function startMeasuring(): void {
  if (!on || window.__jiuhu !== undefined) return;
  const measured: Measured = {
    frames: [], latency: [], apply: [], longTasks: [], marks: {}, map: { zoom: 0, things: 0 },
    reset() {
      for (const list of [this.frames, this.latency, this.apply, this.longTasks]) list.length = 0;
    },
  };
  window.__jiuhu = measured;
  let last = performance.now();
  const frame = (at: number): void => {
    push(measured.frames, at - last);
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) push(measured.longTasks, entry.duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** Something has happened for the first time: 'page', 'map', 'queue' ... in ms since the page began. */
export function mark(name: string): void {
  const measured = typeof window === 'undefined' ? undefined : window.__jiuhu;
  if (measured !== undefined) measured.marks[name] ??= performance.now();
}

/** A picture of the map, on which this page has worked since `started`. */
export function pictured(started: number, zoom: number, things: number): void {
  const measured = on ? window.__jiuhu : undefined;
  if (measured === undefined) return;
  push(measured.apply, performance.now() - started);
  measured.map = { zoom, things };
}

/** A frame shows for the first time where vehicles were at these moments (ms since 1970); it ends in the task after. */
export function drawn(moments: readonly number[]): void {
  const measured = on ? window.__jiuhu : undefined;
  if (measured === undefined || moments.length === 0) return;
  const after = new MessageChannel();
  after.port1.onmessage = () => {
    const now = performance.timeOrigin + performance.now();
    for (const moment of moments) push(measured.latency, now - moment);
    after.port1.close();
  };
  after.port2.postMessage(0);
}
