import { expect, test } from 'vitest';
import { noViolations } from './checker.ts';
import { runChaos } from './run.ts';

const load = { chatters: 10, messagesEach: 20, refunders: 8, faultsForMs: 12_000 };

test('kills, cuts and half-open sockets lose, double and reorder nothing, and refund each payment once', async () => {
  const result = await runChaos(load);
  console.log('chaos:', JSON.stringify(result));
  expect(result.kills).toBeGreaterThan(2);
  expect(result.netFaults).toBeGreaterThan(50);
  expect(result.violations).toEqual(noViolations());
  expect(result.refunds).toEqual({ one: load.refunders, none: 0, more: 0 });
  expect(result.booksBalanced).toBe(true);
}, 180_000);

test('the checker reports doubles when a resent message gets a new id', async () => {
  const result = await runChaos({
    ...load,
    refunders: 0,
    rules: { keepCid: false, resume: true },
  });
  expect(result.violations.doubled).toBeGreaterThan(0);
}, 180_000);

test('the checker reports missing deliveries when clients do not resume', async () => {
  const result = await runChaos({
    ...load,
    refunders: 0,
    rules: { keepCid: true, resume: false },
  });
  expect(result.violations.wrongViews).toBeGreaterThan(0);
}, 180_000);
