import { once as happens } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { parseCustomerId, parseVisitorId } from '../../src/core/index.ts';
import { startService } from '../../src/service/service.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { openSandboxWallet } from '../../src/wallet/index.ts';
import { deskClient } from '../support/desk-world.ts';
import { known } from '../support/desk-service.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import type { Death } from './dies.ts';

/** Where the process dies, one life each: decided and not asked for, done and not known, known and not told on. */
const deaths: readonly Omit<Death, 'internetPort'>[] = process.env['KEFU_KILLS']
  ? everyCommit(Number(process.env['KEFU_KILLS']))
  : [
      { at: 1, from: 'books', side: 'before' },
      { at: 1, from: 'books', side: 'after' },
      { at: 2, from: 'books', side: 'after' },
    ];

/** With `KEFU_KILLS=20`: each commit from the approval on, before and after it; there are eight. */
function everyCommit(lives: number): typeof deaths {
  const sides = ['before', 'after'] as const;
  return Array.from({ length: Math.ceil(lives / 2) }, (_, n) => n + 1).flatMap((at) =>
    sides.map((side) => ({ at, from: 'signal' as const, side })),
  );
}

const never = { at: -1, from: 'signal', side: 'before' } as const;
const preload = `--import=${resolve(import.meta.dirname, 'dies.ts')}`;

interface Refund {
  readonly conv: string;
  readonly transactionId: string;
}

interface Arrived {
  readonly id: string;
  readonly conv: string;
  readonly type: string;
  readonly pos: number;
}

let folder: string;
const running: RunningServer[] = [];
const arrived: Arrived[] = [];
/** Told of each delivery before it is answered. */
let onArrival: (delivery: Arrived) => Promise<void> = async () => undefined;

const internet = createServer((request, response) => {
  void arrive(request).then(() => response.end());
});

async function arrive(request: IncomingMessage): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { type, data } = JSON.parse(body) as {
    type: string;
    data: { conversation: string; pos: number };
  };
  const id = String(request.headers['webhook-id']);
  const delivery = { id, type, conv: data.conversation, pos: data.pos };
  arrived.push(delivery);
  await onArrival(delivery);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-money-restart-'));
  internet.listen(0, '127.0.0.1');
  await happens(internet, 'listening');
}, 120_000);
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
  internet.closeAllConnections();
  internet.close();
  await rm(folder, { recursive: true, force: true });
});

async function begin(death: (typeof deaths)[number]): Promise<RunningServer> {
  const internetPort = (internet.address() as AddressInfo).port;
  const told: Death = { ...death, internetPort };
  const env = { NODE_OPTIONS: preload, KEFU_TEST_DEATH: JSON.stringify(told) };
  const server = await startServer({ folder, env });
  running.push(server);
  return server;
}

/** Refunds that agents have asked for and that wait for a second person; gives who may approve them. */
async function prepare(count: number) {
  const env = {
    PORT: '0',
    KEFU_DATA: folder,
    KEFU_CACHE: resolve(import.meta.dirname, '../../.cache'),
    LOG_LEVEL: 'silent',
    KEFU_SANDBOX_LOAD_CUSTOMERS: String(count),
  };
  const service = await startService(readConfig(env));
  const admin = known(service.firstAgent);
  const desk = deskClient(service.url);
  await desk.post('/sign-in', admin);
  const hook = { url: 'https://hooks.example.com/kefu', topics: ['message.agent'] };
  expect((await desk.post('/webhooks', hook)).status).toBe(200);
  const { turns, wallet } = service.core;
  const ann = { agentId: 'a-ann', agentName: 'Ann' };
  const refunds: Refund[] = [];
  for (let nth = 1; nth <= count; nth += 1) {
    const customer = `load-${String(nth).padStart(4, '0')}`;
    const customerId = known(parseCustomerId(customer));
    const visitorId = known(parseVisitorId(`v-${nth}`));
    const conv = await turns.open({ visitorId, customerId }, 'web', 'en');
    await turns.command(conv, ann, { type: 'accept' });
    const paid = await wallet.listTransactions({ customerId: customer, refundable: true });
    const { id: transactionId, amount } = known(paid.kind === 'ok' ? paid.result[0] : undefined);
    const input = { transactionId, amount, reason: 'damaged' };
    const asked = { action: 'requestRefund', input };
    const shown = await turns.desk.previewAction(conv, ann, asked);
    const confirm = shown.kind === 'preview' ? shown.confirm : '';
    const request = { ...asked, requestId: 'r1', confirm, reason: 'asked by phone' };
    const taken = await turns.desk.requestAction(conv, ann, request);
    expect(taken).toMatchObject({ kind: 'done', record: { state: 'awaits_approval' } });
    refunds.push({ conv, transactionId });
  }
  await service.stop();
  return { admin, refunds };
}

type Admin = Awaited<ReturnType<typeof prepare>>['admin'];

async function signedIn(server: RunningServer, admin: Admin) {
  const desk = deskClient(server.url);
  expect((await desk.post('/sign-in', admin)).status).toBe(200);
  return desk;
}

const decision = { approve: true, reason: 'seen' };
const path = (conv: string) => `/conversations/${conv}/actions/r1/decision`;

/** Approves it as a person does: again, while no answer comes, until it is known to have been done. */
async function approve(server: RunningServer, admin: Admin, { conv }: Refund): Promise<void> {
  const desk = await signedIn(server, admin);
  const state = async () => {
    const { records } = (await desk.get(`/conversations/${conv}/actions`)).body as unknown as {
      records: readonly { state: string }[];
    };
    return records[0]?.state;
  };
  if ((await state()) === 'awaits_approval') await desk.post(path(conv), decision);
  await expect.poll(state, { timeout: 60_000 }).toBe('ok');
}

/** True when the process died at the commit that it was to die at; false when everything was done before it. */
async function diesWhile(server: RunningServer, admin: Admin, refund: Refund): Promise<boolean> {
  const desk = await signedIn(server, admin);
  server.process.kill('SIGUSR2');
  await expect.poll(() => server.printed.includes('armed')).toBe(true);
  await desk.post(path(refund.conv), decision).catch(() => undefined);
  const isDead = () => server.process.signalCode !== null;
  const isDone = async () =>
    (await delivered(desk).catch((): readonly string[] => [])).includes(refund.conv);
  await expect.poll(async () => isDead() || isDone(), { timeout: 60_000 }).toBe(true);
  return isDead();
}

/** Conversations of which the outcome was told to the other system, and the process has noted that it was. */
async function delivered(desk: ReturnType<typeof deskClient>): Promise<readonly string[]> {
  const { webhooks } = (await desk.get('/webhooks')).body as unknown as {
    webhooks: { id: string }[];
  };
  const done = await desk.get(`/webhooks/${webhooks[0]?.id}/deliveries?state=done`);
  const { deliveries } = done.body as unknown as { deliveries: { conv: string }[] };
  return deliveries.map(({ conv }) => conv);
}

const once = { refunds: 1, decided: 1, ended: 1, said: 1, ids: 1 };

test('kill -9 before and after each commit of an agent’s approved refund: one refund, told once, and its delivery arrives under one id', async () => {
  const { admin, refunds } = await prepare(deaths.length + 1);
  let died = 0;
  for (const [nth, death] of deaths.entries()) {
    const server = await begin(death);
    const refund = known(refunds[nth]);
    if (await diesWhile(server, admin, refund)) died += 1;
    else await server.kill();
  }
  expect(died).toBeGreaterThanOrEqual(Math.min(deaths.length, 14));
  // The other system has it, and its answer never comes to the process that asked.
  const cut = await begin(never);
  const unanswered = known(refunds.at(-1)).conv;
  onArrival = ({ conv }) => (conv === unanswered ? cut.kill() : Promise.resolve());
  const asked = await signedIn(cut, admin);
  await asked.post(path(unanswered), decision).catch(() => undefined);
  await expect.poll(() => cut.process.signalCode, { timeout: 60_000 }).toBe('SIGKILL');
  onArrival = async () => undefined;
  const last = await begin(never);
  for (const refund of refunds) await approve(last, admin, refund);
  const told = () => new Set(arrived.map(({ conv }) => conv)).size;
  // Those that were under way when the process died are due again once their lease has ended.
  await expect.poll(told, { timeout: 90_000 }).toBe(refunds.length);
  const times = () => arrived.filter(({ conv }) => conv === unanswered).length;
  await expect.poll(times, { timeout: 90_000 }).toBeGreaterThan(1);
  await last.stop();

  const wallet = await openSandboxWallet({ folder, clock: Date.now });
  const store = await openSqliteStore({ folder, clock: Date.now });
  for (const { conv, transactionId } of refunds) {
    const log = await store.conversations.readAll(known(parseVisitorId(conv)) as never, 0, 500);
    const count = (type: string) => log.filter(({ event }) => event.type === type).length;
    const found = {
      refunds: wallet.refundsOf(transactionId).length,
      decided: count('agent_action.decided'),
      ended: count('agent_action.ended'),
      said: count('agent.said'),
      ids: new Set(arrived.filter((one) => one.conv === conv).map(({ id }) => id)).size,
    };
    expect({ conv, ...found }).toEqual({ conv, ...once });
  }
  expect(wallet.audit().balanced).toBe(true);
  await store.close();
  wallet.close();
}, 900_000);
