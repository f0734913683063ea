import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { priorities } from '../../src/core/index.ts';
import { compareQueued, placeIn } from '../../src/handoff/index.ts';
import type { Queued } from '../../src/handoff/index.ts';

const entry = (conversationId: string, priority: Queued['priority'], sinceMs: number): Queued => ({
  conversationId,
  priority,
  sinceMs,
});

const minute = 60_000;

test('security comes before money before the rest among those who came together, then whoever waits longest', () => {
  const queue = [
    entry('n-old', 'normal', 1),
    entry('m-new', 'money', 9),
    entry('m-old', 'money', 5),
    entry('s-new', 'security', 99),
  ];
  expect(queue.sort(compareQueued).map((each) => each.conversationId)).toEqual([
    's-new',
    'm-old',
    'm-new',
    'n-old',
  ]);
});

test('whoever waits ages: a quarter of an hour before money, an hour before security', () => {
  const normal = entry('n', 'normal', 0);
  expect(compareQueued(normal, entry('m', 'money', 14 * minute))).toBeGreaterThan(0);
  expect(compareQueued(normal, entry('m', 'money', 16 * minute))).toBeLessThan(0);
  expect(compareQueued(normal, entry('s', 'security', 59 * minute))).toBeGreaterThan(0);
  expect(compareQueued(normal, entry('s', 'security', 61 * minute))).toBeLessThan(0);
});

test('places count from 1 and agree with the order', () => {
  const queued = fc.record({
    conversationId: fc.string({ minLength: 1 }),
    priority: fc.constantFrom(...priorities),
    sinceMs: fc.nat(5),
  });
  const queues = fc.uniqueArray(queued, { selector: (each) => each.conversationId });
  fc.assert(
    fc.property(queues, (queue) => {
      const sorted = [...queue].sort(compareQueued);
      sorted.forEach((each, index) => {
        expect(placeIn(queue, each.conversationId)).toBe(index + 1);
      });
      expect(placeIn(queue, '')).toBeUndefined();
    }),
  );
});
