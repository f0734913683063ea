import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pause, type Random } from './random.ts';

/** One push as the platform carried it out; a repeat under its key is refused as a double and is not in here. */
export interface Pushed {
  readonly key: string;
  readonly to: string;
}

const answerMaxMs = 8000;

/**
 * A stand-in for LINE's two sides: users whose messages come as signed webhooks, each brought again until it is answered
 * 200, and the API that takes our words under their retry key. While `isFaulty` it brings webhooks twice and at once,
 * and its API is busy, fails, or carries a push out and loses the answer.
 */
export class PlatformStandIn {
  readonly #server: Server;
  readonly #random: Random;
  readonly #secret = randomBytes(16).toString('hex');
  readonly #keys = new Set<string>();
  /** Pushes whose senders do not know that they were taken, or were told to come again. */
  readonly #owed = new Set<string>();
  readonly pushed: Pushed[] = [];
  /** Pushes that came again under their key. */
  repeats = 0;
  faults = 0;
  isFaulty = false;

  private constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((asked, reply) => {
      this.#serve(asked, reply).catch(() => reply.destroy());
    });
  }

  static async start(random: Random): Promise<PlatformStandIn> {
    const platform = new PlatformStandIn(random);
    platform.#server.listen(0, '127.0.0.1');
    await once(platform.#server, 'listening');
    return platform;
  }

  get idle(): boolean {
    return this.#owed.size === 0;
  }

  /** As `channels.json` has it. */
  get settings(): { readonly [name: string]: string } {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the platform is not up');
    const url = `http://127.0.0.1:${address.port}`;
    return {
      channelSecret: this.#secret,
      accessToken: 'access-token-of-the-run',
      apiUrl: url,
      dataUrl: url,
    };
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Brings one event until it is answered 200, at times by two calls at once and once more afterwards. */
  async bring(event: object, base: () => string, isOver: () => boolean): Promise<boolean> {
    const body = JSON.stringify({ destination: 'U1', events: [event] });
    while (!isOver()) {
      const isDouble = this.isFaulty && this.#random() < 0.1;
      const calls = [this.#hook(body, base()), ...(isDouble ? [this.#hook(body, base())] : [])];
      const answers = await Promise.all(calls);
      if (answers.includes(200)) {
        if (this.isFaulty && this.#random() < 0.05) await this.#hook(body, base());
        return true;
      }
      await pause(150);
    }
    return false;
  }

  async #hook(body: string, base: string): Promise<number> {
    const signature = createHmac('sha256', this.#secret).update(body).digest('base64');
    try {
      const reply = await fetch(`${base}/hooks/line`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-line-signature': signature },
        body,
        signal: AbortSignal.timeout(answerMaxMs),
      });
      await reply.arrayBuffer();
      return reply.status;
    } catch {
      return 0;
    }
  }

  async #serve(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = Buffer.concat(await asked.toArray()).toString('utf8');
    if (!(asked.url ?? '').endsWith('/push')) return answer(reply, 200, {});
    const dice = this.isFaulty ? this.#random() : 1;
    const key = String(asked.headers['x-line-retry-key']);
    if (dice < 0.12) {
      this.faults += 1;
      this.#owed.add(key);
    } else {
      this.#owed.delete(key);
    }
    if (dice < 0.04) return answer(reply, 500, { message: 'Internal error' });
    if (dice < 0.06) return answer(reply, 429, { message: 'The API rate limit was exceeded.' });
    const isNew = !this.#keys.has(key);
    if (isNew) {
      this.#keys.add(key);
      this.pushed.push({ key, to: (JSON.parse(body) as { to: string }).to });
    } else {
      this.repeats += 1;
    }
    if (dice < 0.12) reply.destroy();
    else if (isNew) answer(reply, 200, { sentMessages: [{ id: String(this.pushed.length) }] });
    else answer(reply, 409, { message: 'The retry key is already accepted' });
  }
}

function answer(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Somebody who writes on the platform, one message after the other, each when the one before has been taken. */
export class PlatformUser {
  readonly userId: string;
  readonly #platform: PlatformStandIn;
  readonly #base: () => string;
  #queue: Promise<void> = Promise.resolve();
  #open = 0;
  #stopped = false;
  /** Event ids in the order in which they were written; `taken` when the webhook was answered 200. */
  readonly written: { readonly eventId: string; taken: boolean }[] = [];
  longestWaitMs = 0;

  constructor(index: number, platform: PlatformStandIn, base: () => string) {
    this.userId = `U${createHash('md5').update(String(index)).digest('hex')}`;
    this.#platform = platform;
    this.#base = base;
  }

  get idle(): boolean {
    return this.#open === 0;
  }

  say(text: string): void {
    const eventId = `01H${this.userId.slice(1, 9)}${this.written.length}`;
    const message = { eventId, taken: false };
    this.written.push(message);
    this.#open += 1;
    const event = {
      source: { type: 'user', userId: this.userId },
      timestamp: 1,
      type: 'message',
      webhookEventId: eventId,
      message: { id: eventId, type: 'text', text },
    };
    this.#queue = this.#queue.then(async () => {
      const askedMs = performance.now();
      message.taken = await this.#platform.bring(event, this.#base, () => this.#stopped);
      this.longestWaitMs = Math.max(this.longestWaitMs, performance.now() - askedMs);
      this.#open -= 1;
    });
  }

  stop(): void {
    this.#stopped = true;
  }
}
