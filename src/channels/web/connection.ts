import type { RawData, WebSocket } from 'ws';
import { Fault, errorCodes } from '../../core/index.ts';
import type { ConversationId, ErrorCode } from '../../core/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import type { ServerFrame, WireEvent } from '../../protocol/index.ts';
import { Bucket } from './bucket.ts';
import type { ParsedFrame } from './frames-in.ts';
import { parseFrame } from './frames-in.ts';
import type { ChannelLog, ChannelMetrics, WebLimits } from './ports.ts';
import type { Reader, Subscription } from './subscription.ts';

export interface ConnectionDeps {
  /** Milliseconds that no change of the system's time moves. */
  readonly elapsedMs: () => number;
  readonly limits: WebLimits;
  readonly log: ChannelLog;
  readonly metrics: ChannelMetrics | undefined;
  /** Deals with one frame; the next one waits until it resolves. */
  readonly handle: (connection: Connection, parsed: ParsedFrame) => Promise<void>;
  /** Somebody's place in the queue is to be looked up. */
  readonly askPlaces: () => void;
  readonly onClosed: (connection: Connection) => void;
}

/**
 * One widget's socket. Modes: new (nothing but `hello` is heard) → signed in → closing. Frames are
 * handled one at a time and in order; while `framesAheadMax` of them wait, the socket is not read.
 * It has no timer of its own: the gateway calls `tick`.
 */
export class Connection implements Reader {
  principal: SessionPrincipal | undefined;
  conversationId: ConversationId | undefined;
  subscription: Subscription | undefined;
  readonly #ws: WebSocket;
  readonly #deps: ConnectionDeps;
  readonly #ahead: string[] = [];
  readonly #frames: Bucket;
  readonly #openedMs: number;
  #heardMs: number;
  #pingedMs: number;
  /** When the latest ping was sent that the peer has answered. */
  #answeredMs = -Infinity;
  /** The message that was put off, for which later ones wait. */
  #putOff: { readonly cid: string; readonly sinceMs: number } | undefined;
  /** Since when the buffer has been more than a quarter full; 0 while it is not. */
  #cloggedMs = 0;
  #badFrames = 0;
  #working = false;
  #leaving = false;
  #closing = false;

  constructor(ws: WebSocket, deps: ConnectionDeps) {
    this.#ws = ws;
    this.#deps = deps;
    const nowMs = deps.elapsedMs();
    this.#openedMs = nowMs;
    this.#heardMs = nowMs;
    this.#pingedMs = nowMs;
    this.#frames = new Bucket(deps.limits.framesBurstMax, nowMs);
    ws.on('message', (bytes, isBinary) => this.#hear(bytes, isBinary));
    ws.on('pong', () => this.#touch());
    // Without a listener, one malformed frame would end the process; ws itself closes the socket with the fitting code.
    ws.on('error', () => deps.metrics?.count('frames_bad', 'framing'));
    ws.on('close', () => {
      this.#closing = true;
      this.#ahead.length = 0;
      deps.onClosed(this);
    });
  }

  get isOpen(): boolean {
    return !this.#closing;
  }

  get heardMs(): number {
    return this.#heardMs;
  }

  signIn(principal: SessionPrincipal, conversationId: ConversationId): void {
    this.principal = principal;
    this.conversationId = conversationId;
  }

  putOff(cid: string): void {
    this.#putOff = { cid, sinceMs: this.#deps.elapsedMs() };
  }

  goOn(): void {
    this.#putOff = undefined;
  }

  /**
   * Whether this message would overtake one that was put off and may still come again. Time alone does not end that: what
   * the peer sent before it could know may lie on the way, or before a process that stands still, for however long. So the
   * peer must have answered a ping that went out behind the refusal.
   */
  overtakes(cid: string): boolean {
    const putOff = this.#putOff;
    if (!putOff || putOff.cid === cid) return false;
    const { elapsedMs, limits } = this.#deps;
    const isKnown = this.#answeredMs > putOff.sinceMs;
    return !isKnown || elapsedMs() - putOff.sinceMs < limits.orderHoldMs;
  }

  /** `n` is that of our ping: when it was sent. */
  pong(n: number): void {
    if (n <= this.#pingedMs) this.#answeredMs = Math.max(this.#answeredMs, n);
  }

  send(frame: ServerFrame): void {
    this.#write(JSON.stringify(frame));
  }

  /** Waits only when the peer reads more slowly than we write. */
  sendPaced(frame: ServerFrame): Promise<void> {
    const text = JSON.stringify(frame);
    if (this.#ws.bufferedAmount < this.#clogBytes) {
      this.#write(text);
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#write(text, () => resolve())) resolve();
    return promise;
  }

  onLive(event: WireEvent): void {
    if (event.type === 'handoff') this.#deps.askPlaces();
    if (event.type !== 'identity' || !this.principal) return;
    const isCustomer = this.principal.customerId !== undefined;
    if (event.customer === isCustomer) return;
    // Whose conversation it is has changed, so what this session may see is to be decided anew.
    this.close('token_expired', 'The conversation has changed hands; sign in again.');
  }

  fail(thrown: unknown): void {
    const fault = thrown instanceof Fault ? thrown : undefined;
    const code = fault?.code ?? 'internal';
    if (errorCodes[code].culprit !== 'peer') {
      const { conversationId } = this;
      this.#deps.log.error({ err: thrown, conversationId, code }, 'a socket failed');
    }
    const isOurs = errorCodes[code].culprit === 'bug';
    this.close(code, isOurs || !fault ? 'Something went wrong on our side.' : fault.message);
  }

  /** An unreadable or forbidden frame: named, and tolerated a few times. */
  complain(code: ErrorCode, message: string): void {
    this.#deps.metrics?.count('frames_bad', code);
    this.#badFrames += 1;
    if (this.#badFrames >= this.#deps.limits.badFramesMax) this.close(code, message);
    else this.send({ t: 'error', code, message });
  }

  /** Says why, then closes; a peer that does not answer is cut after `closeGraceMs`. */
  close(code: ErrorCode, message: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#ahead.length = 0;
    this.subscription?.stop();
    this.#deps.metrics?.count('sockets_closed', code);
    this.#ws.resume();
    this.#ws.send(JSON.stringify({ t: 'error', code, message } satisfies ServerFrame), () => {});
    this.#ws.close(errorCodes[code].close, code);
  }

  /** Closes after the frame that is being handled, so that its acknowledgement still goes out. */
  leave(): void {
    this.#leaving = true;
    this.#ahead.length = 0;
    if (!this.#working) this.#closeForRestart();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** `clockMs` is the time that tokens end by; how long something lasts is counted by `nowMs`, which never jumps. */
  tick(nowMs: number, clockMs: number): void {
    if (this.#closing) return;
    const { limits } = this.#deps;
    if (!this.principal) {
      if (nowMs - this.#openedMs < limits.helloTtlMs) return;
      return this.close('hello_timeout', 'No valid hello came in time.');
    }
    if (clockMs >= this.principal.expiresAtMs) {
      return this.close('token_expired', 'The session token has expired; get a new one.');
    }
    if (this.#ws.isPaused) this.#touch();
    if (nowMs - this.#heardMs >= limits.peerSilenceMaxMs) {
      return this.close('heartbeat_lost', 'Nothing was heard from the peer.');
    }
    if (this.#isClogged(nowMs)) return this.close('slow_reader', 'The peer does not read.');
    if (nowMs - this.#pingedMs >= limits.heartbeatMs) {
      this.#pingedMs = nowMs;
      this.send({ t: 'ping', n: Math.floor(nowMs) });
    }
  }

  get #clogBytes(): number {
    return this.#deps.limits.socketBufferBytesMax / 4;
  }

  /** A pump that waits for its socket never overfills it, so a reader that has stopped shows only in time. */
  #isClogged(nowMs: number): boolean {
    if (this.#ws.bufferedAmount < this.#clogBytes) this.#cloggedMs = 0;
    else if (this.#cloggedMs === 0) this.#cloggedMs = nowMs;
    return this.#cloggedMs !== 0 && nowMs - this.#cloggedMs >= this.#deps.limits.peerSilenceMaxMs;
  }

  #write(text: string, done?: () => void): boolean {
    if (this.#closing) return false;
    if (this.#ws.bufferedAmount + text.length > this.#deps.limits.socketBufferBytesMax) {
      this.close('slow_reader', 'The peer reads too slowly.');
      return false;
    }
    this.#ws.send(text, done ?? ignore);
    return true;
  }

  #touch(): void {
    this.#heardMs = this.#deps.elapsedMs();
  }

  #hear(bytes: RawData, isBinary: boolean): void {
    if (this.#closing || this.#leaving) return;
    this.#touch();
    const { framesBurstMax, framesPerSecondMax, framesAheadMax } = this.#deps.limits;
    if (!this.#frames.take(framesBurstMax, framesPerSecondMax, this.#heardMs)) {
      return this.close('rate_limited', 'Too many frames.');
    }
    // An empty text stands for a binary frame: neither is JSON, and both are refused in their turn.
    this.#ahead.push(isBinary ? '' : textOf(bytes));
    if (this.#ahead.length >= framesAheadMax) this.#ws.pause();
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (let text = this.#ahead.shift(); text !== undefined; text = this.#ahead.shift()) {
        await this.#deps.handle(this, parseFrame(text));
        if (this.#ahead.length === 0 && this.#ws.isPaused) this.#ws.resume();
      }
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.#working = false;
      if (this.#leaving) this.#closeForRestart();
    }
  }

  #closeForRestart(): void {
    this.close('shutting_down', 'The server is restarting; connect again.');
  }
}

function ignore(): void {}

function textOf(bytes: RawData): string {
  if (Buffer.isBuffer(bytes)) return bytes.toString('utf8');
  return (Array.isArray(bytes) ? Buffer.concat(bytes) : Buffer.from(bytes)).toString('utf8');
}
