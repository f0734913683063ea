import { array, assert, constantFrom, double, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import {
  calibrationError,
  macroF1,
  measure,
  measureIntents,
  recallAt,
  reliability,
  scopeCurve,
} from '../../src/insights/figures.ts';
import { judgedLine } from './lines.ts';

/** Six lines in scope and four out of it, counted by hand below. */
const judged = [
  judgedLine('a', 'a:0.9 b:0.05'),
  judgedLine('a', 'a:0.8 b:0.1'),
  judgedLine('a', 'b:0.7 a:0.2'),
  judgedLine('b', 'out_of_scope:0.5 b:0.4', { verdict: 'clarify' }),
  judgedLine('b', 'a:0.35 c:0.3 d:0.2 b:0.1', { verdict: 'clarify' }),
  judgedLine('b', 'out_of_scope:0.9 b:0.05', { verdict: 'refuse' }),
  judgedLine('out_of_scope', 'out_of_scope:0.8 a:0.1', { verdict: 'refuse' }),
  judgedLine('out_of_scope', 'out_of_scope:0.95 a:0.03', { verdict: 'refuse' }),
  judgedLine('out_of_scope', 'b:0.85 out_of_scope:0.1'),
  judgedLine('out_of_scope', 'out_of_scope:0.5 a:0.45', { verdict: 'clarify', languageFound: 'x' }),
];

test('figures of ten lines equal those counted by hand', () => {
  expect(measure(judged)).toMatchObject({
    inside: 6,
    outside: 4,
    top1: 4 / 6, // both b that out_of_scope leads have b as the first that can be served
    top3: 5 / 6,
    answered: 3 / 6,
    clarified: 2 / 6,
    refused: 1 / 6,
    rightOfAnswered: 2 / 3,
    listedOfClarified: 1 / 2,
    oosRecall: 2 / 4,
    oosAnswered: 1 / 4,
    languageRight: 9 / 10,
  });
});

test('precision, recall and F1 of each intent, out of scope included', () => {
  const figures = new Map(measureIntents(judged).map((one) => [one.intent, one]));
  expect(figures.get('a')).toEqual({
    intent: 'a',
    lines: 3,
    precision: 2 / 3,
    recall: 2 / 3,
    f1: 4 / 6,
  });
  expect(figures.get('b')).toEqual({ intent: 'b', lines: 3, precision: 0, recall: 0, f1: 0 });
  const scope = { intent: 'out_of_scope', lines: 4, precision: 3 / 5, recall: 3 / 4, f1: 6 / 9 };
  expect(figures.get('out_of_scope')).toEqual(scope);
  expect(macroF1(judged)).toBeCloseTo((4 / 6 + 0 + 6 / 9) / 3, 12);
});

test('an intent that is never named has no precision', () => {
  expect(measureIntents([judgedLine('a', 'b:0.9')])[0]?.precision).toBeUndefined();
});

test('the calibration error is the mean distance of confidence and truth, bin by bin', () => {
  const lines = [
    judgedLine('a', 'a:0.95'),
    judgedLine('a', 'a:0.97'),
    judgedLine('a', 'b:0.92'),
    judgedLine('a', 'a:0.55'),
    judgedLine('out_of_scope', 'a:0.15'),
  ];
  const bins = reliability(lines);
  expect(bins.map(({ lines }) => lines)).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0, 3]);
  expect(bins[9]?.meanConfidence).toBeCloseTo((0.95 + 0.97 + 0.92) / 3, 12);
  expect(bins[9]?.right).toBeCloseTo(2 / 3, 12);
  // 3/5 × |2/3 − 0.94667| + 1/5 × |1 − 0.55| + 1/5 × |0 − 0.15|
  expect(calibrationError(bins)).toBeCloseTo(0.6 * 0.28 + 0.2 * 0.45 + 0.2 * 0.15, 10);
});

test('full confidence falls into the last bin, and no lines give no error', () => {
  expect(reliability([judgedLine('a', 'a:1')])[9]?.lines).toBe(1);
  expect(calibrationError(reliability([]))).toBeUndefined();
});

test('the curve of scope rises from nothing refused to everything refused', () => {
  const lines = [
    judgedLine('out_of_scope', 'out_of_scope:0.9'),
    judgedLine('a', 'out_of_scope:0.6 a:0.4'),
    judgedLine('out_of_scope', 'out_of_scope:0.6 a:0.4'),
    judgedLine('a', 'a:0.9 out_of_scope:0.1'),
  ];
  const curve = scopeCurve(lines);
  expect(curve).toEqual([
    { falseRefusals: 0, recall: 0 },
    { falseRefusals: 0, recall: 0.5 },
    { falseRefusals: 0.5, recall: 1 },
    { falseRefusals: 1, recall: 1 },
  ]);
  expect([recallAt(curve, 0), recallAt(curve, 0.49), recallAt(curve, 0.5)]).toEqual([0.5, 0.5, 1]);
  expect(scopeCurve([judgedLine('a', 'a:1')])).toEqual([]);
  expect(recallAt([], 0.1)).toBeUndefined();
});

const anyLine = record({
  intent: constantFrom('a', 'b', 'out_of_scope'),
  first: constantFrom('a', 'b', 'out_of_scope'),
  confidence: double({ min: 0, max: 1, noNaN: true }),
  verdict: constantFrom('answer' as const, 'clarify' as const, 'refuse' as const),
}).map(({ intent, first, confidence, verdict }) =>
  judgedLine(intent, `${first}:${confidence}`, { verdict }),
);

test('whatever was judged, shares are shares and verdicts add up', () => {
  assert(
    property(array(anyLine, { minLength: 1, maxLength: 60 }), (lines) => {
      const { inside, outside, ...shares } = measure(lines);
      expect(inside + outside).toBe(lines.length);
      for (const share of Object.values(shares)) {
        expect(share === undefined || (share >= 0 && share <= 1)).toBe(true);
      }
      if (inside > 0) {
        const { answered = 0, clarified = 0, refused = 0, top1 = 0, top3 = 0 } = shares;
        expect(answered + clarified + refused).toBeCloseTo(1, 12);
        expect(top3).toBeGreaterThanOrEqual(top1);
      }
      expect(reliability(lines).reduce((sum, bin) => sum + bin.lines, 0)).toBe(lines.length);
    }),
  );
});

test('the curve never falls and ends where all is refused', () => {
  assert(
    property(array(anyLine, { maxLength: 60 }), (lines) => {
      const curve = scopeCurve(lines);
      curve.forEach((point, at) => {
        const before = curve[at - 1] ?? { falseRefusals: 0, recall: 0 };
        expect(point.recall).toBeGreaterThanOrEqual(before.recall);
        expect(point.falseRefusals).toBeGreaterThanOrEqual(before.falseRefusals);
      });
      if (curve.length > 0) expect(curve.at(-1)).toEqual({ falseRefusals: 1, recall: 1 });
    }),
  );
});
