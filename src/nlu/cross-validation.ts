import { asGibberish } from './augment.ts';
import { signalsOf, type Outcome } from './calibration.ts';
import { trainConvolutions } from './convolution-training.ts';
import { createCoverage } from './coverage.ts';
import { unitsOf, type FeatureScheme, type Grams } from './features.ts';
import { createBlend, trainMembers } from './members.ts';
import { seededRandom, shuffle } from './random.ts';
import { selectFeatures } from './selection.ts';
import { scoreRow, svmDefaults, trainSvm } from './svm.ts';
import type { Corpus, TrainOptions } from './train.ts';
import { buildVocabulary, createVectoriser, rowsOf } from './vectors.ts';

/** Beyond this many utterances one held-out part measures well enough. */
const crossValidateMax = 4000;

/** One text in so many is also judged as gibberish: people's own out-of-scope examples hold too little of it. */
const gibberishEvery = 8;

/** Scores every utterance by a model that has not seen it, and some nonsense as out of scope. */
export function crossValidate(
  corpus: Corpus,
  gramsOf: (text: string) => Grams,
  grams: readonly Grams[],
  { scheme, options }: { readonly scheme: FeatureScheme; readonly options: TrainOptions },
): readonly Outcome[] {
  const parts = assignParts(corpus, options.folds, options.seed);
  const rounds = grams.length > crossValidateMax ? 1 : options.folds;
  const random = seededRandom(options.seed);
  const outcomes: Outcome[] = [];
  for (let part = 0; part < rounds; part++) {
    const inside = [...grams.keys()].filter((row) => parts[row] !== part);
    const judge = trainJudge(corpus, grams, inside, { scheme, options });
    grams.forEach((text, row) => {
      if (parts[row] !== part) return;
      outcomes.push({ label: corpus.labels[row] ?? 0, ...judge(text) });
      if (row % gibberishEvery > 0) return;
      const nonsense = gramsOf(asGibberish(corpus.texts[row] ?? '', random));
      outcomes.push({ label: corpus.background, ...judge(nonsense) });
    });
  }
  return outcomes;
}

function trainJudge(
  corpus: Corpus,
  grams: readonly Grams[],
  inside: readonly number[],
  { scheme, options }: { readonly scheme: FeatureScheme; readonly options: TrainOptions },
): (text: Grams) => Omit<Outcome, 'label'> {
  const seen = inside.map((row) => grams[row]).filter((one) => one !== undefined);
  const labels = Int32Array.from(inside, (row) => corpus.labels[row] ?? 0);
  const classes = corpus.intents.length;
  const { cost, seed } = options;
  const whole = buildVocabulary(scheme, seen);
  const vocabulary = options.compact
    ? selectFeatures(whole, { grams: seen, labels, classes, cost, seed })
    : whole;
  const rows = rowsOf(vocabulary, seen);
  const model = trainSvm(rows, labels, classes, { ...svmDefaults, cost, seed });
  const members = trainMembers(rows, labels, classes, { count: options.members, seed });
  const convolutions = trainConvolutions(
    {
      texts: inside.map((row) => corpus.texts[row] ?? ''),
      labels,
      classes,
      wordsOf: (text) => unitsOf(scheme.kind, text),
      slips: options.typos && scheme.kind === 'spaced',
    },
    // One stands for all: more of them would double the time of training and move the thresholds little.
    { count: Math.min(1, options.convolutions), seed },
  );
  const blend = createBlend({ members, convolutions });
  const coverage = createCoverage(rows, labels, classes);
  const vectorise = createVectoriser(vocabulary);
  return (text) => {
    const vector = vectorise(text);
    const scores = new Float32Array(classes);
    scoreRow(model, vector.ids, vector.values, scores);
    const words = { known: vector.known, words: text.wordCount };
    return {
      logits: blend(scores, vector, text.words),
      signals: signalsOf(scores, (label) => coverage(vector, label), words, corpus.background),
    };
  };
}

/** Neighbouring lines out of scope that stay together: half a topic. */
const runLength = 8;

/**
 * Spreads each intent's utterances evenly over the parts. What is out of scope is dealt in runs instead: people write
 * it down topic by topic, and the next stranger's topic is as likely as not none of them. Quarters of the file would
 * leave one part with the near misses alone, which tell nothing of the rest.
 */
function assignParts({ labels, background }: Corpus, parts: number, seed: number): Int32Array {
  const order = Int32Array.from(labels.keys());
  shuffle(order, seededRandom(seed));
  const dealt = new Map<number, number>();
  const assigned = new Int32Array(labels.length);
  for (const row of order) {
    const label = labels[row] ?? 0;
    const count = dealt.get(label) ?? 0;
    assigned[row] = count % parts;
    dealt.set(label, count + 1);
  }
  const outside = [...labels.keys()].filter((row) => labels[row] === background);
  outside.forEach((row, place) => {
    assigned[row] = Math.floor(place / runLength) % parts;
  });
  return assigned;
}
