import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalBus } from '../../src/bus/index.ts';
import { parseConversationId } from '../../src/core/index.ts';
import { createPost, WebhookWorker, type Post } from '../../src/desk/index.ts';
import { checkAddress, isPublic, publicAddress } from '../../src/desk/webhooks/address.ts';
import { createWebhook, enableWebhook, type Webhook } from '../../src/desk/webhooks/endpoints.ts';
import type { ConversationEvent } from '../../src/dialogue/index.ts';
import { deskWebhookTopics } from '../../src/protocol/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

const silent = { warn: () => undefined, error: () => undefined };

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

const conv = known(parseConversationId('c1'));
const minuteMs = 60_000;

/** A store on disk, a clock moved by hand, and a far end that answers as it is told. */
async function world() {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-webhooks-'));
  let nowMs = 1_800_000_000_000;
  const clock = () => nowMs;
  let store = await openSqliteStore({ folder, clock });
  const bus = createLocalBus({ ...silent });
  const posted: Parameters<Post>[0][] = [];
  let answer: (url: string) => string | undefined = () => undefined;
  const post: Post = async (posting) => {
    posted.push(posting);
    return answer(posting.url);
  };
  let worker = new WebhookWorker({ store, bus, clock, log: silent, post });
  onTestFinished(async () => {
    await worker.stop();
    await store.close();
    await rm(folder, { recursive: true });
  });
  let ids = 0;
  return {
    posted,
    start: () => worker.start(),
    answers: (next: typeof answer) => {
      answer = next;
    },
    pass: (ms: number) => {
      nowMs += ms;
      worker.nudge();
    },
    store: () => store,
    now: clock,
    enable: (id: string, enabled: boolean) => enableWebhook(store, id, enabled),
    nudge: () => worker.nudge(),
    webhook: (topics: Webhook['topics'] = [...deskWebhookTopics]) =>
      createWebhook(
        {
          records: store.records,
          deliveries: store.webhooks,
          clock,
          randomId: () => `n${(ids += 1)}`,
        },
        { url: 'https://hooks.example.com/kefu', topics },
      ),
    add: async (...events: ConversationEvent[]) => {
      const create = { visitorId: 'v', channel: 'web' };
      await store.conversations.append({ conversationId: conv, create, atMs: nowMs, events });
      worker.nudge();
    },
    /** As after a crash: nothing of the process is left but the store. */
    restart: async () => {
      await worker.stop();
      await store.close();
      store = await openSqliteStore({ folder, clock });
      worker = new WebhookWorker({ store, bus, clock, log: silent, post });
      worker.start();
    },
  };
}

const says = (cid: string, text: string): ConversationEvent => ({
  type: 'message.received',
  cid,
  text,
});
const note: ConversationEvent = {
  type: 'agent.noted',
  cid: 'n1',
  agentId: 'a',
  agentName: 'A',
  text: 'secret note',
};

const states = async (store: Awaited<ReturnType<typeof openSqliteStore>>, id: string) => {
  const of = async (state: 'waiting' | 'done' | 'dead') =>
    (await store.webhooks.list(id, state, 99)).length;
  return { waiting: await of('waiting'), done: await of('done'), dead: await of('dead') };
};

test('each event is sent once, signed over id, time and body; notes and what was before are not', async () => {
  const { webhook, add, start, posted, store } = await world();
  await add(says('m0', 'before'));
  const { id, secret } = await webhook();
  start();
  await add(says('m1', 'hello'), note);
  await expect.poll(() => posted.length).toBe(1);
  await expect.poll(() => states(store(), id)).toEqual({ waiting: 0, done: 1, dead: 0 });
  const { headers, body, url } = known(posted[0]);
  expect(url).toBe('https://hooks.example.com/kefu');
  expect(JSON.parse(body)).toMatchObject({
    type: 'message.customer',
    data: { conversation: 'c1', pos: 2, text: 'hello' },
  });
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  expect(JSON.stringify(posted)).not.toContain('secret note');
});

test('a far end that fails is tried again with growing pauses under the same id, then set aside and replayed by hand', async () => {
  const { webhook, add, start, posted, answers, pass, store, now } = await world();
  const { id } = await webhook(['message.customer']);
  answers(() => 'status 500');
  start();
  await add(says('m1', 'hello'));
  for (let tries = 1; tries <= 10; tries += 1) {
    await expect.poll(() => posted.length).toBe(tries);
    await expect.poll(async () => (await store().webhooks.nextDueMs()) ?? 0).toBeGreaterThan(now());
    pass(9 * 60 * minuteMs);
  }
  await expect.poll(() => states(store(), id)).toEqual({ waiting: 0, done: 0, dead: 1 });
  expect(posted.length).toBe(11);
  expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await store().webhooks.counts(id)).toMatchObject({ dead: 1, lastError: 'status 500' });
  answers(() => undefined);
  expect(await store().webhooks.replay(id, now())).toBe(1);
  pass(0);
  await expect.poll(() => states(store(), id)).toEqual({ waiting: 0, done: 1, dead: 0 });
});

test('what was committed before a crash is sent after it, and nothing twice', async () => {
  const { webhook, add, posted, restart, store } = await world();
  const { id } = await webhook(['message.customer']);
  await add(says('m1', 'one'), says('m2', 'two'));
  await restart();
  await expect.poll(() => posted.length).toBe(2);
  await restart();
  await add(says('m3', 'three'));
  await expect.poll(() => states(store(), id)).toEqual({ waiting: 0, done: 3, dead: 0 });
  expect(new Set(posted.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  expect(posted.length).toBe(3);
});

test('what was on its way when the process died goes out at the next start, before its lease has ended', async () => {
  const { webhook, add, answers, posted, restart, start, store, now } = await world();
  const { id } = await webhook(['message.customer']);
  answers(() => 'HTTP 500');
  start();
  await add(says('m1', 'one'));
  await expect.poll(() => states(store(), id)).toMatchObject({ waiting: 1 });
  await expect.poll(async () => (await store().webhooks.nextDueMs()) ?? 0).toBe(now() + 5000);
  // Taken by a process that was never heard of again.
  expect(await store().webhooks.claim(now() + 5000, 10, 30_000)).toHaveLength(1);
  answers(() => undefined);
  await restart();
  await expect.poll(() => posted.length).toBe(2);
  await expect.poll(() => states(store(), id)).toEqual({ waiting: 0, done: 1, dead: 0 });
});

test('switched off, nothing is sent; one that fails does not hold up another', async () => {
  const { webhook, add, start, posted, answers, store, enable } = await world();
  const off = await webhook(['message.customer']);
  await enable(off.id, false);
  const on = await webhook(['message.customer']);
  answers(() => undefined);
  start();
  await add(says('m1', 'one'));
  await expect.poll(() => states(store(), on.id)).toEqual({ waiting: 0, done: 1, dead: 0 });
  expect(posted.length).toBe(1);
  expect(await states(store(), off.id)).toEqual({ waiting: 0, done: 0, dead: 0 });
});

test('only public addresses count as such', () => {
  const closed = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '192.0.2.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '2001::1',
    'not an address',
    '',
  ];
  expect(closed.filter(isPublic)).toEqual([]);
  const open = [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '172.15.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ];
  expect(open.filter((address) => !isPublic(address))).toEqual([]);
});

test('a webhook’s address must be a public name over TLS', () => {
  const wrong = [
    'http://example.com/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://user:pw@example.com/',
    'https://printer.local/',
    'https://10.0.0.1/x',
    'https://2130706433/',
    'https://0x7f.1/',
    'ftp://example.com/',
    'https://metadata.google.internal/',
    'nonsense',
  ];
  expect(wrong.filter((url) => checkAddress(url) === undefined)).toEqual([]);
  expect(checkAddress('https://hooks.example.com/kefu?x=1')).toBeUndefined();
});

test('a name that leads to a private address, or to both kinds, is not called', async () => {
  const to = (...addresses: string[]) => publicAddress('hooks.example.com', async () => addresses);
  expect(await to('10.0.0.1')).toBeUndefined();
  expect(await to('8.8.8.8', '127.0.0.1')).toBeUndefined();
  expect(await to()).toBeUndefined();
  expect(await to('8.8.8.8')).toEqual({ address: '8.8.8.8', family: 4 });
});

/** A far end on loopback, which a real delivery would refuse: the test lets this one address through. */
async function farEnd(status: number, location?: string) {
  const heard: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      response.writeHead(status, location === undefined ? {} : { location }).end('x'.repeat(1000));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, port: (server.address() as AddressInfo).port };
}

test('the connection is made to the address that was looked at, with the name of the URL, and redirects are not followed', async () => {
  const resolved: string[] = [];
  const post = createPost({
    resolve: async (host) => {
      resolved.push(host);
      return ['127.0.0.1'];
    },
    allow: (address) => address === '127.0.0.1',
  });
  const good = await farEnd(204);
  const headers = { 'webhook-id': 'd1' };
  expect(
    await post({ url: `http://hooks.example.com:${good.port}/x`, headers, body: '{"a":1}' }),
  ).toBeUndefined();
  expect(good.heard[0]).toMatchObject({
    body: '{"a":1}',
    headers: { host: `hooks.example.com:${good.port}`, 'webhook-id': 'd1' },
  });
  expect(resolved).toEqual(['hooks.example.com']);
  const away = await farEnd(302, `http://127.0.0.1:${good.port}/stolen`);
  const moved = await post({ url: `http://hooks.example.com:${away.port}/`, headers, body: '{}' });
  expect(moved).toBe('status 302');
  expect(good.heard.length).toBe(1);
  expect(await post({ url: 'http://hooks.example.com:9/', headers, body: '{}' })).toMatch(
    /ECONNREFUSED/,
  );
});

test('by default nothing on this machine is called', async () => {
  const here = await farEnd(200);
  const answer = await createPost()({
    url: `http://localhost:${here.port}/`,
    headers: {},
    body: '{}',
  });
  expect(answer).toContain('not public');
  expect(here.heard).toEqual([]);
});
