/**
 * Measuring, for tests only: with `?measure=1` the page keeps what a person would feel on `window.__jiuhu`.
 * Without it every function here does nothing.
 */
export interface Measured {
  frames: number[];
  latency: number[];
  apply: number[];
  longTasks: number[];
  marks: Record<string, number>;
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
    frames: [], latency: [], apply: [], longTasks: [], marks: {},
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

/** Work that took from `started` until now. */
export function applied(started: number): void {
  if (on) push(window.__jiuhu?.apply ?? [], performance.now() - started);
}

/** What arrived at `arrived` has been drawn: called from a frame, ends in the task after it. */
export function drawn(arrived: number): void {
  if (!on) return;
  const after = new MessageChannel();
  after.port1.onmessage = () => {
    push(window.__jiuhu?.latency ?? [], performance.now() - arrived);
    after.port1.close();
  };
  after.port2.postMessage(0);
}
