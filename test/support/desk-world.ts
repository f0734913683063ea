import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { json } from 'express';
import type { Express } from 'express';
import { WebSocket } from 'ws';
import { Fault } from '../../src/core/index.ts';
import type { AgentId } from '../../src/core/index.ts';
import { mountDesk } from '../../src/desk/index.ts';
import type { DeskDeps, OnUpgrade } from '../../src/desk/index.ts';
import { levelAt } from '../../src/dialogue/index.ts';
import type { Agent } from '../../src/identity/index.ts';
import { setSessionCookie } from '../../src/desk/session.ts';
import { deskServerFrameSchema } from '../../src/protocol/index.ts';
import type { DeskClientFrame, DeskServerFrame } from '../../src/protocol/index.ts';
import { handoffTimes } from '../../src/handoff/index.ts';
import { Presences, ReadMarks } from '../../src/turn/index.ts';
import { fold, memoryBus, memoryLog, memoryRecords } from './desk-memory.ts';

export const password = 'correct horse battery staple';

export function testAgent(name: string, role: Agent['role'] = 'agent'): Agent {
  const id = name.toLowerCase();
  return { agentId: `agent-${id}` as AgentId, email: `${id}@example.com`, name, role };
}

function memoryAgents(agents: readonly Agent[], lifeMs: number) {
  const sessions = new Map<string, Agent>();
  return {
    async signIn(email: string, given: string) {
      const agent = agents.find((each) => each.email === email);
      if (!agent || given !== password)
        throw new Fault('bad_credentials', 'Wrong email or password.');
      const token = randomUUID();
      sessions.set(token, agent);
      return { token, agent, expiresAtMs: Date.now() + lifeMs };
    },
    read: async (token: string) => sessions.get(token),
    signOut: async (token: string) => {
      sessions.delete(token);
    },
    revokeAll: () => sessions.clear(),
  };
}

/** The way into a world of agents in memory; the service's own stands beside its accounts. */
function mountSignIn(app: Express, accounts: ReturnType<typeof memoryAgents>): void {
  app.post('/api/desk/sign-in', json(), async (request, response) => {
    const { email } = request.body as { email: string };
    const given = (request.body as { password: string }).password;
    const session = await accounts.signIn(email, given).catch(() => undefined);
    if (!session) {
      response.status(401).json({ error: { code: 'bad_credentials', message: 'Wrong.' } });
      return;
    }
    setSessionCookie(response, session.token, session.expiresAtMs - Date.now());
    response.json({ agent: session.agent });
  });
}

/** The desk's real routes and sockets on a free port, over a log in memory. */
export async function deskWorld(
  agents: readonly Agent[],
  options: Partial<Pick<DeskDeps, 'pages' | 'heartbeatMs' | 'origins' | 'files'>> & {
    port?: number;
  } = {},
) {
  const { port = 0, ...deskOptions } = options;
  const bus = memoryBus();
  const log = memoryLog(bus, Date.now);
  const presences = new Presences({
    records: memoryRecords(),
    clock: Date.now,
    times: () => handoffTimes,
    log: { warn: () => undefined, error: () => undefined },
    changed: (agentId) => bus.publish('presence', { kind: 'presence', agentId }),
  });
  const quiet = { warn: () => undefined, error: () => undefined };
  const reads = new ReadMarks({ records: memoryRecords(), bus, log: quiet });
  const accounts = memoryAgents(agents, 3_600_000);
  const app = express();
  const server = createServer(app);
  const logged: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string) => void logged.push({ fields, message });
  const upgraded = new Set<{ destroy(): void }>();
  let reachable = true;
  const onUpgrade: OnUpgrade = (path, handler) => {
    server.on('upgrade', (request, socket, head) => {
      if (!reachable || request.url?.split('?')[0] !== path) {
        socket.destroy();
        return;
      }
      upgraded.add(socket);
      socket.on('close', () => upgraded.delete(socket));
      handler(request, socket, head);
    });
  };
  mountSignIn(app, accounts);
  const desk = mountDesk({
    app,
    onUpgrade,
    store: log,
    bus,
    turns: { command: log.command },
    agents: accounts,
    roster: async () => agents,
    presences,
    reads,
    capacity: () => 6,
    duty: { staffed: () => true, nextOpeningMs: (nowMs) => nowMs },
    queues: () => [{ id: 'default', name: 'Support' }],
    fold,
    levelAt,
    clock: Date.now,
    log: { warn: note, error: note },
    ...deskOptions,
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    bus,
    log,
    logged,
    accounts,
    client: () => deskClient(origin),
    /** Cuts every socket and takes no new one until `mend`. */
    cut() {
      reachable = false;
      for (const socket of upgraded) socket.destroy();
    },
    mend() {
      reachable = true;
    },
    async close() {
      desk.close();
      await reads.settled();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

export interface Answer {
  readonly status: number;
  // The tests read whatever the wire gives.
  readonly body: Record<string, never>;
  readonly cookie: string;
}

/** An agent's browser, as far as the wire sees it. */
export function deskClient(origin: string) {
  let cookie = '';
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${origin}/api/desk${path}`, {
      method,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json', origin }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const set = response.headers.getSetCookie()[0] ?? '';
    if (set !== '') cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Answer['body'], cookie: set };
  }
  return {
    call,
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
    signIn: (agent: Agent) => call('POST', '/sign-in', { email: agent.email, password }),
    command: (conv: string, command: unknown) =>
      call('POST', `/conversations/${conv}/commands`, command),
    socket: (headers: Record<string, string> = { origin }) => deskSocket(origin, cookie, headers),
  };
}

/** A socket that keeps what it heard; `until` waits for the first frame, old or new, that fits. */
function deskSocket(origin: string, cookie: string, headers: Record<string, string>) {
  const ws = new WebSocket(`${origin.replace('http', 'ws')}/api/desk/socket`, {
    headers: { cookie, ...headers },
  });
  const heard: DeskServerFrame[] = [];
  const waiting = new Set<() => void>();
  const wake = () => waiting.forEach((look) => look());
  let pongs = true;
  ws.on('message', (bytes: Buffer) => {
    const frame = deskServerFrameSchema.parse(JSON.parse(bytes.toString()));
    if (frame.t === 'ping' && pongs) ws.send(JSON.stringify({ t: 'pong', n: frame.n }));
    heard.push(frame);
    wake();
  });
  ws.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    heard,
    closed,
    ignorePings: () => {
      pongs = false;
    },
    send: (frame: DeskClientFrame) => ws.send(JSON.stringify(frame)),
    sendRaw: (text: string) => ws.send(text),
    close: () => ws.close(),
    until<T extends DeskServerFrame['t']>(
      t: T,
      fits: (frame: Extract<DeskServerFrame, { t: T }>) => boolean = () => true,
    ): Promise<Extract<DeskServerFrame, { t: T }>> {
      return new Promise((resolve) => {
        const look = () => {
          const found = heard.find(
            (frame): frame is Extract<DeskServerFrame, { t: T }> =>
              frame.t === t && fits(frame as Extract<DeskServerFrame, { t: T }>),
          );
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
