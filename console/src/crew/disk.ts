/** What this device keeps across reloads: commands that wait, and the newest that is known. One database for each unit. */

/** A command with its number: they are sent in the order of their numbers. */
export interface Numbered {
  number: number;
}

export interface Disk<T> {
  /** False: this browser keeps nothing, a reload loses what waits. */
  readonly lasting: boolean;
  all(): Promise<(T & Numbered)[]>;
  /** Resolves when it is safely written. */
  add(item: T): Promise<T & Numbered>;
  put(item: T & Numbered): Promise<void>;
  remove(...numbers: number[]): Promise<void>;
  read<V>(name: string): Promise<V | undefined>;
  write(name: string, value: unknown): Promise<void>;
}

const OUTBOX = 'outbox';
const KEPT = 'kept';

export async function openDisk<T extends object>(name: string): Promise<Disk<T>> {
  try {
    return lastingDisk<T>(await open(name));
  } catch {
    return memoryDisk<T>();
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: 'number', autoIncrement: true });
      request.result.createObjectStore(KEPT);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function lastingDisk<T extends object>(database: IDBDatabase): Disk<T> {
  /** The answer of the first request, once the whole transaction is on the disk. */
  const perform = <V>(store: string, mode: IDBTransactionMode, ...jobs: ((of: IDBObjectStore) => IDBRequest)[]): Promise<V> =>
    new Promise((resolve, reject) => {
      const work = database.transaction(store, mode, { durability: 'strict' });
      const requests = jobs.map((job) => job(work.objectStore(store)));
      work.oncomplete = () => resolve(requests[0]?.result as V);
      work.onerror = work.onabort = () => reject(work.error);
    });
  return {
    lasting: true,
    all: () => perform(OUTBOX, 'readonly', (store) => store.getAll()),
    add: async (item) => ({ ...item, number: await perform<number>(OUTBOX, 'readwrite', (store) => store.add(item)) }),
    put: (item) => perform(OUTBOX, 'readwrite', (store) => store.put(item)),
    remove: (...numbers) => perform(OUTBOX, 'readwrite', ...numbers.map((one) => (store: IDBObjectStore) => store.delete(one))),
    read: (key) => perform(KEPT, 'readonly', (store) => store.get(key)),
    write: (key, value) => perform(KEPT, 'readwrite', (store) => store.put(value, key)),
  };
}

function memoryDisk<T extends object>(): Disk<T> {
  const items = new Map<number, T & Numbered>();
  const kept = new Map<string, unknown>();
  let last = 0;
  return {
    lasting: false,
    all: async () => [...items.values()],
    add: async (item) => {
      const numbered = { ...item, number: ++last };
      items.set(numbered.number, numbered);
      return numbered;
    },
    put: async (item) => void items.set(item.number, item),
    remove: async (...numbers) => numbers.forEach((one) => items.delete(one)),
    read: async <V>(name: string) => kept.get(name) as V | undefined,
    write: async (name, value) => void kept.set(name, value),
  };
}
