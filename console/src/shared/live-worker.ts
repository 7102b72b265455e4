/** The SharedWorker: one socket for each seat, shared by all pages of this browser that sit there. */
import { LiveLine, type LineState, type LiveEvent } from './live-line';

/** `here` every few seconds: a closed page says nothing, so a silent one is taken for closed. `seen`: by a person. */
export type ToWorker =
  | { do: 'follow'; seat: string | null }
  | { do: 'here'; seen: boolean; online: boolean }
  | { do: 'bye' }
  | { do: 'retry' };

export type FromWorker =
  | { tell: 'event'; event: LiveEvent }
  | { tell: 'state'; state: LineState; again: boolean };

/** A hidden page's timers may sleep for a minute. */
const GONE_MS = 150_000;

class Seat {
  readonly pages = new Map<MessagePort, { at: number; seen: boolean }>();
  private readonly positions = new Map<string, unknown>();
  readonly line: LiveLine;

  constructor(seat: string | null) {
    this.line = new LiveLine(location.origin, seat, {
      event: (event) => {
        if (event.type === 'positions') this.remember(event.data as { unit_id: string }[]);
        this.tell({ tell: 'event', event });
      },
      state: (state, again) => this.tell({ tell: 'state', state, again }),
    });
  }

  /** `again`: the page was taken for gone meanwhile, and has to fetch what it has missed. */
  join(port: MessagePort, again = false): void {
    this.here(port, true);
    port.postMessage({ tell: 'state', state: this.line.state, again } satisfies FromWorker);
    // The service tells where every vehicle is once for each socket: a page that joins later gets it from here.
    const known: LiveEvent = { type: 'positions', id: null, data: [...this.positions.values()] };
    if (this.positions.size > 0) port.postMessage({ tell: 'event', event: known } satisfies FromWorker);
  }

  /** The page is there; when nobody sees any, the line may take its time. */
  here(port: MessagePort, seen: boolean): void {
    this.pages.set(port, { at: performance.now(), seen });
    this.line.watched([...this.pages.values()].some((page) => page.seen));
  }

  private remember(updates: { unit_id: string }[]): void {
    for (const update of updates) this.positions.set(update.unit_id, update);
  }

  private tell(message: FromWorker): void {
    for (const port of this.pages.keys()) port.postMessage(message);
  }
}

const seats = new Map<string, Seat>();

function leave(key: string, port: MessagePort): void {
  const seat = seats.get(key);
  if (seat === undefined || !seat.pages.delete(port) || seat.pages.size > 0) return;
  seat.line.end();
  seats.delete(key);
}

setInterval(() => {
  for (const [key, seat] of seats) {
    for (const [port, { at }] of seat.pages) if (performance.now() - at > GONE_MS) leave(key, port);
  }
}, 30_000);

function connect(port: MessagePort): void {
  let key: string | null = null;
  const seatOf = (of: string): Seat => {
    const seat = seats.get(of) ?? new Seat(of === '' ? null : of);
    seats.set(of, seat);
    return seat;
  };
  port.onmessage = (message: MessageEvent<ToWorker>) => {
    const said = message.data;
    if (said.do === 'follow') {
      key = said.seat ?? '';
      const seat = seatOf(key);
      if (seat.line.state === 'signed-out') seat.line.retry();
      seat.join(port);
      return;
    }
    if (key === null) return;
    if (said.do === 'here') {
      // One that slept longer than a closed page is silent was taken for closed: the line may be gone with it.
      const seat = seatOf(key);
      if (!seat.pages.has(port)) seat.join(port, true);
      seat.here(port, said.seen);
      seat.line.network(said.online);
    } else if (said.do === 'bye') leave(key, port);
    else seats.get(key)?.line.retry();
  };
}

addEventListener('connect', (event) => {
  for (const port of (event as MessageEvent).ports) connect(port);
});
