import { randomUUID } from 'node:crypto';
import { createLocalBus, type BusLog } from './local.ts';
import type { Bus, Hint, Topic } from './ports.ts';

/** A connection that is up: payloads go out, in order, to all other nodes and to this one. */
export interface Line {
  send(payloads: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface LineEvents {
  readonly heard: (payload: string) => void;
  /** At least once when the connection is gone; not told again for another line. */
  readonly lost: () => void;
}

/** What carries hints between nodes. */
export interface Carrier {
  /** As it stands in a log. */
  readonly name: string;
  /** Bytes that one payload may have. */
  readonly payloadBytesMax: number;
  /** Rejects when it cannot be reached. */
  connect(events: LineEvents): Promise<Line>;
}

export type RelayLog = BusLog & { warn(fields: object, message: string): void };

const payloadsMax = 64;
/** Hints that wait while the carrier is away; beyond it the oldest are dropped, and the nodes' polls find out by themselves. */
const waitingMax = 5000;
const backOffMinMs = 100;
const backOffMaxMs = 5000;

type Packed = readonly [topic: Topic, hint: Hint];

/**
 * The bus between nodes. Listeners of this node are told at once, without the carrier; those of other nodes with one
 * sending for all hints that came together. Modes: connected, away (what is published waits, within its ceiling; a single
 * timer connects again), closed. Hints lost while away are not repeated.
 */
export function createRelay(carrier: Carrier, log: RelayLog): Bus {
  const local = createLocalBus(log);
  const link = new Link(carrier, log, (topic, hint) => local.publish(topic, hint));
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
  readonly #carrier: Carrier;
  readonly #log: RelayLog;
  readonly #receive: (topic: Topic, hint: Hint) => void;
  /** Tells the own payloads, which come back like everybody's. */
  readonly #self = randomUUID().slice(0, 8);
  readonly #waiting = new Map<string, Packed>();
  #line: Line | undefined;
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #backOffMs = 0;
  #closed = false;

  constructor(carrier: Carrier, log: RelayLog, receive: (topic: Topic, hint: Hint) => void) {
    this.#carrier = carrier;
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
    // A line that comes up after this is closed by `#connect`.
    const line = this.#line;
    this.#line = undefined;
    await line?.close().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    let line: Line | undefined;
    let isLost = false;
    const lost = (): void => {
      if (isLost) return;
      isLost = true;
      this.#lost(line);
    };
    try {
      line = await this.#carrier.connect({ heard: (payload) => this.#heard(payload), lost });
      if (isLost) throw new Error('the connection was lost while it came up');
      if (this.#closed) {
        await line.close();
        return;
      }
      this.#line = line;
      this.#backOffMs = 0;
      this.#flushing ??= this.#flush();
    } catch (err) {
      const { name } = this.#carrier;
      if (this.#backOffMs === 0) this.#log.warn({ err }, `the bus cannot reach ${name}`);
      lost();
      void line?.close().catch(() => undefined);
    }
  }

  #lost(line: Line | undefined): void {
    if (line && this.#line === line) {
      this.#line = undefined;
      if (!this.#closed) this.#log.warn({}, 'the bus lost its connection; polls stand in for it');
    }
    if (this.#closed) return;
    this.#backOffMs = Math.min(backOffMaxMs, Math.max(backOffMinMs, this.#backOffMs * 2));
    // Spread, so that not all nodes come back in the same moment.
    const inMs = this.#backOffMs * (0.5 + Math.random() / 2);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), inMs);
  }

  async #flush(): Promise<void> {
    // What is published in this round of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#line && this.#waiting.size > 0) {
      const payloads = this.#pack();
      try {
        await this.#line.send(payloads);
      } catch {
        // Hints only. When the connection is gone its own listener says so.
      }
    }
    this.#flushing = undefined;
  }

  #pack(): readonly string[] {
    const { payloadBytesMax } = this.#carrier;
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
      if (payloads.length === payloadsMax) break;
      this.#waiting.delete(key);
      // Names of agents are short; whatever is not, is not worth a hint.
      if (length > payloadBytesMax) continue;
      packed.push(text);
      bytes += length;
    }
    if (payloads.length < payloadsMax) end();
    return payloads;
  }

  #heard(payload: string): void {
    if (this.#closed || payload.startsWith(this.#self)) return;
    try {
      const packed = JSON.parse(payload.slice(this.#self.length)) as readonly Packed[];
      for (const [topic, hint] of packed) this.#receive(topic, hint);
    } catch (err) {
      this.#log.error({ err }, 'a hint of another node cannot be read');
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
