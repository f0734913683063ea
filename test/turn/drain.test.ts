import { afterEach, expect, test } from 'vitest';
import { cid, level, logOf, openAs, openWorld, until, type World } from '../support/world.ts';

let world: World | undefined;
afterEach(() => world?.close());

test('a turn that is under way when the node is told to leave is finished, and none begins after it', async () => {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  world = await openWorld({
    understand: async (text, { language = 'en' }) => {
      if (text === 'hold on') {
        reached.resolve();
        await gate.promise;
      }
      return { language, verdict: 'unknown', intents: [], entities: [] } as never;
    },
  });
  const id = await openAs(world);
  await until(world, id, (log) => (level(log) ? true : undefined));
  const before = (await logOf(world, id)).length;
  await world.turns.receive({ conversationId: id, cid: cid(), text: 'hold on' });
  await reached.promise;
  let isLeft = false;
  const leaving = world.turns.drain().then(() => {
    isLeft = true;
  });
  expect(isLeft).toBe(false);
  gate.resolve();
  await leaving;
  // Accepted after that: kept, and another node's to answer.
  await world.turns.receive({ conversationId: id, cid: cid(), text: 'anybody?' });
  const after = (await logOf(world, id)).slice(before).map(({ event }) => event.type);
  expect(after.filter((type) => type === 'message.received')).toHaveLength(2);
  expect(after.filter((type) => type === 'message.understood')).toHaveLength(1);
  expect(after.filter((type) => type === 'bot.said')).toHaveLength(1);
});
