import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import { api, join, message, until, visit } from '../support/wire-client.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
beforeEach(async () => {
  world = await wireWorld();
});
afterEach(async () => {
  await world.stop();
});

const minuteMs = 60_000;

/** Somebody who waited so long and was taken by an agent a moment ago. */
async function taken(waitedMs: number): Promise<void> {
  const other = await visit(world.url);
  const owner = queued(Date.now() - waitedMs);
  await world.turns.become(other.conv, { owner }, [asked]);
  const agent = {
    by: 'agent',
    epoch: 2,
    sinceMs: Date.now(),
    agentId: 'a',
    agentName: 'Ana',
  } as const;
  const accepted = { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' } as const;
  await world.turns.become(other.conv, { owner: agent }, [accepted]);
}

function queued(sinceMs: number) {
  return {
    by: 'queue',
    epoch: 1,
    sinceMs,
    priority: 'normal',
    queue: 'default',
    reason: 'asked',
  } as const;
}

const asked = {
  type: 'handoff.requested',
  reason: 'asked',
  priority: 'normal',
  queue: 'default',
  by: 'customer',
} as const;

const wait = (conv: ConversationId) =>
  world.turns.become(conv, { owner: queued(Date.now()) }, [asked]);

test('who waits is told the place, and no length of time while nobody can tell one', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  await wait(session.conv);
  expect(await client.first('place')).toEqual({ t: 'place', conv: session.conv, place: 1 });
  client.stop();
});

test('after some were taken, who waits is told between what and what it may take', async () => {
  for (const minutes of [2, 4, 6, 8]) await taken(minutes * minuteMs);
  const session = await visit(world.url);
  const client = await join(world.url, session);
  await wait(session.conv);
  const told = await client.first('place', ({ waitMaxMs }) => waitMaxMs !== undefined);
  expect(told).toMatchObject({ place: 1, waitMinMs: 0, waitMaxMs: 7 * minuteMs });
  client.stop();
});

test('what the agent has seen is told to the customer once, and never back', async () => {
  const session = await visit(world.url);
  const { conv } = session;
  const client = await join(world.url, session);
  client.send(message(conv, 'hello'));
  await client.sees(1);
  for (const seq of [1, 1, 0]) {
    world.bus.publish(`c:${conv}`, { kind: 'read', conversationId: conv, who: 'agent', seq });
  }
  client.send({ t: 'ping', n: 1 });
  await client.first('pong');
  expect(client.all('read')).toEqual([{ t: 'read', conv, seq: 1 }]);
  client.stop();
});

test('what the customer has seen is passed on, never more than was sent to them', async () => {
  const session = await visit(world.url);
  const { conv } = session;
  const heard: unknown[] = [];
  world.bus.subscribe(`c:${conv}`, (hint) => hint.kind === 'read' && heard.push(hint));
  const client = await join(world.url, session);
  await world.agentSays(conv, 'hi');
  await client.sees(1);
  client.send({ t: 'read', conv, seq: 1000 });
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ kind: 'read', conversationId: conv, who: 'customer', seq: 1 }]);
  client.stop();
});

test('a rating is acknowledged like a message, over the socket and over HTTP', async () => {
  const session = await visit(world.url);
  const { conv, sessionToken: token } = session;
  const client = await join(world.url, session);
  client.send({ t: 'rate', conv, cid: 'r1', score: 5, comment: 'kind' });
  expect(await client.first('ack')).toMatchObject({ cid: 'r1', dup: false });
  expect(await client.sees(1)).toMatchObject([{ type: 'satisfaction', state: 'given', score: 5 }]);
  const again = await api(world.url, '/api/chat/rate', {
    body: { conv, cid: 'r1', score: 5 },
    token,
  });
  expect(again.body).toMatchObject({ dup: true });
  client.stop();
});

test.each([[0], [6], [4.5], ['5']])('a score of %j is none', async (score) => {
  const { conv, sessionToken: token } = await visit(world.url);
  const reply = await api(world.url, '/api/chat/rate', { body: { conv, cid: 'r1', score }, token });
  expect(reply.status).toBe(400);
});
