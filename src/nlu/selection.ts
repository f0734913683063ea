import { svmDefaults, trainSvm } from './svm.ts';
import { rowsOf, vocabularyOf, type Vocabulary } from './vectors.ts';
import type { Grams } from './features.ts';

/**
 * Features that a model keeps: as many as it takes to lose nothing on public sets, a fifth of what there are there. Fewer
 * rows of weights are what makes networks beside the separators affordable.
 */
const featuresMax = 16_000;

/** Rough separators show which features tell; four passes put them in the same order as forty. */
const roughPasses = 4;

interface Selection {
  readonly grams: readonly Grams[];
  readonly labels: Int32Array;
  readonly classes: number;
  readonly seed: number;
  readonly cost: number;
}

/** The vocabulary without the features that tell least: by the weights of rough separators, times the texts they are in. */
export function selectFeatures(vocabulary: Vocabulary, from: Selection): Vocabulary {
  const { frequencies, table } = vocabulary;
  if (frequencies.length <= featuresMax) return vocabulary;
  const { grams, labels, classes, seed, cost } = from;
  const rough = trainSvm(rowsOf(vocabulary, grams), labels, classes, {
    ...svmDefaults,
    seed,
    cost,
    passesMax: roughPasses,
  });
  const telling = Float64Array.from(frequencies, (count, id) => {
    let square = 0;
    for (let at = id * classes; at < (id + 1) * classes; at++)
      square += (rough.weights[at] ?? 0) ** 2;
    return square * count;
  });
  const kept = Array.from(frequencies.keys())
    .sort((one, other) => (telling[other] ?? 0) - (telling[one] ?? 0) || one - other)
    .slice(0, featuresMax)
    .sort((one, other) => one - other);
  const keys = table.keys();
  return vocabularyOf(
    vocabulary.scheme,
    Uint32Array.from(kept, (id) => keys[id] ?? 0),
    Uint32Array.from(kept, (id) => frequencies[id] ?? 0),
    vocabulary.documents,
  );
}
