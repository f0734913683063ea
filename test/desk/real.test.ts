import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { parseClientMessageId, parseVisitorId } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { mountDesk } from '../../src/desk/index.ts';
import { evolve, initialState, levelAt } from '../../src/dialogue/index.ts';
import type { Agent } from '../../src/identity/index.ts';
import { createHttp } from '../../src/http/index.ts';
import type { HttpServer } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore } from '../../src/service/node.ts';
import type { Core } from '../../src/service/node.ts';
import { deskClient, testAgent } from '../support/desk-world.ts';

/** The desk over the real store, turns and accounts: what agents see is what the log says. */
let folder = '';
let core: Core;
let http: HttpServer;
let origin = '';
const clock = Date.now;
/** Sessions of agents that never typed a password: fifty of those would only test the patience of scrypt. */
const crowd = new Map<string, Agent>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-desk-'));
  const log = createLog({ level: 'silent', pretty: false });
  const metrics = createMetrics();
  core = await openCore(
    readConfig({ KEFU_DATA: folder, KEFU_CACHE: resolve(import.meta.dirname, '../../.cache') }),
    metrics,
    log,
  );
  http = createHttp({ log, metrics, health: createHealth({ checks: {}, clock }) });
  mountDesk({
    app: http.app,
    onUpgrade: (path, handler) => http.onUpgrade(path, handler),
    store: core.store,
    bus: core.bus,
    turns: core.turns,
    agents: {
      ...core.identity.agents,
      read: async (token) => crowd.get(token) ?? core.identity.agents.read(token),
    },
    roster: core.matching.roster,
    presences: core.matching.presences,
    reads: core.matching.reads,
    capacity: () => core.workspace.current().limits.agentConversationsMax,
    duty: { staffed: () => true, nextOpeningMs: (nowMs) => nowMs },
    queues: () => core.workspace.current().queues,
    fold: (stored) => stored.tail.reduce(evolve, stored.snapshot ?? initialState),
    levelAt,
    clock,
    log,
  });
  const { port } = await http.listen(0, '127.0.0.1');
  origin = `http://127.0.0.1:${port}`;
}, 120_000);

afterAll(async () => {
  await http.close(100);
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

async function agentDesk(name: string) {
  const password = randomUUID();
  const email = `${name.toLowerCase()}@example.com`;
  await core.identity.agents.create({ email, name, role: 'agent', password });
  const { token } = await core.identity.agents.signIn(email, password);
  return deskOf(token);
}

function deskOf(token: string) {
  const cookie = `kefu_desk=${token}`;
  const client = deskClient(origin);
  return {
    get: (path: string) => client.call('GET', path, undefined, { cookie }),
    command: (conv: string, body: unknown) =>
      client.call('POST', `/conversations/${conv}/commands`, body, { cookie }),
    socket: () => client.socket({ origin, cookie }),
  };
}

/** An account and a session without a password. */
async function enlist(agent: Agent, index: number): Promise<void> {
  const account = JSON.stringify({ ...agent, password: 'none' });
  await core.store.records.insert('agent', agent.email, account);
  crowd.set(`crowd-${index}`, agent);
}

/** A visitor who asked for a person and is in the queue. */
async function queued(): Promise<ConversationId> {
  const visitorId = known(parseVisitorId(randomUUID()));
  const conv = await core.turns.open({ visitorId }, 'web', 'en');
  const cid = known(parseClientMessageId(randomUUID()));
  await core.turns.receive({ conversationId: conv, cid, text: 'I want to talk to a person' });
  await expect.poll(() => core.store.conversations.queuePlace(conv)).toBeGreaterThan(0);
  return conv;
}

async function logged(conv: ConversationId, type: string) {
  const events = await core.store.conversations.readAll(conv, 0, 999);
  return events.map(({ event }) => event).filter((event) => event.type === type);
}

test('of fifty sockets and fifty commands at once one agent has it and forty-nine are told who', async () => {
  const conv = await queued();
  const agents = Array.from({ length: 50 }, (_, index) => testAgent(`Agent${index}`));
  await Promise.all(agents.map(enlist));
  const desks = agents.map((_, index) => deskOf(`crowd-${index}`));
  const sockets = desks.map((desk) => desk.socket());
  await Promise.all(sockets.map((socket) => socket.until('welcome')));
  for (const socket of sockets) socket.send({ t: 'watch', conv, after: 0 });
  await Promise.all(sockets.map((socket) => socket.until('events')));
  const answers = await Promise.all(desks.map((desk) => desk.command(conv, { type: 'accept' })));
  const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
  expect(winners.length).toBe(1);
  const winner = `Agent${winners[0]}`;
  for (const { status, body } of answers.filter(({ status }) => status !== 200)) {
    expect([status, body]).toEqual([
      409,
      { error: { code: 'already_taken', message: `${winner} has already taken it.`, by: winner } },
    ]);
  }
  const told = await Promise.all(
    sockets.map((socket) => socket.until('events', ({ owner }) => owner === 'agent')),
  );
  expect(new Set(told.map(({ agentName }) => agentName))).toEqual(new Set([winner]));
  expect((await logged(conv, 'handoff.accepted')).length).toBe(1);
  for (const socket of sockets) socket.close();
}, 120_000);

test('a conversation goes from the queue to the agent, back to the bot and is closed, each step in the log', async () => {
  const conv = await queued();
  const desk = await agentDesk('Ines');
  const queue = await desk.get('/conversations?list=queue');
  expect(queue.body).toMatchObject({ rows: [{ conv, owner: 'queue' }] });
  const early = await desk.command(conv, { type: 'say', cid: 'early', text: 'too soon' });
  expect(early.body).toMatchObject({ error: { code: 'not_owner' } });
  await desk.command(conv, { type: 'accept' });
  await desk.command(conv, { type: 'say', cid: 'r1', text: 'Hello, I am here.' });
  const repeated = await desk.command(conv, { type: 'say', cid: 'r1', text: 'Hello, I am here.' });
  expect(repeated.body).toMatchObject({ duplicate: true });
  await desk.command(conv, { type: 'note', cid: 'n1', text: 'calls from abroad' });
  const page = await desk.get(`/conversations/${conv}`);
  expect(page.body).toMatchObject({ owner: 'agent', agentName: 'Ines', reason: 'customer_asked' });
  expect((await desk.get('/conversations?list=mine')).body).toMatchObject({ rows: [{ conv }] });
  await desk.command(conv, { type: 'return_to_bot' });
  await desk.command(conv, { type: 'accept' });
  await desk.command(conv, { type: 'close', disposition: 'resolved' });
  expect((await desk.get('/conversations?list=closed')).body).toMatchObject({ rows: [{ conv }] });
  expect((await logged(conv, 'agent.said')).length).toBe(1);
  expect(await logged(conv, 'handoff.released')).toMatchObject([
    { to: 'bot' },
    { to: 'closed', disposition: 'resolved' },
  ]);
});

test('a note is in nothing that the customer can read', async () => {
  const conv = await queued();
  const desk = await agentDesk('Olu');
  await desk.command(conv, { type: 'note', cid: 'n1', text: 'the customer must not see this' });
  await desk.command(conv, { type: 'accept' });
  const visible = await core.store.conversations.readVisible(conv, 0, 999);
  expect(visible.length).toBeGreaterThan(2);
  expect(JSON.stringify(visible)).not.toContain('must not see this');
  const page = await desk.get(`/conversations/${conv}`);
  expect(JSON.stringify(page.body)).toContain('must not see this');
});
