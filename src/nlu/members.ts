import { accumulate } from './accumulate.ts';
import { createConvolution, type Convolution } from './convolution.ts';
import { neuralDefaults, softmaxInPlace, trainNeural, type NeuralWeights } from './neural.ts';
import type { Random } from './random.ts';
import type { SparseRows, SparseVector } from './vectors.ts';

/** A small network beside the separators, its weights in whole steps. */
export interface NeuralMember {
  readonly units: number;
  readonly classes: number;
  /** Feature-major, in steps of `hiddenScale`. */
  readonly hidden: Int8Array;
  readonly hiddenScale: number;
  readonly hiddenBias: Float32Array;
  /** Unit-major, in steps of `outputScale`. */
  readonly output: Int8Array;
  readonly outputScale: number;
  readonly outputBias: Float32Array;
}

/** Small sets are seen more often; these many looks at single texts are enough for any. */
const looks = 72_000;
const epochsMin = 14;
const epochsMax = 30;

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
  return Math.min(epochsMax, Math.max(epochsMin, Math.round(looks / Math.max(1, texts))));
}

/**
 * Seven values a hidden weight, -3 to 3, and no more than 2.5 standard deviations: measured to lose nothing, and two
 * bits and a half each when compressed.
 */
const hiddenStepsMax = 3;
const hiddenSpread = 2.5;
const outputStepsMax = 127;

export function quantised(net: NeuralWeights): NeuralMember {
  const { units, classes, hiddenBias, outputBias } = net;
  let square = 0;
  for (const weight of net.hidden) square += weight * weight;
  const spread = hiddenSpread * Math.sqrt(square / Math.max(1, net.hidden.length));
  const hidden = inSteps(net.hidden, spread, hiddenStepsMax);
  let highest = 0;
  for (const weight of net.output) highest = Math.max(highest, Math.abs(weight));
  const output = inSteps(net.output, highest, outputStepsMax);
  return {
    units,
    classes,
    hidden: hidden.steps,
    hiddenScale: hidden.scale,
    hiddenBias,
    output: output.steps,
    outputScale: output.scale,
    outputBias,
  };
}

/** Whole numbers of at most `stepsMax` either side of nought, and what one is worth; what lies beyond `most` is cut. */
export function inSteps(
  weights: Float32Array,
  most: number,
  stepsMax: number,
): { readonly steps: Int8Array; readonly scale: number } {
  const scale = Math.max(most, 1e-9) / stepsMax;
  const steps = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    const step = Math.round((weights[at] ?? 0) / scale);
    steps[at] = Math.max(-stepsMax, Math.min(stepsMax, step));
  }
  return { steps, scale };
}

/** What the network holds each class's probability to be. */
function opinionOf(member: NeuralMember, vector: SparseVector): Float32Array {
  const { units, classes, hiddenScale, outputScale } = member;
  const sums = new Float32Array(units);
  accumulate(sums, member.hidden, vector.ids, vector.values);
  const active = new Int32Array(units);
  const activation = new Float32Array(units);
  let count = 0;
  for (let unit = 0; unit < units; unit++) {
    const sum = (sums[unit] ?? 0) * hiddenScale + (member.hiddenBias[unit] ?? 0);
    if (sum <= 0) continue;
    active[count] = unit;
    activation[count++] = sum * outputScale;
  }
  const result = new Float32Array(classes);
  result.set(member.outputBias);
  accumulate(result, member.output, active.subarray(0, count), activation.subarray(0, count));
  softmaxInPlace(result);
  return result;
}

/** Turns margins into probabilities before they are mixed with the others'. */
const marginTemperature = 0.2;
/**
 * Shares of the mixture; flat on validation data around these. The separators have the rest. The two kinds err
 * differently: together they count for more than either alone.
 */
const shares = {
  networks: { networks: 0.7, convolutions: 0 },
  convolutions: { networks: 0, convolutions: 0.6 },
  both: { networks: 0.3, convolutions: 0.5 },
} as const;

/** Who judges beside the separators. */
export interface Jury {
  readonly members: readonly NeuralMember[];
  readonly convolutions: readonly Convolution[];
}

/**
 * From this lead of the best separator over the next on, the others are not asked: on validation that changed not one
 * first answer in five thousand, and two texts in three are read in the time of the separators.
 */
const sureLead = 1;
/** Turns the margins of those into probabilities as careful as the mixture's: no worse calibrated on validation. */
const sureTemperature = 0.4;

/**
 * Makes what the temperature is applied to: the margins themselves, or with a jury the logarithm of the mixed
 * probabilities.
 */
export function createBlend({
  members,
  convolutions,
}: Jury): (margins: Float32Array, vector: SparseVector, words: readonly string[]) => Float32Array {
  const readers = convolutions.map(createConvolution);
  const both = members.length > 0 && readers.length > 0;
  const kind = both ? 'both' : members.length > 0 ? 'networks' : 'convolutions';
  const { networks, convolutions: ordered } = shares[kind];
  if (members.length + readers.length === 0) return (margins) => margins;
  return (margins, vector, words) => {
    if (leadOf(margins) >= sureLead) return logarithms(softened(margins, sureTemperature));
    const mixed = softened(margins, marginTemperature);
    for (let at = 0; at < mixed.length; at++) {
      mixed[at] = (mixed[at] ?? 0) * (1 - networks - ordered);
    }
    for (const member of members) add(mixed, opinionOf(member, vector), networks / members.length);
    for (const read of readers) add(mixed, read(words), ordered / readers.length);
    return logarithms(mixed);
  };
}

/** How far the highest is above the next. */
function leadOf(margins: Float32Array): number {
  let first = -Infinity;
  let second = -Infinity;
  for (const margin of margins) {
    if (margin > first) {
      second = first;
      first = margin;
    } else if (margin > second) second = margin;
  }
  return first - second;
}

function softened(margins: Float32Array, temperature: number): Float32Array {
  const shares = margins.map((margin) => margin / temperature);
  softmaxInPlace(shares);
  return shares;
}

function logarithms(shares: Float32Array): Float32Array {
  for (let at = 0; at < shares.length; at++) shares[at] = Math.log((shares[at] ?? 0) + 1e-9);
  return shares;
}

function add(mixed: Float32Array, opinion: Float32Array, share: number): void {
  for (let at = 0; at < mixed.length; at++) {
    mixed[at] = (mixed[at] ?? 0) + share * (opinion[at] ?? 0);
  }
}
