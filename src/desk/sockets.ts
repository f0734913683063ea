import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { Fault, errorCodes, limits } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { DeskDeps } from './deps.ts';
import { checkOrigin, signedIn } from './session.ts';
import { DeskSocket } from './socket.ts';

/** Lists are told of at most four times a second. */
const listsEveryMs = 250;
/** Sockets of one agent: as many tabs as anyone keeps open. */
const socketsPerAgentMax = 12;

/** Every open socket of the desk. One subscription and one timer tell all of them that lists changed. */
export class DeskSockets {
  readonly #deps: DeskDeps;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytesMax });
  readonly #open = new Set<DeskSocket>();
  readonly #unsubscribe: () => void;
  #listsTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.bus.subscribe('desk', () => this.#listsChanged());
  }

  /** Refuses a foreign page before the handshake; anyone else gets a socket, if only to be told why it closes. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      checkOrigin(request, this.#deps);
    } catch {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate());
      this.#admit(request, ws).catch((error: unknown) => this.#refuse(ws, error));
    });
  }

  endSession(token: string): void {
    for (const socket of this.#open) {
      if (socket.token === token) socket.end('not_signed_in', 'Signed out.');
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#listsTimer);
    this.#unsubscribe();
    for (const socket of this.#open) socket.end('shutting_down', 'The service is restarting.');
    this.#server.close();
  }

  async #admit(request: IncomingMessage, ws: WebSocket): Promise<void> {
    const { agent, token } = await signedIn(request, this.#deps);
    if (this.#closed) throw new Fault('shutting_down', 'The service is restarting.');
    if (this.#openOf(agent.agentId) >= socketsPerAgentMax) {
      throw new Fault('rate_limited', 'Too many open windows of the desk.');
    }
    if (ws.readyState !== ws.OPEN) return;
    const socket: DeskSocket = new DeskSocket(this.#deps, ws, { agent, token }, () => {
      this.#open.delete(socket);
    });
    this.#open.add(socket);
    socket.start();
  }

  #openOf(agentId: string): number {
    return [...this.#open].filter((socket) => socket.agentId === agentId).length;
  }

  #refuse(ws: WebSocket, error: unknown): void {
    const code: ErrorCode = error instanceof Fault ? error.code : 'internal';
    if (errorCodes[code].culprit !== 'peer') {
      this.#deps.log.error({ code, err: error }, 'desk socket refused');
    }
    ws.close(errorCodes[code].close, code);
  }

  #listsChanged(): void {
    this.#listsTimer ??= setTimeout(() => {
      this.#listsTimer = undefined;
      for (const socket of this.#open) socket.send({ t: 'lists' });
    }, listsEveryMs);
  }
}
