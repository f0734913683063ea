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
  return (words) => {
    const count = Math.min(wordsMax, words.length);
    strongest.fill(-Infinity);
    // Before the text and behind it the words are silent: a window may begin and end there.
    let one: Row = silent;
    let two: Row = silent;
    for (let at = 0; at < count; at++) {
      const three = kept.get(words[at] ?? '');
      widen(strongest, one, two, three);
      one = two;
      two = three;
    }
    if (count > 0) widenBehind(strongest, one, two);
    let sounding = 0;
    for (let unit = 0; unit < units; unit++) {
      const value = (strongest[unit] ?? 0) + (kernelBias[unit] ?? 0);
      // Not above it either where a text without words leaves a filter without a place.
      if (!(value > 0)) continue;
      active[sounding] = unit;
      activation[sounding++] = value * outputScale;
    }
    const result = new Float32Array(classes);
    result.set(outputBias);
    accumulate(result, output, active.subarray(0, sounding), activation.subarray(0, sounding));
    softmaxInPlace(result);
    return result;
  };
}

type Row = Float32Array;

/**
 * The windows of every width that end with the third word, all in one pass: a filter's columns for the words of its
 * window lie one behind the other, those of the narrower windows before. The bias is added once, to the strongest.
 */
function widen(strongest: Row, one: Row, two: Row, three: Row): void {
  const filters = strongest.length / windows.length;
  for (let at = 0; at < filters; at++) {
    const second = at + filters;
    const third = second + filters;
    const fourth = third + filters;
    const fifth = fourth + filters;
    const single = three[at] ?? 0;
    if (single > (strongest[at] ?? 0)) strongest[at] = single;
    const pair = (two[second] ?? 0) + (three[third] ?? 0);
    if (pair > (strongest[second] ?? 0)) strongest[second] = pair;
    const triple = (one[fourth] ?? 0) + (two[fifth] ?? 0) + (three[fifth + filters] ?? 0);
    if (triple > (strongest[third] ?? 0)) strongest[third] = triple;
  }
}

/** The windows that go beyond the text's last two words. */
function widenBehind(strongest: Row, one: Row, two: Row): void {
  const filters = strongest.length / windows.length;
  for (let at = 0; at < filters; at++) {
    const second = at + filters;
    const third = second + filters;
    const fourth = third + filters;
    const pair = two[second] ?? 0;
    if (pair > (strongest[second] ?? 0)) strongest[second] = pair;
    const last = two[fourth] ?? 0;
    const triple = Math.max((one[fourth] ?? 0) + (two[fourth + filters] ?? 0), last);
    if (triple > (strongest[third] ?? 0)) strongest[third] = triple;
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
