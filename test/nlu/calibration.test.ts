import { expect, test } from 'vitest';
import {
  calibrate,
  intentShares,
  scopeProbability,
  signalsOf,
  uncalibrated,
  verdictOf,
  type Outcome,
} from '../../src/nlu/calibration.ts';
import { seededRandom } from '../../src/nlu/random.ts';

const classes = 4;
const background = 3;

/** Scores whose true temperature is known: the label is drawn from the softmax that it makes. */
function simulated(count: number, temperature: number): readonly Outcome[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, at) => {
    const outside = at % 4 === 0;
    const scores = Float32Array.from({ length: classes }, () => random() * 2 - 1.2);
    scores[background] = outside ? 0.5 : -0.8;
    const shares = intentShares(temperature, scores, background);
    let label = 0;
    let rest = random();
    while (label < background - 1 && rest > (shares[label] ?? 0)) rest -= shares[label++] ?? 0;
    const coverageOf = (of: number): number => ((of === background) === outside ? 0.6 : 0.1);
    const signals = signalsOf(scores, coverageOf, { known: 1, words: 5 }, background);
    return { label: outside ? background : label, logits: scores, signals };
  });
}

test('the temperature that made the labels is found again', () => {
  for (const temperature of [0.1, 0.3, 0.8]) {
    const found = calibrate(simulated(4000, temperature), background).temperature;
    expect(Math.abs(Math.log(found / temperature))).toBeLessThan(0.15);
  }
});

test('what is outside comes out unlikely to be in scope, what is inside likely', () => {
  const outcomes = simulated(400, 0.2);
  const calibration = calibrate(outcomes, background);
  for (const { label, signals } of outcomes) {
    const inside = scopeProbability(calibration, signals);
    expect(label === background ? inside < 0.3 : inside > 0.7).toBe(true);
  }
});

test('shares sum to one and the background has none', () => {
  const shares = intentShares(0.2, Float32Array.of(0.5, 0.1, -1, 3), background);
  expect(shares[background]).toBe(0);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
});

test('a few utterances more or less move the thresholds by a step at most', () => {
  const outcomes = simulated(1200, 0.2);
  const { answerMin, clarifyMin } = calibrate(outcomes, background);
  for (const left of [0, 400, 800]) {
    const fewer = outcomes.filter((_, at) => at < left || at >= left + 8);
    const again = calibrate(fewer, background);
    expect(Math.abs(again.answerMin - answerMin)).toBeLessThan(0.021);
    expect(Math.abs(again.clarifyMin - clarifyMin)).toBeLessThan(0.021);
  }
});

test('with too little to measure on the careful defaults stand', () => {
  expect(calibrate(simulated(8, 0.2), background)).toEqual(uncalibrated);
});

test.each([
  [0.9, 0.95, 'answer'],
  [0.5, 0.9, 'clarify'],
  [0.1, 0.2, 'refuse'],
] as const)('confidence %d in scope %d gives %s', (first, scope, verdict) => {
  expect(verdictOf(first, scope, { answerMin: 0.7, clarifyMin: 0.4 })).toBe(verdict);
});
