import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createLocalBus, type BusLog } from './local.ts';
import type { Bus, Hint, Topic } from './ports.ts';

export interface PostgresBusOptions {
  /** The database that the nodes share. */
  readonly url: string;
  readonly log: BusLog & { warn(fields: object, message: string): void };
}

const channel = 'kefu';
/** PostgreSQL takes 8000 bytes in one notification. */
const payloadBytesMax = 7000;
const notificationsMax = 64;
/** Hints that wait while the server is away; beyond it the oldest are dropped, and the nodes' polls find out by themselves. */
const waitingMax = 5000;
const backOffMinMs = 100;
const backOffMaxMs = 5000;
const answerMaxMs = 10_000;

type Packed = readonly [topic: Topic, hint: Hint];

/**
 * The bus between nodes over LISTEN and NOTIFY, on a connection of its own and never inside a transaction that writes: there
 * a notification makes all commits of the server wait for each other. Listeners of this node are told at once, without
 * the server; those of other nodes with one statement for all hints that came together. Modes: connected, away (what is
 * published waits, within its ceiling; a single timer connects again), closed. Hints lost while away are not repeated.
 */
export function createPostgresBus({ url, log }: PostgresBusOptions): Bus {
  const local = createLocalBus(log);
  const link = new Link(url, log, (topic, hint) => local.publish(topic, hint));
  link.open();
  return {
    publish: (topic, hint) => {
      local.publish(topic, hint);
      link.send(topic, hint);
    },
    subscribe: (topic, listener) => local.subscribe(topic, listener),
    close: async () => {
      await local.close();
      await link.close();
    },
  };
}

class Link {
  readonly #url: string;
  readonly #log: PostgresBusOptions['log'];
  readonly #receive: (topic: Topic, hint: Hint) => void;
  /** Tells the own notifications, which come back like everybody's. */
  readonly #self = randomUUID().slice(0, 8);
  readonly #waiting = new Map<string, Packed>();
  #client: Client | undefined;
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #backOffMs = 0;
  #closed = false;

  constructor(
    url: string,
    log: PostgresBusOptions['log'],
    receive: (topic: Topic, hint: Hint) => void,
  ) {
    this.#url = url;
    this.#log = log;
    this.#receive = receive;
  }

  open(): void {
    void this.#connect();
  }

  send(topic: Topic, hint: Hint): void {
    if (this.#closed) return;
    const key = keyOf(topic, hint);
    // Behind what came meanwhile, as it is newer.
    this.#waiting.delete(key);
    this.#waiting.set(key, [topic, hint]);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > waitingMax && oldest !== undefined) this.#waiting.delete(oldest);
    this.#flushing ??= this.#flush();
  }

  async close(): Promise<void> {
    await this.#flushing;
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'kefu bus',
      connectionTimeoutMillis: answerMaxMs,
      query_timeout: answerMaxMs,
      keepAlive: true,
    });
    let isLost = false;
    const lost = (): void => {
      if (isLost) return;
      isLost = true;
      this.#lost(client);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => this.#heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      if (this.#closed) {
        await client.end();
        return;
      }
      this.#client = client;
      this.#backOffMs = 0;
      this.#flushing ??= this.#flush();
    } catch (err) {
      if (this.#backOffMs === 0) this.#log.warn({ err }, 'the bus cannot reach the database');
      lost();
      void client.end().catch(() => undefined);
    }
  }

  #lost(client: Client): void {
    if (this.#client === client) {
      this.#client = undefined;
      if (!this.#closed) this.#log.warn({}, 'the bus lost its connection; polls stand in for it');
    }
    if (this.#closed) return;
    this.#backOffMs = Math.min(backOffMaxMs, Math.max(backOffMinMs, this.#backOffMs * 2));
    // Spread, so that not all nodes come back in the same moment.
    const inMs = this.#backOffMs * (0.5 + Math.random() / 2);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), inMs);
  }

  async #flush(): Promise<void> {
    // What is published in this round of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#client && this.#waiting.size > 0) {
      const payloads = this.#pack();
      try {
        await this.#client.query('SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p', [
          channel,
          payloads,
        ]);
      } catch {
        // Hints only. When the connection is gone its own listener says so.
      }
    }
    this.#flushing = undefined;
  }

  #pack(): readonly string[] {
    const payloads: string[] = [];
    let packed: string[] = [];
    let bytes = 0;
    const end = (): void => {
      if (packed.length > 0) payloads.push(`${this.#self}[${packed.join(',')}]`);
      packed = [];
      bytes = 0;
    };
    for (const [key, hint] of this.#waiting) {
      const text = JSON.stringify(hint);
      const length = Buffer.byteLength(text) + 1;
      if (bytes + length > payloadBytesMax) end();
      if (payloads.length === notificationsMax) break;
      this.#waiting.delete(key);
      // Names of agents are short; whatever is not, is not worth a hint.
      if (length > payloadBytesMax) continue;
      packed.push(text);
      bytes += length;
    }
    if (payloads.length < notificationsMax) end();
    return payloads;
  }

  #heard(payload: string): void {
    if (payload.startsWith(this.#self)) return;
    try {
      const packed = JSON.parse(payload.slice(this.#self.length)) as readonly Packed[];
      for (const [topic, hint] of packed) this.#receive(topic, hint);
    } catch (err) {
      this.#log.error({ err }, 'a notification of another node cannot be read');
    }
  }
}

/** Hints with the same key supersede each other. */
function keyOf(topic: Topic, hint: Hint): string {
  switch (hint.kind) {
    case 'head':
      return `${topic} head ${hint.conversationId}`;
    case 'typing':
    case 'read':
      return `${topic} ${hint.kind} ${hint.conversationId} ${hint.who}`;
    case 'viewing':
      return `${topic} viewing ${hint.node}`;
    case 'presence':
      return `${topic} presence ${hint.agentId}`;
    case 'changed':
      return `${topic} changed ${hint.what}`;
  }
}
