import { epochsFor } from './members.ts';
import {
  neuralDefaults,
  neuralProbabilities,
  trainNeural,
  type NeuralExamples,
  type NeuralWeights,
  type Opinions,
} from './neural.ts';
import { softmaxOf } from './language-id.ts';
import { scoreRow, type LinearWeights } from './svm.ts';
import type { SparseRows } from './vectors.ts';

/** Times that the networks judge the unlabelled texts and new ones learn from that. */
const rounds = 5;
/** Networks that judge together in the rounds before the last. */
const judges = 2;
/** A text counts when one class is this likely, by that likelihood times `pupilWeight`. */
const likelyMin = 0.5;
const pupilWeight = 0.5;
/** Each epoch shows the labelled texts this often: they are few and sure. */
const repeats = 3;
const pupilEpochs = 8;
/** Raising probabilities to this power makes a judge's leaning an opinion. */
const sharpness = 2;

export interface SelfTraining {
  /** Labelled rows first, then the unlabelled ones. */
  readonly rows: SparseRows;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Trained on the labelled rows: a second voice in the first round. */
  readonly separators: LinearWeights;
  readonly seed: number;
  /** Networks wanted in the end. */
  readonly count: number;
}

/**
 * Few labelled texts and many unlabelled ones: networks learn from the labelled, say what they hold the others to be,
 * and new networks learn from both. Opinions are evened out between classes, or the large ones would swallow the rest.
 */
export function selfTrain(given: SelfTraining): readonly NeuralWeights[] {
  const { rows, labels, classes, count, seed } = given;
  let nets = Array.from({ length: judges }, (_, place) =>
    trainNeural({ rows, labels }, classes, {
      ...neuralDefaults,
      epochs: epochsFor(labels.length),
      seed: seed + place,
    }),
  );
  for (let round = 1; round <= rounds; round++) {
    const opinions = judge(given, nets, round === 1);
    const examples: NeuralExamples = {
      rows,
      labels,
      opinions,
      choose: () => chosen(labels.length, opinions.weights),
    };
    const wanted = round === rounds ? count : judges;
    nets = Array.from({ length: wanted }, (_, place) =>
      trainNeural(examples, classes, {
        ...neuralDefaults,
        epochs: pupilEpochs,
        seed: seed + 101 * round + place,
      }),
    );
  }
  return nets;
}

function chosen(labelled: number, weights: Float32Array): Int32Array {
  const order: number[] = [];
  for (let turn = 0; turn < repeats; turn++)
    for (let row = 0; row < labelled; row++) order.push(row);
  weights.forEach((weight, past) => {
    if (weight > 0) order.push(labelled + past);
  });
  return Int32Array.from(order);
}

function judge(
  given: SelfTraining,
  nets: readonly NeuralWeights[],
  withSeparators: boolean,
): Opinions {
  const { rows, labels, classes } = given;
  const count = rows.starts.length - 1 - labels.length;
  const targets = new Float32Array(count * classes);
  for (let past = 0; past < count; past++) {
    const row = labels.length + past;
    const from = rows.starts[row] ?? 0;
    const end = rows.starts[row + 1] ?? 0;
    const ids = rows.ids.subarray(from, end);
    const values = rows.values.subarray(from, end);
    const voices = nets.map((net) => neuralProbabilities(net, ids, values));
    if (withSeparators) voices.push(separatorVoice(given.separators, ids, values));
    for (const voice of voices) {
      for (let one = 0; one < classes; one++) {
        const at = past * classes + one;
        targets[at] = (targets[at] ?? 0) + (voice[one] ?? 0) / voices.length;
      }
    }
  }
  return sharpened(targets, classes);
}

/** Turns margins into probabilities, as in the mixture of members. */
const marginTemperature = 0.2;

function separatorVoice(
  separators: LinearWeights,
  ids: Int32Array,
  values: Float32Array,
): Float32Array {
  const scores = new Float32Array(separators.classes);
  scoreRow(separators, ids, values, scores);
  return Float32Array.from(
    softmaxOf(Float64Array.from(scores, (score) => score / marginTemperature)),
  );
}

/** Opinions in place: each class divided by the root of its share of all, sharpened; how sure they are is their weight. */
function sharpened(targets: Float32Array, classes: number): Opinions {
  const count = targets.length / classes;
  const shares = new Float64Array(classes);
  targets.forEach((value, at) => {
    shares[at % classes] = (shares[at % classes] ?? 0) + (value * classes) / count;
  });
  const weights = new Float32Array(count);
  for (let past = 0; past < count; past++) {
    let sum = 0;
    let highest = 0;
    for (let one = 0; one < classes; one++) {
      const at = past * classes + one;
      const even = (targets[at] ?? 0) / Math.sqrt((shares[one] ?? 0) + 1e-9);
      const raised = even ** sharpness;
      targets[at] = raised;
      sum += raised;
      highest = Math.max(highest, raised);
    }
    for (let one = 0; one < classes; one++) {
      const at = past * classes + one;
      targets[at] = (targets[at] ?? 0) / (sum || 1);
    }
    const sure = highest / (sum || 1);
    weights[past] = sure > likelyMin ? pupilWeight * sure : 0;
  }
  return { targets, weights };
}
