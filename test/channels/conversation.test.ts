import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { api, join, message, until, visit } from '../support/wire-client.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
beforeEach(async () => {
  world = await wireWorld();
});
afterEach(async () => {
  await world.stop();
  assert.deepEqual(world.logged, []);
});

test('a message sent five times at once is stored and shown once and acknowledged five times alike', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const same = message(session.conv, 'where is my refund?');
  for (let n = 0; n < 5; n += 1) client.send(same);
  await until(() => client.all('ack').length === 5);
  await client.sees(1);
  expect(client.all('ack').map(({ seq }) => seq)).toEqual([1, 1, 1, 1, 1]);
  expect(client.all('ack').filter(({ dup }) => !dup)).toHaveLength(1);
  expect(client.seqs).toEqual([1]);
});

test('the same message from two sockets and over HTTP at once is stored once', async () => {
  const session = await visit(world.url);
  const one = await join(world.url, session);
  const two = await join(world.url, session);
  const cid = randomUUID();
  one.send(message(session.conv, 'hi', cid));
  two.send(message(session.conv, 'hi', cid));
  const body = { conv: session.conv, cid, text: 'hi' };
  const overHttp = await api(world.url, '/api/chat/send', { body, token: session.sessionToken });
  expect(overHttp.body).toMatchObject({ cid, seq: 1 });
  await one.first('ack');
  await two.first('ack');
  await one.sees(1);
  await two.sees(1);
  expect([one.seqs, two.seqs]).toEqual([[1], [1]]);
});

test('another text under a used id is refused and not stored', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const cid = randomUUID();
  client.send(message(session.conv, 'first', cid));
  client.send(message(session.conv, 'second', cid));
  const refused = await client.first('refused');
  expect(refused).toMatchObject({ cid, code: 'cid_conflict', again: false });
  client.send(message(session.conv, 'third'));
  await client.sees(2);
  expect(client.seen.map((e) => ('text' in e ? e.text : ''))).toEqual(['first', 'third']);
});

test('messages of one socket keep their order', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const texts = Array.from({ length: 30 }, (_, n) => `message ${n}`);
  for (const text of texts) client.send(message(session.conv, text));
  await client.sees(30);
  expect(client.seen.map((e) => ('text' in e ? e.text : ''))).toEqual(texts);
  expect(client.all('ack').map(({ seq }) => seq)).toEqual(texts.map((_, n) => n + 1));
});

test('150 messages that came while the socket was cut are all shown in order, and live ones behind them', async () => {
  const session = await visit(world.url);
  const before = await join(world.url, session);
  before.send(message(session.conv, 'hello'));
  await before.sees(1);
  before.stop();
  for (let n = 0; n < 150; n += 1) await world.agentSays(session.conv, `line ${n}`);
  const after = await join(world.url, session, false);
  after.send({ t: 'sub', conv: session.conv, after: 1, epoch: world.store.epoch });
  const live = Array.from({ length: 20 }, (_, n) => world.agentSays(session.conv, `live ${n}`));
  await Promise.all(live);
  await after.sees(171);
  expect(after.seqs).toEqual(Array.from({ length: 170 }, (_, n) => n + 2));
  expect(after.all('reset')).toEqual([]);
});

test('two tabs show the same, and a reload shows it again', async () => {
  const session = await visit(world.url);
  const one = await join(world.url, session);
  const two = await join(world.url, session);
  one.send(message(session.conv, 'from one'));
  two.send(message(session.conv, 'from two'));
  await world.agentSays(session.conv, 'to both');
  await one.sees(3);
  await two.sees(3);
  expect(two.seen).toEqual(one.seen);
  const reloaded = await visit(world.url, { visitorToken: session.visitorToken });
  expect(reloaded.conv).toBe(session.conv);
  const again = await join(world.url, reloaded);
  expect(await again.sees(3)).toEqual(one.seen);
});

test('what was appended without a hint is shown all the same', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  client.send(message(session.conv, 'one'));
  await client.sees(1);
  // Straight to the store: the bus hears nothing, as when a hint is lost between nodes.
  await world.store.conversations.append({
    conversationId: session.conv,
    atMs: 0,
    events: [{ type: 'language.changed', language: 'zh-CN', by: 'request' }],
  });
  const seen = await client.sees(2);
  expect(seen[1]).toMatchObject({ type: 'language', language: 'zh-CN' });
});

test('what only the desk may see never reaches the widget', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const canary = 'canary-7f3a';
  await world.append({
    conversationId: session.conv,
    events: [
      { type: 'agent.noted', cid: 'n1', agentId: 'a1', agentName: 'Ana', text: canary },
      { type: 'agent.said', cid: 'n2', agentId: canary, agentName: 'Ana', text: 'hello' },
    ],
  });
  await client.sees(1);
  const token = session.sessionToken;
  const polled = await api(world.url, `/api/chat/events?conv=${session.conv}`, { token });
  expect(client.seqs).toEqual([1]);
  expect(JSON.stringify(client.frames) + JSON.stringify(polled.body)).not.toContain(canary);
});

test('a code is checked, its result is shown, and it is in no frame', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  client.send({ t: 'secret', conv: session.conv, cid: 's1', form: 'f1', code: '735911' });
  expect(await client.first('ack')).toMatchObject({ cid: 's1', seq: 1 });
  const seen = await client.sees(1);
  expect(seen[0]).toMatchObject({ type: 'code', result: 'wrong', attemptsLeft: 2 });
  expect(JSON.stringify(client.frames)).not.toContain('735911');
});

test('typing is passed on both ways and stored nowhere', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const heard: unknown[] = [];
  world.bus.subscribe(`c:${session.conv}`, (hint) => heard.push(hint));
  client.send({ t: 'typing', conv: session.conv, on: true });
  const conversationId = session.conv;
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ kind: 'typing', conversationId, who: 'customer', on: true }]);
  world.bus.publish(`c:${conversationId}`, {
    kind: 'typing',
    conversationId,
    who: 'agent',
    name: 'Ana',
    on: true,
  });
  expect(await client.first('typing')).toMatchObject({ who: 'agent', name: 'Ana', on: true });
  expect(client.all('typing')).toHaveLength(1);
  expect((await world.store.conversations.load(conversationId))?.version).toBe(1);
});

test('the language asked for is set; one that is not offered is named as wrong', async () => {
  const session = await visit(world.url, { language: 'zh-Hans-SG' });
  expect(session.language).toBe('zh-CN');
  const client = await join(world.url, session);
  client.send({ t: 'lang', conv: session.conv, language: 'xx' });
  expect(await client.first('error')).toMatchObject({ code: 'bad_frame' });
  client.send({ t: 'lang', conv: session.conv, language: 'zh-CN' });
  expect((await client.sees(1))[0]).toMatchObject({ type: 'language', language: 'zh-CN' });
});

test('those who wait are told their place, and again when it changes', async () => {
  const first = await visit(world.url);
  const second = await visit(world.url);
  const client = await join(world.url, second);
  const wait = (priority: 'security' | 'normal', sinceMs: number) =>
    ({ by: 'queue', epoch: 1, sinceMs, priority, queue: 'main', reason: 'asked' }) as const;
  const asked = {
    type: 'handoff.requested',
    reason: 'asked',
    priority: 'normal',
    queue: 'main',
    by: 'customer',
  } as const;
  await world.turns.become(first.conv, { owner: wait('normal', 1) }, [asked]);
  await world.turns.become(second.conv, { owner: wait('normal', 2) }, [asked]);
  await client.first('place', ({ place }) => place === 2);
  const taken = { type: 'handoff.accepted', agentId: 'a1', agentName: 'Ana' } as const;
  const owner = { by: 'agent', epoch: 2, sinceMs: 3, agentId: 'a1', agentName: 'Ana' } as const;
  await world.turns.become(first.conv, { owner }, [taken]);
  await client.first('place', ({ place }) => place === 1);
  expect(client.all('place').map(({ place }) => place)).toEqual([2, 1]);
});

test('both sides answer pings, and a ping comes unasked', async () => {
  const quick = await wireWorld({ limits: { heartbeatMs: 40, peerSilenceMaxMs: 5000 } });
  const client = await join(quick.url, await visit(quick.url));
  client.send({ t: 'ping', n: 7 });
  expect(await client.first('pong')).toEqual({ t: 'pong', n: 7 });
  await client.first('ping');
  client.stop();
  await quick.stop();
});
