import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { parseVisitorId, type UnderstandHint } from '../../src/core/index.ts';
import { level, openAs, openWorld, say, until, type World } from '../support/world.ts';

let world: World;
let hints: UnderstandHint[] = [];
afterEach(() => world.close());

async function openListening(): Promise<void> {
  hints = [];
  world = await openWorld({
    understand: (text, hint) => {
      hints.push(hint);
      const intents = [{ intent: 'out_of_scope', confidence: 1 }];
      const language = { language: 'en', languageConfidence: 1 };
      return { text, ...language, intents, verdict: 'refuse', entities: [] };
    },
  });
}

test("a message is read with the workspace's zone and the countries of its phone numbers", async () => {
  await openListening();
  const id = await openAs(world);
  await until(world, id, level);
  await say(world, id, 'call me on 4155552671');
  await until(world, id, level);
  expect(hints).toEqual([
    expect.objectContaining({ timeZone: 'Asia/Shanghai', phoneCountries: ['CN', 'US'] }),
  ]);
});

test("a message is read in the visitor's own zone where it is known", async () => {
  await openListening();
  const visitorId = parseVisitorId(`v-${randomUUID()}`);
  if (!visitorId) throw new Error('no id');
  const id = await world.turns.open({ visitorId }, 'web', 'en', 'America/New_York');
  await until(world, id, level);
  await say(world, id, 'paid yesterday at 9pm');
  await until(world, id, level);
  expect(hints).toEqual([expect.objectContaining({ timeZone: 'America/New_York' })]);
});
