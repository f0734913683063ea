import { outOfScope } from '../nlu/index.ts';
import {
  confidenceIn,
  isFirstRight,
  isInside,
  isListed,
  predictedOf,
  servedOf,
  type Judged,
} from './judged.ts';
import { rankingArea, shareOf } from './statistics.ts';

/** All shares are from 0 to 1; `undefined` where there was nothing to measure on. */
export interface Figures {
  /** Lines in scope and lines out of scope. */
  readonly inside: number;
  readonly outside: number;
  /** Of the lines in scope: the right intent is first, or among the first three, of those that can be served. */
  readonly top1: number | undefined;
  readonly top3: number | undefined;
  /** Mean over the intents that have lines, `out_of_scope` too, of the harmonic mean of precision and recall. */
  readonly macroF1: number | undefined;
  /** Of the lines in scope: shares by verdict. `refused` is the rate of false refusals. */
  readonly answered: number | undefined;
  readonly clarified: number | undefined;
  readonly refused: number | undefined;
  /** Of the answered lines in scope: those answered with the right intent. */
  readonly rightOfAnswered: number | undefined;
  /** Of the clarified lines in scope: those with the right intent among the first three. */
  readonly listedOfClarified: number | undefined;
  /** Of the lines out of scope: refused (the recall at the false refusals of `refused`), and answered all the same. */
  readonly oosRecall: number | undefined;
  readonly oosAnswered: number | undefined;
  /** Chance that a line out of scope is held more foreign than one in scope. */
  readonly oosArea: number | undefined;
  /** Expected calibration error of the confidence in the first intent, over all lines. */
  readonly ece: number | undefined;
  /** Of all lines. */
  readonly languageRight: number | undefined;
}

export function measure(judged: readonly Judged[]): Figures {
  const inside = judged.filter(isInside);
  const outside = judged.filter((one) => !isInside(one));
  const answered = inside.filter(({ verdict }) => verdict === 'answer');
  const clarified = inside.filter(({ verdict }) => verdict === 'clarify');
  const foreign = (of: readonly Judged[]) => of.map((one) => confidenceIn(one, outOfScope));
  return {
    inside: inside.length,
    outside: outside.length,
    top1: shareOf(inside, isFirstRight),
    top3: shareOf(inside, isListed),
    macroF1: macroF1(judged),
    answered: shareOf(inside, ({ verdict }) => verdict === 'answer'),
    clarified: shareOf(inside, ({ verdict }) => verdict === 'clarify'),
    refused: shareOf(inside, ({ verdict }) => verdict === 'refuse'),
    rightOfAnswered: shareOf(answered, isFirstRight),
    listedOfClarified: shareOf(clarified, isListed),
    oosRecall: shareOf(outside, ({ verdict }) => verdict === 'refuse'),
    oosAnswered: shareOf(outside, ({ verdict }) => verdict === 'answer'),
    oosArea: rankingArea(foreign(outside), foreign(inside)),
    ece: calibrationError(reliability(judged)),
    languageRight: shareOf(judged, ({ language, languageFound }) => language === languageFound),
  };
}

export interface IntentFigures {
  readonly intent: string;
  readonly lines: number;
  readonly precision: number | undefined;
  readonly recall: number;
  readonly f1: number;
}

/** Of each intent that has lines, by what the engine holds likeliest; in the order of their names. */
export function measureIntents(judged: readonly Judged[]): readonly IntentFigures[] {
  const lines = countBy(judged, ({ intent }) => intent);
  const named = countBy(judged, predictedOf);
  const right = countBy(
    judged.filter((one) => predictedOf(one) === one.intent),
    ({ intent }) => intent,
  );
  return [...lines.keys()].sort().map((intent) => {
    const own = lines.get(intent) ?? 0;
    const said = named.get(intent) ?? 0;
    const hits = right.get(intent) ?? 0;
    return {
      intent,
      lines: own,
      precision: said === 0 ? undefined : hits / said,
      recall: hits / own,
      f1: (2 * hits) / (own + said),
    };
  });
}

export function macroF1(judged: readonly Judged[]): number | undefined {
  const each = measureIntents(judged);
  if (each.length === 0) return undefined;
  return each.reduce((sum, { f1 }) => sum + f1, 0) / each.length;
}

function countBy<T>(of: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of of) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

/** Lines whose confidence in the first intent lies between `from` (included) and `to`; 1 belongs to the last bin. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly lines: number;
  readonly meanConfidence: number;
  readonly right: number;
}

const binCount = 10;

/**
 * How often the first intent that can be served is right, by the confidence in it. Lines out of scope count, and are
 * never right: the confidence claims that the customer means this intent at all.
 */
export function reliability(judged: readonly Judged[]): readonly ReliabilityBin[] {
  const bins = Array.from({ length: binCount }, () => ({ lines: 0, confidence: 0, right: 0 }));
  for (const one of judged) {
    const confidence = servedOf(one)[0]?.confidence ?? 0;
    const bin = bins[Math.min(binCount - 1, Math.floor(confidence * binCount))];
    if (!bin) continue;
    bin.lines++;
    bin.confidence += confidence;
    bin.right += isFirstRight(one) ? 1 : 0;
  }
  return bins.map(({ lines, confidence, right }, at) => ({
    from: at / binCount,
    to: (at + 1) / binCount,
    lines,
    meanConfidence: lines === 0 ? 0 : confidence / lines,
    right: lines === 0 ? 0 : right / lines,
  }));
}

/** Mean distance of confidence and truth, each bin by its lines. */
export function calibrationError(bins: readonly ReliabilityBin[]): number | undefined {
  const lines = bins.reduce((sum, bin) => sum + bin.lines, 0);
  if (lines === 0) return undefined;
  return bins.reduce(
    (sum, bin) => sum + (bin.lines / lines) * Math.abs(bin.right - bin.meanConfidence),
    0,
  );
}

export interface ScopePoint {
  /** Of the lines in scope, refused. */
  readonly falseRefusals: number;
  /** Of the lines out of scope, refused. */
  readonly recall: number;
}

/** What refusing from each possible threshold on would catch and cost; from (0, 0) to (1, 1), rising. */
export function scopeCurve(judged: readonly Judged[]): readonly ScopePoint[] {
  const inside = judged.filter(isInside).length;
  const outside = judged.length - inside;
  if (inside === 0 || outside === 0) return [];
  const ranked = judged
    .map((one) => ({ foreign: confidenceIn(one, outOfScope), inside: isInside(one) }))
    .sort((a, b) => b.foreign - a.foreign);
  const points: ScopePoint[] = [{ falseRefusals: 0, recall: 0 }];
  let caught = 0;
  let refused = 0;
  ranked.forEach((one, at) => {
    if (one.inside) refused++;
    else caught++;
    // Equal confidences are refused together or not at all.
    if (ranked[at + 1]?.foreign === one.foreign) return;
    points.push({ falseRefusals: refused / inside, recall: caught / outside });
  });
  return points;
}

/** The best recall whose false refusals stay within `most`. */
export function recallAt(curve: readonly ScopePoint[], most: number): number | undefined {
  if (curve.length === 0) return undefined;
  return curve.reduce(
    (best, { falseRefusals, recall }) => (falseRefusals <= most ? Math.max(best, recall) : best),
    0,
  );
}
