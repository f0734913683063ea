import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The first bytes of a connection tell whose it is: a request line, or the names in PostgreSQL's start-up packet. */
type Whom = (greeting: string) => boolean;

type Direction = 'to client' | 'to server';

const everyone: Whom = () => true;

/**
 * A TCP proxy that misbehaves on command, as networks do. Bytes are never reordered within a connection.
 * `cutAll`: RST on every connection; `freezeAll`: both sides stay open and nothing passes any more (half-open);
 * `loseOneWay`: nothing more arrives in one direction while the other goes on; `cutInFrame`: the next piece towards the
 * client is passed only in part before the RST; `turnedAway`: those connections are refused as long as it says so.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #targetPort: number;
  latencyMs: number;
  turnedAway: Whom = () => false;
  faults = 0;

  private constructor(targetPort: number, latencyMs: number) {
    this.#targetPort = targetPort;
    this.latencyMs = latencyMs;
    this.#server = createServer({ pauseOnConnect: false }, (client) => this.#accept(client));
  }

  static async start(targetPort: number, latencyMs = 2): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, latencyMs);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is not up');
    return address.port;
  }

  /** New connections go there; the old ones die with their target. */
  retarget(port: number): void {
    this.#targetPort = port;
  }

  cutAll(whom: Whom = everyone): void {
    this.#fault(whom, (link) => link.reset());
  }

  freezeAll(whom: Whom = everyone): void {
    this.#fault(whom, (link) => link.freeze());
  }

  cutInFrame(whom: Whom = everyone): void {
    this.#fault(whom, (link) => link.cutNext());
  }

  loseOneWay(direction: Direction, whom: Whom = everyone): void {
    this.#fault(whom, (link) => link.lose(direction));
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.reset();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #fault(whom: Whom, act: (link: Link) => void): void {
    for (const link of this.#links) {
      if (!whom(link.greeting)) continue;
      this.faults += 1;
      act(link);
    }
  }

  #accept(client: Socket): void {
    const server = connect(this.#targetPort, '127.0.0.1');
    const link = new Link(client, server, {
      latencyMs: () => this.latencyMs,
      isTurnedAway: (greeting) => this.turnedAway(greeting),
    });
    this.#links.add(link);
    let ends = 0;
    for (const side of [client, server]) {
      // A frozen link ends one side at a time.
      side.once('close', () => {
        ends += 1;
        if (ends === 2) this.#links.delete(link);
      });
    }
  }
}

interface Manner {
  readonly latencyMs: () => number;
  readonly isTurnedAway: Whom;
}

class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #lost = new Set<Direction>();
  #cutNext = false;
  greeting = '';

  constructor(client: Socket, server: Socket, manner: Manner) {
    this.#client = client;
    this.#server = server;
    client.once('data', (piece: Buffer) => {
      this.greeting = piece.toString('latin1');
      if (manner.isTurnedAway(this.greeting)) this.reset();
    });
    this.#carry('to server', manner);
    this.#carry('to client', manner);
    for (const side of [client, server]) {
      side.setNoDelay(true);
      side.on('error', () => this.reset());
      side.on('close', () => {
        if (this.#lost.size === 0) this.reset();
      });
    }
  }

  reset(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#server.destroyed) this.#server.resetAndDestroy();
  }

  freeze(): void {
    this.lose('to client');
    this.lose('to server');
  }

  lose(direction: Direction): void {
    this.#lost.add(direction);
  }

  cutNext(): void {
    this.#cutNext = true;
  }

  #carry(direction: Direction, { latencyMs }: Manner): void {
    const isToClient = direction === 'to client';
    const from = isToClient ? this.#server : this.#client;
    const to = isToClient ? this.#client : this.#server;
    // One queue a direction: a later piece never overtakes an earlier one, whatever the latency does.
    let queue = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      queue = queue.then(async () => {
        await delay(latencyMs());
        if (this.#lost.has(direction) || to.destroyed) return;
        if (this.#cutNext && isToClient && piece.length > 1) {
          to.write(piece.subarray(0, Math.ceil(piece.length / 2)), () => this.reset());
          this.#cutNext = false;
        } else {
          to.write(piece);
        }
      });
    });
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
