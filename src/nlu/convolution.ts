import { accumulate } from './accumulate.ts';
import { softmaxInPlace } from './neural.ts';
import { createWordCache } from './word-cache.ts';
import { createPieceReader, runShare, type WordPieces } from './word-pieces.ts';

/**
 * A judge that reads the order of words: filters over one, two and three neighbours, of each the strongest place in
 * the text, and one linear layer. Weights are in whole steps.
 */
export interface Convolution extends ConvolutionShape {
  /** Hashes of the words that have a vector of their own. */
  readonly own: Uint32Array;
  /** A vector a row of `word-pieces.ts`. */
  readonly vectors: Int8Array;
  readonly vectorScale: number;
  /** Dimension-major: what one dimension of a word adds to every filter, by the word's place in the window. */
  readonly kernel: Int8Array;
  readonly kernelScale: number;
  readonly kernelBias: Float32Array;
  /** Unit-major; a unit is one filter's strongest place. */
  readonly output: Int8Array;
  readonly outputScale: number;
  readonly outputBias: Float32Array;
}

export interface ConvolutionShape {
  readonly dimensions: number;
  /** Filters a window width. */
  readonly filters: number;
  readonly classes: number;
}

/**
 * Widths of the windows, narrow first. Without single words .6 points were lost on Banking77; four neighbours were no
 * better.
 */
export const windows = [1, 2, 3] as const;

export function unitsOf({ filters }: ConvolutionShape): number {
  return filters * windows.length;
}

/** One column a filter and place in its window: where a window's columns begin. */
export function columnsBefore(window: number, filters: number): number {
  return windows.slice(0, window).reduce((sum: number, width) => sum + width * filters, 0);
}

/** Words of one text that are read; real questions are shorter. */
export const wordsMax = 60;

/** Words whose columns are kept, a generation: 2 KB each. */
const keptMax = 1500;

/**
 * Makes the reader of one convolution; it gives the probability of each class. What a word adds to all filters at all
 * places is made once and kept, so that a text costs a few additions a filter and word.
 */
export function createConvolution(given: Convolution): (words: readonly string[]) => Float32Array {
  const { filters, classes, output, outputScale, outputBias, kernelBias } = given;
  const reader = createPieceReader(given.own);
  const columns = columnsBefore(windows.length, filters);
  const project = createProjector(given, columns);
  const kept = createWordCache(keptMax, (word) => project(reader.read(word)));
  const silent = new Float32Array(columns);
  const units = unitsOf(given);
  const strongest = new Float32Array(units);
  const active = new Int32Array(units);
  const activation = new Float32Array(units);
  const place = (window: number): Place => ({
    base: columnsBefore(window, filters),
    unit: window * filters,
    filters,
  });
  const [single, pair, triple] = [place(0), place(1), place(2)];
  return (words) => {
    // Two silent words at either end: a window may begin before the text and end behind it.
    const rows: Float32Array[] = [silent, silent];
    for (const word of words.slice(0, wordsMax)) rows.push(kept.get(word));
    rows.push(silent, silent);
    strongest.fill(-Infinity);
    const end = rows.length - 2;
    for (let at = 0; at < end; at++) {
      const one = rows[at] ?? silent;
      const two = rows[at + 1] ?? silent;
      if (at > 1) widen(strongest, one, single);
      if (at > 0) widenByTwo(strongest, one, two, pair);
      widenByThree(strongest, [one, two, rows[at + 2] ?? silent], triple);
    }
    let count = 0;
    for (let unit = 0; unit < units; unit++) {
      const value = (strongest[unit] ?? 0) + (kernelBias[unit] ?? 0);
      // Not above it either where a text without words leaves a filter without a place.
      if (!(value > 0)) continue;
      active[count] = unit;
      activation[count++] = value * outputScale;
    }
    const result = new Float32Array(classes);
    result.set(outputBias);
    accumulate(result, output, active.subarray(0, count), activation.subarray(0, count));
    softmaxInPlace(result);
    return result;
  };
}

interface Place {
  readonly base: number;
  readonly unit: number;
  readonly filters: number;
}

/** One window's place for all filters of its width, in a loop as short as the width allows; the bias is added once, to the strongest. */
function widen(strongest: Float32Array, one: Float32Array, { base, unit, filters }: Place): void {
  for (let at = 0; at < filters; at++) {
    const sum = one[base + at] ?? 0;
    if (sum > (strongest[unit + at] ?? 0)) strongest[unit + at] = sum;
  }
}

function widenByTwo(
  strongest: Float32Array,
  one: Float32Array,
  two: Float32Array,
  { base, unit, filters }: Place,
): void {
  const second = base + filters;
  for (let at = 0; at < filters; at++) {
    const sum = (one[base + at] ?? 0) + (two[second + at] ?? 0);
    if (sum > (strongest[unit + at] ?? 0)) strongest[unit + at] = sum;
  }
}

function widenByThree(
  strongest: Float32Array,
  [one, two, three]: readonly [Float32Array, Float32Array, Float32Array],
  { base, unit, filters }: Place,
): void {
  const second = base + filters;
  const third = second + filters;
  for (let at = 0; at < filters; at++) {
    const sum = (one[base + at] ?? 0) + (two[second + at] ?? 0) + (three[third + at] ?? 0);
    if (sum > (strongest[unit + at] ?? 0)) strongest[unit + at] = sum;
  }
}

/** From a word's pieces to what it adds to every column. */
function createProjector(
  { dimensions, vectors, vectorScale, kernel, kernelScale }: Convolution,
  columns: number,
): (pieces: WordPieces) => Float32Array {
  const dimension = Int32Array.from({ length: dimensions }, (_, at) => at);
  return (pieces) => {
    const vector = new Float32Array(dimensions);
    const share = runShare(pieces);
    pieces.forEach((row, piece) => {
      if (row < 0) return;
      const weight = (piece === 0 ? 1 : share) * vectorScale * kernelScale;
      for (let at = 0; at < dimensions; at++) {
        vector[at] = (vector[at] ?? 0) + weight * (vectors[row * dimensions + at] ?? 0);
      }
    });
    const result = new Float32Array(columns);
    accumulate(result, kernel, dimension, vector);
    return result;
  };
}
