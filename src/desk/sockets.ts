import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { Fault, errorCodes, limits } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { Viewer } from '../bus/index.ts';
import type { DeskDeps } from './deps.ts';
import { checkOrigin, signedIn } from './session.ts';
import type { Agent } from '../identity/index.ts';
import { offersTo, ownPresence, presences } from './floor.ts';
import { DeskSocket } from './socket.ts';
import { onceEach, Viewers } from './viewers.ts';

/** Lists are told of at most four times a second. */
const listsEveryMs = 250;
/** Sockets of one agent: as many tabs as anyone keeps open. */
const socketsPerAgentMax = 12;

/** Every open socket of the desk. One subscription and one timer tell all of them that lists changed. */
export class DeskSockets {
  readonly #deps: DeskDeps;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: limits.frameBytesMax });
  readonly #open = new Set<DeskSocket>();
  readonly #viewers: Viewers;
  readonly #unsubscribe: () => void;
  #listsTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #presencesChanged = false;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    const stops = [
      deps.bus.subscribe('desk', () => this.#listsChanged()),
      deps.bus.subscribe('presence', () => {
        this.#presencesChanged = true;
        this.#listsChanged();
      }),
    ];
    this.#viewers = new Viewers({
      bus: deps.bus,
      clock: deps.clock,
      node: randomUUID(),
      here: (conv) =>
        onceEach(
          this.#watching(conv).map(({ agentId, name, watched }) => ({
            agentId,
            name,
            typing: watched?.typing === true,
          })),
        ),
      tell: (conv, everyone) => this.#tellViewers(conv, everyone),
    });
    this.#unsubscribe = () => stops.forEach((stop) => stop());
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

  /** Ends those whose session was ended elsewhere; the heartbeat would find them too, but only at its next beat. */
  async recheck(): Promise<void> {
    const open = [...this.#open];
    const held = await Promise.all(open.map(({ token }) => this.#deps.agents.read(token)));
    open.forEach((socket, index) => {
      if (!held[index]) socket.end('not_signed_in', 'The session has ended.');
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
    this.#viewers.close();
    this.#server.close();
  }

  async #admit(request: IncomingMessage, ws: WebSocket): Promise<void> {
    const { agent, token } = await signedIn(request, this.#deps);
    if (this.#closed) throw new Fault('shutting_down', 'The service is restarting.');
    if (this.#openOf(agent.agentId) >= socketsPerAgentMax) {
      throw new Fault('rate_limited', 'Too many open windows of the desk.');
    }
    if (ws.readyState !== ws.OPEN) return;
    const left = this.#deps.presences.connect(agent.agentId);
    const socket: DeskSocket = new DeskSocket(
      this.#deps,
      ws,
      { agent, token },
      {
        gone: () => {
          this.#open.delete(socket);
          left();
        },
        moved: (conv) => this.#viewers.changed(conv),
      },
    );
    this.#open.add(socket);
    socket.start();
    await this.#tellOwn(socket, agent);
  }

  #watching(conv: string): readonly DeskSocket[] {
    return [...this.#open].filter(({ watched }) => watched?.conv === conv);
  }

  /** Who looks at the conversation, on whichever node, to each who does: everyone but oneself. */
  #tellViewers(conv: string, everyone: readonly Viewer[]): void {
    for (const socket of this.#watching(conv)) {
      const viewers = everyone.filter(({ agentId }) => agentId !== socket.agentId);
      socket.tellViewers({ t: 'viewers', conv, viewers });
    }
  }

  async #tellOwn(socket: DeskSocket, agent: Agent): Promise<void> {
    socket.tellOffers(await offersTo(this.#deps, agent));
    socket.tellPresence(await ownPresence(this.#deps, agent));
  }

  /** Offers and presence of everyone who is connected; a lost hint is made up for by the next. */
  async #tellAll(): Promise<void> {
    const { agents } = await presences(this.#deps);
    for (const agentId of new Set([...this.#open].map((socket) => socket.agentId))) {
      const me = agents.find((one) => one.agentId === agentId);
      const offers = await offersTo(this.#deps, me ?? { agentId, role: 'agent' });
      for (const socket of this.#open) {
        if (socket.agentId !== agentId) continue;
        socket.tellOffers(offers);
        if (me) socket.tellPresence(me);
      }
    }
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
      const presences = this.#presencesChanged;
      this.#presencesChanged = false;
      for (const socket of this.#open) {
        socket.send({ t: 'lists' });
        if (presences) socket.send({ t: 'presences' });
      }
      this.#tellAll().catch((err: unknown) => {
        this.#deps.log.warn({ err }, 'offers could not be told; trying again');
      });
    }, listsEveryMs);
  }
}
