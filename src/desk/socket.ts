import type { RawData, WebSocket } from 'ws';
import { Fault, errorCodes, limits, parseConversationId } from '../core/index.ts';
import type { ConversationId, ErrorCode } from '../core/index.ts';
import type { Hint } from '../bus/index.ts';
import type { Agent } from '../identity/index.ts';
import { deskClientFrameSchema } from '../protocol/index.ts';
import type {
  DeskClientFrame,
  DeskEvent,
  DeskOffered,
  DeskPresence,
  DeskServerFrame,
} from '../protocol/index.ts';
import { viewAfter } from './conversation-view.ts';
import type { AddedView } from './conversation-view.ts';
import type { DeskDeps } from './deps.ts';
import { publicAgent } from './public-agent.ts';

/** Frames one socket may send in ten seconds; typing and moving through a list stay far below. */
const framesPerTenSecondsMax = 200;

interface Watch {
  readonly conv: ConversationId;
  readonly stop: () => void;
  /** Everything up to here was sent. */
  sentPos: number;
  /** Whether this agent owned it when events were last sent: only owners are shown typing. */
  owned: boolean;
  pumping: boolean;
  again: boolean;
  /** What other agents are shown of this one here. */
  typing: boolean;
  /** The last number that the customer has seen or is about to, as far as hints told. */
  seq: number;
  /** How far the customer has read, as this socket was told. */
  customerSeq: number;
}

/** What one socket tells the others of the desk. */
export interface SocketEvents {
  /** Called once, when it is gone. */
  readonly gone: () => void;
  /** It looks at another conversation, or types, or no longer does. */
  readonly moved: (conv: string) => void;
}

/**
 * One agent's socket. Modes: open (until `end`, the peer's close or its silence), then gone; `onGone` is called once.
 * While open it watches at most one conversation. The pump is the only sender of events: it is kicked by hints and by
 * every heartbeat, reads from the store after what it last sent, and so can neither skip nor repeat.
 */
export class DeskSocket {
  readonly token: string;
  readonly agentId: string;
  readonly name: string;
  readonly #deps: DeskDeps;
  readonly #ws: WebSocket;
  readonly #agent: Agent;
  readonly #events: SocketEvents;
  #watch: Watch | undefined;
  #beat: NodeJS.Timeout | undefined;
  #beats = 0;
  #heardAtMs = 0;
  readonly #elapsedMs: () => number;
  #frames = { sinceMs: 0, count: 0 };
  readonly #news = new Map<string, string>();

  constructor(
    deps: DeskDeps,
    ws: WebSocket,
    who: { readonly agent: Agent; readonly token: string },
    events: SocketEvents,
  ) {
    this.#deps = deps;
    this.#elapsedMs = deps.elapsedMs ?? (() => performance.now());
    this.#ws = ws;
    this.#agent = who.agent;
    this.agentId = who.agent.agentId;
    this.name = who.agent.name;
    this.token = who.token;
    this.#events = events;
  }

  start(): void {
    this.#heardAtMs = this.#elapsedMs();
    this.#ws.on('message', (bytes, isBinary) => this.#heard(bytes, isBinary));
    this.#ws.on('close', () => this.#gone());
    this.#beat = setInterval(() => {
      this.#heartbeat().catch((error: unknown) => this.#failed(error));
    }, this.#deps.heartbeatMs ?? limits.heartbeatMs);
    this.send({ t: 'welcome', agent: publicAgent(this.#agent), nowMs: this.#deps.clock() });
  }

  /** The conversation that it looks at. */
  get watched(): { readonly conv: string; readonly typing: boolean } | undefined {
    return this.#watch;
  }

  /** Sent when it differs from what was sent last. */
  tellOffers(offers: DeskOffered[]): void {
    this.#sendNews('offers', { t: 'offers', offers });
  }

  tellPresence(me: DeskPresence): void {
    this.#sendNews('presence', { t: 'presence', me });
  }

  tellViewers(frame: Extract<DeskServerFrame, { t: 'viewers' }>): void {
    this.#sendNews('viewers', frame);
  }

  #sendNews(about: string, frame: DeskServerFrame): void {
    const news = JSON.stringify(frame);
    if (this.#news.get(about) === news) return;
    this.#news.set(about, news);
    this.send(frame);
  }

  send(frame: DeskServerFrame): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > limits.socketBufferBytesMax) {
      this.end('slow_reader', 'Too far behind.');
      return;
    }
    this.#ws.send(JSON.stringify(frame));
  }

  end(code: ErrorCode, message: string): void {
    if (this.#ws.readyState === this.#ws.OPEN) {
      this.#ws.send(JSON.stringify({ t: 'error', code, message } satisfies DeskServerFrame));
    }
    this.#ws.close(errorCodes[code].close, code);
    this.#gone();
  }

  #gone(): void {
    if (!this.#beat) return;
    clearInterval(this.#beat);
    this.#beat = undefined;
    this.#unwatch();
    this.#events.gone();
  }

  #failed(error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('internal', 'Something went wrong.');
    if (fault.culprit !== 'peer') {
      this.#deps.log.error(
        { code: fault.code, conv: this.#watch?.conv, err: error },
        'desk socket failed',
      );
    }
    this.end(fault.code, fault.message);
  }

  /** The peer must have been heard, the session must still hold, and hints that got lost are made up for. */
  async #heartbeat(): Promise<void> {
    const silenceMax = this.#deps.heartbeatMs
      ? this.#deps.heartbeatMs * 2
      : limits.peerSilenceMaxMs;
    if (this.#elapsedMs() - this.#heardAtMs > silenceMax) {
      this.end('heartbeat_lost', 'Nothing heard for too long.');
      this.#ws.terminate();
      return;
    }
    if (!(await this.#deps.agents.read(this.token))) {
      throw new Fault('not_signed_in', 'The session has ended.');
    }
    this.#beats += 1;
    this.send({ t: 'ping', n: this.#beats });
    if (this.#watch) this.#kick(this.#watch);
  }

  #heard(bytes: RawData, isBinary: boolean): void {
    this.#heardAtMs = this.#elapsedMs();
    try {
      this.#countFrame();
      this.#obey(readFrame(bytes, isBinary));
    } catch (error) {
      this.#failed(error);
    }
  }

  #countFrame(): void {
    if (this.#heardAtMs - this.#frames.sinceMs > 10_000) {
      this.#frames = { sinceMs: this.#heardAtMs, count: 0 };
    }
    this.#frames.count += 1;
    if (this.#frames.count > framesPerTenSecondsMax) {
      throw new Fault('rate_limited', 'Too many frames.');
    }
  }

  #obey(frame: DeskClientFrame): void {
    switch (frame.t) {
      case 'watch':
        this.#startWatch(frame.conv, frame.after);
        return;
      case 'unwatch':
        this.#unwatch();
        return;
      case 'typing':
        this.#typing(frame.conv, frame.on);
        return;
      case 'pong':
        return;
    }
  }

  /** Subscribes before the first read, so that nothing falls between the two. */
  #startWatch(conv: string, after: number): void {
    this.#unwatch();
    const id = parseConversationId(conv);
    if (id === undefined) throw new Fault('bad_frame', 'conv: not a conversation id.');
    const stop = this.#deps.bus.subscribe(`c:${id}`, (hint) => this.#hinted(hint));
    const watch = { conv: id, stop, sentPos: after, owned: false, seq: 0, customerSeq: 0 };
    this.#watch = { ...watch, pumping: false, again: false, typing: false };
    this.#events.moved(id);
    this.#tellWatched(id);
    this.#kick(this.#watch);
    this.#lookUpRead(this.#watch);
  }

  #lookUpRead(watch: Watch): void {
    this.#deps.reads.of(watch.conv).then(
      ({ customer }) => this.#tellCustomerRead(watch, customer),
      (error: unknown) => this.#failed(error),
    );
  }

  /** What the page shows it has asked for by REST before; a program that only watches is seen here. */
  #tellWatched(conv: ConversationId): void {
    const path = '/conversations/:conv';
    const seen = { method: 'watch', path, agentId: this.agentId, params: { conv } };
    this.#deps.witness?.({ ...seen, query: {}, body: {} }).catch((err: unknown) => {
      this.#deps.log.error({ err, conv }, 'a watched conversation could not be recorded');
    });
  }

  #unwatch(): void {
    const watch = this.#watch;
    this.#watch = undefined;
    if (watch?.owned) this.#tellTyping(watch, false);
    watch?.stop();
    this.#news.delete('viewers');
    if (watch) this.#events.moved(watch.conv);
  }

  #hinted(hint: Hint): void {
    const watch = this.#watch;
    if (!watch || !('conversationId' in hint) || hint.conversationId !== watch.conv) return;
    if (hint.kind === 'head') {
      watch.seq = Math.max(watch.seq, hint.seq);
      if (hint.version > watch.sentPos) this.#kick(watch);
    } else if (hint.kind === 'read' && hint.who === 'customer') {
      this.#tellCustomerRead(watch, hint.seq);
    } else if (hint.kind === 'typing' && hint.who === 'customer') {
      this.send({ t: 'typing', conv: watch.conv, on: hint.on });
    }
  }

  #tellCustomerRead(watch: Watch, seq: number): void {
    if (watch !== this.#watch || seq <= watch.customerSeq) return;
    watch.customerSeq = seq;
    this.send({ t: 'read', conv: watch.conv, seq });
  }

  /** The customer sees the owner type; other agents see whoever does. */
  #typing(conv: string, on: boolean): void {
    const watch = this.#watch;
    if (!watch || watch.conv !== conv) return;
    if (watch.owned) this.#tellTyping(watch, on);
    watch.typing = on;
    this.#events.moved(conv);
  }

  #tellTyping({ conv }: Watch, on: boolean): void {
    this.#deps.bus.publish(`c:${conv}`, {
      kind: 'typing',
      conversationId: conv,
      who: 'agent',
      name: this.#agent.name,
      on,
    });
  }

  #kick(watch: Watch): void {
    if (watch.pumping) {
      watch.again = true;
      return;
    }
    watch.pumping = true;
    this.#pump(watch).catch((error: unknown) => this.#failed(error));
  }

  /** Ends in the same tick as its last look at `again`: a hint comes either before that look or finds no pump running. */
  async #pump(watch: Watch): Promise<void> {
    let first = true;
    try {
      do {
        watch.again = false;
        const added = await viewAfter(this.#deps, watch.conv, watch.sentPos);
        if (watch !== this.#watch) return;
        if (added) this.#told(watch, added, first);
        else this.#unknown();
        first = false;
      } while (watch.again);
    } finally {
      watch.pumping = false;
    }
  }

  #told(watch: Watch, { view, seq }: AddedView, first: boolean): void {
    watch.owned = view.owner === 'agent' && view.agentId === this.agentId && !view.closed;
    const moved = view.version > watch.sentPos;
    // The first answer is sent even when empty: it says who owns it now.
    if (!moved && !first) return;
    this.send({ t: 'events', conv: watch.conv, ...view });
    // Also what was there before this watch: whoever comes back to a conversation sees it.
    watch.seq = Math.max(watch.seq, seq, lastSeqOf(view.events));
    if (watch.owned) this.#tellRead(watch);
    if (!moved) return;
    watch.sentPos = view.version;
    watch.again = true;
  }

  /** To the customer: what is on the owner's screen has been seen. */
  #tellRead({ conv, seq }: Watch): void {
    this.#deps.reads.mark(conv, 'agent', seq);
  }

  #unknown(): void {
    this.#unwatch();
    this.send({ t: 'error', code: 'not_found', message: 'There is no such conversation.' });
  }
}

function lastSeqOf(events: readonly DeskEvent[]): number {
  return events.reduce((last, event) => ('seq' in event ? (event.seq ?? last) : last), 0);
}

function readFrame(bytes: RawData, isBinary: boolean): DeskClientFrame {
  const parsed = deskClientFrameSchema.safeParse(isBinary ? undefined : parsedJson(bytes));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Fault('bad_frame', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function parsedJson(bytes: RawData): unknown {
  try {
    // ws gives a text frame as one Buffer under its default binaryType.
    return JSON.parse(Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '');
  } catch {
    return undefined;
  }
}
