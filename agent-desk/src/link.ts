import type { DeskClientFrame, DeskServerFrame } from './protocol.ts';

/** The service pings every 25 s; a link that is silent for longer is dead even if it looks open. */
const silenceMaxMs = 40_000;
const retryMinMs = 500;
const retryMaxMs = 20_000;

export interface LinkEvents {
  readonly onFrame: (frame: DeskServerFrame) => void;
  readonly onState: (state: 'open' | 'lost') => void;
  readonly onSignedOut: () => void;
}

/**
 * The desk's socket. Modes: trying, open, ended. From lost it tries again with growing, jittered pauses, at once when
 * the browser says that the network is back. What was watched is asked for again by the listener of `welcome`.
 */
export class Link {
  readonly #events: LinkEvents;
  #socket: WebSocket | undefined;
  #retry: number | undefined;
  #silence: number | undefined;
  #tries = 0;
  #ended = false;
  readonly #online = () => this.#soon(0);

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  start(): void {
    window.addEventListener('online', this.#online);
    this.#open();
  }

  end(): void {
    this.#ended = true;
    window.removeEventListener('online', this.#online);
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket?.close();
  }

  /** False when the link is down; whatever matters goes by request or is asked for again at `welcome`. */
  send(frame: DeskClientFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #open(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/desk/socket`);
    this.#socket = socket;
    this.#listenFor(silenceMaxMs);
    socket.addEventListener('message', (message: MessageEvent<string>) =>
      this.#heard(message.data),
    );
    socket.addEventListener('close', (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    });
  }

  #heard(text: string): void {
    this.#listenFor(silenceMaxMs);
    const frame = JSON.parse(text) as DeskServerFrame;
    if (frame.t === 'ping') {
      this.send({ t: 'pong', n: frame.n });
      return;
    }
    if (frame.t === 'welcome') {
      this.#tries = 0;
      this.#events.onState('open');
    }
    this.#events.onFrame(frame);
  }

  #listenFor(timeMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => {
      // close() may itself wait for a dead peer: give the socket up first.
      const dead = this.#socket;
      this.#socket = undefined;
      dead?.close();
      this.#closed(1006);
    }, timeMs);
  }

  #closed(code: number): void {
    clearTimeout(this.#silence);
    this.#socket = undefined;
    if (this.#ended) return;
    this.#events.onState('lost');
    if (code === 4001) {
      this.#events.onSignedOut();
      return;
    }
    const pause = Math.min(retryMaxMs, retryMinMs * 2 ** this.#tries);
    this.#tries += 1;
    this.#soon(pause * (0.5 + Math.random() / 2));
  }

  #soon(inMs: number): void {
    if (this.#socket || this.#ended) return;
    clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => this.#open(), inMs);
  }
}
