import { outOfScope, type Engine } from '../nlu/index.ts';
import { confusionsOf } from './confusions.ts';
import {
  confidenceIn,
  isInside,
  predictedOf,
  servedOf,
  type Judged,
  type LabelledText,
} from './judged.ts';

/** An utterance that an engine which had not seen it takes for another intent, and is sure of it. */
export interface Mislabelled extends LabelledText {
  readonly predicted: string;
  readonly confidence: number;
  /** What it has in its own intent. */
  readonly ownConfidence: number;
  /** The utterance of the predicted intent that is most like it, as normalised. */
  readonly like: string | undefined;
}

/** Surer than this that a text is foreign: refused by any threshold that the engine may choose. */
const foreignMin = 0.8;

/**
 * From cross-validation: utterances that would be answered with another intent, and those in scope that are held
 * foreign beyond doubt; the surest first. Most are unusual but right: they want a look, not a change. `engine` has
 * learned from all of them.
 */
export function findMislabelled(judged: readonly Judged[], engine: Engine): readonly Mislabelled[] {
  return judged
    .flatMap((one) => {
      const predicted = predictedOf(one);
      const confidence = confidenceIn(one, predicted);
      const sure = predicted === outOfScope ? confidence >= foreignMin : one.verdict === 'answer';
      if (predicted === one.intent || !sure) return [];
      const { language, intent, text, place } = one;
      const ownConfidence = confidenceIn(one, intent);
      const near = engine.nearest(text, language).find((other) => other.intent === predicted);
      const like = near?.utterance;
      return [{ language, intent, text, place, predicted, confidence, ownConfidence, like }];
    })
    .sort((a, b) => b.confidence - a.confidence || (a.place < b.place ? -1 : 1));
}

/** Two utterances of different intents that say nearly the same. */
export interface NearDuplicate {
  readonly one: LabelledText;
  readonly other: LabelledText;
  readonly similarity: number;
}

/** Each pair once, the most alike first; `engine` has learned from these lines. */
export function findNearDuplicates(
  engine: Engine,
  lines: readonly LabelledText[],
  similarityMin: number,
): readonly NearDuplicate[] {
  const neighbours = lines.map((line) => engine.nearest(line.text, line.language));
  // The engine knows utterances as normalised: a line's own nearest utterance in its intent is itself.
  const lineOf = new Map<string, LabelledText>();
  const keyOf = (language: string, intent: string, utterance: string): string =>
    `${language}\n${intent}\n${utterance}`;
  lines.forEach((line, at) => {
    const own = neighbours[at]?.find(({ intent }) => intent === line.intent);
    if (!own) return;
    const key = keyOf(line.language, line.intent, own.utterance);
    if (!lineOf.has(key)) lineOf.set(key, line);
  });
  const pairs = new Map<string, NearDuplicate>();
  lines.forEach((one, at) => {
    for (const { intent, utterance, similarity } of neighbours[at] ?? []) {
      const other = lineOf.get(keyOf(one.language, intent, utterance));
      if (!other || intent === one.intent || similarity < similarityMin) continue;
      const key = [one.place, other.place].sort().join('\n');
      if (!pairs.has(key)) pairs.set(key, { one, other, similarity: Math.min(1, similarity) });
    }
  });
  return [...pairs.values()].sort(
    (a, b) => b.similarity - a.similarity || (a.one.place < b.one.place ? -1 : 1),
  );
}

/** An intent that would gain by more utterances. */
export interface NeedyIntent {
  readonly language: string;
  readonly intent: string;
  readonly utterances: number;
  /** Of its lines, with the right intent first: learned from all the others, and from half of them. */
  readonly recall: number;
  readonly recallOfHalf: number;
  /** What it is taken for most often, when it is taken for something else. */
  readonly takenFor: readonly { readonly intent: string; readonly lines: number }[];
  /** `few`: far fewer utterances than the others; `weak`: far less often right; `rising`: more of them still help much. */
  readonly reasons: readonly ('few' | 'weak' | 'rising')[];
}

/** Below this part of the median of all intents there are few. */
const fewShare = 0.5;
/** Points of recall below the language's mean. */
const weakGap = 0.1;
/** Points of recall that the second half of the utterances brought, where there is still something to gain. */
const risingGain = 0.12;
const risingRecallMax = 0.85;

/**
 * `full` and `half` hold the same lines by cross-validation, learned from all and from half of the other utterances.
 * By language, the least often right first.
 */
export function findNeedyIntents(
  full: readonly Judged[],
  half: readonly Judged[],
): readonly NeedyIntent[] {
  const languages = [...new Set(full.map(({ language }) => language))].sort();
  return languages.flatMap((language) => {
    const own = (of: readonly Judged[]) =>
      of.filter((one) => one.language === language && isInside(one));
    return needyOf(language, own(full), own(half));
  });
}

function needyOf(
  language: string,
  full: readonly Judged[],
  half: readonly Judged[],
): readonly NeedyIntent[] {
  const intents = [...new Set(full.map(({ intent }) => intent))].sort();
  const confusions = confusionsOf(full);
  const counts = intents.map((intent) => full.filter((one) => one.intent === intent).length);
  const median = counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? 0;
  const mean = recallOf(full);
  return intents
    .map((intent) => {
      const lines = full.filter((one) => one.intent === intent);
      const recall = recallOf(lines);
      const recallOfHalf = recallOf(half.filter((one) => one.intent === intent));
      const reasons: NeedyIntent['reasons'][number][] = [];
      if (lines.length < fewShare * median) reasons.push('few');
      if (recall < mean - weakGap) reasons.push('weak');
      if (recall - recallOfHalf >= risingGain && recall < risingRecallMax) reasons.push('rising');
      const takenFor = confusions
        .filter(({ meant }) => meant === intent)
        .slice(0, 3)
        .map((one) => ({ intent: one.taken, lines: one.lines.length }));
      const utterances = lines.length;
      return { language, intent, utterances, recall, recallOfHalf, takenFor, reasons };
    })
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => a.recall - b.recall || (a.intent < b.intent ? -1 : 1));
}

function recallOf(lines: readonly Judged[]): number {
  if (lines.length === 0) return 0;
  return lines.filter((one) => servedOf(one)[0]?.intent === one.intent).length / lines.length;
}
