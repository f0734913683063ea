import { afterSalutation } from './salutations.ts';
import {
  limits,
  type RequestSpan,
  type Understanding,
  type UnderstandHint,
} from '../core/index.ts';
import { createClassifier, type Classifier, type Judgement } from './classifier.ts';
import { createEntityReader, entityDefaults, type EntityOptions } from './entities/read.ts';
import { findRequests } from './requests.ts';
import { createLanguageGuesser, type LanguageGuess } from './language-id.ts';
import { outOfScope, type EngineModel } from './model.ts';
import { hesitated, nearIntents } from './near-intents.ts';
import { normalise } from './normalise.ts';
import { withRomanised } from './romanised.ts';
import { createTopicNamer, type Topics } from './topics.ts';

export interface Engine {
  readonly languages: readonly string[];
  /** Pure: equal texts and hints give equal answers. Never throws for any text; the zone must exist. */
  understand(text: string, hint: UnderstandHint): EngineUnderstanding;
  /** The training utterances most like the text, one an intent, best first: for explaining a verdict and for editors. */
  nearest(text: string, language: string): readonly NearUtterance[];
}

interface EngineUnderstanding extends Understanding {
  /** Two or more different requests in one message, in its order; absent when there is one or none. */
  readonly requests?: readonly RequestSpan[];
}

interface EngineOptions extends EntityOptions {
  /** Intents that accompany a request without being one: "hi, …", "… thanks". */
  readonly accompanying: readonly string[];
  /** Groups of intents between which a doubtful answer becomes a question. */
  readonly near: readonly (readonly string[])[];
  /** Which utterances of `out_of_scope` belong to which topic, so that a refusal can name it. */
  readonly topics: Topics;
}

const engineDefaults: EngineOptions = {
  ...entityDefaults,
  accompanying: [
    'greet',
    'thank',
    'goodbye',
    'affirm',
    'deny',
    'frustrated',
    'give_feedback',
    'bot_capabilities',
    'start_over',
  ],
  topics: {},
  near: nearIntents,
};

export interface NearUtterance {
  readonly intent: string;
  /** As normalised. */
  readonly utterance: string;
  readonly similarity: number;
}

interface Classifiers {
  readonly get: (language: string) => Classifier | undefined;
}

/** Ranked intents in an answer. */
const intentsMax = 5;

export function createEngine(model: EngineModel, options: Partial<EngineOptions> = {}): Engine {
  const settled = { ...engineDefaults, ...options };
  const reader = createEntityReader(settled);
  const guess = createLanguageGuesser(model.languageId);
  const classifiers = classifiersOf(model);
  const nameTopic = createTopicNamer(settled.topics, model, (text) => normalise(reader.mask(text)));
  return {
    languages: model.languages.map(({ language }) => language),
    understand: (typed, hint) => {
      const text = capped(typed);
      const prepare = (part: string): string => normalise(reader.mask(part, hint.phoneCountries));
      const prepared = prepare(text);
      const language = withRomanised(guess(prepared, hint.language), text, hint.language);
      const judgePart = (part: string): Judgement => judge(classifiers, language, prepare(part));
      const typedWhole = judge(classifiers, language, spoken(prepared, text, language.language));
      const rest = typedWhole.intents[0]?.intent === 'greet' ? afterSalutation(text) : undefined;
      const whole =
        rest === undefined
          ? typedWhole
          : withoutHail(typedWhole, judgePart(rest), settled.accompanying);
      const requests = findRequests({
        text,
        whole,
        accompanying: settled.accompanying,
        judgePart,
      });
      const judgement =
        requests.length > 1 ? withRequests(whole, requests) : hesitated(whole, settled.near);
      const topic =
        judgement.verdict === 'answer'
          ? undefined
          : nameTopic(language.language, prepared, judgement.intents[0]?.intent === outOfScope);
      return {
        text,
        ...(topic === undefined ? {} : { topic }),
        language: language.language,
        languageConfidence: language.confidence,
        intents: judgement.intents.slice(0, intentsMax),
        // Nearer to what is not done here than to any request: there is nothing to ask back.
        verdict: topic === undefined ? judgement.verdict : 'refuse',
        entities: reader.read(text, hint),
        ...(requests.length > 1 ? { requests } : {}),
      };
    },
    nearest: (typed, language) =>
      classifiers.get(language)?.nearest(normalise(reader.mask(capped(typed)))) ?? [],
  };
}

/** "Hello??? Where is my money": the greeting is loud, and what is asked comes after it. */
function withoutHail(
  whole: Judgement,
  rest: Judgement,
  accompanying: readonly string[],
): Judgement {
  const isAside = accompanying.includes(rest.intents[0]?.intent ?? outOfScope);
  return rest.verdict === 'refuse' || isAside ? whole : rest;
}

/** Each made when its language is first met: a workspace offers more of them than one conversation needs. */
function classifiersOf(model: EngineModel): Classifiers {
  const made = new Map<string, Classifier>();
  return {
    get: (language) => {
      const known = made.get(language);
      if (known) return known;
      const one = model.languages.find((candidate) => candidate.language === language);
      if (!one) return undefined;
      const classifier = createClassifier(one);
      made.set(language, classifier);
      return classifier;
    },
  };
}

/** The whole was judged as if it were one request: where that came to nothing certain, the parts say what is asked. */
function withRequests(whole: Judgement, requests: readonly RequestSpan[]): Judgement {
  const first = whole.intents[0]?.intent;
  if (whole.verdict === 'answer' && requests.some(({ intent }) => intent === first)) return whole;
  const intents = requests
    .map(({ intent, confidence }) => ({ intent, confidence: confidence / requests.length }))
    .sort((a, b) => b.confidence - a.confidence);
  return { intents, verdict: 'answer' };
}

/** Chinese speakers write "bye bye" in digits; as a whole message they say just that. */
const farewell = /^\s*(?:88|886|881|８８|８８６)[\s~～!！。.]{0,8}$/;

function spoken(prepared: string, text: string, language: string): string {
  return language.startsWith('zh') && farewell.test(text) ? normalise('拜拜') : prepared;
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
function judge(classifiers: Classifiers, guess: LanguageGuess, prepared: string): Judgement {
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
