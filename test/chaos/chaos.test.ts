import { expect, test } from 'vitest';
import { noViolations } from './checker.ts';
import { networkFaults, shortFaults } from './plans.ts';
import { lineOf, runChaos, type ChaosPlan } from './run.ts';

const plan: ChaosPlan = {
  mode: 'embedded',
  seed: 20261123,
  durationMs: 12_000,
  rate: 10,
  refunders: 4,
  faults: shortFaults,
  settleMaxMs: 120_000,
  quietMs: 2500,
};
/** As long as it takes for clients to come back so often. */
const control: ChaosPlan = {
  ...plan,
  durationMs: 60_000,
  isEnough: (clients) => clients.reduce((sum, { reconnects }) => sum + reconnects, 0) > 150,
  rate: 20,
  refunders: 0,
  faults: networkFaults,
};

const mustSee = ['SIGKILL', 'SIGSTOP', 'cut', 'half open', 'slow disk', 'clock jump'];

test('a process that is killed, stopped and set to a wrong time, on a bad disk and a bad network, with a wallet and a platform that fail, loses, doubles and reorders nothing', async () => {
  const result = await runChaos({ ...plan, mustSee });
  console.log('chaos:', lineOf(result), JSON.stringify(result));
  expect(result.violations).toEqual(noViolations());
  expect(result.isSettled).toBe(true);
  expect(result.figures['refundsSeen']).toBe(plan.refunders);
  expect(Object.keys(result.faults)).toEqual(expect.arrayContaining(mustSee));
}, 600_000);

test('the checker reports doubles when a resent message gets a new id', async () => {
  const { violations } = await runChaos({ ...control, rules: { keepCid: false, resume: true } });
  expect(violations.duplicated).toBeGreaterThan(0);
}, 600_000);

test('the checker reports missing deliveries when clients do not resume', async () => {
  const { violations } = await runChaos({ ...control, rules: { keepCid: true, resume: false } });
  expect(violations.lost).toBeGreaterThan(0);
}, 600_000);
