import { softmaxOf } from './language-id.ts';

/** How scores become probabilities and probabilities a verdict; fitted on utterances that the scores had not seen. */
export interface Calibration {
  /** Margins, or the members' mixed logits, are divided by it before they become shares of the served intents. */
  readonly temperature: number;
  /** Weights of `signalsOf`, then the constant: the log odds that the text is one of the served intents at all. */
  readonly scope: Float64Array;
  /** Least confidence in the first intent to act on it. */
  readonly answerMin: number;
  /** Least probability of being in scope to ask which one is meant. */
  readonly clarifyMin: number;
}

/** What one text looked like to a model that did not know it. `label` is its place in `intents`; the background class is `background`. */
export interface Outcome {
  readonly label: number;
  /** What the temperature is applied to. */
  readonly logits: Float32Array;
  readonly signals: Float64Array;
}

/**
 * Six measures of a text, then every product of two: what is far from everything served may be far in one measure and
 * near in another, which sums of them alone cannot say (4 to 16 points more out of scope found at 2 % false refusals).
 */
const measureCount = 6;
export const signalCount = measureCount + (measureCount * (measureCount + 1)) / 2;

/** Lengths of messages lie around e² words; beyond the spread they say no more. */
const logWords = { middle: 2, spreadMax: 1.5 };

export function signalsOf(
  scores: Float32Array,
  coverageOf: (label: number) => number,
  text: { readonly known: number; readonly words: number },
  background: number,
): Float64Array {
  let top = -1;
  for (let label = 0; label < scores.length; label++) {
    if (label === background) continue;
    if (top < 0 || (scores[label] ?? 0) > (scores[top] ?? 0)) top = label;
  }
  const length = Math.log(1 + text.words) - logWords.middle;
  const signals = new Float64Array(signalCount);
  signals[0] = top < 0 ? -1 : (scores[top] ?? -1);
  signals[1] = background < 0 ? -1 : (scores[background] ?? -1);
  signals[2] = coverageOf(top) - 0.5;
  signals[3] = coverageOf(background) - 0.5;
  signals[4] = text.known - 1;
  signals[5] = Math.max(-logWords.spreadMax, Math.min(logWords.spreadMax, length));
  let place = measureCount;
  for (let one = 0; one < measureCount; one++) {
    for (let other = one; other < measureCount; other++) {
      signals[place++] = (signals[one] ?? 0) * (signals[other] ?? 0);
    }
  }
  return signals;
}

export function scopeProbability(calibration: Calibration, signals: Float64Array): number {
  return sigmoid(dot(calibration.scope, signals));
}

/** Shares of the served intents given that it is one of them; the background has none. */
export function intentShares(
  temperature: number,
  logits: Float32Array,
  background: number,
): Float64Array {
  // Loops, not `from` with a function: every message comes through here, several times when it has parts.
  const cooled = new Float64Array(logits.length);
  for (let at = 0; at < cooled.length; at++) cooled[at] = (logits[at] ?? 0) / temperature;
  if (background >= 0) cooled[background] = -Infinity;
  return softmaxOf(cooled);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function dot(weights: Float64Array, signals: Float64Array): number {
  let sum = weights[signals.length] ?? 0;
  for (let at = 0; at < signals.length; at++) sum += (weights[at] ?? 0) * (signals[at] ?? 0);
  return sum;
}

/** Weights of the measures alone, none of their products. */
function scopeOf(measures: readonly number[], constant: number): Float64Array {
  const weights = new Float64Array(signalCount + 1);
  weights.set(measures);
  weights[signalCount] = constant;
  return weights;
}

/** Defaults for too little text to measure on: careful. */
export const uncalibrated: Calibration = {
  temperature: 0.2,
  scope: scopeOf([2, -2, 2, -2, 1, 0], 0.5),
  answerMin: 0.6,
  clarifyMin: 0.3,
};

export function calibrate(outcomes: readonly Outcome[], background: number): Calibration {
  const inScope = outcomes.filter(({ label }) => label !== background);
  if (inScope.length < 20) return uncalibrated;
  const temperature = fitTemperature(inScope, background);
  const scope = fitScope(outcomes, background);
  const fitted = { ...uncalibrated, temperature, scope };
  return { ...fitted, ...chooseThresholds(outcomes, fitted, background) };
}

/** Least surprise at the right intents, by golden section; the surprise has one valley in the logarithm. */
function fitTemperature(outcomes: readonly Outcome[], background: number): number {
  const surprise = (logTemperature: number): number => {
    const temperature = Math.exp(logTemperature);
    let sum = 0;
    for (const { label, logits } of outcomes) {
      const share = intentShares(temperature, logits, background)[label] ?? 0;
      sum -= Math.log(Math.max(share, 1e-9));
    }
    return sum;
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.02);
  let high = Math.log(4);
  for (let round = 0; round < 24; round++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (surprise(left) < surprise(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/**
 * Of all messages, the share assumed to be out of scope. Training holds as few such examples as someone wrote, which
 * says nothing about how often strangers ask for what is not ours: those that there are count for more.
 */
const outsideShare = 0.25;

/** What one outcome outside counts when one inside counts 1. */
function outsideWeight(outcomes: readonly Outcome[], background: number): number {
  const outside = outcomes.filter(({ label }) => label === background).length;
  if (outside === 0) return 0;
  const wanted = (outsideShare / (1 - outsideShare)) * (outcomes.length - outside);
  return wanted / outside;
}

/** Ridge of the logistic fit: keeps weights small where few examples speak. */
const ridge = 1;

const stepsMax = 16;
/** No weight moves further in one step: where the examples part cleanly a whole step may go beyond all bounds. */
const changeMax = 4;

/** Logistic regression of "is served" on the signals, by Newton's method. */
function fitScope(outcomes: readonly Outcome[], background: number): Float64Array {
  const outside = outcomes.filter(({ label }) => label === background);
  if (outside.length < 10) return uncalibrated.scope;
  const size = signalCount + 1;
  const weights = new Float64Array(size);
  const outsideCounts = outsideWeight(outcomes, background);
  for (let round = 0; round < stepsMax; round++) {
    const gradient = new Float64Array(size);
    const curvature = Array.from({ length: size }, () => new Float64Array(size));
    for (const { label, signals } of outcomes) {
      const guess = sigmoid(dot(weights, signals));
      const counts = label === background ? outsideCounts : 1;
      const error = counts * (guess - (label === background ? 0 : 1));
      const spread = counts * Math.max(guess * (1 - guess), 1e-6);
      for (let a = 0; a < size; a++) {
        const one = signals[a] ?? 1;
        gradient[a] = (gradient[a] ?? 0) + error * one;
        const row = curvature[a];
        const weighted = spread * one;
        for (let b = 0; row && b < size; b++) row[b] = (row[b] ?? 0) + weighted * (signals[b] ?? 1);
      }
    }
    for (let a = 0; a < size; a++) {
      gradient[a] = (gradient[a] ?? 0) + ridge * (weights[a] ?? 0);
      const row = curvature[a];
      if (row) row[a] = (row[a] ?? 0) + ridge;
    }
    const change = solve(curvature, gradient);
    const furthest = change.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const part = Math.min(1, changeMax / Math.max(furthest, 1e-9));
    for (let a = 0; a < size; a++) weights[a] = (weights[a] ?? 0) - part * (change[a] ?? 0);
  }
  return weights;
}

/** Gaussian elimination; the ridge keeps every pivot above zero, so no exchange of rows is needed. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const result = right.slice();
  for (let pivot = 0; pivot < size; pivot++) {
    const pivotRow = matrix[pivot] ?? new Float64Array(size);
    for (let row = pivot + 1; row < size; row++) {
      const target = matrix[row] ?? new Float64Array(size);
      const factor = (target[pivot] ?? 0) / (pivotRow[pivot] ?? 1);
      for (let at = pivot; at < size; at++)
        target[at] = (target[at] ?? 0) - factor * (pivotRow[at] ?? 0);
      result[row] = (result[row] ?? 0) - factor * (result[pivot] ?? 0);
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    const values = matrix[row] ?? new Float64Array(size);
    let sum = result[row] ?? 0;
    for (let at = row + 1; at < size; at++) sum -= (values[at] ?? 0) * (result[at] ?? 0);
    result[row] = sum / (values[row] ?? 1);
  }
  return result;
}

/**
 * What each ending is worth to a customer, in units of one needless question. A wrong flow begun costs the most,
 * worse on something that is not ours; a question among the right choices costs a tap, among wrong ones two. A refusal
 * names the nearest topics and a person, so to one who asked for something of ours it costs no more than wrong choices.
 */
const prices = {
  answerWrong: 4,
  answerOutside: 5,
  askRight: 1,
  askWrong: 2,
  askOutside: 2,
  refuseInside: 2,
} as const;

/** Confidence in the best served intent and in being in scope; whether it is right, among the three best, or outside. */
interface Case {
  readonly first: number;
  readonly scope: number;
  readonly truth: 'first' | 'listed' | 'missed' | 'outside';
}

/**
 * Utterances are more like one another than strangers' messages are like them: where they make acting look safe on
 * less confidence than this, they flatter.
 */
const answerLeast = 0.7;

/**
 * Where the prices put the thresholds if confidences mean just what they say and one question in four is among wrong
 * choices: acting costs 4 times the doubt, asking 1.1; refusing 2 times the scope, asking 2 less .75 times it.
 */
const usual: Thresholds = { answerMin: 0.74, clarifyMin: 0.72 };

/**
 * The valley of costs is flat, and where exactly its floor lies is chance: of the thresholds within this factor of the
 * least cost the ones nearest to the usual are taken, so that a few utterances more or less do not move them.
 */
const alikeMax = 1.02;

type Thresholds = Pick<Calibration, 'answerMin' | 'clarifyMin'>;

function chooseThresholds(
  outcomes: readonly Outcome[],
  calibration: Calibration,
  background: number,
): Thresholds {
  const cases = outcomes.map((outcome) => caseOf(outcome, calibration, background));
  const outsideCounts = outsideWeight(outcomes, background);
  const candidates: (Thresholds & { readonly cost: number })[] = [];
  for (let answer = 100 * answerLeast; answer <= 90; answer += 2) {
    for (let clarify = 10; clarify <= 80; clarify += 2) {
      const candidate = { answerMin: answer / 100, clarifyMin: clarify / 100 };
      const cost = cases.reduce(
        (sum, one) => sum + priceOf(one, candidate) * (one.truth === 'outside' ? outsideCounts : 1),
        0,
      );
      candidates.push({ ...candidate, cost });
    }
  }
  const least = Math.min(...candidates.map(({ cost }) => cost));
  const alike = candidates.filter(({ cost }) => cost <= least * alikeMax);
  const [nearest] = alike.sort((one, other) => farness(one) - farness(other));
  return {
    answerMin: nearest?.answerMin ?? uncalibrated.answerMin,
    clarifyMin: nearest?.clarifyMin ?? uncalibrated.clarifyMin,
  };
}

function farness({ answerMin, clarifyMin }: Thresholds): number {
  return Math.abs(answerMin - usual.answerMin) + Math.abs(clarifyMin - usual.clarifyMin);
}

function caseOf(outcome: Outcome, calibration: Calibration, background: number): Case {
  const shares = intentShares(calibration.temperature, outcome.logits, background);
  const scope = scopeProbability(calibration, outcome.signals);
  const mine = shares[outcome.label] ?? 0;
  const first = shares.reduce((a, b) => Math.max(a, b), 0);
  if (outcome.label === background) return { first: first * scope, scope, truth: 'outside' };
  const above = shares.filter((share) => share > mine).length;
  const truth = above === 0 ? 'first' : above < 3 ? 'listed' : 'missed';
  return { first: first * scope, scope, truth };
}

function priceOf(
  { first, scope, truth }: Case,
  { answerMin, clarifyMin }: Pick<Calibration, 'answerMin' | 'clarifyMin'>,
): number {
  const verdict = verdictOf(first, scope, { answerMin, clarifyMin });
  if (verdict === 'answer') {
    if (truth === 'first') return 0;
    return truth === 'outside' ? prices.answerOutside : prices.answerWrong;
  }
  if (verdict === 'clarify') {
    if (truth === 'outside') return prices.askOutside;
    return truth === 'missed' ? prices.askWrong : prices.askRight;
  }
  return truth === 'outside' ? 0 : prices.refuseInside;
}

export function verdictOf(
  first: number,
  scope: number,
  { answerMin, clarifyMin }: Pick<Calibration, 'answerMin' | 'clarifyMin'>,
): 'answer' | 'clarify' | 'refuse' {
  if (first >= answerMin) return 'answer';
  return scope >= clarifyMin ? 'clarify' : 'refuse';
}
