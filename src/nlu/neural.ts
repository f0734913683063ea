import { seededRandom, shuffle, type Random } from './random.ts';
import type { SparseRows } from './vectors.ts';

/** One hidden layer over the same sparse features. `hidden` is feature-major, `output` unit-major. */
export interface NeuralWeights {
  readonly units: number;
  readonly classes: number;
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
}

export interface NeuralOptions {
  readonly units: number;
  readonly epochs: number;
  readonly seed: number;
  /** Share of features, and of hidden units, left out of each step: what keeps a wide net from learning by heart. */
  readonly featureDropout: number;
  readonly unitDropout: number;
  /** Probability that the target gives to all the other classes together. */
  readonly smoothing: number;
  readonly rateFirst: number;
  readonly rateLast: number;
}

export const neuralDefaults: NeuralOptions = {
  units: 96,
  epochs: 9,
  seed: 1,
  featureDropout: 0.5,
  unitDropout: 0.3,
  smoothing: 0.1,
  rateFirst: 0.1,
  rateLast: 0.005,
};

/** What a network learns from: the first rows by their labels, any more rows by what others think of them. */
export interface NeuralExamples {
  readonly rows: SparseRows;
  readonly labels: Int32Array;
  /** Rows to look at in one epoch, in any order; every labelled one where it is not given. */
  readonly choose?: (random: Random) => Int32Array;
  /** Rows past the labels that are other spellings: row `r` has the label of `r - labels.length`. */
  readonly copies?: boolean;
  /** Else what the class of a row past the labels is held to be. */
  readonly opinions?: Opinions;
}

/** Probabilities by row and class, and how much each row counts. */
export interface Opinions {
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

interface Training {
  readonly net: NeuralWeights;
  readonly examples: NeuralExamples;
  readonly options: NeuralOptions;
  readonly random: Random;
  /** Sums of squared gradients (Adagrad): one a feature, one a unit's output row, one a bias vector. */
  readonly featureSquares: Float32Array;
  readonly unitSquares: Float32Array;
  readonly biasSquares: Float64Array;
  readonly activation: Float32Array;
  readonly error: Float32Array;
  readonly back: Float32Array;
  readonly kept: Int32Array;
}

/** Stochastic gradient, one text a step, Adagrad with one rate a row; the same for the same seed. */
export function trainNeural(
  examples: NeuralExamples,
  classes: number,
  options: NeuralOptions = neuralDefaults,
): NeuralWeights {
  const { units, epochs, seed, rateFirst, rateLast } = options;
  const { rows, labels } = examples;
  const random = seededRandom(seed);
  const training: Training = {
    net: {
      units,
      classes,
      hidden: uniform(rows.width * units, 0.1, random),
      hiddenBias: new Float32Array(units),
      output: uniform(units * classes, Math.sqrt(3 / units), random),
      outputBias: new Float32Array(classes),
    },
    examples,
    options,
    random,
    featureSquares: new Float32Array(rows.width),
    unitSquares: new Float32Array(units),
    biasSquares: new Float64Array(2),
    activation: new Float32Array(units),
    error: new Float32Array(classes),
    back: new Float32Array(units),
    kept: new Int32Array(rows.ids.length),
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = examples.choose?.(random) ?? Int32Array.from(labels.keys());
    shuffle(order, random);
    order.forEach((row, place) => {
      const passed = (epoch + place / order.length) / epochs;
      learn(training, row, rateFirst + (rateLast - rateFirst) * passed);
    });
  }
  return training.net;
}

function uniform(length: number, bound: number, random: Random): Float32Array {
  const values = new Float32Array(length);
  for (let at = 0; at < length; at++) values[at] = (random() * 2 - 1) * bound;
  return values;
}

function learn(training: Training, row: number, rate: number): void {
  const { kept, options, random, examples } = training;
  const { rows } = examples;
  let count = 0;
  for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
    if (random() >= options.featureDropout) kept[count++] = at;
  }
  forward(training, rows, count);
  subtractTarget(training, row);
  backward(training, rate);
  updateHidden(training, rows, { count, rate });
}

/** Turns the probabilities in `error` into how far each is off. */
function subtractTarget({ net, examples, options, error }: Training, row: number): void {
  const { classes } = net;
  const { labels, opinions, copies } = examples;
  const past = row - labels.length;
  if (opinions && past >= 0) {
    const weight = opinions.weights[past] ?? 0;
    for (let one = 0; one < classes; one++) {
      const target = opinions.targets[past * classes + one] ?? 0;
      error[one] = ((error[one] ?? 0) - target) * weight;
    }
    return;
  }
  const label = labels[copies && past >= 0 ? past : row] ?? 0;
  const others = options.smoothing / Math.max(1, classes - 1);
  for (let one = 0; one < classes; one++) {
    error[one] = (error[one] ?? 0) - (one === label ? 1 - options.smoothing : others);
  }
}

/** Leaves activations in `activation` (0 where dropped) and probabilities in `error`. */
function forward(
  { net, options, random, activation, error, kept }: Training,
  rows: SparseRows,
  count: number,
): void {
  const { units, classes, hidden, output } = net;
  const featureScale = 1 / (1 - options.featureDropout);
  activation.fill(0);
  for (let place = 0; place < count; place++) {
    const at = kept[place] ?? 0;
    const base = (rows.ids[at] ?? 0) * units;
    const value = (rows.values[at] ?? 0) * featureScale;
    for (let unit = 0; unit < units; unit++) {
      activation[unit] = (activation[unit] ?? 0) + (hidden[base + unit] ?? 0) * value;
    }
  }
  error.set(net.outputBias);
  const unitScale = 1 / (1 - options.unitDropout);
  for (let unit = 0; unit < units; unit++) {
    const sum = (activation[unit] ?? 0) + (net.hiddenBias[unit] ?? 0);
    const on = sum > 0 && random() >= options.unitDropout ? sum * unitScale : 0;
    activation[unit] = on;
    if (on === 0) continue;
    const base = unit * classes;
    for (let one = 0; one < classes; one++) {
      error[one] = (error[one] ?? 0) + (output[base + one] ?? 0) * on;
    }
  }
  softmaxInPlace(error);
}

/** Leaves each unit's share of the error in `back`; moves the output layer. */
function backward(
  { net, options, activation, error, back, unitSquares, biasSquares }: Training,
  rate: number,
): void {
  const { units, classes, output, outputBias } = net;
  let errorSquare = 0;
  for (let one = 0; one < classes; one++) errorSquare += (error[one] ?? 0) ** 2;
  const unitScale = 1 / (1 - options.unitDropout);
  back.fill(0);
  for (let unit = 0; unit < units; unit++) {
    const on = activation[unit] ?? 0;
    if (on === 0) continue;
    const square = (unitSquares[unit] ?? 0) + (errorSquare * on * on) / classes;
    unitSquares[unit] = square;
    const move = (rate * on) / (Math.sqrt(square) + 1e-8);
    const base = unit * classes;
    let sum = 0;
    for (let one = 0; one < classes; one++) {
      const weight = output[base + one] ?? 0;
      const wrong = error[one] ?? 0;
      sum += weight * wrong;
      output[base + one] = weight - move * wrong;
    }
    back[unit] = sum * unitScale;
  }
  biasSquares[0] = (biasSquares[0] ?? 0) + errorSquare / classes;
  const move = rate / (Math.sqrt(biasSquares[0]) + 1e-8);
  for (let one = 0; one < classes; one++) {
    outputBias[one] = (outputBias[one] ?? 0) - move * (error[one] ?? 0);
  }
}

function updateHidden(
  { net, options, back, featureSquares, biasSquares, kept }: Training,
  rows: SparseRows,
  { count, rate }: { readonly count: number; readonly rate: number },
): void {
  const { units, hidden, hiddenBias } = net;
  let backSquare = 0;
  for (let unit = 0; unit < units; unit++) backSquare += (back[unit] ?? 0) ** 2;
  if (backSquare === 0) return;
  const featureScale = 1 / (1 - options.featureDropout);
  for (let place = 0; place < count; place++) {
    const at = kept[place] ?? 0;
    const id = rows.ids[at] ?? 0;
    const value = (rows.values[at] ?? 0) * featureScale;
    const square = (featureSquares[id] ?? 0) + (backSquare * value * value) / units;
    featureSquares[id] = square;
    const move = (rate * value) / (Math.sqrt(square) + 1e-8);
    const base = id * units;
    for (let unit = 0; unit < units; unit++) {
      hidden[base + unit] = (hidden[base + unit] ?? 0) - move * (back[unit] ?? 0);
    }
  }
  biasSquares[1] = (biasSquares[1] ?? 0) + backSquare / units;
  const move = rate / (Math.sqrt(biasSquares[1]) + 1e-8);
  for (let unit = 0; unit < units; unit++) {
    hiddenBias[unit] = (hiddenBias[unit] ?? 0) - move * (back[unit] ?? 0);
  }
}

export function softmaxInPlace(values: Float32Array): void {
  let highest = -Infinity;
  for (const value of values) if (value > highest) highest = value;
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const raised = Math.exp((values[at] ?? 0) - highest);
    values[at] = raised;
    sum += raised;
  }
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) / sum;
}

/** Probabilities of the classes for one text. */
export function neuralProbabilities(
  net: NeuralWeights,
  ids: Int32Array,
  values: Float32Array,
): Float32Array {
  const { units, classes, hidden, output } = net;
  const activation = net.hiddenBias.slice();
  for (let at = 0; at < ids.length; at++) {
    const base = (ids[at] ?? 0) * units;
    const value = values[at] ?? 0;
    for (let unit = 0; unit < units; unit++) {
      activation[unit] = (activation[unit] ?? 0) + (hidden[base + unit] ?? 0) * value;
    }
  }
  const result = net.outputBias.slice();
  for (let unit = 0; unit < units; unit++) {
    const on = activation[unit] ?? 0;
    if (on <= 0) continue;
    for (let one = 0; one < classes; one++) {
      result[one] = (result[one] ?? 0) + (output[unit * classes + one] ?? 0) * on;
    }
  }
  softmaxInPlace(result);
  return result;
}
