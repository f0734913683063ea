import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EventsReply, SessionReply, WireEvent } from '../../src/protocol/index.ts';
import { allRules, ChaosClient } from '../chaos/client.ts';
import { deskClient } from '../support/desk-world.ts';
import { startRedis, whyNoRedis, type RedisServer } from '../support/redis.ts';
import { startBalancer } from './balancer.ts';
import { startCluster, type Cluster } from './nodes.ts';

const patient = { timeout: 90_000 };
const noRedis = whyNoRedis();
if (noRedis !== undefined) console.warn(noRedis);

let cluster: Cluster;
/** Carries the hints where there is one; without it the database does. */
let redis: RedisServer | undefined;
const clients: ChaosClient[] = [];

beforeAll(async () => {
  if (noRedis === undefined) redis = await startRedis();
  cluster = await startCluster(2, {
    env: redis ? { KEFU_BUS: redis.url } : {},
    workspace: {
      handoff: { offerSeconds: 60, wrapUpSeconds: 20, graceSeconds: 10 },
      agents: {
        hours: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
        ],
      },
    },
  });
}, 180_000);
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
});
afterAll(async () => {
  await cluster.stop();
  await redis?.stop();
});

const node = (index: number): string => cluster.nodes[index]?.url ?? '';

function customer(name: string, at: number): ChaosClient {
  const client = new ChaosClient(name, () => node(at), allRules);
  clients.push(client);
  client.start();
  return client;
}

const firstAgent = () => {
  const agent = cluster.nodes[0]?.firstAgent;
  if (!agent) throw new Error('no first agent was printed');
  return agent;
};

const isSeen = (client: ChaosClient, words: string) => (): boolean =>
  client.seen.some((event) => JSON.stringify(event).includes(words));

test('a customer on one node and an agent on the other talk as if there were one', async () => {
  const desk = deskClient(node(1));
  expect((await desk.post('/sign-in', firstAgent())).status).toBe(200);
  const socket = desk.socket();
  const visitor = customer('on the first node', 0);
  visitor.say('I want to talk to a person');
  // Whichever node matches, it knows that the agent's page is open on the other.
  const { offers } = await socket.until('offers', (frame) => frame.offers.length > 0);
  const [offer] = offers;
  const conv = offer?.conv ?? '';
  expect(conv).toBe(visitor.conversation);
  const accepted = await desk.command(conv, { type: 'accept', offerId: offer?.offerId });
  expect(accepted.status).toBe(200);
  expect(
    (await desk.command(conv, { type: 'say', cid: 's1', text: 'Hello from afar' })).status,
  ).toBe(200);
  await expect.poll(isSeen(visitor, 'Hello from afar'), { timeout: 60_000 }).toBe(true);
  visitor.say('Good to hear you');
  const mine = async () => JSON.stringify((await desk.get('/conversations?list=mine')).body);
  await expect.poll(mine, { timeout: 60_000 }).toContain('Good to hear you');
  await desk.command(conv, { type: 'close' });
  socket.close();
}, 120_000);

test('agents on two nodes see each other look at a conversation, type, and go', async () => {
  const [admin, other] = [deskClient(node(0)), deskClient(node(1))];
  await admin.post('/sign-in', firstAgent());
  const made = await admin.post('/agents', { email: 'bo@example.com', name: 'Bo', role: 'agent' });
  const { password } = made.body as unknown as { password: string };
  const bo = await other.post('/sign-in', { email: 'bo@example.com', password });
  expect(bo.status).toBe(200);
  const visitor = customer('looked at by two', 0);
  visitor.say('hello');
  await expect.poll(() => visitor.conversation, { timeout: 60_000 }).not.toBe('');
  const conv = visitor.conversation;
  const [here, there] = [admin.socket(), other.socket()];
  await Promise.all([here.until('welcome'), there.until('welcome')]);
  here.send({ t: 'watch', conv, after: 0 });
  there.send({ t: 'watch', conv, after: 0 });
  await here.until('viewers', ({ viewers }) => viewers[0]?.name === 'Bo');
  await there.until('viewers', ({ viewers }) => viewers.length === 1);
  there.send({ t: 'typing', conv, on: true });
  await here.until('viewers', ({ viewers }) => viewers[0]?.typing === true);
  const seen = here.heard.length;
  there.close();
  const last = () => here.heard.slice(seen).findLast((frame) => frame.t === 'viewers');
  await expect.poll(last, { timeout: 60_000 }).toEqual({ t: 'viewers', conv, viewers: [] });
  here.close();
}, 120_000);

test('accepting on both nodes at once gives a conversation one owner', async () => {
  const desks = [deskClient(node(0)), deskClient(node(1))];
  for (const desk of desks) expect((await desk.post('/sign-in', firstAgent())).status).toBe(200);
  const visitor = customer('wanted by both', 0);
  visitor.say('I want to talk to a person');
  const isQueued = () => visitor.seen.some(({ type }) => type === 'handoff');
  await expect.poll(isQueued, { timeout: 60_000 }).toBe(true);
  const answers = await Promise.all(
    desks.map((desk) => desk.command(visitor.conversation, { type: 'accept' })),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  const [first] = desks;
  const owned = await first?.get(`/conversations/${visitor.conversation}`);
  expect(owned?.body).toMatchObject({ state: 'agent' });
}, 120_000);

test('a session of one node is good on the other, and a repeated message is answered alike', async () => {
  const visitor = customer('moves over', 0);
  visitor.say('hello');
  await expect.poll(() => visitor.idle && visitor.seen.length >= 2, { timeout: 60_000 }).toBe(true);
  const headers = { authorization: `Bearer ${visitor.sessionToken}` };
  const there = await fetch(
    `${node(1)}/api/chat/events?conv=${visitor.conversation}&after=0&waitMs=0&epoch=${visitor.epoch}`,
    { headers },
  );
  expect(there.status).toBe(200);
  const { events } = (await there.json()) as { events: readonly unknown[] };
  await expect.poll(() => visitor.seen.length).toBeGreaterThanOrEqual(events.length);
  expect(visitor.seen.slice(0, events.length)).toEqual(events);
}, 120_000);

const post = (at: number, path: string, body: object) =>
  fetch(`${node(at)}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a user token that was used on one node is refused on the other', async () => {
  const userToken = await cluster.wallet.userToken('lin-wei');
  expect((await post(0, '/api/chat/session', { userToken })).status).toBe(200);
  const again = await post(1, '/api/chat/session', { userToken });
  expect([again.status, await again.text()]).toEqual([401, expect.stringContaining('replayed')]);
});

test('wrong passwords are counted over both nodes, and lock both', async () => {
  const email = 'guessed@example.com';
  const codes: string[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    const password = `wrong password ${tries}`;
    const { body } = await deskClient(node(tries % 2)).post('/sign-in', { email, password });
    codes.push((body as unknown as { error: { code: string } }).error.code);
  }
  const five = Array.from({ length: 5 }, () => 'bad_credentials');
  expect(codes).toEqual([...five, ...five.map(() => 'locked_out')]);
}, 60_000);

test.skipIf(noRedis !== undefined)(
  'while the bus is away words cross the nodes all the same, a little later, and again at once when it is back',
  async () => {
    await redis?.kill();
    const desk = deskClient(node(1));
    expect((await desk.post('/sign-in', firstAgent())).status).toBe(200);
    const visitor = customer('without a bus', 0);
    visitor.say('I want to talk to a person');
    const isQueued = () => visitor.seen.some(({ type }) => type === 'handoff');
    await expect.poll(isQueued, patient).toBe(true);
    expect((await desk.command(visitor.conversation, { type: 'accept' })).status).toBe(200);
    const hears = async (cid: string, text: string): Promise<void> => {
      const said = await desk.command(visitor.conversation, { type: 'say', cid, text });
      expect(said.status).toBe(200);
      await expect.poll(isSeen(visitor, text), patient).toBe(true);
    };
    await hears('poll-1', 'heard by the poll');
    await redis?.start();
    await hears('poll-2', 'heard again');
    await desk.command(visitor.conversation, { type: 'close' });
  },
  120_000,
);

test('while the database is away a user token is not taken, and no request is refused by its limit', async () => {
  const userToken = await cluster.wallet.userToken('maria');
  await cluster.database.kill();
  const closed = await post(0, '/api/chat/session', { userToken });
  const open = await fetch(`${node(0)}/desk/`);
  await cluster.database.start();
  expect(closed.status).toBeGreaterThanOrEqual(500);
  expect(open.status).toBe(200);
  const isTaken = async () => (await post(1, '/api/chat/session', { userToken })).status;
  await expect.poll(isTaken, { timeout: 60_000 }).toBe(200);
}, 120_000);

const visitors = 20;
/** Within what one visitor may send a minute, however long it takes on a busy machine. */
const sayEveryMs = 2000;

async function storedOf({ conversation, epoch, sessionToken }: ChaosClient): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const reply = await fetch(
      `${node(0)}/api/chat/events?conv=${conversation}&after=${after}&waitMs=0&epoch=${epoch}`,
      { headers: { authorization: `Bearer ${sessionToken}` } },
    );
    const page = (await reply.json()) as EventsReply;
    if (page.events.length === 0) return events;
    events.push(...page.events);
  }
}

/** A socket on this very node; `ended` tells how. */
async function watch(url: string) {
  const answer = await fetch(`${url}/api/chat/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { sessionToken } = (await answer.json()) as SessionReply;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/chat/socket`, { origin: url });
  const ended = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
  });
  await new Promise<void>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ t: 'hello', v: 1, token: sessionToken })));
    socket.once('message', () => resolve());
  });
  return { ended };
}

test('both nodes are restarted in turn while twenty visitors write: nothing is lost, doubled or refused, and all move on at once', async () => {
  const balancer = await startBalancer(() => cluster.nodes.map(({ port }) => port));
  onTestFinished(() => balancer.close());
  for (let n = 1; n <= visitors; n += 1) {
    const client = new ChaosClient(`visitor ${n}`, () => balancer.url, allRules);
    clients.push(client);
    client.start();
  }
  // The next when the former is acknowledged: a machine that is busy gets no backlog.
  const talk = (client: ChaosClient): void => {
    const { length } = client.written;
    if (client.idle) client.say(length % 3 === 2 ? 'thank you' : `message ${length + 1}`);
  };
  const talking = setInterval(() => clients.forEach(talk), sayEveryMs);
  onTestFinished(() => clearInterval(talking));
  const goesOn = async (): Promise<void> => {
    const counts = clients.map(({ acked }) => acked.size);
    const allWent = () => clients.every(({ acked }, at) => acked.size > (counts[at] ?? 0));
    await expect.poll(allWent, patient).toBe(true);
  };
  await goesOn();
  const exits: (number | null)[] = [];
  const codes: number[] = [];
  for (const index of [0, 1]) {
    const { ended } = await watch(cluster.nodes[index]?.url ?? '');
    exits.push(await cluster.roll(index));
    codes.push(await ended);
    await goesOn();
  }
  clearInterval(talking);
  await expect.poll(() => clients.every(({ idle }) => idle), patient).toBe(true);

  expect({ exits, codes }).toEqual({ exits: [0, 0], codes: [1012, 1012] });
  for (const client of clients) {
    const cids = client.written.map(({ cid }) => cid);
    const stored = await storedOf(client);
    const kept = stored.flatMap((one) =>
      one.type === 'message' && one.from === 'customer' ? [one.cid] : [],
    );
    expect(kept).toEqual(cids);
    expect(client.refusals).toEqual([]);
    await expect.poll(() => client.seen.length, patient).toBeGreaterThanOrEqual(stored.length);
    expect(client.seen.slice(0, stored.length)).toEqual(stored);
  }
  const longestMs = Math.round(Math.max(...clients.map(({ longestWaitMs }) => longestWaitMs)));
  const written = clients.reduce((sum, client) => sum + client.written.length, 0);
  const moved = clients.reduce((sum, { reconnects }) => sum + reconnects, 0);
  console.log('rolling restart:', JSON.stringify({ written, moved, longestMs }));
  expect(moved).toBeGreaterThan(0);
}, 300_000);
