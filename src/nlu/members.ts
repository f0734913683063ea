import { softmaxOf } from './language-id.ts';
import { neuralDefaults, neuralProbabilities, trainNeural, type NeuralWeights } from './neural.ts';
import type { Random } from './random.ts';
import type { SparseRows, SparseVector } from './vectors.ts';

/** A small network beside the separators, its wide layer in 8 bits. */
export interface NeuralMember extends Omit<NeuralWeights, 'hidden'> {
  readonly hidden: Int8Array;
  /** What one step of `hidden` is worth. */
  readonly hiddenScale: number;
}

/** Small sets are seen more often; these many looks at single texts are enough for any. */
const looks = 72_000;

/** Share of texts that an epoch shows with slips of the finger instead of as written. */
const slippedShare = 0.25;

interface MemberOptions {
  readonly count: number;
  readonly seed: number;
}

/**
 * Networks from different beginnings err differently: three averaged are better than any one. Rows past the labels are
 * the same texts with slips.
 */
export function trainMembers(
  rows: SparseRows,
  labels: Int32Array,
  classes: number,
  { count, seed }: MemberOptions,
): readonly NeuralMember[] {
  const slipped = rows.starts.length - 1 > labels.length;
  const choose = (random: Random): Int32Array =>
    Int32Array.from(labels, (_, row) =>
      slipped && random() < slippedShare ? row + labels.length : row,
    );
  const epochs = epochsFor(labels.length);
  return Array.from({ length: count }, (_, place) =>
    quantised(
      trainNeural({ rows, labels, choose, copies: slipped }, classes, {
        ...neuralDefaults,
        epochs,
        seed: seed + 101 * place,
      }),
    ),
  );
}

export function epochsFor(texts: number): number {
  return Math.min(30, Math.max(9, Math.round(looks / Math.max(1, texts))));
}

export function quantised({ hidden, ...rest }: NeuralWeights): NeuralMember {
  let highest = 1e-9;
  for (const weight of hidden) highest = Math.max(highest, Math.abs(weight));
  const hiddenScale = highest / 127;
  const steps = new Int8Array(hidden.length);
  for (let at = 0; at < hidden.length; at++)
    steps[at] = Math.round((hidden[at] ?? 0) / hiddenScale);
  return { ...rest, hidden: steps, hiddenScale };
}

/** Turns margins into probabilities before they are mixed with the networks'. */
const marginTemperature = 0.2;
/** Share of the networks in the mixture; flat between a half and 0.8 on validation data. */
const membersShare = 0.7;

/** What the temperature is applied to: the margins themselves, or with members the logarithm of the mixed probabilities. */
export function blend(
  margins: Float32Array,
  members: readonly NeuralMember[],
  vector: SparseVector,
): Float32Array {
  if (members.length === 0) return margins;
  const mixed = softmaxOf(Float64Array.from(margins, (margin) => margin / marginTemperature));
  for (let at = 0; at < mixed.length; at++) mixed[at] = (mixed[at] ?? 0) * (1 - membersShare);
  for (const member of members) {
    const probabilities = neuralProbabilities(
      member,
      vector.ids,
      vector.values,
      member.hiddenScale,
    );
    for (let at = 0; at < mixed.length; at++) {
      mixed[at] = (mixed[at] ?? 0) + (membersShare * (probabilities[at] ?? 0)) / members.length;
    }
  }
  return Float32Array.from(mixed, (value) => Math.log(value + 1e-9));
}
