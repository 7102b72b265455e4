/**
 * One seat's WebSocket to the service: resumes by position, backs off, and knows within two seconds when it is dead.
 * Used inside the SharedWorker, and inside a page where a browser has none. Nothing here touches the DOM.
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

export const PING_MS = 700;
export const SILENT_MS = 1_800;
export const DEAD_MS = 6_000;

export class LiveLine {
  state: LineState = 'connecting';
  private socket: WebSocket | null = null;
  private after: number | null = null;
  private tries = 0;
  private heardAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly beat: ReturnType<typeof setInterval>;
  private ended = false;
  private everConnected = false;

  constructor(
    private readonly origin: string,
    private readonly seat: string | null,
    private readonly listener: LineListener,
  ) {
    this.beat = setInterval(() => this.look(), PING_MS);
    this.open();
  }

  end(): void {
    this.ended = true;
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.drop();
  }

  /** The browser says that the network is gone or back: do not wait for the next ping. */
  network(online: boolean): void {
    if (!online) {
      this.drop();
      this.lose();
    } else if (this.socket === null) this.open();
  }

  /** Somebody has signed in, or wants no more waiting: try at once. */
  retry(): void {
    this.tries = 0;
    if (this.socket === null) this.open();
  }

  private open(): void {
    clearTimeout(this.timer);
    if (this.ended || this.socket !== null) return;
    const query = this.seat === null ? '' : `?seat=${encodeURIComponent(this.seat)}`;
    const socket = new WebSocket(`${this.origin.replace(/^http/, 'ws')}/api/v1/live${query}`);
    this.socket = socket;
    this.heardAt = performance.now();
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.heardAt = performance.now();
      socket.send(JSON.stringify({ type: 'hello', after: this.after }));
    };
    socket.onmessage = (message) => {
      if (this.socket === socket) this.hear(JSON.parse(String(message.data)) as LiveEvent);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.lose();
      void this.later(opened);
    };
  }

  private hear(event: LiveEvent): void {
    this.heardAt = performance.now();
    if (typeof event.id === 'number') this.after = event.id;
    if (event.type === 'ready') {
      this.tries = 0;
      this.turn('connected');
    } else if (this.state === 'lost' && this.socket !== null) this.turn('connected');
    if (event.type !== 'pong') this.listener.event(event);
  }

  private look(): void {
    const { socket } = this;
    if (socket === null) return;
    const silent = performance.now() - this.heardAt;
    if (silent > DEAD_MS) {
      this.drop();
      this.lose();
      void this.later(true);
    } else if (silent > SILENT_MS && this.state === 'connected') this.lose();
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
  }

  private lose(): void {
    if (this.state !== 'signed-out') this.turn(this.everConnected ? 'lost' : 'connecting');
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  /** A browser does not say why a socket was refused, so a call has to ask. */
  private async later(opened: boolean): Promise<void> {
    if (this.ended) return;
    if (!opened && (await this.isSignedOut())) {
      this.turn('signed-out');
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), backoff(this.tries++));
  }

  private async isSignedOut(): Promise<boolean> {
    try {
      const headers: Record<string, string> = this.seat === null ? {} : { 'Jiuhu-Seat': this.seat };
      return (await fetch(`${this.origin}/api/v1/me`, { headers })).status === 401;
    } catch {
      return false;
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
