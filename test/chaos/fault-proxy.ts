import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy that misbehaves on command, as networks do. Bytes are never reordered within a connection.
 * `cutAll`: RST on every connection; `freezeAll`: both sides stay open and nothing passes any more (half-open);
 * `cutInFrame`: the next piece towards the client is passed only in part before the RST.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #targetPort: number;
  latencyMs: number;
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

  cutAll(): void {
    for (const link of this.#links) this.#fault(() => link.reset());
  }

  freezeAll(): void {
    for (const link of this.#links) this.#fault(() => link.freeze());
  }

  cutInFrame(): void {
    for (const link of this.#links) this.#fault(() => link.cutNext());
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.reset();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #fault(act: () => void): void {
    this.faults += 1;
    act();
  }

  #accept(client: Socket): void {
    const link = new Link(client, connect(this.#targetPort, '127.0.0.1'), () => this.latencyMs);
    this.#links.add(link);
    client.once('close', () => this.#links.delete(link));
  }
}

class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #frozen = false;
  #cutNext = false;

  constructor(client: Socket, server: Socket, latencyMs: () => number) {
    this.#client = client;
    this.#server = server;
    this.#carry(client, server, latencyMs);
    this.#carry(server, client, latencyMs);
    for (const side of [client, server]) {
      side.setNoDelay(true);
      side.on('error', () => this.reset());
      side.on('close', () => {
        if (!this.#frozen) this.reset();
      });
    }
  }

  reset(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    if (!this.#server.destroyed) this.#server.resetAndDestroy();
  }

  freeze(): void {
    this.#frozen = true;
  }

  cutNext(): void {
    this.#cutNext = true;
  }

  #carry(from: Socket, to: Socket, latencyMs: () => number): void {
    // One queue a direction: a later piece never overtakes an earlier one, whatever the latency does.
    let queue = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      queue = queue.then(async () => {
        await delay(latencyMs());
        if (this.#frozen || to.destroyed) return;
        if (this.#cutNext && to === this.#client && piece.length > 1) {
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
