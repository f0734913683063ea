import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asksForRating, satisfactionEveryMs, waitRange } from '../../src/handoff/index.ts';
import type { Waited } from '../../src/handoff/index.ts';

const minuteMs = 60_000;
const nowMs = 1_800_000_000_000;

/** Taken every so many minutes, the last one just now, each after the same wait. */
function every(minutes: number, count: number, waitedMinutes: number): readonly Waited[] {
  return Array.from({ length: count }, (_, n) => ({
    atMs: nowMs - n * minutes * minuteMs,
    waitedMs: waitedMinutes * minuteMs,
  }));
}

const minutes = (place: number, recent: readonly Waited[]) => {
  const range = waitRange(place, recent, nowMs);
  return range && [range.minMs / minuteMs, range.maxMs / minuteMs];
};

test.each([
  ['every two minutes, next in line', 1, every(2, 10, 2), [2, 2]],
  ['every two minutes, fifth in line', 5, every(2, 10, 2), [10, 10]],
  ['quick hands after a long wait', 1, every(1, 10, 9), [1, 9]],
  ['nobody taken lately', 1, [], undefined],
  ['too few to tell', 1, every(2, 2, 2), undefined],
  [
    'taken hours ago',
    1,
    every(2, 10, 2).map((one) => ({ ...one, atMs: one.atMs - 3 * 60 * minuteMs })),
    undefined,
  ],
  ['further ahead than anyone can tell', 200, every(2, 10, 2), undefined],
  ['in no queue', 0, every(2, 10, 2), undefined],
])('%s', (_, place, recent, expected) => {
  expect(minutes(place, recent)).toEqual(expected);
});

test('a queue that has stood still for an hour is not called fast', () => {
  const stood = every(1, 4, 1).map((one) => ({ ...one, atMs: one.atMs - 60 * minuteMs }));
  expect(minutes(1, stood)?.[1]).toBeGreaterThan(15);
});

test('the range is never empty or turned round, and never shrinks with the place', () => {
  const waited = fc.record({
    atMs: fc.integer({ min: nowMs - 2 * 60 * minuteMs, max: nowMs }),
    waitedMs: fc.integer({ min: 0, max: 60 * minuteMs }),
  });
  fc.assert(
    fc.property(
      fc.array(waited, { maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (recent, place) => {
        const here = waitRange(place, recent, nowMs);
        const behind = waitRange(place + 1, recent, nowMs);
        if (!here) return;
        expect(here.minMs).toBeGreaterThanOrEqual(0);
        expect(here.maxMs).toBeGreaterThanOrEqual(Math.max(minuteMs, here.minMs));
        if (!behind) return;
        expect(behind.minMs).toBeGreaterThanOrEqual(here.minMs);
        expect(behind.maxMs).toBeGreaterThanOrEqual(here.maxMs);
      },
    ),
  );
});

test('a customer is asked how it was, and not again on the same day', () => {
  expect(asksForRating(undefined, nowMs)).toBe(true);
  expect(asksForRating({ askedAtMs: nowMs - satisfactionEveryMs + 1 }, nowMs)).toBe(false);
  expect(asksForRating({ askedAtMs: nowMs - satisfactionEveryMs }, nowMs)).toBe(true);
});
