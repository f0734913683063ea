import { afterEach, expect, test } from 'vitest';
import type { EventsReply, WireEvent } from '../../src/protocol/index.ts';
import type { Sandbox } from '../../src/wallet/index.ts';
import { check, noViolations } from '../chaos/checker.ts';
import { allRules, ChaosClient } from '../chaos/client.ts';
import { FaultProxy } from '../chaos/fault-proxy.ts';
import { Refunder, WatchedPhone } from '../chaos/refunder.ts';
import { execute } from '../support/postgres.ts';
import { startCluster, type Cluster } from './nodes.ts';

const chatters = 8;
const messagesEach = 15;
const refunders = 4;
const faultsForMs = 15_000;
const settleMaxMs = 60_000;

let cluster: Cluster;
const proxies: FaultProxy[] = [];
const clients: ChaosClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  for (const proxy of proxies.splice(0)) await proxy.close();
  await cluster.stop();
});

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Through any of the nodes' proxies: whoever reconnects comes out somewhere else. */
function anyNode(): string {
  const proxy = proxies[Math.floor(Math.random() * proxies.length)];
  return `http://127.0.0.1:${proxy?.port ?? 0}`;
}

function add(name: string, userToken?: () => Promise<string>): ChaosClient {
  const client = new ChaosClient(name, anyNode, allRules, userToken);
  clients.push(client);
  client.start();
  return client;
}

async function chat(index: number): Promise<void> {
  const client = add(`chatter ${index}`);
  for (let n = 1; n <= messagesEach; n += 1) {
    client.say(n % 5 === 0 ? 'thank you' : `message ${n} of customer ${index}`);
    await pause(100 + Math.random() * 500);
  }
}

async function refund(customerId: string): Promise<void> {
  const { wallet } = cluster;
  const client = add(customerId, () => wallet.userToken(customerId));
  const phone = new WatchedPhone(customerId, () => wallet.phoneUrl);
  await new Refunder(client, phone).run().finally(() => phone.stop());
}

interface Faults {
  kills: number;
  crashes: number;
  cuts: number;
  on: boolean;
}

/** Nodes die, the network fails, connections to the database are cut, and the database itself dies: all meanwhile. */
async function disturb(faults: Faults): Promise<void> {
  const killNodes = async () => {
    for (let turn = 0; faults.on; turn += 1) {
      await pause(1800 + Math.random() * 1500);
      const index = turn % cluster.nodes.length;
      await cluster.replace(index);
      proxies[index]?.retarget(cluster.nodes[index]?.port ?? 0);
      faults.kills += 1;
    }
  };
  const cutNetwork = async () => {
    while (faults.on) {
      await pause(200 + Math.random() * 400);
      const proxy = proxies[Math.floor(Math.random() * proxies.length)];
      const dice = Math.random();
      if (dice < 0.4) proxy?.cutInFrame();
      else if (dice < 0.8) proxy?.cutAll();
      else proxy?.freezeAll();
    }
  };
  const cutDatabase = async () => {
    for (let turn = 0; faults.on; turn += 1) {
      await pause(1000 + Math.random() * 800);
      if (turn % 4 === 3) {
        await cluster.database.crash();
        faults.crashes += 1;
      } else {
        await execute(
          cluster.databaseUrl,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kefu%' AND random() < 0.5",
        );
        faults.cuts += 1;
      }
    }
  };
  await Promise.all([killNodes(), cutNetwork(), cutDatabase()]);
}

/** Nothing has come for a while and every outbox is empty: what is missing now stays missing. */
async function settled(): Promise<void> {
  let quietSince = Date.now();
  let seen = -1;
  while (Date.now() - quietSince < 4000) {
    const now = clients.reduce((sum, client) => sum + client.seen.length, 0);
    if (now !== seen || clients.some((client) => !client.idle)) quietSince = Date.now();
    seen = now;
    await pause(100);
  }
}

async function storedOf(client: ChaosClient): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const reply = await fetch(
      `${cluster.nodes[0]?.url}/api/chat/events?conv=${client.conversation}&after=${after}&waitMs=0&epoch=${client.epoch}`,
      { headers: { authorization: `Bearer ${client.sessionToken}` } },
    );
    if (!reply.ok) throw new Error(`the store could not be read: ${await reply.text()}`);
    const page = (await reply.json()) as EventsReply;
    if (page.events.length === 0) return events;
    events.push(...page.events);
  }
}

async function refundsOf(sandbox: Sandbox, customerId: string): Promise<number> {
  const answer = await sandbox.listTransactions({ customerId, kind: 'payment' });
  if (answer.kind !== 'ok') throw new Error(`the ledger has no payments of ${customerId}`);
  const [payment] = answer.result;
  return payment ? sandbox.refundsOf(payment.id).length : 0;
}

test('two nodes that are killed in turn, on a database that is cut off and crashes, lose, double and reorder nothing, and refund each payment once', async () => {
  cluster = await startCluster(2, { durable: true, customers: refunders });
  for (const node of cluster.nodes) proxies.push(await FaultProxy.start(node.port));
  const names = Array.from(
    { length: refunders },
    (_, i) => `load-${String(i + 1).padStart(4, '0')}`,
  );
  const load = Promise.all([
    ...Array.from({ length: chatters }, (_, index) => chat(index)),
    ...names.map(refund),
  ]);
  const faults: Faults = { kills: 0, crashes: 0, cuts: 0, on: true };
  const disturbing = disturb(faults);
  await pause(faultsForMs);
  // A start takes its time on a busy machine: on until both nodes had their turn.
  await expect.poll(() => faults.kills, { timeout: 90_000 }).toBeGreaterThan(1);
  faults.on = false;
  await disturbing;
  await Promise.race([Promise.all([load, settled()]), pause(settleMaxMs)]);

  const violations = noViolations();
  let stored = 0;
  for (const client of clients) {
    const events = await storedOf(client);
    stored += events.length;
    check(client, events, violations);
  }
  const { sandbox } = cluster.wallet;
  const refunds = await Promise.all(names.map((name) => refundsOf(sandbox, name)));
  const netFaults = proxies.reduce((sum, proxy) => sum + proxy.faults, 0);
  console.log(
    'cluster chaos:',
    JSON.stringify({ ...faults, netFaults, stored, violations, refunds }),
  );
  expect(faults.crashes).toBeGreaterThan(0);
  expect(violations).toEqual(noViolations());
  expect(refunds).toEqual(names.map(() => 1));
  expect(sandbox.audit().balanced).toBe(true);
}, 300_000);
