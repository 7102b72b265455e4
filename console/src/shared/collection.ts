/** Objects by id, each a signal of its own: a row that shows one of them is drawn again when that one changes. */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { gathered, onceMore } from './resource';

export interface Collection<T extends { id: string }> {
  /** All of them, in no order. */
  readonly all: ReadonlySignal<readonly T[]>;
  readonly ids: ReadonlySignal<readonly string[]>;
  /** Whether everything was fetched at least once. */
  readonly complete: ReadonlySignal<boolean>;
  get(id: string): T | undefined;
  /** Put in what a command answered; an older version than what is known is left out. */
  put(item: T): void;
  /** Fetch everything anew; what was put or dropped meanwhile is newer than what was asked before it. */
  refill(fetchAll: () => Promise<readonly T[]>): Promise<void>;
  drop(id: string): void;
  /** This one may have changed: fetch it again, soon. */
  touch(id: string): void;
}

/** `fetch` answers undefined for what is gone, or is no business of this page. `changed` hears of every difference. */
export function collection<T extends { id: string; version?: number }>(
  fetch: (id: string) => Promise<T | undefined>,
  changed: (now: T | undefined, before: T | undefined) => void = () => undefined,
): Collection<T> {
  const items = new Map<string, Signal<T>>();
  const ids = signal<readonly string[]>([]);
  const complete = signal(false);
  const touched = new Set<string>();
  /** What was put or dropped while everything is fetched. */
  let meanwhile: Set<string> | null = null;

  const relist = (): void => {
    ids.value = [...items.keys()];
  };

  const put = (item: T): void => {
    meanwhile?.add(item.id);
    const known = items.get(item.id);
    if (known === undefined) {
      items.set(item.id, signal(item));
      relist();
      changed(item, undefined);
    } else {
      const before = known.peek();
      if (item.version !== undefined && before.version !== undefined && item.version < before.version) return;
      known.value = item;
      changed(item, before);
    }
  };

  const drop = (id: string): void => {
    meanwhile?.add(id);
    const before = items.get(id)?.peek();
    if (!items.delete(id)) return;
    relist();
    changed(undefined, before);
  };

  const touch = (id: string): void => {
    touched.add(id);
    void fetchTouched();
  };

  const fetchTouched = gathered(async () => {
    const wanted = [...touched];
    touched.clear();
    await Promise.all(
      wanted.map(async (id) => {
        try {
          const found = await fetch(id);
          if (found === undefined) drop(id);
          else put(found);
        } catch (error) {
          // Without a line everything is fetched on its return; with one, nobody else would ask for this again.
          onceMore(error, () => touch(id));
        }
      }),
    );
  });

  return {
    ids,
    complete,
    all: computed(() => ids.value.flatMap((id) => items.get(id)?.value ?? [])),
    get: (id) => {
      // Reading `ids` lets a component that asks for an unknown one hear when it arrives.
      const known = items.get(id);
      return known === undefined ? (ids.value, undefined) : known.value;
    },
    put,
    drop,
    refill: async (fetchAll) => {
      meanwhile = new Set();
      try {
        const found = await fetchAll();
        const newer = meanwhile;
        meanwhile = null;
        batch(() => {
          const kept = new Set(found.map((item) => item.id));
          for (const id of [...items.keys()]) if (!kept.has(id) && !newer.has(id)) drop(id);
          for (const item of found) if (!newer.has(item.id)) put(item);
          complete.value = true;
        });
      } finally {
        meanwhile = null;
      }
    },
    touch,
  };
}
