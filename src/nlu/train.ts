import { calibrate, signalsOf, type Outcome } from './calibration.ts';
import { asGibberish, withTypos } from './augment.ts';
import {
  createGramReader,
  hashText,
  kindOf,
  schemeFor,
  type FeatureScheme,
  type Grams,
} from './features.ts';
import { trainLanguageId } from './language-id.ts';
import {
  modelFormat,
  outOfScope,
  type EngineModel,
  type LanguageModel,
  type TrainingUtterances,
} from './model.ts';
import { blend, trainMembers } from './members.ts';
import { createNearestIndex } from './nearest.ts';
import { createPreparer } from './prepare.ts';
import { seededRandom, shuffle } from './random.ts';
import { scoreRow, svmDefaults, trainSvm, type LinearWeights } from './svm.ts';
import { buildVocabulary, createVectoriser, rowsOf } from './vectors.ts';

export interface TrainOptions {
  readonly seed: number;
  /** Add a copy of every Latin utterance with slips of the finger. */
  readonly typos: boolean;
  /** Parts of the cross-validation that confidences and thresholds come from. */
  readonly folds: number;
  /** Price of a margin error in the separators. */
  readonly cost: number;
  /** Small networks beside the separators: three pay on big sets (2,000 utterances and more) and cost seconds each. */
  readonly members: number;
}

const trainDefaults: TrainOptions = {
  seed: 20_261,
  typos: true,
  folds: 4,
  cost: 1,
  members: 0,
};

/** A copy with slips weighs less than what people wrote: measured, more costs points on clean text. */
const copyCost = 0.25;

/** Beyond this many utterances one held-out part measures well enough. */
const crossValidateMax = 4000;

/** Trains every language. Pure and deterministic: equal utterances, options and seed give equal models to the byte. */
export function trainEngine(
  utterances: TrainingUtterances,
  options: Partial<TrainOptions> = {},
): EngineModel {
  const settled = { ...trainDefaults, ...options };
  const languages = Object.keys(utterances).sort();
  const models = languages.map((language) =>
    trainLanguage(language, utterances[language] ?? {}, settled),
  );
  return assembleEngine(models, utterances, settled);
}

/** Puts separately trained languages together: each may have been trained on a thread of its own. */
export function assembleEngine(
  models: readonly LanguageModel[],
  utterances: TrainingUtterances,
  options: Partial<TrainOptions> = {},
): EngineModel {
  return {
    format: modelFormat,
    trainedOn: trainingDigest(utterances, options),
    languageId: trainLanguageId(
      Object.fromEntries(models.map(({ language, texts }) => [language, texts])),
    ),
    languages: models,
  };
}

/** 16 hex digits that change with any utterance, intent, language, option or format. Not for security. */
export function trainingDigest(
  utterances: TrainingUtterances,
  options: Partial<TrainOptions> = {},
): string {
  const settled = { ...trainDefaults, ...options };
  const lines = [`${modelFormat}`, JSON.stringify(settled, Object.keys(settled).sort())];
  for (const language of Object.keys(utterances).sort()) {
    const byIntent = utterances[language] ?? {};
    for (const intent of Object.keys(byIntent).sort()) {
      lines.push(JSON.stringify([language, intent, byIntent[intent]]));
    }
  }
  const text = lines.join('\n');
  const half = (seed: number) => hashText(text, seed).toString(16).padStart(8, '0');
  return half(0x811c9dc5) + half(0x2545f491);
}

interface Corpus {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly intents: readonly string[];
  readonly background: number;
}

export function trainLanguage(
  language: string,
  byIntent: { readonly [intent: string]: readonly string[] },
  options: TrainOptions = trainDefaults,
): LanguageModel {
  const corpus = readCorpus(byIntent);
  const scheme = schemeFor(language, kindOf(corpus.texts), corpus.texts.length);
  const readGrams = createGramReader(scheme);
  const gramsOf = (text: string): Grams => {
    const grams = readGrams(text);
    return { ...grams, hashes: grams.hashes.slice() };
  };
  const grams = corpus.texts.map(gramsOf);
  const outcomes = crossValidate(corpus, gramsOf, grams, { scheme, options });
  const random = seededRandom(options.seed);
  const copies = options.typos && scheme.kind === 'spaced';
  const extra = copies ? corpus.texts.map((text) => gramsOf(withTypos(text, random))) : [];
  const all = [...grams, ...extra];
  const labels = Int32Array.from(all.keys(), (row) => corpus.labels[row % grams.length] ?? 0);
  const vocabulary = buildVocabulary(scheme, grams);
  const weights = trainSvm(rowsOf(vocabulary, all), labels, corpus.intents.length, {
    ...svmDefaults,
    cost: options.cost,
    rowCosts: Float32Array.from(all, (_, row) => (row < grams.length ? 1 : copyCost)),
    seed: options.seed,
  });
  return {
    language,
    intents: corpus.intents,
    scheme,
    keys: vocabulary.table.keys(),
    frequencies: vocabulary.frequencies,
    documents: grams.length,
    ...quantise(weights),
    members: trainMembers(rowsOf(vocabulary, grams), corpus.labels, corpus.intents.length, {
      count: options.members,
      seed: options.seed,
    }),
    texts: corpus.texts,
    labels: corpus.labels,
    calibration: calibrate(outcomes, corpus.background),
  };
}

/** Sorted by intent and cleared of repeats within an intent, so that the order of files does not matter. */
function readCorpus(byIntent: { readonly [intent: string]: readonly string[] }): Corpus {
  const prepare = createPreparer();
  const intents = Object.keys(byIntent).sort();
  const texts: string[] = [];
  const labels: number[] = [];
  intents.forEach((intent, label) => {
    const seen = new Set<string>();
    for (const utterance of byIntent[intent] ?? []) {
      const text = prepare(utterance);
      if (text === '' || seen.has(text)) continue;
      seen.add(text);
      texts.push(text);
      labels.push(label);
    }
  });
  return {
    texts,
    labels: Int32Array.from(labels),
    intents,
    background: intents.indexOf(outOfScope),
  };
}

/** One text in so many is also judged as gibberish: people's own out-of-scope examples hold too little of it. */
const gibberishEvery = 8;

/** Scores every utterance by a model that has not seen it, and some nonsense as out of scope. */
function crossValidate(
  corpus: Corpus,
  gramsOf: (text: string) => Grams,
  grams: readonly Grams[],
  { scheme, options }: { readonly scheme: FeatureScheme; readonly options: TrainOptions },
): readonly Outcome[] {
  const parts = assignParts(corpus.labels, options.folds, options.seed);
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
  const vocabulary = buildVocabulary(scheme, seen);
  const rows = rowsOf(vocabulary, seen);
  const { cost, seed } = options;
  const model = trainSvm(rows, labels, classes, { ...svmDefaults, cost, seed });
  const members = trainMembers(rows, labels, classes, { count: options.members, seed });
  const index = createNearestIndex(rows, labels, classes);
  const vectorise = createVectoriser(vocabulary);
  return (text) => {
    const vector = vectorise(text);
    const scores = new Float32Array(classes);
    scoreRow(model, vector.ids, vector.values, scores);
    const words = { known: vector.known, words: text.wordCount };
    return {
      logits: blend(scores, members, vector),
      signals: signalsOf(scores, index.search(vector), words, corpus.background),
    };
  };
}

/** Spreads each intent's utterances evenly over the parts. */
function assignParts(labels: Int32Array, parts: number, seed: number): Int32Array {
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
  return assigned;
}

/** Eight bits a weight lose nothing that can be measured and make the model a quarter of the size. */
function quantise({
  weights,
  bias,
  classes,
}: LinearWeights): Pick<LanguageModel, 'weights' | 'scales' | 'bias'> {
  const scales = new Float32Array(classes);
  for (let at = 0; at < weights.length; at++) {
    const label = at % classes;
    scales[label] = Math.max(scales[label] ?? 0, Math.abs(weights[at] ?? 0) / 127);
  }
  const steps = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    steps[at] = Math.round((weights[at] ?? 0) / (scales[at % classes] || 1));
  }
  return { weights: steps, scales, bias };
}
