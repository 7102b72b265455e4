/**
 * Something that is fetched, and kept current: it is fetched again when an entry or a change says that it may differ.
 *
 *   const inbound = resource(() => read('/api/v1/inbound'), { entries: ['notice.', 'handover.'], topics: ['facility'] });
 *   inbound.value.value?.length, inbound.failure.value, inbound.refresh()
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { isPassing } from './api';
import { connected, onChange, onEntry, onFresh, type LiveEntry, type Topic } from './live';

export interface Touches {
  /** Kinds of entries, by how they begin; `[]` means every entry, absent means none. */
  entries?: readonly string[];
  /** Which of those entries; absent means all. */
  when?: (entry: LiveEntry) => boolean;
  topics?: readonly Topic[];
  /** How long what comes in is gathered before it is fetched: longer where one answer is large or many follow it. */
  gatherMs?: number;
  /** Fetch again every so often all the same: for what changes without anybody telling. */
  everyMs?: number;
}

export interface Resource<T> {
  /** What was fetched last; undefined until the first time. */
  readonly value: ReadonlySignal<T | undefined>;
  /** Why the last fetch failed; null when it did not. */
  readonly failure: ReadonlySignal<unknown>;
  refresh(): Promise<void>;
  /** Show what a command answered, at once. */
  set(value: T): void;
  stop(): void;
}

export const GATHER_MS = 60;
const AGAIN_MS = 2_000;

/** A fetch has failed: again soon, unless it would fail the same way. Without a line its return is the occasion. */
export function onceMore(error: unknown, job: () => void): void {
  if (isPassing(error)) setTimeout(() => connected.peek() && job(), AGAIN_MS);
}

/** Runs a job soon, once for all that asked in between, and never twice side by side; the first time after `firstMs`. */
export function gathered(job: () => Promise<void>, waitMs = GATHER_MS, firstMs = waitMs): () => Promise<void> {
  let wait = firstMs;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    await new Promise((go) => setTimeout(go, wait));
    wait = waitMs;
    // One that fails is its own caller's; the next one runs all the same.
    while (running !== null) await running.catch(() => undefined);
    next = null;
    running = job().finally(() => {
      running = null;
    });
    await running;
  };
  return () => (next ??= run());
}

export function resource<T>(fetch: () => Promise<T>, touches: Touches = {}): Resource<T> {
  const value = signal<T | undefined>(undefined);
  const failure = signal<unknown>(null);
  let stopped = false;
  let version = 0;
  const refresh = gathered(async () => {
    const started = version;
    try {
      const found = await fetch();
      // What a command has answered meanwhile is newer than what was asked before it.
      // But this may have been asked because of something else, which is not in that answer.
      if (version !== started) stopped || again();
      else if (!stopped) value.value = found;
      failure.value = null;
    } catch (error) {
      failure.value = error;
      onceMore(error, () => stopped || again());
    }
  }, touches.gatherMs);
  const again = (): void => void refresh();
  const { entries, when, topics = [], everyMs } = touches;
  const stops = [
    onFresh(again),
    ...(entries === undefined ? [] : [onEntry(entries, (entry) => (when?.(entry) ?? true) && again())]),
    ...topics.map((topic) => onChange(topic, again)),
  ];
  const timer = everyMs === undefined ? undefined : setInterval(again, everyMs);
  again();
  return {
    value,
    failure,
    refresh,
    set(newer) {
      version++;
      value.value = newer;
    },
    stop() {
      stopped = true;
      clearInterval(timer);
      for (const stop of stops) stop();
    },
  };
}
