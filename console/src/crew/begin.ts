/** What the page does besides being drawn: storage, worker, sound for what must be heard, a screen that stays on. */
import { computed, effect, signal } from '@preact/signals';
import { clear, raise, sound } from '../shared/alarm';
import { announce, toast } from '../shared/components';
import { onEntry } from '../shared/live';
import { followPositions } from '../shared/positions';
import { me } from '../shared/session';
import { openDisk } from './disk';
import { startOutbox, type Item } from './outbox';
import { isUnheard } from './steps';
import { coded } from './coded';
import { t } from './texts';
import { active, changes, known, patients, putAssignment, putCase, putNotice, startWork } from './work';

/** An order that nobody aboard has acknowledged. */
export const unheard = computed(() => (active.value !== null && isUnheard(active.value.state) ? active.value.assignment.id : null));
/** The changes that must be acknowledged, oldest first. */
export const unheardChanges = computed(() => changes.value.filter((change) => change.mustBeHeard));

let begun = false;

export function begin(): void {
  const unit = me.peek()?.unit_id;
  if (begun || unit === null || unit === undefined) return;
  begun = true;
  void (async () => {
    const disk = await openDisk<Item>(`jiuhu-crew-${unit}`);
    await startOutbox(disk, { assignment: putAssignment, case: putCase, notice: putNotice });
    await startWork(disk);
    soundOff();
  })();
  followPositions();
  void navigator.storage?.persist?.();
  stayAwake();
  void serve();
}

/** One alarm for each thing that must be heard, for as long as it stands. */
function soundOff(): void {
  stands(unheard, 'order', () => t.newOrder);
  stands(computed(() => unheardChanges.value.at(-1)?.id ?? null), 'change', () => t.changed);
  stands(computed(() => known.value.calledOff[0]?.id ?? null), 'called-off', () => t.calledOff);
  effect(() => {
    if (unheard.value !== null) announce(t.newOrder);
  });
  // A new way that needs no answer is heard once; so is a hospital that has trouble.
  onEntry(['assignment.route-changed'], (entry) => {
    const { because, acknowledge_by, assignment_id } = entry.said as { because: string; acknowledge_by?: string | null; assignment_id: string };
    // The crew's own choice of a hospital is no news to it.
    if (acknowledge_by || because === 'destination' || assignment_id !== active.peek()?.assignment.id) return;
    sound(3);
    toast(coded('change', because));
  });
  onEntry(['notice.strain-reported'], (entry) => {
    if (!patients.peek().some((one) => one.id === entry.stream_id)) return;
    sound(2);
    toast(t['notice_strain-reported'], { tone: 'bad' });
  });
}

function stands(id: { readonly value: string | null }, cause: string, says: () => string): void {
  let raised: string | null = null;
  effect(() => {
    const now = id.value;
    if (raised !== null && raised !== now) clear(`${cause} ${raised}`);
    raised = now;
    if (now === null) return;
    raise({ id: `${cause} ${now}`, cause, level: 1, says });
    navigator.vibrate?.([300, 150, 300, 150, 600]);
  });
}

// --- screen --------------------------------------------------------------------------------------------------------

/** Whether the device has promised to keep the screen on. */
export const awake = signal(false);

function stayAwake(): void {
  const hold = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || awake.peek()) return;
    try {
      const lock = await navigator.wakeLock.request('screen');
      awake.value = true;
      lock.addEventListener('release', () => (awake.value = false));
    } catch {
      awake.value = false;
    }
  };
  document.addEventListener('visibilitychange', () => void hold());
  void hold();
}

// --- the page's own files ------------------------------------------------------------------------------------------

const fresh = signal<ServiceWorker | null>(null);
/** A new version waits, and no run is under way: never in the middle of one. */
export const offered = computed(() => fresh.value !== null && active.value === null);

async function serve(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('/sw.js');
    const look = (): void => {
      // The first worker of all has nothing to replace.
      if (registration.waiting && navigator.serviceWorker.controller) fresh.value = registration.waiting;
    };
    look();
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
    setInterval(() => void registration.update().catch(() => undefined), 30 * 60_000);
  } catch {
    // Without a secure address there is no worker: the page works, but not after a reload without a network.
  }
}

export function takeVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  fresh.peek()?.postMessage('take-over');
}
