import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseVisitorId, type ConversationId } from '../../src/core/index.ts';
import { satisfactionEveryMs } from '../../src/handoff/index.ts';
import { cid, level, logOf, openAs, openWorld, say, until, type World } from '../support/world.ts';

const ann = { agentId: 'agent-1', agentName: 'Ann' };

let world: World;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  world = await openWorld({ clock: () => nowMs });
});
afterEach(() => world.close());

async function openFrom(timeZone?: string): Promise<ConversationId> {
  const visitorId = parseVisitorId(`v-${randomUUID()}`);
  if (!visitorId) throw new Error('no id');
  return world.turns.open({ visitorId }, 'web', 'en', timeZone);
}

async function keysOf(id: ConversationId): Promise<readonly string[]> {
  const log = await logOf(world, id);
  return log.flatMap(({ event }) =>
    event.type === 'bot.said'
      ? event.says.flatMap((one) => (one.type === 'text' ? [one.key] : []))
      : [],
  );
}

test.each([
  ['Europe/Madrid', true],
  ['Asia/Shanghai', false],
  [undefined, false],
])('a visitor in %s is told the hours by their own clock too: %s', async (zone, told) => {
  const id = await openFrom(zone);
  await until(world, id, level);
  await say(world, id, 'what are your opening hours');
  await until(world, id, level);
  expect((await keysOf(id)).includes('support_hours.local')).toBe(told);
});

async function ratings(id: ConversationId): Promise<readonly string[]> {
  const log = await logOf(world, id);
  return log.flatMap(({ event }) =>
    event.type === 'satisfaction.asked'
      ? ['asked']
      : event.type === 'satisfaction.given'
        ? [`given ${event.score} ${event.comment ?? ''}`]
        : [],
  );
}

async function helped(id: ConversationId): Promise<void> {
  for (const type of ['accept', 'close'] as const) {
    expect(await world.turns.command(id, ann, { type })).toMatchObject({ kind: 'done' });
  }
}

test('after a person’s help the customer is asked how it was, once a day at the most', async () => {
  const id = await openAs(world, 'lin-wei');
  await until(world, id, level);
  await helped(id);
  await helped(id);
  expect(await ratings(id)).toEqual(['asked']);
  nowMs += satisfactionEveryMs;
  await helped(id);
  expect(await ratings(id)).toEqual(['asked', 'asked']);
});

test('one answer counts, from however many tabs, and its card number is masked', async () => {
  const id = await openAs(world, 'lin-wei');
  await until(world, id, level);
  const answer = { conversationId: id, cid: cid(), score: 4, comment: 'card 4111 1111 1111 1111' };
  expect(await world.turns.rate(answer)).toMatchObject({ kind: 'refused', code: 'conflict' });
  await helped(id);
  expect(await world.turns.rate(answer)).toMatchObject({ kind: 'accepted', duplicate: false });
  expect(await world.turns.rate(answer)).toMatchObject({ kind: 'accepted', duplicate: true });
  const other = { ...answer, cid: cid(), score: 1 };
  expect(await world.turns.rate(other)).toMatchObject({ kind: 'refused', code: 'cid_conflict' });
  const given = (await ratings(id)).filter((one) => one.startsWith('given'));
  expect(given).toEqual(['given 4 card •••• 1111']);
});
