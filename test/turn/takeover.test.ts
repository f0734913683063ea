import { expect, test } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import {
  level,
  logOf,
  openAs,
  openWorld,
  say,
  stateOf,
  until,
  type World,
} from '../support/world.ts';

const agent = { agentId: 'agent-1', agentName: 'Ann' };

/** Holds back every commit of bot words until what `gate` gives has passed. */
function gated(store: Store, gate: () => Promise<void> | undefined): Store {
  return {
    ...store,
    conversations: {
      ...store.conversations,
      append: async (request) => {
        const isBotTurn = request.events.some(({ type }) => type === 'bot.said');
        if (isBotTurn) await gate();
        return store.conversations.append(request);
      },
    },
  };
}

async function botWordsAfterAcceptance(world: World, id: Awaited<ReturnType<typeof openAs>>) {
  const log = await logOf(world, id);
  const acceptedAt = log.find(({ event }) => event.type === 'handoff.accepted')?.pos ?? Infinity;
  return log.filter(({ pos, event }) => pos > acceptedAt && event.type === 'bot.said');
}

test('an agent takes over during a slow bot turn: the bot words that were ready are never said', async () => {
  let held: PromiseWithResolvers<void> | undefined;
  const reached = Promise.withResolvers<void>();
  const world = await openWorld({
    wrap: ({ store, actions }) => ({
      actions,
      store: gated(store, () => {
        if (held) reached.resolve();
        return held?.promise;
      }),
    }),
  });
  const id = await openAs(world, 'lin-wei');
  await until(world, id, level);
  held = Promise.withResolvers<void>();
  await say(world, id, 'hello');
  await reached.promise;
  expect(await world.turns.command(id, agent, { type: 'accept' })).toMatchObject({ kind: 'done' });
  held.resolve();
  await world.turns.drain();
  expect(await botWordsAfterAcceptance(world, id)).toEqual([]);
  expect((await stateOf(world, id)).owner).toMatchObject({ by: 'agent', agentId: 'agent-1' });
  expect(world.errors).toEqual([]);
  await world.close();
});

test('in random schedules of messages, slow turns and take-overs the bot never speaks over an agent, and nobody owns together', async () => {
  const random = seeded(20_261_122);
  const world = await openWorld({
    wrap: ({ store, actions }) => ({
      actions,
      store: gated(store, () => yields(Math.floor(random() * 6))),
    }),
  });
  for (let schedule = 0; schedule < 150; schedule += 1) await playSchedule(world, random);
  expect(world.errors).toEqual([]);
  await world.close();
}, 120_000);

async function playSchedule(world: World, random: () => number): Promise<void> {
  const id = await openAs(world);
  const agents = [0, 1, 2].map((n) => ({ agentId: `a${n}`, agentName: `Agent ${n}` }));
  const moves = Array.from({ length: 8 }, async () => {
    await yields(Math.floor(random() * 30));
    const one = agents[Math.floor(random() * agents.length)] ?? agent;
    const dice = random();
    if (dice < 0.45) await say(world, id, random() < 0.5 ? 'hello' : 'a person please');
    else if (dice < 0.75) await world.turns.command(id, one, { type: 'accept' });
    else if (dice < 0.9) await world.turns.command(id, one, { type: 'return_to_bot' });
    else await world.turns.command(id, one, { type: 'close' });
  });
  await Promise.all(moves);
  let owner: string | undefined;
  for (const { event } of await logOf(world, id)) {
    if (event.type === 'handoff.accepted') {
      expect(owner, 'two agents own one conversation').toBeUndefined();
      owner = event.agentId;
    } else if (event.type === 'handoff.released') owner = undefined;
    else if (event.type === 'bot.said')
      expect(owner, 'the bot spoke over an agent').toBeUndefined();
  }
}

/** Lets everything else go on for so many rounds of the event loop: slowness without a clock. */
async function yields(rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i += 1) await new Promise((done) => setImmediate(done));
}

/** A small generator with a seed (mulberry32), so that a failing run can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
