import { columnsBefore, unitsOf, windows, wordsMax, type ConvolutionShape } from './convolution.ts';
import { softmaxInPlace } from './neural.ts';
import type { Random } from './random.ts';
import { createWordCache, type WordCache } from './word-cache.ts';
import { createPieceReader, runShare, type WordPieces } from './word-pieces.ts';

/** Measured on the training parts of public sets: docs/reference/understanding.md. */
const dimensions = 48;
const filters = 64;
/** Share of words that a look leaves out, and of the rest that are read by their letters alone. */
const wordDropout = 0.2;
const unitDropout = 0.5;
const smoothing = 0.1;
/** Every text moves the filters, a word's vector only the texts that it is in. */
const kernelRate = 0.3;
/** Sums of squared gradients begin here: the first step is then no longer than the rate. */
export const squareFirst = 1e-3;
const piecesKept = 20_000;

/** A convolution that is being trained: its weights, what has moved them so far, and room for one text. */
export interface Training extends ConvolutionShape {
  readonly random: Random;
  readonly columns: number;
  readonly units: number;
  readonly pieces: WordCache<WordPieces>;
  readonly vectors: Float32Array;
  readonly vectorSquares: Float32Array;
  readonly kernel: Float32Array;
  readonly kernelSquares: Float32Array;
  readonly kernelBias: Float32Array;
  readonly biasSquares: Float32Array;
  readonly output: Float32Array;
  readonly outputSquares: Float32Array;
  readonly outputBias: Float32Array;
  readonly outputBiasSquare: Float32Array;
  /** Of the text that is looked at, a word after the other: its vector, and what it adds to every column. */
  readonly words: Float32Array;
  readonly grid: Float32Array;
  /** Of each unit its strongest value, the window's first word there, the value after dropout, its share of the error. */
  readonly strongest: Float32Array;
  readonly places: Int32Array;
  readonly active: Float32Array;
  readonly back: Float32Array;
  readonly error: Float32Array;
}

export function beginTraining(own: Uint32Array, classes: number, random: Random): Training {
  const reader = createPieceReader(own);
  const units = unitsOf({ dimensions, filters, classes });
  const columns = columnsBefore(windows.length, filters);
  const uniform = (length: number, bound: number): Float32Array =>
    Float32Array.from({ length }, () => (random() * 2 - 1) * bound);
  const squares = (length: number): Float32Array => new Float32Array(length).fill(squareFirst);
  return {
    dimensions,
    filters,
    classes,
    random,
    columns,
    units,
    pieces: createWordCache(piecesKept, (word) => reader.read(word)),
    vectors: uniform(reader.rows * dimensions, 1 / Math.sqrt(dimensions)),
    vectorSquares: squares(reader.rows),
    kernel: uniform(dimensions * columns, Math.sqrt(3 / dimensions)),
    kernelSquares: squares(dimensions * columns),
    kernelBias: new Float32Array(units),
    biasSquares: squares(units),
    output: uniform(units * classes, 0.1),
    outputSquares: squares(units),
    outputBias: new Float32Array(classes),
    outputBiasSquare: squares(1),
    words: new Float32Array(wordsMax * dimensions),
    grid: new Float32Array(wordsMax * columns),
    strongest: new Float32Array(units),
    places: new Int32Array(units),
    active: new Float32Array(units),
    back: new Float32Array(units),
    error: new Float32Array(classes),
  };
}

interface Step {
  readonly label: number;
  readonly rate: number;
}

/** Of a word in one look: the rows that are read, the whole word's first unless it is left out; none when dropped. */
type Shown = readonly number[];

/** One text and its label: the weights move a step. */
export function look(training: Training, words: readonly string[], { label, rate }: Step): void {
  if (words.length === 0) return;
  const pieces = words.map((word) => training.pieces.get(word));
  const shown = pieces.map((rows) => show(rows, training.random));
  compose(training, pieces, shown);
  project(training, shown);
  pool(training, words.length);
  judge(training, label);
  moveOutput(training, rate);
  const touched = spread(training, shown, rate);
  touched.forEach((one, word) => {
    if (one.columns.length === 0) return;
    const back = moveKernel(training, word, { ...one, rate });
    moveVectors(
      training,
      { back, rows: shown[word] ?? [], share: runShare(pieces[word] ?? none) },
      rate,
    );
  });
}

const none = new Int32Array(1);

function show(pieces: WordPieces, random: Random): Shown {
  if (random() < wordDropout) return [];
  const byLetters = random() < wordDropout;
  return Array.from(pieces, (row, place) => (byLetters && place === 0 ? -1 : row));
}

/** Words' vectors as the sums of their pieces'. */
function compose(
  { words, vectors }: Training,
  pieces: readonly WordPieces[],
  shown: readonly Shown[],
): void {
  words.fill(0, 0, shown.length * dimensions);
  shown.forEach((rows, word) => {
    const share = runShare(pieces[word] ?? none);
    const to = word * dimensions;
    rows.forEach((row, piece) => {
      if (row < 0) return;
      const weight = piece === 0 ? 1 : share;
      for (let at = 0; at < dimensions; at++) {
        words[to + at] = (words[to + at] ?? 0) + weight * (vectors[row * dimensions + at] ?? 0);
      }
    });
  });
}

/** Words' vectors times the kernel, four dimensions a pass. */
function project({ words, grid, kernel, columns }: Training, shown: readonly Shown[]): void {
  grid.fill(0, 0, shown.length * columns);
  for (let word = 0; word < shown.length; word++) {
    if (!shown[word]?.length) continue;
    const to = word * columns;
    for (let at = 0; at < dimensions; at += 4) {
      const from = word * dimensions + at;
      const one = words[from] ?? 0;
      const two = words[from + 1] ?? 0;
      const three = words[from + 2] ?? 0;
      const four = words[from + 3] ?? 0;
      const first = at * columns;
      const second = first + columns;
      const third = second + columns;
      const fourth = third + columns;
      for (let column = 0; column < columns; column++) {
        grid[to + column] =
          (grid[to + column] ?? 0) +
          one * (kernel[first + column] ?? 0) +
          two * (kernel[second + column] ?? 0) +
          three * (kernel[third + column] ?? 0) +
          four * (kernel[fourth + column] ?? 0);
      }
    }
  }
}

/** Of every filter the strongest place; windows may reach past the text's ends, where nothing is added. */
function pool({ grid, columns, kernelBias, strongest, places }: Training, count: number): void {
  strongest.fill(0);
  windows.forEach((width, window) => {
    const base = columnsBefore(window, filters);
    for (let first = 1 - width; first < count; first++) {
      for (let at = 0; at < filters; at++) {
        const unit = window * filters + at;
        let sum = kernelBias[unit] ?? 0;
        for (let offset = 0; offset < width; offset++) {
          const word = first + offset;
          if (word < 0 || word >= count) continue;
          sum += grid[word * columns + base + offset * filters + at] ?? 0;
        }
        if (sum > (strongest[unit] ?? 0)) {
          strongest[unit] = sum;
          places[unit] = first;
        }
      }
    }
  });
}

/** Leaves in `active` what dropout lets through, in `error` how far each class's probability is off. */
function judge(training: Training, label: number): void {
  const { classes, units, strongest, active, error, output, outputBias, random } = training;
  error.set(outputBias);
  for (let unit = 0; unit < units; unit++) {
    const value = strongest[unit] ?? 0;
    const on = value > 0 && random() >= unitDropout ? value / (1 - unitDropout) : 0;
    active[unit] = on;
    if (on === 0) continue;
    const base = unit * classes;
    for (let one = 0; one < classes; one++) {
      error[one] = (error[one] ?? 0) + (output[base + one] ?? 0) * on;
    }
  }
  softmaxInPlace(error);
  const others = smoothing / Math.max(1, classes - 1);
  for (let one = 0; one < classes; one++) {
    error[one] = (error[one] ?? 0) - (one === label ? 1 - smoothing : others);
  }
}

/** Moves the last layer and leaves each unit's share of the error in `back`. */
function moveOutput(training: Training, rate: number): void {
  const { classes, units, active, back, error, output, outputSquares } = training;
  const { outputBias, outputBiasSquare } = training;
  let errorSquare = 0;
  for (const wrong of error) errorSquare += wrong * wrong;
  for (let unit = 0; unit < units; unit++) {
    const on = active[unit] ?? 0;
    back[unit] = 0;
    if (on === 0) continue;
    const square = (outputSquares[unit] ?? 0) + (errorSquare * on * on) / classes;
    outputSquares[unit] = square;
    const move = (rate * on) / Math.sqrt(square);
    const base = unit * classes;
    let sum = 0;
    for (let one = 0; one < classes; one++) {
      const weight = output[base + one] ?? 0;
      const wrong = error[one] ?? 0;
      sum += weight * wrong;
      output[base + one] = weight - move * wrong;
    }
    back[unit] = sum / (1 - unitDropout);
  }
  const square = (outputBiasSquare[0] ?? 0) + errorSquare / classes;
  outputBiasSquare[0] = square;
  const move = rate / Math.sqrt(square);
  for (let one = 0; one < classes; one++) {
    outputBias[one] = (outputBias[one] ?? 0) - move * (error[one] ?? 0);
  }
}

/** Columns of one word that strongest places go through, and the error that comes back on each. */
interface Touched {
  readonly columns: number[];
  readonly wrongs: number[];
}

/** Moves the filters' biases and deals the error out to the words at the strongest places. */
function spread(
  { back, places, kernelBias, biasSquares }: Training,
  shown: readonly Shown[],
  rate: number,
): readonly Touched[] {
  const touched = shown.map((): Touched => ({ columns: [], wrongs: [] }));
  windows.forEach((width, window) => {
    const base = columnsBefore(window, filters);
    for (let at = 0; at < filters; at++) {
      const unit = window * filters + at;
      const wrong = back[unit] ?? 0;
      if (wrong === 0) continue;
      const square = (biasSquares[unit] ?? 0) + wrong * wrong;
      biasSquares[unit] = square;
      kernelBias[unit] = (kernelBias[unit] ?? 0) - (rate * wrong) / Math.sqrt(square);
      for (let offset = 0; offset < width; offset++) {
        const word = (places[unit] ?? 0) + offset;
        if (!shown[word]?.length) continue;
        touched[word]?.columns.push(base + offset * filters + at);
        touched[word]?.wrongs.push(wrong);
      }
    }
  });
  return touched;
}

/** Moves the kernel where one word went through it; gives the error of the word's vector. */
function moveKernel(
  { words, kernel, kernelSquares, columns: width }: Training,
  word: number,
  { columns, wrongs, rate }: Touched & { readonly rate: number },
): Float32Array {
  const back = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at++) {
    const value = words[word * dimensions + at] ?? 0;
    let sum = 0;
    for (let one = 0; one < columns.length; one++) {
      const place = at * width + (columns[one] ?? 0);
      const wrong = wrongs[one] ?? 0;
      const weight = kernel[place] ?? 0;
      sum += weight * wrong;
      const slope = wrong * value;
      const square = (kernelSquares[place] ?? 0) + slope * slope;
      kernelSquares[place] = square;
      kernel[place] = weight - (rate * kernelRate * slope) / Math.sqrt(square);
    }
    back[at] = sum;
  }
  return back;
}

interface WordError {
  readonly back: Float32Array;
  readonly rows: Shown;
  readonly share: number;
}

function moveVectors(
  { vectors, vectorSquares }: Training,
  { back, rows, share }: WordError,
  rate: number,
): void {
  let backSquare = 0;
  for (const wrong of back) backSquare += wrong * wrong;
  rows.forEach((row, piece) => {
    if (row < 0) return;
    const weight = piece === 0 ? 1 : share;
    const square = (vectorSquares[row] ?? 0) + (backSquare * weight * weight) / dimensions;
    vectorSquares[row] = square;
    const move = (rate * weight) / Math.sqrt(square);
    for (let at = 0; at < dimensions; at++) {
      const place = row * dimensions + at;
      vectors[place] = (vectors[place] ?? 0) - move * (back[at] ?? 0);
    }
  });
}
