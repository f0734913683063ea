import type { RankedIntent, Understanding } from '../core/index.ts';
import { outOfScope } from '../nlu/index.ts';

/** The middle of each intent's utterances among the vectors of one language. */
export interface Centroids {
  readonly intents: readonly string[];
  /** Of length 1 each, in the order of `intents`. */
  readonly vectors: readonly Float32Array[];
  /** Divides the cosines: how far apart they lie differs from encoder to encoder. */
  readonly temperature: number;
}

/** Of each this many utterances one is set aside to find the temperature. */
const heldEvery = 5;
const temperatures = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2];

export function learnCentroids(
  labels: readonly string[],
  vectors: readonly Float32Array[],
): Centroids {
  const intents = [...new Set(labels)];
  const kept = middles(intents, labels, vectors, (place) => place % heldEvery !== 0);
  const held = vectors.flatMap((vector, place) =>
    place % heldEvery === 0 ? [{ vector, label: labels[place] ?? '' }] : [],
  );
  const likelihood = (temperature: number): number =>
    held.reduce((sum, { vector, label }) => {
      const shares = sharesOf({ intents, vectors: kept, temperature }, vector);
      return sum + Math.log(Math.max(1e-9, shares[intents.indexOf(label)] ?? 0));
    }, 0);
  const scored = temperatures.map((temperature) => [likelihood(temperature), temperature] as const);
  const [, temperature = 0.05] = scored.toSorted(([a], [b]) => b - a)[0] ?? [];
  return { intents, vectors: middles(intents, labels, vectors, () => true), temperature };
}

function middles(
  intents: readonly string[],
  labels: readonly string[],
  vectors: readonly Float32Array[],
  isKept: (place: number) => boolean,
): readonly Float32Array[] {
  const places = new Map(intents.map((intent, place) => [intent, place]));
  const sums = intents.map(() => new Float32Array(vectors[0]?.length ?? 0));
  vectors.forEach((vector, row) => {
    const sum = isKept(row) ? sums[places.get(labels[row] ?? '') ?? -1] : undefined;
    if (!sum) return;
    const length = lengthOf(vector);
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0) / length;
  });
  return sums.map((sum) => {
    const length = lengthOf(sum);
    return sum.map((value) => value / length);
  });
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
}

function sharesOf({ vectors, temperature }: Centroids, vector: Float32Array): readonly number[] {
  const length = lengthOf(vector);
  const cosines = vectors.map(
    (middle) => middle.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0) / length,
  );
  const highest = Math.max(...cosines);
  const raised = cosines.map((cosine) => Math.exp((cosine - highest) / temperature));
  const all = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / all);
}

/** How much the encoder's opinion counts beside the engine's own. */
const weight = 0.4;
/** The two together must be this sure among what is served to act, and this sure of it all in all. */
const shareFrom = 0.75;
const confidenceFrom = 0.7;
const listedMax = 5;

/**
 * Which of ours is meant, by both; whether it is ours at all, by the engine alone. Doubt that both resolve becomes an
 * answer, and an answer that they do not share becomes a question.
 */
export function mixed(
  reading: Understanding,
  centroids: Centroids,
  vector: Float32Array,
): Understanding {
  if (vector.length !== centroids.vectors[0]?.length) return reading;
  const served = reading.intents.filter(({ intent }) => intent !== outOfScope);
  const ours = served.reduce((sum, { confidence }) => sum + confidence, 0);
  const shares = sharesOf(centroids, vector);
  const own = new Map(served.map(({ intent, confidence }) => [intent, confidence]));
  const known = new Set([...own.keys(), ...centroids.intents]);
  const ranked: RankedIntent[] = [...known].map((intent) => {
    const share = shares[centroids.intents.indexOf(intent)] ?? 0;
    return { intent, confidence: (1 - weight) * (own.get(intent) ?? 0) + weight * ours * share };
  });
  ranked.push(...reading.intents.filter(({ intent }) => intent === outOfScope));
  ranked.sort((a, b) => b.confidence - a.confidence);
  const first = ranked.find(({ intent }) => intent !== outOfScope)?.confidence ?? 0;
  const isSure = first >= confidenceFrom && first >= shareFrom * ours;
  return {
    ...reading,
    intents: ranked.slice(0, listedMax),
    verdict: isSure ? 'answer' : 'clarify',
  };
}
