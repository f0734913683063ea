import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import { noViolations } from '../support/handoff-checker.ts';
import { playSchedule, simContent, type SimCounts } from '../support/handoff-sim.ts';
import { openTestStore } from '../support/stores.ts';

/** `KEFU_SCHEDULES=10000 npx vitest run test/turn/handoff-simulation.test.ts` plays the full number. */
const schedules = Number(process.env['KEFU_SCHEDULES'] ?? 1000);
const first = Number(process.env['KEFU_SEED'] ?? 1);

let folder = '';
let store: Store | undefined;
afterEach(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openStore(): Promise<Store> {
  // In memory where that can be had: ten times as many schedules; what a disk does to a commit has tests of its own.
  const under = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  folder = await mkdtemp(join(under, 'kefu-handoff-'));
  store = await openTestStore({ folder, clock: Date.now });
  return store;
}

function noCounts(): SimCounts {
  return {
    schedules: 0,
    moves: 0,
    events: 0,
    crashes: 0,
    offers: 0,
    acceptances: 0,
    drops: 0,
    staleBotTurns: 0,
  };
}

test('whatever agents, customers, slow turns, the clock and crashes do: one owner, no bot word over an agent, no lost place', async () => {
  const given = { store: await openStore(), words: await simContent(), counts: noCounts() };
  const found = noViolations();
  for (let seed = first; seed < first + schedules; seed += 1) {
    await playSchedule(seed, given, found);
  }
  const { counts } = given;
  process.stdout.write(
    `${JSON.stringify(counts)} two owners ${found.twoOwners.length}, bot over agent ${found.botOverAgent.length}, lost place ${found.lostPlace.length}, other ${found.other.length}\n`,
  );
  expect(found).toEqual(noViolations());
  // The schedules did meet what they are for.
  expect(counts.schedules).toBe(schedules);
  for (const met of [counts.crashes, counts.offers, counts.acceptances, counts.drops]) {
    expect(met).toBeGreaterThan(schedules / 20);
  }
  expect(counts.staleBotTurns).toBeGreaterThan(schedules / 40);
}, 900_000);

test('the same schedules over a store that forgets to compare are caught', async () => {
  const real = await openStore();
  const forgetful: Store = {
    ...real,
    conversations: {
      ...real.conversations,
      append: async (request) => {
        const heads = await real.conversations.heads([request.conversationId]);
        const version = heads.get(request.conversationId)?.version ?? 0;
        return real.conversations.append(
          request.expect === undefined ? request : { ...request, expect: version },
        );
      },
    },
  };
  const given = { store: forgetful, words: await simContent(), counts: noCounts() };
  const found = noViolations();
  const isCaught = () => found.twoOwners.length > 0 && found.botOverAgent.length > 0;
  for (let seed = 1; seed <= 600 && !isCaught(); seed += 1) await playSchedule(seed, given, found);
  expect(found.twoOwners.length).toBeGreaterThan(0);
  expect(found.botOverAgent.length).toBeGreaterThan(0);
}, 300_000);
