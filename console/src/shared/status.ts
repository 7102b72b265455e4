/** What a unit is doing, in the six states that a screen shows: colour, shape and text always together (palette). */
import type { Unit } from './store';

export type Status = 'available' | 'dispatched' | 'en-route' | 'on-scene' | 'transporting' | 'out';

/** The shape of each, as text: from the text font, never from an emoji font. */
export const GLYPHS: Record<Status, string> = {
  available: '●',
  dispatched: '▲',
  'en-route': '▶',
  'on-scene': '■',
  transporting: '◆',
  out: '✕',
};
export const STATUSES = Object.keys(GLYPHS) as Status[];

const OF_STATE: Record<string, Status> = {
  RSV: 'dispatched', DSP: 'dispatched', ACK: 'dispatched', ENR: 'en-route', STG: 'on-scene', ONS: 'on-scene',
  PTC: 'on-scene', LDD: 'on-scene', TRN: 'transporting', ATH: 'transporting', HND: 'transporting',
  AVR: 'available', HOM: 'available', END: 'available',
};

export function statusOfState(state: string): Status {
  return OF_STATE[state] ?? 'out';
}

/** A unit that is back from a run but may not be sent is out, whatever its assignment says. */
export function statusOf(unit: Pick<Unit, 'duty' | 'availability' | 'assignment_state'>): Status {
  const state = unit.assignment_state;
  if (state !== null && OF_STATE[state] !== 'available') return statusOfState(state);
  if (unit.duty !== 'on') return 'out';
  return unit.availability === 'unavailable' && state === null ? 'out' : 'available';
}
