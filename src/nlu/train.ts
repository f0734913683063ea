import { withTypos } from './augment.ts';
import { calibrate } from './calibration.ts';
import { crossValidate } from './cross-validation.ts';
import { trainConvolutions } from './convolution-training.ts';
import { createGramReader, hashText, kindOf, schemeFor, unitsOf, type Grams } from './features.ts';
import { trainLanguageId } from './language-id.ts';
import {
  modelFormat,
  outOfScope,
  type EngineModel,
  type LanguageModel,
  type TrainingUtterances,
} from './model.ts';
import { quantised, trainMembers } from './members.ts';
import { createPreparer } from './prepare.ts';
import { seededRandom } from './random.ts';
import { selectFeatures } from './selection.ts';
import { selfTrain } from './self-training.ts';
import { baseLanguage } from './senses.ts';
import { svmDefaults, trainSvm, type LinearWeights } from './svm.ts';
import { buildVocabulary, rowsOf, type SparseRows } from './vectors.ts';

export interface TrainOptions {
  readonly seed: number;
  /** Add a copy of every Latin utterance with slips of the finger. */
  readonly typos: boolean;
  /** Parts of the cross-validation that confidences and thresholds come from. */
  readonly folds: number;
  /** Price of a margin error in the separators. */
  readonly cost: number;
  /**
   * Only the features that tell most, and few steps a weight: a model of a third of the size that reads faster. Nothing
   * is lost on narrow sets; on the bot's own utterances 1.3 points were, so it is off.
   */
  readonly compact: boolean;
  /** Small networks beside the separators: three pay on big sets (2,000 utterances and more) and cost seconds each. */
  readonly members: number;
  /** Judges of word order beside the separators: they pay where intents are near to one another, and cost more seconds. */
  readonly convolutions: number;
  /**
   * Texts by language that nobody has labelled, for networks to learn from where labelled ones are few; used when
   * `members` is not 0.
   */
  readonly unlabelled: { readonly [language: string]: readonly string[] };
}

const trainDefaults: TrainOptions = {
  seed: 20_261,
  typos: true,
  folds: 4,
  cost: 1,
  compact: false,
  members: 0,
  convolutions: 0,
  unlabelled: {},
};

/** A copy with slips weighs less than what people wrote: measured, more costs points on clean text. */
const copyCost = 0.25;

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
  const lines = [`${modelFormat}`, JSON.stringify(Object.entries(settled).sort(byName))];
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

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

export interface Corpus {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly intents: readonly string[];
  readonly background: number;
}

export function trainLanguage(
  language: string,
  byIntent: { readonly [intent: string]: readonly string[] },
  options: Partial<TrainOptions> = {},
): LanguageModel {
  const settled = { ...trainDefaults, ...options };
  const corpus = readCorpus(language, byIntent);
  const others = settled.members > 0 ? readUnlabelled(settled.unlabelled[language] ?? []) : [];
  const kind = kindOf(corpus.texts);
  const scheme = schemeFor(language, kind, corpus.texts.length + others.length);
  const readGrams = createGramReader(scheme);
  const gramsOf = (text: string): Grams => {
    const grams = readGrams(text);
    return { ...grams, hashes: grams.hashes.slice() };
  };
  const grams = corpus.texts.map(gramsOf);
  const outcomes = crossValidate(corpus, gramsOf, grams, { scheme, options: settled });
  const random = seededRandom(settled.seed);
  const slipped = settled.typos && kind === 'spaced';
  const copies = slipped ? corpus.texts.map((text) => gramsOf(withTypos(text, random))) : [];
  const unlabelled = others.map(gramsOf);
  const { labels } = corpus;
  const classes = corpus.intents.length;
  const whole = buildVocabulary(scheme, [...grams, ...unlabelled]);
  // Which features tell cannot be seen where most texts have no label.
  const vocabulary =
    !settled.compact || unlabelled.length > 0
      ? whole
      : selectFeatures(whole, { ...settled, grams, labels, classes });
  const rows = rowsOf(vocabulary, [...grams, ...copies]);
  const separators = trainSeparators(rows, corpus, settled);
  return {
    language,
    intents: corpus.intents,
    scheme,
    keys: vocabulary.table.keys(),
    frequencies: vocabulary.frequencies,
    documents: vocabulary.documents,
    ...quantise(separators, settled.compact ? compactSteps : weightSteps),
    members:
      unlabelled.length > 0
        ? selfTrain({
            rows: rowsOf(vocabulary, [...grams, ...unlabelled]),
            labels,
            classes,
            separators,
            seed: settled.seed,
            count: settled.members,
          }).map(quantised)
        : trainMembers(rows, labels, classes, {
            count: settled.members,
            seed: settled.seed,
          }),
    convolutions: trainConvolutions(
      {
        texts: corpus.texts,
        labels,
        classes,
        wordsOf: (text) => unitsOf(kind, text),
        slips: slipped,
      },
      { count: settled.convolutions, seed: settled.seed },
    ),
    texts: corpus.texts,
    labels,
    calibration: calibrate(outcomes, corpus.background),
  };
}

/** Rows past the texts are their copies with slips. */
function trainSeparators(
  rows: SparseRows,
  { texts, labels, intents }: Corpus,
  { cost, seed }: TrainOptions,
): LinearWeights {
  const count = rows.starts.length - 1;
  const twice = Int32Array.from({ length: count }, (_, row) => labels[row % texts.length] ?? 0);
  return trainSvm(rows, twice, intents.length, {
    ...svmDefaults,
    cost,
    rowCosts: Float32Array.from(twice, (_, row) => (row < texts.length ? 1 : copyCost)),
    seed,
  });
}

/** Unlabelled texts are many and one like the other: more than this teaches nothing new. */
const unlabelledMax = 20_000;

function readUnlabelled(texts: readonly string[]): readonly string[] {
  const prepare = createPreparer();
  const distinct = new Set(texts.slice(0, unlabelledMax).map(prepare));
  distinct.delete('');
  return [...distinct].sort();
}

/** An intent's name is English text that says what it is about, and as good as one more utterance. */
function nameOf(intent: string, language: string): readonly string[] {
  if (intent === outOfScope || baseLanguage(language) !== 'en') return [];
  return [intent.replace(/_/g, ' ')];
}

/** Sorted by intent and cleared of repeats within an intent, so that the order of files does not matter. */
function readCorpus(
  language: string,
  byIntent: { readonly [intent: string]: readonly string[] },
): Corpus {
  const prepare = createPreparer();
  const intents = Object.keys(byIntent).sort();
  const texts: string[] = [];
  const labels: number[] = [];
  intents.forEach((intent, label) => {
    const seen = new Set<string>();
    for (const utterance of [...(byIntent[intent] ?? []), ...nameOf(intent, language)]) {
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

/** Whole steps from nought to a class's largest weight: so few lose nothing on public sets, .3 points on our own utterances. */
const compactSteps = 15;
const weightSteps = 63;

function quantise(
  { weights, bias, classes }: LinearWeights,
  stepsMax: number,
): Pick<LanguageModel, 'weights' | 'scales' | 'bias'> {
  const scales = new Float32Array(classes);
  for (let at = 0; at < weights.length; at++) {
    const label = at % classes;
    scales[label] = Math.max(scales[label] ?? 0, Math.abs(weights[at] ?? 0) / stepsMax);
  }
  const steps = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    steps[at] = Math.round((weights[at] ?? 0) / (scales[at % classes] || 1));
  }
  return { weights: steps, scales, bias };
}
