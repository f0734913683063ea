import { expect, test } from 'vitest';
import { noViolations } from './checker.ts';
import { shortFaults } from './plans.ts';
import { lineOf, runChaos } from './run.ts';

const mustSee = ['SIGKILL', 'SIGSTOP', 'cut', 'database cut', 'database crash', 'bus away'];

test('two nodes that are killed and stopped in turn, on a database that is cut off and crashes and with the bus away, lose, double and reorder nothing', async () => {
  const result = await runChaos({
    mode: 'cluster',
    seed: 20261123,
    durationMs: 15_000,
    rate: 8,
    refunders: 4,
    // Longer than the lease of the matcher (10 s).
    faults: { ...shortFaults, freeze: { from: 10_500, to: 12_000 } },
    settleMaxMs: 180_000,
    quietMs: 4000,
    mustSee,
  });
  console.log('cluster chaos:', lineOf(result), JSON.stringify(result));
  expect(result.violations).toEqual(noViolations());
  expect(result.isSettled).toBe(true);
  expect(result.figures['refundsSeen']).toBe(4);
  expect(Object.keys(result.faults)).toEqual(expect.arrayContaining(mustSee));
}, 600_000);
