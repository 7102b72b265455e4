/**
 * Alarms: something needs a person now. Three levels, each with a tone of its own, repeated until somebody says that
 * they have it. Alarms of one cause are one, with a count. An acknowledgement counts in every window of the seat.
 *
 *   raise({ id, cause: 'ring', level: 1, says: () => t.ringing(number), go: () => open(id) })
 *   clear(id)            what it was about is over
 */
import { computed, effect, signal } from '@preact/signals';
import { now, serverNow } from './clock';
import { seat } from './seat';
import { channel } from './selection';
import { me } from './session';

/** 1: life or a call is waiting; 2: somebody must act soon; 3: worth knowing. */
export type Level = 1 | 2 | 3;

export interface Alarm {
  /** The same id raised again is the same alarm. */
  id: string;
  cause: string;
  level: Level;
  /** In the language of the moment. */
  says: () => string;
  /** Show what it is about. */
  go?: () => void;
  /** Tell the service that somebody has it. */
  take?: () => Promise<unknown>;
  /** Tell the service that this seat sets the cause aside for some minutes, or no longer. */
  setAside?: (minutes: number | null) => Promise<unknown>;
  /** Who has it already, as the service knows. */
  ownedBy?: string | null;
  /** The page itself shows it large: the bar at the top leaves it out. */
  onPage?: boolean;
}

export interface Standing extends Alarm {
  raisedAt: number;
  /** Who has it, since when; null while nobody has. */
  owner: { name: string; at: number } | null;
}

export interface Group {
  cause: string;
  level: Level;
  alarms: readonly Standing[];
}

const standing = signal<ReadonlyMap<string, Standing>>(new Map());
const shelved = signal<ReadonlyMap<string, number>>(new Map());

/** A cause that somebody has set aside: at this seat it is quiet, from the others it is only shown. */
export interface Shelf {
  cause: string;
  says: () => string;
  until: number;
  mine: boolean;
  name: string;
  end: () => Promise<unknown>;
}

/** As the service knows them: a reload changes nothing, and everybody sees them. */
export const heardShelves = signal<readonly Shelf[]>([]);

/** What stands, the most urgent cause first; shelved causes are not in it. What is level 1 cannot be set aside. */
export const groups = computed<readonly Group[]>(() => {
  const found = new Map<string, Standing[]>();
  for (const alarm of standing.value.values()) {
    if (alarm.level > 1 && isShelved(alarm.cause)) continue;
    found.set(alarm.cause, [...(found.get(alarm.cause) ?? []), alarm]);
  }
  return [...found]
    .map(([cause, alarms]) => ({ cause, alarms, level: Math.min(...alarms.map((one) => one.level)) as Level }))
    .sort((a, b) => a.level - b.level || a.alarms[0]!.raisedAt - b.alarms[0]!.raisedAt);
});

/** Those that nobody has. */
export const open = computed(() => groups.value.flatMap((group) => group.alarms).filter((one) => one.owner === null));

/** Causes that are set aside, by whom and until when; shown so that nobody forgets them. */
export const shelves = computed<readonly Shelf[]>(() => {
  const here = [...shelved.value].flatMap(([cause, until]): Shelf[] => {
    // A cause has no words of its own; what is over has none to say.
    const one = [...standing.value.values()].find((alarm) => alarm.cause === cause);
    return one === undefined ? [] : [{ cause, says: one.says, until, mine: true, name: '', end: async () => setShelved(cause, 0) }];
  });
  return [...here, ...heardShelves.value].filter((one) => one.until > now.value);
});

function isShelved(cause: string): boolean {
  return shelves.value.some((one) => one.mine && one.cause === cause);
}

type Word = { acknowledged: string[]; name: string } | { disowned: string } | { shelved: string; until: number };
const tell =
  typeof BroadcastChannel === 'undefined' || typeof document === 'undefined'
    ? () => undefined
    : channel<Word>('alarms', (word) => {
        if ('shelved' in word) shelved.value = new Map(shelved.value).set(word.shelved, word.until);
        else if ('disowned' in word) disown(word.disowned);
        else own(word.acknowledged, word.name);
      });

export function raise(alarm: Alarm): void {
  const known = standing.peek().get(alarm.id);
  const kept = known === undefined ? { raisedAt: serverNow(), owner: null } : known;
  const elsewhere = alarm.ownedBy ? { name: alarm.ownedBy, at: serverNow() } : null;
  standing.value = new Map(standing.peek()).set(alarm.id, {
    ...alarm,
    raisedAt: kept.raisedAt,
    // One that has become more urgent is heard again.
    owner: known !== undefined && alarm.level < known.level ? elsewhere : (kept.owner ?? elsewhere),
  });
}

export function clear(id: string): void {
  if (!standing.peek().has(id)) return;
  const left = new Map(standing.peek());
  left.delete(id);
  standing.value = left;
}

/** The person here has these: they stay on the screen and are quiet. */
export function acknowledge(...ids: string[]): void {
  const name = me.peek()?.seat ?? me.peek()?.name ?? '';
  for (const id of ids) void standing.peek().get(id)?.take?.().catch(() => (disown(id), tell({ disowned: id })));
  own(ids, name);
  tell({ acknowledged: ids, name });
}

/** The service did not take it: it is nobody's again, and heard again. */
function disown(id: string): void {
  const alarm = standing.peek().get(id);
  if (alarm !== undefined) standing.value = new Map(standing.peek()).set(id, { ...alarm, owner: null });
}

function own(ids: string[], name: string): void {
  const next = new Map(standing.peek());
  for (const id of ids) {
    const alarm = next.get(id);
    if (alarm !== undefined) next.set(id, { ...alarm, owner: { name, at: serverNow() } });
  }
  standing.value = next;
}

/** Set a cause aside for some minutes; at most thirty. What the service alarms of is set aside there, on record. */
export async function shelve(cause: string, minutes: number): Promise<void> {
  const told = [...standing.peek().values()].find((one) => one.cause === cause && one.setAside !== undefined);
  if (told === undefined) setShelved(cause, serverNow() + Math.min(minutes, 30) * 60_000);
  else await told.setAside?.(minutes);
}

function setShelved(cause: string, until: number): void {
  shelved.value = new Map(shelved.peek()).set(cause, until);
  tell({ shelved: cause, until });
}

// --- sound ---------------------------------------------------------------------------------------------------------

/** [hertz, seconds] one after another, and how often it is repeated. */
const TONES: Record<Level, { notes: [number, number][]; everyMs: number }> = {
  1: { notes: [[880, 0.16], [1320, 0.16], [880, 0.16], [1320, 0.16]], everyMs: 2_000 },
  2: { notes: [[660, 0.22], [880, 0.22]], everyMs: 5_000 },
  3: { notes: [[520, 0.25]], everyMs: 20_000 },
};

/** The browser lets no sound out until somebody has touched the page: shown, because silence looks like peace. */
export const muted = signal(false);
let audio: AudioContext | null = null;

export function unmute(): void {
  void audio?.resume();
}

/** One tone, at once; also used where a page wants to be heard without an alarm. */
export function sound(level: Level): void {
  audio ??= openAudio();
  if (audio.state !== 'running') {
    muted.value = true;
    return;
  }
  let at = audio.currentTime + 0.02;
  for (const [hertz, seconds] of TONES[level].notes) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.35, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds + 0.03;
  }
}

function openAudio(): AudioContext {
  const opened = new AudioContext();
  opened.onstatechange = () => {
    muted.value = opened.state !== 'running';
  };
  return opened;
}

let started = false;

/** Sound for what stands, in one window of the seat only. */
export function startAlarms(): void {
  if (started) return;
  started = true;
  for (const touch of ['pointerdown', 'keydown'] as const) addEventListener(touch, unmute, { passive: true });
  let loud = navigator.locks === undefined;
  // Whoever holds the lock sounds; when that window closes, the next one gets it. A hidden window may be silenced by the
  // browser, so one that is looked at takes the lock away. Another page has other alarms.
  const name = `jiuhu sound ${seat ?? ''} ${location.pathname}`;
  let queued = new AbortController();
  let newest = 0;
  const ask = (options: LockOptions): void => {
    const mine = ++newest;
    const held = (): Promise<never> => {
      loud = true;
      repeat();
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, options, held).catch(() => {
      // Taken away by this window's own newer request, or given up: nothing is lost.
      if (mine !== newest || !loud) return;
      loud = false;
      repeat();
      wait();
    });
  };
  const wait = (): void => {
    queued = new AbortController();
    ask({ signal: queued.signal });
  };
  const show = (): void => {
    if (document.visibilityState !== 'visible' || loud) return;
    queued.abort();
    ask({ steal: true });
  };
  if (!loud) {
    if (document.visibilityState === 'visible') show();
    else wait();
    document.addEventListener('visibilitychange', show);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  let playing: Level | null = null;
  const repeat = (): void => {
    clearTimeout(timer);
    const level = loudest.peek();
    playing = level;
    if (!loud || level === null) return;
    sound(level);
    timer = setTimeout(repeat, TONES[level].everyMs);
  };
  const loudest = computed<Level | null>(() => {
    const levels = open.value.map((alarm) => alarm.level);
    return levels.length === 0 ? null : (Math.min(...levels) as Level);
  });
  effect(() => {
    if (loudest.value !== playing) repeat();
  });
}
