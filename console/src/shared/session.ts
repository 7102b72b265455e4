/** Who sits here. `me` is undefined until asked, null when nobody is signed in. */
import { signal } from '@preact/signals';
import { Problem, read, remove, type Schemas } from './api';
import { atSeat, seat } from './seat';

export type Me = Schemas['Me'];
export type Permission = Me['permissions'][number];

export const me = signal<Me | null | undefined>(undefined);

/** Whether the person here may do something: pages hide what the service would refuse. */
export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

const KEPT = `jiuhu-who ${seat ?? ''}`;

/** Who sat here last, for a page that works without a network. */
function remembered(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Me | null;
  } catch {
    return null;
  }
}

/** Keep on this device who sits here, until they sign out. */
export function rememberWho(): void {
  me.subscribe((who) => {
    try {
      if (who) localStorage.setItem(KEPT, JSON.stringify(who));
      else if (who === null) localStorage.removeItem(KEPT);
    } catch {
      // Then a reload without a network finds nobody.
    }
  });
}

/** A network that is there and answers nothing is none. */
const PATIENCE_MS = 5_000;

/**
 * Ask who sits here; tries again for as long as the service cannot be reached. A page that works `offline` goes on
 * meanwhile with who sat here last.
 */
export async function askWho(offline = false): Promise<void> {
  for (;;) {
    try {
      me.value = await read('/api/v1/me', { signal: AbortSignal.timeout(PATIENCE_MS) });
      return;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        me.value = null;
        return;
      }
      if (offline && me.peek() === undefined) me.value = remembered() ?? undefined;
      await new Promise((go) => setTimeout(go, 1_000));
    }
  }
}

export async function signOut(): Promise<void> {
  try {
    await remove('/api/v1/session');
  } finally {
    me.value = null;
    location.assign(seat === null ? '/' : atSeat('/'));
  }
}
