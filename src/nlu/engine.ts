import { limits, type Understanding, type UnderstandHint } from '../core/index.ts';
import { createClassifier, type Classifier, type Judgement } from './classifier.ts';
import { createEntityReader, entityDefaults, type EntityOptions } from './entities/read.ts';
import { createLanguageGuesser, type LanguageGuess } from './language-id.ts';
import { outOfScope, type EngineModel } from './model.ts';
import { normalise } from './normalise.ts';

export interface Engine {
  readonly languages: readonly string[];
  /** Pure: equal texts and hints give equal answers. Never throws for any text; the zone must exist. */
  understand(text: string, hint: UnderstandHint): Understanding;
  /** The training utterances most like the text, one an intent, best first: for explaining a verdict and for editors. */
  nearest(text: string, language: string): readonly NearUtterance[];
}

export interface NearUtterance {
  readonly intent: string;
  /** As normalised. */
  readonly utterance: string;
  readonly similarity: number;
}

/** Ranked intents in an answer. */
const intentsMax = 5;

export function createEngine(model: EngineModel, options: EntityOptions = entityDefaults): Engine {
  const reader = createEntityReader(options);
  const guess = createLanguageGuesser(model.languageId);
  const classifiers = new Map(
    model.languages.map((one) => [one.language, createClassifier(one)] as const),
  );
  return {
    languages: model.languages.map(({ language }) => language),
    understand: (typed, hint) => {
      const text = capped(typed);
      const prepared = normalise(reader.mask(text));
      const language = guess(prepared, hint.language);
      const judgement = judge(classifiers, language, prepared);
      return {
        text,
        language: language.language,
        languageConfidence: language.confidence,
        intents: judgement.intents.slice(0, intentsMax),
        verdict: judgement.verdict,
        entities: reader.read(text, hint),
      };
    },
    nearest: (typed, language) =>
      classifiers.get(language)?.nearest(normalise(reader.mask(capped(typed)))) ?? [],
  };
}

/** Cut at the ceiling, never through a character. */
function capped(text: string): string {
  if (text.length <= limits.textLengthMax) return text;
  const last = text.charCodeAt(limits.textLengthMax - 1);
  const splits = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, limits.textLengthMax - (splits ? 1 : 0));
}

const nothing: Judgement = { intents: [{ intent: outOfScope, confidence: 1 }], verdict: 'refuse' };

/** Below this the routing is unsure and the other languages are heard too; what is less likely than the other is not meant. */
const sureLanguage = 0.97;
const heardLanguage = 0.02;

/**
 * The likeliest language's model judges. Where the routing is unsure, as in a message of two languages, every language
 * that may be meant is heard and weighed by how likely it is: a sure answer of the other model then beats a shrug.
 */
function judge(
  classifiers: ReadonlyMap<string, Classifier>,
  guess: LanguageGuess,
  prepared: string,
): Judgement {
  if (!saysSomething.test(prepared)) return nothing;
  const first = classifiers.get(guess.language)?.judge(prepared) ?? nothing;
  if (guess.confidence >= sureLanguage || first.verdict === 'answer') return first;
  let best = first;
  let most = weigh(first) * guess.confidence;
  guess.languages.forEach((language, place) => {
    const likely = guess.probabilities[place] ?? 0;
    if (language === guess.language || likely < heardLanguage) return;
    const other = classifiers.get(language)?.judge(prepared);
    if (!other || weigh(other) * likely <= most) return;
    best = other;
    most = weigh(other) * likely;
  });
  return best;
}

/** A message that is only an id, an amount or a link asks for nothing by itself. */
const saysSomething = /[\p{L}\p{Extended_Pictographic}?]/u;

/** How much a judgement says: the confidence in its best served intent. */
function weigh({ intents }: Judgement): number {
  return intents.find(({ intent }) => intent !== outOfScope)?.confidence ?? 0;
}
