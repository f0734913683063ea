import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ServerOptions } from 'ws';
import { refuseUpgrade } from '../../http/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import type { VisitorBuckets } from './bucket.ts';
import { Connection } from './connection.ts';
import type { ConnectionDeps } from './connection.ts';
import { createFrameHandler, dropSubscription } from './frame-handler.ts';
import type { Hub } from './hub.ts';
import { Places } from './places.ts';
import type { WebChannelDeps, WebLimits } from './ports.ts';
import type { Subscription } from './subscription.ts';

export const socketPath = '/api/chat/socket';

export interface GatewayDeps extends WebChannelDeps {
  readonly limits: WebLimits;
  readonly hub: Hub;
  readonly buckets: VisitorBuckets;
}

/** The widgets' sockets of this process: who is connected, and the beat that all of them share. */
export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #elapsedMs: () => number;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #byVisitor = new Map<string, Set<Connection>>();
  readonly #places: Places;
  readonly #connectionDeps: ConnectionDeps;
  readonly #beat: NodeJS.Timeout;
  #draining = false;
  #emptied: (() => void) | undefined;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    const { limits, log, metrics, elapsedMs = () => performance.now() } = deps;
    this.#elapsedMs = elapsedMs;
    this.#server = new WebSocketServer(serverOptions(limits));
    this.#server.on('wsClientError', (_error, socket) => {
      refuseUpgrade(socket, 'bad_request', 'This is not a web-socket handshake.');
    });
    this.#places = new Places(deps);
    const askPlaces = () => this.#places.ask();
    const handle = createFrameHandler({
      ...deps,
      askPlaces,
      admit: (connection, principal) => this.#admit(connection, principal),
    });
    const onClosed = (connection: Connection) => this.#forget(connection);
    this.#connectionDeps = { elapsedMs, limits, log, metrics, handle, askPlaces, onClosed };
    this.#beat = setInterval(() => this.#onBeat(), limits.tickMs).unref();
  }

  get size(): number {
    return this.#connections.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { allowOrigin, limits } = this.#deps;
    const { origin, host } = request.headers;
    if (!allowOrigin(origin, host)) {
      return refuseUpgrade(socket, 'origin_not_allowed', 'This page may not use the chat.');
    }
    if (this.#draining || this.#connections.size >= limits.socketsMax) {
      return refuseUpgrade(socket, 'overloaded', 'No more sockets can be served now; try again.');
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      this.#connections.add(new Connection(ws, this.#connectionDeps));
    });
  }

  /** Ends the sockets of a customer who signed out. */
  signOut(visitorId: string): void {
    for (const connection of this.#byVisitor.get(visitorId) ?? []) {
      if (connection.principal?.customerId !== undefined) {
        connection.close('not_signed_in', 'Signed out.');
      }
    }
  }

  /** Closes every socket with 1012 after the frame that it is dealing with; who does not answer is cut. */
  async drain(): Promise<void> {
    this.#draining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    for (const connection of this.#connections) connection.leave();
    if (this.#connections.size === 0) resolve();
    const cut = setTimeout(() => {
      for (const connection of this.#connections) connection.terminate();
    }, this.#deps.limits.closeGraceMs);
    await promise;
    clearTimeout(cut);
    clearInterval(this.#beat);
    this.#places.close();
    this.#server.close();
  }

  /**
   * A socket that died without a word still counts until its silence is noticed, so one that has missed a
   * heartbeat makes room. Live ones are never pushed out: two tabs would push each other for ever.
   */
  #admit(connection: Connection, { visitorId }: SessionPrincipal): boolean {
    const { limits } = this.#deps;
    const own = this.#byVisitor.get(visitorId) ?? new Set<Connection>();
    if (own.size >= limits.socketsPerVisitorMax) {
      const missedMs = (limits.heartbeatMs + limits.peerSilenceMaxMs) / 2;
      const dead = own.values().find((other) => this.#elapsedMs() - other.heardMs >= missedMs);
      if (!dead) return false;
      own.delete(dead);
      dead.close('heartbeat_lost', 'Nothing was heard from the peer.');
    }
    own.add(connection);
    this.#byVisitor.set(visitorId, own);
    return true;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    dropSubscription(this.#deps, connection);
    const visitorId = connection.principal?.visitorId;
    if (visitorId !== undefined) {
      const own = this.#byVisitor.get(visitorId);
      own?.delete(connection);
      if (own?.size === 0) this.#byVisitor.delete(visitorId);
    }
    if (this.#draining && this.#connections.size === 0) this.#emptied?.();
  }

  #onBeat(): void {
    const clockMs = this.#deps.clock();
    const nowMs = this.#elapsedMs();
    for (const connection of this.#connections) connection.tick(nowMs, clockMs);
    this.#deps.buckets.sweep(clockMs);
    void this.#deps.hub.poll();
    void this.#places.tell(this.#subscriptions());
  }

  *#subscriptions(): Iterable<Subscription> {
    for (const { subscription } of this.#connections) if (subscription) yield subscription;
  }
}

function serverOptions(limits: WebLimits): ServerOptions & { readonly closeTimeout: number } {
  return {
    noServer: true,
    clientTracking: false,
    // Compression costs eight to ten times the processor time a message (storage study, section 5).
    perMessageDeflate: false,
    maxPayload: limits.frameBytesMax,
    closeTimeout: limits.closeGraceMs,
  };
}
