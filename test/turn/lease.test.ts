import { expect, test } from 'vitest';
import { createLease } from '../../src/turn/lease.ts';
import { memoryRecords } from '../support/desk-memory.ts';

function nodes() {
  const records = memoryRecords();
  let nowMs = 1_000_000_000;
  const clock = (): number => nowMs;
  return {
    one: createLease({ records, clock, node: 'one' }, 'work'),
    other: createLease({ records, clock, node: 'other' }, 'work'),
    pass: (ms: number): void => {
      nowMs += ms;
    },
  };
}

test('of two nodes one has the work, and the other when that one has been silent for longer than a lease', async () => {
  const { one, other, pass } = nodes();
  expect(await one.isMine()).toBe(true);
  expect(await other.isMine()).toBe(false);
  pass(9000);
  expect(await other.isMine()).toBe(false);
  pass(1001);
  expect(await other.isMine()).toBe(true);
  expect(await one.isMine()).toBe(false);
});

test('a lease that was taken while the clock was an hour ahead keeps nobody from the work for an hour', async () => {
  const { one, other, pass } = nodes();
  pass(3_600_000);
  expect(await one.isMine()).toBe(true);
  pass(-3_600_000);
  expect(await other.isMine()).toBe(true);
});
