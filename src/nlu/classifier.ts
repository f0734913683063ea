import type { RankedIntent } from '../core/index.ts';
import { accumulate } from './accumulate.ts';
import {
  intentShares,
  scopeProbability,
  signalsOf,
  verdictOf,
  type Calibration,
} from './calibration.ts';
import { createCoverage } from './coverage.ts';
import { createGramReader } from './features.ts';
import { createBlend } from './members.ts';
import { outOfScope, type LanguageModel } from './model.ts';
import { createNearestIndex, type NearestIndex } from './nearest.ts';
import { matchKey } from './normalise.ts';
import { createVectoriser, rowsOf, vocabularyOf, type SparseRows } from './vectors.ts';
import type { NearUtterance } from './engine.ts';

export interface Judgement {
  /** Best first, `out_of_scope` with the rest of the probability. */
  readonly intents: readonly RankedIntent[];
  readonly verdict: 'answer' | 'clarify' | 'refuse';
}

/** One language's model, ready to judge prepared texts. */
export interface Classifier {
  judge(prepared: string): Judgement;
  nearest(prepared: string): readonly NearUtterance[];
}

/** How sure an utterance makes that was typed exactly as in training: labels are wrong now and then. */
const exactShare = 0.98;

export function createClassifier(model: LanguageModel): Classifier {
  const { intents, labels, calibration, scheme } = model;
  const classes = intents.length;
  const background = intents.indexOf(outOfScope);
  const vocabulary = vocabularyOf(scheme, model.keys, model.frequencies, model.documents);
  const readGrams = createGramReader(scheme, vocabulary.table.find);
  const vectorise = createVectoriser(vocabulary);
  const readRows = (): SparseRows =>
    rowsOf(
      vocabulary,
      model.texts.map((text) => {
        const grams = readGrams(text);
        return { ...grams, hashes: grams.hashes.slice() };
      }),
    );
  const coverage = createCoverage(readRows(), labels, classes);
  // Only editors and whoever asks why want neighbours: it is made for the first of them.
  let index: NearestIndex | undefined;
  const blend = createBlend(model);
  const exact = exactMatches(model);
  return {
    judge: (prepared) => {
      const grams = readGrams(prepared);
      const vector = vectorise(grams);
      const scores = score(model, vector.ids, vector.values);
      const words = { known: vector.known, words: grams.wordCount };
      const signals = signalsOf(scores, (label) => coverage(vector, label), words, background);
      const logits = blend(scores, vector, grams.words);
      const shares = intentShares(calibration.temperature, logits, background);
      const scope = grams.wordCount === 0 ? 0 : scopeProbability(calibration, signals);
      const matches = exact.get(matchKey(prepared));
      return matches === undefined
        ? rank(intents, shares, scope, calibration)
        : rankExact({ intents, shares, background, matches }, calibration);
    },
    nearest: (prepared) => {
      index ??= createNearestIndex(readRows(), labels, classes);
      const { rows: near, similarities } = index.search(vectorise(readGrams(prepared)));
      return Array.from(near, (row, label) => ({
        intent: intents[label] ?? '',
        utterance: model.texts[row] ?? '',
        similarity: similarities[label] ?? 0,
      }))
        .filter(({ similarity }) => similarity > 0)
        .sort((a, b) => b.similarity - a.similarity);
    },
  };
}

function score(model: LanguageModel, ids: Int32Array, values: Float32Array): Float32Array {
  const { weights, scales, bias } = model;
  const scores = new Float32Array(bias.length);
  accumulate(scores, weights, ids, values);
  for (let label = 0; label < scores.length; label++) {
    scores[label] = (scores[label] ?? 0) * (scales[label] ?? 0) + (bias[label] ?? 0);
  }
  return scores;
}

/** Training texts by their key, each with the intents that it stands under. */
function exactMatches({ texts, labels }: LanguageModel): ReadonlyMap<string, readonly number[]> {
  const matches = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const key = matchKey(text);
    const label = labels[row];
    if (key === '' || label === undefined) return;
    const known = matches.get(key);
    if (!known) matches.set(key, [label]);
    else if (!known.includes(label)) known.push(label);
  });
  return matches;
}

/** Of the served intents those less likely than this are not worth their place in a list. */
const listedMin = 1e-5;

function rank(
  intents: readonly string[],
  shares: Float64Array,
  scope: number,
  calibration: Calibration,
): Judgement {
  const ranked: RankedIntent[] = [{ intent: outOfScope, confidence: 1 - scope }];
  let first = 0;
  intents.forEach((intent, label) => {
    const share = shares[label] ?? 0;
    if (intent === outOfScope || share < listedMin) return;
    const confidence = scope * share;
    ranked.push({ intent, confidence });
    if (confidence > first) first = confidence;
  });
  ranked.sort((a, b) => b.confidence - a.confidence);
  return { intents: ranked, verdict: verdictOf(first, scope, calibration) };
}

/** The text stands in training: under one intent that is it, under several it is one of them. */
function rankExact(
  {
    intents,
    shares,
    background,
    matches,
  }: {
    readonly intents: readonly string[];
    readonly shares: Float64Array;
    readonly background: number;
    readonly matches: readonly number[];
  },
  calibration: Calibration,
): Judgement {
  if (matches.includes(background)) return rank(intents, shares, 1 - exactShare, calibration);
  const mine = matches.reduce((sum, label) => sum + (shares[label] ?? 0), 0);
  const sharpened = shares.map((share, label) => {
    if (!matches.includes(label)) return mine < 1 ? (share / (1 - mine)) * (1 - exactShare) : 0;
    return mine > 0 ? (share / mine) * exactShare : exactShare / matches.length;
  });
  return rank(intents, sharpened, 0.99, calibration);
}
