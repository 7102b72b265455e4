/**
 * One seat's WebSocket to the service: resumes by position, knows within two seconds when it is dead, and is back within
 * a second of the service. Used inside the SharedWorker, and inside a page where a browser has none. Nothing here
 * touches the DOM.
 *
 * A network that is dark refuses nothing: whatever is asked of it hangs, for minutes after the light is back, and a
 * browser makes one socket to a place at a time. So a lost line first asks with small requests, of which several may
 * hang beside each other, and opens a socket when one is answered.
 */
import { backoff } from './backoff';

/** What the service sends: an entry (its kind is the type), or ready, heartbeat, positions, changed, resync, pong. */
export interface LiveEvent {
  type: string;
  id: number | null;
  data: unknown;
}

/** `lost`: nobody answers. `signed-out`: the seat has no session, so nobody will. */
export type LineState = 'connecting' | 'connected' | 'lost' | 'signed-out';

export interface LineListener {
  event(event: LiveEvent): void;
  /** `again`: the line was away and has resumed; what is no entry (units, rings) has to be fetched anew. */
  state(state: LineState, again: boolean): void;
}

export const PING_MS = 600;
/** A loss is told at most this long after SILENT_MS: together less than the two seconds that are promised. */
export const LOOK_MS = 200;
export const SILENT_MS = 1_700;
export const DEAD_MS = 6_000;
/** The longest wait between two questions while somebody looks, and while no page is visible: a telephone sleeps. */
export const SEEN_MS = 500;
export const UNSEEN_MS = 10_000;
const ANSWER_MS = 2_000;
/** Who was away longer begins with the present: everything is fetched anyway, and minutes of entries would each ask again. */
const AWAY_MS = 30_000;

export class LiveLine {
  state: LineState = 'connecting';
  /** The one that has spoken; it is kept through a short silence, for it may speak again. */
  private socket: WebSocket | null = null;
  /** The one that has not spoken yet; `sure`: the service was there when it was begun. */
  private trying: { socket: WebSocket; since: number; sure: boolean } | null = null;
  private after: number | null = null;
  private tries = 0;
  private heardAt = performance.now();
  private pingedAt = 0;
  private ready = false;
  private seen = true;
  private online = true;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly beat: ReturnType<typeof setInterval>;
  private ended = false;
  private everConnected = false;

  constructor(
    private readonly origin: string,
    private readonly seat: string | null,
    private readonly listener: LineListener,
  ) {
    this.beat = setInterval(() => this.look(), LOOK_MS);
    this.open(false);
  }

  end(): void {
    this.ended = true;
    clearInterval(this.beat);
    this.drop();
  }

  /** The browser says that the network is gone or back: do not wait for the next ping. */
  network(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    if (online) return this.retry();
    this.drop();
    this.lose();
  }

  /** Whether a person can see any page of this seat. */
  watched(seen: boolean): void {
    if (this.seen === seen) return;
    this.seen = seen;
    if (seen && this.state === 'lost') this.retry();
  }

  /** Somebody has signed in, or wants no more waiting: try at once. */
  retry(): void {
    if (this.state === 'connected' || this.ended) return;
    this.tries = 0;
    if (this.state === 'signed-out') this.turn(this.everConnected ? 'lost' : 'connecting');
    this.open(false);
    this.later();
  }

  private open(sure: boolean): void {
    this.trying?.socket.close();
    const query = this.seat === null ? '' : `?seat=${encodeURIComponent(this.seat)}`;
    const socket = new WebSocket(`${this.origin.replace(/^http/, 'ws')}/api/v1/live${query}`);
    this.trying = { socket, since: performance.now(), sure };
    socket.onopen = () => {
      const after = performance.now() - this.heardAt > AWAY_MS ? null : this.after;
      if (this.trying?.socket === socket) socket.send(JSON.stringify({ type: 'hello', after }));
    };
    socket.onmessage = (message) => {
      if (this.trying?.socket === socket) this.take(socket);
      if (this.socket === socket) this.hear(JSON.parse(String(message.data)) as LiveEvent);
    };
    socket.onclose = () => {
      if (this.socket === socket) {
        this.socket = null;
        this.lose();
        this.later();
      } else if (this.trying?.socket === socket) {
        this.trying = null;
        this.later();
      }
    };
  }

  private take(socket: WebSocket): void {
    const former = this.socket;
    this.socket = socket;
    this.trying = null;
    this.ready = false;
    former?.close();
  }

  private hear(event: LiveEvent): void {
    this.heardAt = performance.now();
    if (typeof event.id === 'number') this.after = event.id;
    if (event.type === 'ready') this.ready = true;
    // What comes before is the past: until it has all been told, the line is not back.
    if (this.ready && this.state !== 'connected') {
      this.tries = 0;
      this.rest();
      this.turn('connected');
    }
    if (event.type !== 'pong') this.listener.event(event);
  }

  private look(): void {
    const { socket, trying } = this;
    const now = performance.now();
    const silent = now - this.heardAt;
    if (trying !== null && now - trying.since > DEAD_MS) {
      this.trying = null;
      trying.socket.close();
      this.later();
    }
    if (this.state === 'connecting' && silent > SILENT_MS) {
      if (this.timer === undefined) this.later();
      if (silent > DEAD_MS) this.turn('lost');
    }
    if (socket === null) return;
    if (silent > DEAD_MS) {
      this.socket = null;
      socket.close();
      this.lose();
      this.later();
    } else if (silent > SILENT_MS && this.state === 'connected') {
      this.lose();
      this.later();
    }
    if (now - this.pingedAt < PING_MS || socket.readyState !== WebSocket.OPEN) return;
    this.pingedAt = now;
    socket.send('{"type":"ping"}');
  }

  private lose(): void {
    if (this.state === 'connected') this.turn('lost');
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.rest();
  }

  /** No more asking and trying. */
  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { trying } = this;
    this.trying = null;
    trying?.socket.close();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.ended || !this.online || this.state === 'connected' || this.state === 'signed-out') return;
    const waitMs = backoff(this.tries++, Math.random, this.seen ? SEEN_MS : UNSEEN_MS);
    this.timer = setTimeout(() => void this.ask(), waitMs);
  }

  /** Is anybody there? Also tells why a socket was refused, which a browser does not. */
  private async ask(): Promise<void> {
    this.later();
    const speaks = this.socket !== null && performance.now() - this.heardAt < SILENT_MS;
    if (speaks || this.trying?.sure) return;
    try {
      const headers: Record<string, string> = this.seat === null ? {} : { 'Jiuhu-Seat': this.seat };
      const answer = await fetch(`${this.origin}/api/v1/me`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
      if (this.ended || !this.online || this.state === 'connected' || this.trying?.sure) return;
      if (answer.status === 401) {
        this.rest();
        this.turn('signed-out');
      } else if (answer.status < 500) this.open(true);
    } catch {
      // Nobody, or not yet.
    }
  }

  private turn(state: LineState): void {
    if (this.state === state) return;
    const again = state === 'connected' && this.everConnected;
    if (state === 'connected') this.everConnected = true;
    this.state = state;
    this.listener.state(state, again);
  }
}
