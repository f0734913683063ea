import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { DeskListReply, DeskServerFrame } from '../../src/protocol/index.ts';
import { oneOf, pause, within, type Random } from './random.ts';

const answerMaxMs = 5000;
const lookEveryMs = { from: 250, to: 800 };
const againEveryMs = { from: 100, to: 400 };
const repliesOf = { from: 1, to: 4 };

/** What the desk answered for good, after however many tries: done, or refused and therefore not done. */
type Outcome = 'open' | 'done' | 'refused';

/** A reply that an agent wrote. */
export interface AgentReply {
  readonly conv: string;
  readonly cid: string;
  readonly text: string;
  outcome: Outcome;
}

export interface AgentAccount {
  readonly agentId: string;
  readonly email: string;
  readonly password: string;
}

export interface AgentOptions {
  readonly account: AgentAccount;
  /** The way to any node. */
  readonly base: () => string;
  readonly random: Random;
  /** Whoever a conversation may be passed on to. */
  readonly colleagues: readonly string[];
}

/**
 * An agent on a bad line: takes what waits, faster than others when possible, answers, passes on, gives back or closes. Every
 * command goes out again, word for word, until the desk has told what came of it.
 */
export class ChaosAgent {
  readonly #options: AgentOptions;
  readonly #left = new Map<string, number>();
  #cookie = '';
  #socket: WebSocket | undefined;
  #stopped = false;
  #taking = true;
  #offers: readonly { readonly conv: string; readonly offerId: string }[] = [];
  readonly replies: AgentReply[] = [];
  /** Conversations that the desk said are this agent's. */
  accepted = 0;
  taken = 0;
  longestWaitMs = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** Resolves after `stop`. */
  async run(): Promise<void> {
    const beat = setInterval(() => this.#beat(), 400);
    while (!this.#stopped) {
      await pause(within(this.#options.random, lookEveryMs));
      await this.#look().catch(() => undefined);
    }
    clearInterval(beat);
    this.#socket?.terminate();
  }

  /** Takes nothing more; what is in hand is finished. */
  rest(): void {
    this.#taking = false;
  }

  get idle(): boolean {
    return this.replies.every(({ outcome }) => outcome !== 'open');
  }

  stop(): void {
    this.#stopped = true;
  }

  #beat(): void {
    if (this.#socket !== undefined || this.#cookie === '') return;
    const base = this.#options.base();
    const socket = new WebSocket(`${base.replace('http', 'ws')}/api/desk/socket`, {
      headers: { cookie: this.#cookie, origin: base },
      handshakeTimeout: answerMaxMs,
    });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer) => this.#hear(socket, bytes));
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
  }

  #hear(socket: WebSocket, bytes: Buffer): void {
    const frame = JSON.parse(bytes.toString()) as DeskServerFrame;
    if (frame.t === 'ping') socket.send(JSON.stringify({ t: 'pong', n: frame.n }));
    if (frame.t === 'offers') this.#offers = frame.offers;
  }

  async #look(): Promise<void> {
    if (this.#cookie === '') await this.#signIn();
    if (this.#taking) await this.#take();
    for (const { conv, state } of await this.#list('mine')) {
      if (state === 'agent') await this.#serve(conv);
    }
  }

  async #take(): Promise<void> {
    const [offer] = this.#offers;
    if (offer) {
      this.#offers = this.#offers.slice(1);
      await this.#accept(offer.conv, { offerId: offer.offerId });
      return;
    }
    // Everybody reaches for the first in line: of those who do at once one may have it.
    const [first] = await this.#list('queue');
    if (first) await this.#accept(first.conv, {});
  }

  async #accept(conv: string, offer: { readonly offerId?: string }): Promise<void> {
    const outcome = await this.#command(conv, { type: 'accept', ...offer });
    if (outcome === 'done') this.accepted += 1;
    if (outcome === 'refused') this.taken += 1;
  }

  async #serve(conv: string): Promise<void> {
    const { random, colleagues } = this.#options;
    const left = this.#left.get(conv) ?? Math.floor(within(random, repliesOf));
    if (left > 0) {
      this.#left.set(conv, left - 1);
      await this.#say(conv);
      return;
    }
    this.#left.delete(conv);
    const dice = random();
    const colleague = dice < 0.2 && this.#taking ? oneOf(random, colleagues) : undefined;
    if (colleague !== undefined) {
      await this.#command(conv, { type: 'transfer', to: { agentId: colleague } });
    } else if (dice < 0.6) {
      await this.#command(conv, { type: 'return_to_bot' });
    } else {
      await this.#command(conv, { type: 'close', disposition: 'solved' });
    }
  }

  async #say(conv: string): Promise<void> {
    const text = `Reply ${this.replies.length + 1} of ${this.#options.account.email}`;
    const reply: AgentReply = { conv, cid: randomUUID(), text, outcome: 'open' };
    this.replies.push(reply);
    reply.outcome = await this.#command(conv, { type: 'say', cid: reply.cid, text });
  }

  async #list(list: 'queue' | 'mine'): Promise<DeskListReply['rows']> {
    const reply = await this.#call('GET', `/conversations?list=${list}&limit=10`);
    if (reply.status === 401) this.#cookie = '';
    if (!reply.ok) return [];
    return ((await reply.json()) as DeskListReply).rows;
  }

  async #command(conv: string, body: object): Promise<Outcome> {
    const askedMs = performance.now();
    try {
      while (!this.#stopped) {
        const outcome = await this.#try(conv, body);
        if (outcome !== 'open') return outcome;
        await pause(within(this.#options.random, againEveryMs));
      }
      return 'open';
    } finally {
      this.longestWaitMs = Math.max(this.longestWaitMs, performance.now() - askedMs);
    }
  }

  async #try(conv: string, body: object): Promise<Outcome> {
    try {
      const reply = await this.#call('POST', `/conversations/${conv}/commands`, body);
      await reply.arrayBuffer();
      if (reply.ok) return 'done';
      if (reply.status === 401) await this.#signIn();
      const isCertain = reply.status < 500 && ![401, 408, 429].includes(reply.status);
      return isCertain ? 'refused' : 'open';
    } catch {
      return 'open';
    }
  }

  async #signIn(): Promise<void> {
    const { email, password } = this.#options.account;
    const reply = await this.#call('POST', '/sign-in', { email, password });
    await reply.arrayBuffer();
    if (reply.ok) this.#cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }

  #call(method: string, path: string, body?: object): Promise<Response> {
    const base = this.#options.base();
    return fetch(`${base}/api/desk${path}`, {
      method,
      headers: {
        origin: base,
        ...(this.#cookie !== '' && { cookie: this.#cookie }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMaxMs),
    });
  }
}
