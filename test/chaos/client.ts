import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type {
  EventsReply,
  ServerFrame,
  SessionReply,
  WireEvent,
} from '../../src/protocol/index.ts';

/** Rules that can be switched off, to show that the checker notices when they are missing. */
export interface ClientRules {
  /** A resent message keeps its id. */
  readonly keepCid: boolean;
  /** After a reconnect the client asks for what came after the last it saw. */
  readonly resume: boolean;
}

export const allRules: ClientRules = { keepCid: true, resume: true };

interface Outgoing {
  readonly text: string;
  readonly choice?: { readonly id: string; readonly value: string };
  /** A one-time code goes in a frame of its own. */
  readonly secret?: { readonly form: string; readonly code: string };
  cid: string;
  readonly writtenMs: number;
  /** Every id it was ever sent under: more than one only without `keepCid`. */
  readonly cids: string[];
}

/** How long nothing may come before a connection counts as dead: longer after each that did, down again with each answer. */
const patience = { fromMs: 1500, toMs: 20_000, grows: 1.5 };
const pingMs = 400;
/** Messages under way at a time: who sends all that has piled up in one go is cut off for too many frames. */
const underWayMax = 20;
const retryFirstMs = 50;
const retryLongestMs = 800;

/**
 * A customer on a bad line, by the rules of docs/reference/protocol.md: ids made once, kept until acknowledged,
 * sent again in order; events applied only in sequence. Modes: closed → connecting → live → closed …
 */
export class ChaosClient {
  readonly name: string;
  readonly #base: () => string;
  readonly #rules: ClientRules;
  readonly #userToken: (() => Promise<string>) | undefined;
  #socket: WebSocket | undefined;
  #session: SessionReply | undefined;
  #identified = false;
  #heardMs = 0;
  #patienceMs = patience.fromMs;
  #retries = 0;
  #stopped = false;
  #subscribed = false;
  #epoch = '';
  #skipTo = 0;
  #watch: NodeJS.Timeout | undefined;
  readonly #outbox: Outgoing[] = [];

  /** What this customer sees, by the protocol's rules in order of `seq`. */
  readonly seen: WireEvent[] = [];
  /** Every message in the order in which it was written. */
  readonly written: Outgoing[] = [];
  readonly acked = new Map<string, number>();
  readonly refusals: string[] = [];
  reconnects = 0;
  /** The longest that a message waited for its acknowledgement. */
  longestWaitMs = 0;
  onEvent: (event: WireEvent) => void = () => undefined;

  constructor(
    name: string,
    base: () => string,
    rules: ClientRules,
    userToken?: () => Promise<string>,
  ) {
    this.name = name;
    this.#base = base;
    this.#rules = rules;
    this.#userToken = userToken;
  }

  get conversation(): string {
    return this.#session?.conv ?? '';
  }
  get sessionToken(): string {
    return this.#session?.sessionToken ?? '';
  }
  get epoch(): string {
    return this.#epoch;
  }
  get idle(): boolean {
    return this.#outbox.length === 0;
  }
  get lastSeq(): number {
    return this.seen.at(-1)?.seq ?? 0;
  }

  start(): void {
    this.#watch = setInterval(() => this.#beat(), pingMs);
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
    this.#socket?.terminate();
  }

  /** How far the agent is known to have read. */
  agentRead = 0;

  read(seq: number): void {
    this.#send({ t: 'read', conv: this.conversation, seq });
  }

  /** Loses the connection and what it told of the other side; comes back by itself. */
  reload(): void {
    this.agentRead = 0;
    this.#socket?.terminate();
  }

  say(text: string, choice?: { readonly id: string; readonly value: string }): void {
    this.#write({ text, ...(choice && { choice }) });
  }

  sendCode(form: string, code: string): void {
    this.#write({ text: '', secret: { form, code } });
  }

  #write(message: Pick<Outgoing, 'text' | 'choice' | 'secret'>): void {
    const cid = randomUUID();
    const writtenMs = performance.now();
    const outgoing: Outgoing = { ...message, cid, cids: [cid], writtenMs };
    this.written.push(outgoing);
    this.#outbox.push(outgoing);
    if (this.#subscribed && this.#outbox.length <= underWayMax) this.#post(outgoing);
  }

  async #connect(): Promise<void> {
    try {
      const session = await this.#open();
      if (this.#stopped) return;
      const socket = new WebSocket(`${this.#base().replace('http', 'ws')}/api/chat/socket`, {
        origin: this.#base(),
      });
      this.#socket = socket;
      this.#heardMs = Date.now();
      socket.on('error', () => undefined);
      socket.on('open', () =>
        socket.send(JSON.stringify({ t: 'hello', v: 1, token: session.sessionToken })),
      );
      socket.on('message', (bytes: Buffer) => this.#hear(bytes.toString()));
      socket.on('close', () => this.#lost(socket));
    } catch {
      this.#wait(patience.grows);
      this.#again();
    }
  }

  #wait(times: number): void {
    const ms = this.#patienceMs * times;
    this.#patienceMs = Math.min(patience.toMs, Math.max(patience.fromMs, ms));
  }

  async #open(): Promise<SessionReply> {
    const body: { visitorToken?: string; userToken?: string } = {};
    if (this.#session) body.visitorToken = this.#session.visitorToken;
    if (this.#userToken && !this.#identified) body.userToken = await this.#userToken();
    const reply = await fetch(`${this.#base()}/api/chat/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(this.#patienceMs),
    });
    if (!reply.ok) throw new Error(`session: ${reply.status} ${await reply.text()}`);
    this.#session = (await reply.json()) as SessionReply;
    this.#identified = this.#session.customer;
    if (!this.#rules.resume) this.#skipTo = await this.#head(this.#session);
    return this.#session;
  }

  /** Only without `resume`: the end of what there is, so that the client goes on from now as naive clients do. */
  async #head({ sessionToken, conv }: SessionReply): Promise<number> {
    const reply = await fetch(`${this.#base()}/api/chat/events?conv=${conv}&after=0&waitMs=0`, {
      headers: { authorization: `Bearer ${sessionToken}` },
      signal: AbortSignal.timeout(this.#patienceMs),
    });
    const { events } = (await reply.json()) as EventsReply;
    return events.at(-1)?.seq ?? 0;
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#subscribed = false;
    this.#again();
  }

  #again(): void {
    if (this.#stopped) return;
    this.reconnects += 1;
    const ceiling = Math.min(retryLongestMs, retryFirstMs * 2 ** this.#retries);
    this.#retries += 1;
    setTimeout(() => void this.#connect(), Math.random() * ceiling);
  }

  #beat(): void {
    const socket = this.#socket;
    if (!socket) return;
    if (Date.now() - this.#heardMs > this.#patienceMs) {
      this.#wait(patience.grows);
      socket.terminate();
    } else if (socket.readyState === WebSocket.OPEN) {
      this.#send({ t: 'ping', n: 1 });
    }
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #hear(text: string): void {
    this.#heardMs = Date.now();
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.t) {
      case 'read':
        this.agentRead = frame.seq;
        break;
      case 'welcome':
        this.#retries = 0;
        this.#welcome(frame.epoch, frame.conv);
        break;
      case 'ack':
        this.#settle(frame.cid, frame.seq);
        break;
      case 'refused':
        this.#refused(frame);
        break;
      case 'events':
        for (const event of frame.events) this.#apply(event);
        break;
      case 'reset':
        this.seen.length = 0;
        this.#epoch = frame.epoch;
        this.seen.push(...frame.events);
        break;
      case 'ping':
        this.#send({ t: 'pong', n: frame.n });
        break;
      case 'pong':
      case 'typing':
      case 'place':
      case 'error':
        break;
    }
  }

  #welcome(epoch: string, conv: string): void {
    const first = this.#epoch === '';
    this.#epoch = epoch;
    const after = this.#rules.resume || first ? this.lastSeq : this.#skipTo;
    this.#send({ t: 'sub', conv, after, epoch: first ? '' : epoch });
    this.#subscribed = true;
    for (const outgoing of this.#outbox.slice(0, underWayMax)) {
      if (!this.#rules.keepCid) {
        outgoing.cid = randomUUID();
        outgoing.cids.push(outgoing.cid);
      }
      this.#post(outgoing);
    }
  }

  #post({ cid, text, choice, secret }: Outgoing): void {
    const conv = this.conversation;
    if (secret) this.#send({ t: 'secret', conv, cid, ...secret });
    else this.#send({ t: 'send', conv, cid, text, ...(choice && { choice }) });
  }

  #settle(cid: string, seq: number): void {
    this.acked.set(cid, seq);
    this.#wait(1 / patience.grows);
    const settled = this.#take(cid);
    const waitedMs = performance.now() - (settled?.writtenMs ?? Infinity);
    this.longestWaitMs = Math.max(this.longestWaitMs, waitedMs);
  }

  #refused({ cid, code, again }: { cid: string; code: string; again: boolean }): void {
    if (again) {
      // Kept, and so is the order: everything from it on goes again on the next connection.
      setTimeout(() => this.#socket?.terminate(), 200);
      return;
    }
    this.refusals.push(code);
    this.#take(cid);
  }

  /** Takes out what is settled; the first one that waits behind those under way goes. */
  #take(cid: string): Outgoing | undefined {
    const at = this.#outbox.findIndex((one) => one.cid === cid);
    if (at < 0) return undefined;
    const [settled] = this.#outbox.splice(at, 1);
    const next = this.#outbox[underWayMax - 1];
    if (next && this.#subscribed) this.#post(next);
    return settled;
  }

  #apply(event: WireEvent): void {
    if (this.#rules.resume && event.seq <= this.lastSeq) return;
    if (this.#rules.resume && event.seq > this.lastSeq + 1) {
      this.#send({ t: 'sub', conv: this.conversation, after: this.lastSeq, epoch: this.#epoch });
      return;
    }
    this.seen.push(event);
    this.onEvent(event);
  }
}
