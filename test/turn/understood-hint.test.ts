import { afterEach, expect, test } from 'vitest';
import type { UnderstandHint } from '../../src/core/index.ts';
import { level, openAs, openWorld, say, until, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

test("a message is read with the workspace's zone and the countries of its phone numbers", async () => {
  const hints: UnderstandHint[] = [];
  world = await openWorld({
    understand: (text, hint) => {
      hints.push(hint);
      const intents = [{ intent: 'out_of_scope', confidence: 1 }];
      return {
        text,
        language: 'en',
        languageConfidence: 1,
        intents,
        verdict: 'refuse',
        entities: [],
      };
    },
  });
  const id = await openAs(world);
  await until(world, id, level);
  await say(world, id, 'call me on 4155552671');
  await until(world, id, level);
  expect(hints).toEqual([
    expect.objectContaining({ timeZone: 'Asia/Shanghai', phoneCountries: ['CN', 'US'] }),
  ]);
});
