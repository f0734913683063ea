import { afterEach, beforeEach, expect, test } from 'vitest';
import { api, until, visit } from '../support/wire-client.ts';
import type { Visit } from '../support/wire-client.ts';
import { parseEventsReply } from '../support/wire-schemas.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
let session: Visit;
beforeEach(async () => {
  world = await wireWorld({ limits: { longPollMaxMs: 15_000, socketsPerVisitorMax: 2 } });
  session = await visit(world.url);
});
afterEach(async () => {
  await world.stop();
});

const poll = (query: string, signal?: AbortSignal) =>
  fetch(`${world.url}/api/chat/events?conv=${session.conv}&${query}`, {
    headers: { authorization: `Bearer ${session.sessionToken}` },
    ...(signal && { signal }),
  });

test('a waiting poll is answered as soon as there is something', async () => {
  const startMs = performance.now();
  const waiting = poll('after=0&waitMs=15000');
  await world.agentSays(session.conv, 'here I am');
  const reply = parseEventsReply(await (await waiting).json());
  expect(reply).toMatchObject({ reset: false, from: 1, events: [{ seq: 1, text: 'here I am' }] });
  expect(performance.now() - startMs).toBeLessThan(14_000);
});

test('a waiting poll is answered even when the hint was lost', async () => {
  const waiting = poll('after=0&waitMs=15000');
  await world.store.conversations.append({
    conversationId: session.conv,
    atMs: 0,
    events: [{ type: 'language.changed', language: 'zh-CN', by: 'request' }],
  });
  expect(parseEventsReply(await (await waiting).json()).events).toHaveLength(1);
});

test('a poll that nothing happens for ends empty after its time, with the number to go on from', async () => {
  await world.agentSays(session.conv, 'one');
  const reply = await poll(`after=1&epoch=${world.store.epoch}&waitMs=60`);
  expect(parseEventsReply(await reply.json())).toMatchObject({ from: 2, events: [], reset: false });
});

test('a poll of another store is reset', async () => {
  await world.agentSays(session.conv, 'one');
  const reply = parseEventsReply(await (await poll('after=9&epoch=other&waitMs=9000')).json());
  expect(reply).toMatchObject({ reset: true, from: 1, epoch: world.store.epoch });
  expect(reply.events).toHaveLength(1);
});

test('so many polls may wait and no more; those given up count no longer', async () => {
  const gone = new AbortController();
  const left = Array.from({ length: 2 }, () =>
    poll('after=0&waitMs=15000', gone.signal).catch(() => undefined),
  );
  await until(async () => (await poll('after=0&waitMs=1')).status === 429);
  gone.abort();
  await Promise.all(left);
  const free = await until(async () => {
    const reply = await poll('after=0&waitMs=1');
    return reply.ok && reply;
  });
  expect(parseEventsReply(await free.json()).events).toEqual([]);
});

test('the same message over HTTP twice is stored once', async () => {
  const body = { conv: session.conv, cid: 'm1', text: 'hello' };
  const token = session.sessionToken;
  const first = await api(world.url, '/api/chat/send', { body, token });
  const second = await api(world.url, '/api/chat/send', { body, token });
  expect([first.body, second.body]).toEqual([
    { conv: session.conv, cid: 'm1', seq: 1, dup: false },
    { conv: session.conv, cid: 'm1', seq: 1, dup: true },
  ]);
  const other = await api(world.url, '/api/chat/send', { body: { ...body, text: 'other' }, token });
  expect(other.status).toBe(409);
  expect(other.body).toMatchObject({ error: { code: 'cid_conflict' } });
});

test('what the widget needs before a session is there without one', async () => {
  const { status, body, headers } = await api(world.url, '/api/chat/config');
  expect(status).toBe(200);
  expect(body).toMatchObject({ brand: 'OKPay', defaultLanguage: 'en' });
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['an unknown key', { conv: 'c', cid: 'x', text: 'hi', role: 'agent' }],
  ['no text and no answer', { conv: 'c', cid: 'x', text: '  ' }],
  ['an id of another shape', { conv: 'c', cid: '../x', text: 'hi' }],
  ['a list', [1, 2]],
  ['a number', '7'],
  ['too many fields', { conv: 'c', cid: 'x', text: '', form: { id: 'f', fields: manyFields() } }],
])('%s in a message is named as wrong with a 400', async (_name, body) => {
  const reply = await api(world.url, '/api/chat/send', { body, token: session.sessionToken });
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({ error: { code: 'bad_request' } });
});

function manyFields(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 13 }, (_, n) => [`f${n}`, 'x']));
}
