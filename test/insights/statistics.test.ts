import { array, assert, double, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import {
  logChoose,
  mcNemar,
  rankingArea,
  shareOf,
  wilsonInterval,
} from '../../src/insights/statistics.ts';

/** Tails of the binomial at one half, counted out: 2 × (C(n,0) + … + C(n,fewer)) / 2^n. */
test.each([
  [0, 0, 1],
  [1, 0, 1],
  [0, 2, 0.5],
  [5, 0, 2 / 32],
  [5, 1, (2 * (1 + 6)) / 64],
  [3, 7, (2 * (1 + 10 + 45 + 120)) / 1024],
  [4, 4, 1],
  [10, 1, (2 * (1 + 11)) / 2048],
  [2, 12, (2 * (1 + 14 + 91)) / 16_384],
])('%d against %d differing lines happen by chance with p = %d', (onlyFirst, onlySecond, p) => {
  expect(mcNemar({ onlyFirst, onlySecond })).toBeCloseTo(p, 12);
});

/** The whole sum in whole numbers, which no rounding touches. */
function exactly(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let term = 1n;
  let sum = 0n;
  for (let k = 0; k <= fewer; k++) {
    sum += term;
    term = (term * BigInt(n - k)) / BigInt(k + 1);
  }
  const precision = 10n ** 30n;
  return Math.min(1, Number((2n * sum * precision) / 2n ** BigInt(n)) / 1e30);
}

test('the exact test equals a sum in whole numbers, also for large counts', () => {
  assert(
    property(integer({ min: 0, max: 1500 }), integer({ min: 0, max: 1500 }), (a, b) => {
      const p = mcNemar({ onlyFirst: a, onlySecond: b });
      const exact = exactly(a, b);
      if (exact > 1e-15) expect(Math.abs(p / exact - 1)).toBeLessThan(1e-9);
      else expect(p).toBeLessThan(1e-14);
    }),
    { numRuns: 60 },
  );
});

test('hundreds of thousands of differing lines neither overflow nor vanish', () => {
  // The normal approximation with continuity correction: z = (2000 - 1) / sqrt(400000) = 3.1607…, p = 0.001574…
  expect(mcNemar({ onlyFirst: 201_000, onlySecond: 199_000 })).toBeCloseTo(0.001_574, 5);
  expect(mcNemar({ onlyFirst: 1_000_000, onlySecond: 0 })).toBe(0);
  expect(mcNemar({ onlyFirst: 700, onlySecond: 0 }) * 2 ** 699).toBeCloseTo(1, 10);
  expect(mcNemar({ onlyFirst: 500_000, onlySecond: 500_000 })).toBe(1);
});

test('which run is called the first does not matter, and a wider gap is never likelier', () => {
  assert(
    property(integer({ min: 1, max: 3000 }), integer({ min: 0, max: 3000 }), (a, b) => {
      const p = mcNemar({ onlyFirst: a, onlySecond: b });
      expect(mcNemar({ onlyFirst: b, onlySecond: a })).toBe(p);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      const [fewer, more] = a < b ? [a, b] : [b, a];
      if (fewer > 0) {
        const wider = mcNemar({ onlyFirst: fewer - 1, onlySecond: more + 1 });
        expect(wider).toBeLessThanOrEqual(p * (1 + 1e-9));
      }
    }),
  );
});

test('logarithms of binomial coefficients are right on both sides of the series', () => {
  expect(Math.exp(logChoose(10, 3))).toBeCloseTo(120, 9);
  expect(Math.exp(logChoose(21, 1))).toBeCloseTo(21, 9);
  // C(50, 25) and C(100, 50)
  expect(Math.exp(logChoose(50, 25)) / 126_410_606_437_752).toBeCloseTo(1, 10);
  expect(Math.exp(logChoose(100, 50)) / 1.008_913_445_455_642e29).toBeCloseTo(1, 10);
});

/** Wilson's formula by hand: 8 of 10 gives (0.8 + 0.19207 ∓ 1.96 sqrt(0.016 + 0.009604)) / 1.38415. */
test.each([
  [8, 10, 0.4902, 0.9433],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [50, 100, 0.4038, 0.5962],
])('the interval of %d of %d is %d to %d', (hits, of, low, high) => {
  const found = wilsonInterval(hits, of);
  expect(found[0]).toBeCloseTo(low, 3);
  expect(found[1]).toBeCloseTo(high, 3);
});

test('an interval holds the share that was found and stays within 0 and 1', () => {
  assert(
    property(integer({ min: 0, max: 500 }), integer({ min: 0, max: 500 }), (a, b) => {
      const [hits, of] = [Math.min(a, b), Math.max(a, b, 1)];
      const [low, high] = wilsonInterval(hits, of);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(hits / of + 1e-12);
      expect(high).toBeGreaterThanOrEqual(hits / of - 1e-12);
      expect(high).toBeLessThanOrEqual(1);
    }),
  );
});

test.each([
  [[0.9, 0.8], [0.1, 0.2], 1],
  [[0.1], [0.9], 0],
  [[0.5], [0.5], 0.5],
  // Of four pairs: .7 beats .2 and .6, .3 beats .2 alone.
  [[0.7, 0.3], [0.2, 0.6], 0.75],
  [[0.4, 0.4], [0.4, 0.1], 0.75],
])('positives at %j rank above negatives at %j with chance %d', (positives, negatives, area) => {
  expect(rankingArea(positives, negatives)).toBeCloseTo(area, 12);
});

test('the area equals the count over all pairs', () => {
  const scores = array(
    double({ min: 0, max: 1, noNaN: true }).map((x) => Math.round(x * 8) / 8),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  assert(
    property(scores, scores, (positives, negatives) => {
      let wins = 0;
      for (const a of positives) for (const b of negatives) wins += a > b ? 1 : a === b ? 0.5 : 0;
      const area = wins / (positives.length * negatives.length);
      expect(rankingArea(positives, negatives)).toBeCloseTo(area, 10);
    }),
  );
});

test('of nothing no share is claimed', () => {
  expect(shareOf([], () => true)).toBeUndefined();
  expect(rankingArea([], [1])).toBeUndefined();
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});
