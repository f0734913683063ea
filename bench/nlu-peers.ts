import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import {
  createEngine,
  outOfScope,
  serialiseModel,
  trainEngine,
  type Engine,
} from '../src/nlu/index.ts';

export interface Example {
  readonly text: string;
  readonly label: string;
  readonly split: string;
}

/** What an engine makes of a text. */
export interface Verdict {
  /** Served intents, best first. */
  readonly ranked: readonly string[];
  /** The higher, the likelier one of ours; only its order matters. */
  readonly inScope: number;
  /** Refused by the engine's own threshold. */
  readonly refused: boolean;
}

export interface Trained {
  classify(text: string): Verdict | Promise<Verdict>;
  /** Compressed. */
  readonly bytes: number;
}

export interface Training {
  readonly examples: readonly Example[];
  /** Texts without their labels; only ours can use them. */
  readonly unlabelled: readonly string[];
}

export type PeerName = keyof typeof peers;

/** Each learns from the examples alone and is asked as its documentation says. */
export const peers = {
  Kefu: ({ examples }: Training) => trainKefu(examples, { members: 2, convolutions: 3 }),
  'Kefu, separators alone': ({ examples }: Training) => trainKefu(examples, {}),
  'Kefu, 3 networks, rest unlabelled': ({ examples, unlabelled }: Training) =>
    trainKefu(examples, { members: 3, unlabelled: { en: unlabelled } }),
  '`natural` Bayes': ({ examples }: Training) => trainBayes(examples),
  'NLP.js': ({ examples }: Training) => trainNlpJs(examples),
} as const;

const hint = { nowMs: Date.parse('2026-11-22T12:00:00Z'), timeZone: 'UTC' };

/** The whole of `understand`: language, entities and verdict included. */
function trainKefu(
  examples: readonly Example[],
  options: Parameters<typeof trainEngine>[1],
): Trained {
  const byIntent: { [intent: string]: string[] } = {};
  for (const { text, label } of examples) (byIntent[label] ??= []).push(text);
  const model = trainEngine({ en: byIntent }, { compact: true, ...options });
  const engine: Engine = createEngine(model);
  return {
    classify: (text) => {
      const { intents, verdict } = engine.understand(text, hint);
      const outside = intents.find(({ intent }) => intent === outOfScope)?.confidence ?? 0;
      return { ranked: served(intents), inScope: 1 - outside, refused: verdict === 'refuse' };
    },
    bytes: gzipSync(serialiseModel(model)).length,
  };
}

function served(ranked: readonly { readonly intent: string }[]): readonly string[] {
  return ranked.map(({ intent }) => intent).filter((intent) => intent !== outOfScope);
}

interface BayesClassifier {
  addDocument(text: string, label: string): void;
  train(): void;
  getClassifications(text: string): readonly { readonly label: string; readonly value: number }[];
}

function trainBayes(examples: readonly Example[]): Trained {
  const require = createRequire(import.meta.url);
  const Bayes =
    require('natural/lib/natural/classifiers/bayes_classifier') as new () => BayesClassifier;
  const bayes = new Bayes();
  for (const { text, label } of examples) bayes.addDocument(text, label);
  bayes.train();
  return {
    classify: (text) => {
      const all = bayes.getClassifications(text);
      const sum = all.reduce((total, { value }) => total + value, 0);
      const outside = all.find(({ label }) => label === outOfScope)?.value ?? 0;
      return {
        ranked: served(all.map(({ label }) => ({ intent: label }))),
        inScope: sum > 0 ? 1 - outside / sum : 0,
        refused: all[0]?.label === outOfScope,
      };
    },
    bytes: gzipSync(JSON.stringify(bayes)).length,
  };
}

interface NlpJs {
  addLanguage(language: string): void;
  addDocument(language: string, text: string, intent: string): void;
  train(): Promise<unknown>;
  process(
    language: string,
    text: string,
  ): Promise<{
    readonly intent: string;
    readonly score: number;
    readonly classifications: readonly { readonly intent: string; readonly score: number }[];
  }>;
  toJSON(): unknown;
}

interface NlpJsPackage {
  readonly containerBootstrap: () => Promise<{ use(part: unknown): void }>;
  readonly LangEn: unknown;
  readonly Nlp: new (settings: object) => NlpJs;
}

/** The engine of node-nlp with its English; `None` is its word for refusing. */
async function trainNlpJs(examples: readonly Example[]): Promise<Trained> {
  const require = createRequire(import.meta.url);
  const { containerBootstrap, LangEn, Nlp } = require('@nlpjs/basic') as NlpJsPackage;
  const container = await containerBootstrap();
  container.use(LangEn);
  const nlp = new Nlp({ container, autoSave: false, forceNER: false, nlu: { log: false } });
  nlp.addLanguage('en');
  for (const { text, label } of examples) nlp.addDocument('en', text, label);
  await nlp.train();
  return {
    classify: async (text) => {
      const { intent, classifications } = await nlp.process('en', text);
      const ranked = served(classifications).filter((one) => one !== 'None');
      const best = classifications.find((one) => one.intent === ranked[0]);
      return {
        ranked,
        inScope: best?.score ?? 0,
        refused: intent === 'None' || intent === outOfScope,
      };
    },
    bytes: gzipSync(JSON.stringify(nlp.toJSON())).length,
  };
}
