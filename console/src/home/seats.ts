/** The seats of the demo: undefined until known, null when this is no demo. */
import { computed, signal } from '@preact/signals';
import { Problem, read, type Schemas } from '../shared/api';
import { atSeat, seatOf } from '../shared/seat';
import type { PageName } from './texts';

export type Seat = Schemas['Seat'];
/** As many as one looks through at once. */
export const MOST = 40;

export const seats = signal<readonly Seat[] | null | undefined>(undefined);
export const unreached = signal(false);
export const wanted = signal('');

/** One of each kind that takes part in an emergency, in the order of the list. */
export const first = computed(() => (seats.value ?? []).filter((seat) => seat.first));

export const others = computed(() => {
  const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
  return (seats.value ?? []).filter((seat) => {
    if (seat.first) return false;
    const text = `${seat.name} ${seat.login} ${seat.organisation_zh} ${seat.organisation_en}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
});

export async function askForSeats(): Promise<void> {
  for (;;) {
    try {
      seats.value = (await read('/api/v1/demo/seats')).seats;
      unreached.value = false;
      return;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) {
        seats.value = null;
        unreached.value = false;
        return;
      }
      unreached.value = true;
      await new Promise((go) => setTimeout(go, 1_500));
    }
  }
}

/** The page of a seat, which takes the seat as it opens. */
export function addressOf(seat: Seat): string {
  return `${atSeat(`/${seat.page}`, seatOf(seat.login))}&take=${encodeURIComponent(seat.login)}`;
}

const PAGE_OF: Partial<Record<Schemas['Role'], PageName>> = {
  dispatcher: 'console',
  'shift-leader': 'shift',
  station: 'station',
  crew: 'crew',
  'hospital-desk': 'hospital',
  'referral-office': 'hospital',
  'clinic-doctor': 'clinic',
};

export function pageOf(role: Schemas['Role']): PageName | undefined {
  return PAGE_OF[role];
}
