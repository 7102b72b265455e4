/**
 * What happens in the service, as it happens. One socket for each seat of this browser, shared by its pages.
 *
 *   onEntry(['incident.', 'assignment.'], (entry) => ...)   ledger entries whose kind begins so
 *   onChange('ring', (id) => ...)                          something that is no entry changed: fetch it again
 *   onFresh(() => ...)                                     fetch everything again (first connection, resync, reconnect)
 */
import { computed, signal } from '@preact/signals';
import type { Schemas } from './api';
import { lineIs } from './inflight';
import { LiveLine, type LineState, type LiveEvent } from './live-line';
import type { FromWorker, ToWorker } from './live-worker';
import { seat } from './seat';

export type LiveEntry = Schemas['LiveEntry'];
export type Topic = 'ring' | 'unit' | 'closure' | 'facility' | 'presence' | 'alarm';
export type PositionUpdate = Schemas['PositionUpdate'];

export const lineState = signal<LineState>('connecting');
/** Whether what is on the screen is current. */
export const connected = computed(() => lineState.value === 'connected');
/** Since when it is not, on the browser's monotonic clock; null while it is. */
export const lostSince = signal<number | null>(null);
/** When the last message arrived, on the browser's monotonic clock. Not a signal: it changes all the time. */
export let lastArrival = 0;

type Stop = () => void;
type EntryListener = { kinds: readonly string[]; hear: (entry: LiveEntry, kind: string) => void };
const entryListeners = new Set<EntryListener>();
const changeListeners = new Set<{ topic: Topic; hear: (id: string | null) => void }>();
const freshListeners = new Set<() => void>();
const positionListeners = new Set<(updates: PositionUpdate[]) => void>();

function add<T>(set: Set<T>, listener: T): Stop {
  set.add(listener);
  return () => set.delete(listener);
}

/** Entries whose kind begins with one of these; `[]` means all. */
export const onEntry = (kinds: readonly string[], hear: EntryListener['hear']): Stop =>
  add(entryListeners, { kinds, hear });
/** Something of this topic changed; without an id, any of it may have. */
export const onChange = (topic: Topic, hear: (id: string | null) => void): Stop =>
  add(changeListeners, { topic, hear });
/** Everything has to be fetched again. */
export const onFresh = (hear: () => void): Stop => add(freshListeners, hear);
/** Where vehicles are now; `shared/positions` keeps them. */
export const onPositions = (hear: (updates: PositionUpdate[]) => void): Stop => add(positionListeners, hear);

function event(told: LiveEvent): void {
  lastArrival = performance.now();
  if (told.type === 'positions') {
    for (const hear of positionListeners) hear(told.data as PositionUpdate[]);
  } else if (told.type === 'changed') {
    const { topic, id } = told.data as { topic: Topic; id: string | null };
    for (const listener of changeListeners) if (listener.topic === topic) listener.hear(id ?? null);
  } else if (told.type === 'resync') {
    for (const hear of freshListeners) hear();
  } else if (told.type.includes('.')) {
    const entry = told.data as LiveEntry;
    for (const { kinds, hear } of entryListeners) {
      if (kinds.length === 0 || kinds.some((start) => told.type.startsWith(start))) hear(entry, told.type);
    }
  }
}

function state(now: LineState, again: boolean): void {
  const before = lineState.value;
  lineState.value = now;
  if (now === 'connected') {
    // Between a loss and the return the line may have been signed out, or begun anew.
    const wasLost = lostSince.peek() !== null;
    lostSince.value = null;
    if (again || wasLost) lineIs('back');
    if (again || before !== 'connected') for (const hear of freshListeners) hear();
  } else if (now === 'lost') {
    lostSince.value ??= performance.now();
    lineIs('lost');
  }
}

let send: ((message: ToWorker) => void) | null = null;

/** Follow the service from now on. Every page does this once, through `startPage`. */
export function follow(): void {
  if (send !== null) return;
  send = openWorker() ?? openHere();
  send({ do: 'follow', seat });
  let gone = false;
  const here = (): void => {
    if (!gone) send?.({ do: 'here', seen: document.visibilityState === 'visible', online: navigator.onLine });
  };
  here();
  setInterval(here, 5_000);
  document.addEventListener('visibilitychange', here);
  for (const network of ['online', 'offline']) addEventListener(network, here);
  addEventListener('pagehide', () => {
    gone = true;
    send?.({ do: 'bye' });
  });
  addEventListener('pageshow', (shown) => {
    gone = false;
    if (shown.persisted) send?.({ do: 'follow', seat });
  });
}

/** Do not wait for the next try. */
export function retryNow(): void {
  send?.({ do: 'retry' });
}

function openWorker(): typeof send {
  if (typeof SharedWorker === 'undefined') return null;
  try {
    const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'jiuhu-live' });
    worker.port.onmessage = (message: MessageEvent<FromWorker>) => {
      const told = message.data;
      if (told.tell === 'event') event(told.event);
      else state(told.state, told.again);
    };
    worker.port.start();
    // A worker that cannot be loaded says so here; the page then holds a socket of its own.
    worker.onerror = () => {
      send = openHere();
      send({ do: 'follow', seat });
    };
    return (message) => worker.port.postMessage(message);
  } catch {
    return null;
  }
}

function openHere(): NonNullable<typeof send> {
  let line: LiveLine | null = null;
  return (message) => {
    if (message.do === 'follow') {
      if (line !== null) return;
      // A page that comes back from the browser's cache was connected when it went.
      state('connecting', false);
      line = new LiveLine(location.origin, message.seat, { event, state });
    } else if (message.do === 'retry') line?.retry();
    else if (message.do === 'here') {
      line?.watched(message.seen);
      line?.network(message.online);
    } else {
      line?.end();
      line = null;
    }
  };
}
