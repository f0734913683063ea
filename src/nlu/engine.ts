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

/** A language that the words alone make at least this likely is heard beside the routed one. */
const heardLanguage = 0.1;

/**
 * The routed language's model judges. When it is not sure and the words point to another language too, as in a
 * message of two languages, that one is heard as well: its sure answer beats a doubtful one, and between two
 * doubtful ones the likelier language counts for more.
 */
function judge(
  classifiers: ReadonlyMap<string, Classifier>,
  guess: LanguageGuess,
  prepared: string,
): Judgement {
  if (!saysSomething.test(prepared)) return nothing;
  let best = classifiers.get(guess.language)?.judge(prepared) ?? nothing;
  if (best.verdict === 'answer') return best;
  let most = weigh(best, guess.evidence[guess.languages.indexOf(guess.language)] ?? 1);
  guess.languages.forEach((language, place) => {
    const likely = guess.evidence[place] ?? 0;
    if (language === guess.language || likely < heardLanguage) return;
    const other = classifiers.get(language)?.judge(prepared);
    if (!other || weigh(other, likely) <= most) return;
    best = other;
    most = weigh(other, likely);
  });
  return best;
}

/** A message that is only an id, an amount or a link asks for nothing by itself. */
const saysSomething = /[\p{L}\p{Extended_Pictographic}?]/u;

function weigh({ intents, verdict }: Judgement, likely: number): number {
  if (verdict === 'answer') return 1 + likely;
  return likely * (intents.find(({ intent }) => intent !== outOfScope)?.confidence ?? 0);
}
