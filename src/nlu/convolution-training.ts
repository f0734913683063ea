import { withTypos } from './augment.ts';
import { beginTraining, look, squareFirst, type Training } from './convolution-steps.ts';
import { wordsMax, type Convolution } from './convolution.ts';
import { inSteps } from './members.ts';
import { seededRandom, shuffle } from './random.ts';
import { frequentWords } from './word-pieces.ts';

/** Small sets are seen more often; so many looks at single texts are enough for any. */
const looks = 240_000;
const epochsMin = 14;
const epochsMax = 40;
/** Share of looks at a text with slips of the finger, other ones each time. */
const slippedShare = 0.25;
const rateFirst = 0.1;
const rateLast = 0.005;

export interface ConvolutionExamples {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly classes: number;
  readonly wordsOf: (text: string) => readonly string[];
  /** Whether slips of the finger are shown. */
  readonly slips: boolean;
}

/** Stochastic gradient, one text a step, Adagrad; the same for the same seed. */
export function trainConvolution(examples: ConvolutionExamples, seed: number): Convolution {
  const { texts, labels, classes, wordsOf, slips } = examples;
  const random = seededRandom(seed);
  const own = frequentWords(texts.map(wordsOf));
  const training = beginTraining(own, classes, random);
  const epochs = Math.min(epochsMax, Math.max(epochsMin, Math.round(looks / texts.length)));
  const order = Int32Array.from(labels.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    order.forEach((row, place) => {
      const text = texts[row] ?? '';
      const shown = slips && random() < slippedShare ? withTypos(text, random) : text;
      const passed = (epoch + place / order.length) / epochs;
      const rate = rateFirst + (rateLast - rateFirst) * passed;
      look(training, wordsOf(shown).slice(0, wordsMax), { label: labels[row] ?? 0, rate });
    });
  }
  return quantised(training, own);
}

/** Convolutions from different beginnings. */
export function trainConvolutions(
  examples: ConvolutionExamples,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly Convolution[] {
  return Array.from({ length: count }, (_, place) =>
    trainConvolution(examples, seed + 211 * place),
  );
}

/** No weight is further out than so many standard deviations. */
const spreadMax = 4;
const vectorSteps = 31;
const kernelSteps = 63;
const outputSteps = 63;

function quantised(training: Training, own: Uint32Array): Convolution {
  const {
    classes,
    dimensions,
    filters,
    vectors,
    vectorSquares,
    kernel,
    kernelBias,
    output,
    outputBias,
  } = training;
  // What no text has moved is noise from the beginning.
  const learnt = vectors.map((value, at) =>
    (vectorSquares[Math.floor(at / dimensions)] ?? 0) > Math.fround(squareFirst) ? value : 0,
  );
  const vector = inSteps(learnt, spreadMax * deviation(learnt), vectorSteps);
  const filter = inSteps(kernel, spreadMax * deviation(kernel), kernelSteps);
  const last = inSteps(output, spreadMax * deviation(output), outputSteps);
  return {
    dimensions,
    filters,
    classes,
    own,
    vectors: vector.steps,
    vectorScale: vector.scale,
    kernel: filter.steps,
    kernelScale: filter.scale,
    kernelBias,
    output: last.steps,
    outputScale: last.scale,
    outputBias,
  };
}

/** Of the weights that are not nought. */
function deviation(weights: Float32Array): number {
  let square = 0;
  let count = 0;
  for (const weight of weights) {
    if (weight === 0) continue;
    square += weight * weight;
    count++;
  }
  return Math.sqrt(square / Math.max(1, count));
}
