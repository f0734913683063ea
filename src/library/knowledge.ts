import { join, resolve } from 'node:path';
import { actionSpecs } from '../actions/index.ts';
import { loadContent, modelName } from '../content/index.ts';
import { Fault, type Phrasebook, type Values } from '../core/index.ts';
import { faultText, type Content, type ContentFault } from '../dialogue/index.ts';
import { createPhrasebook } from '../i18n/index.ts';
import type { Engine } from '../nlu/index.ts';
import { openEngine, type SharedModels, type TrainedEngine } from './engine-cache.ts';

/** Holds what is shipped: `intents/` and `locales/`. */
export const shippedFolder = resolve(import.meta.dirname, '../..');

/** What the bot knows: flows, words, and the model that understands utterances. */
export interface Knowledge {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  /** Some seconds of training at the very first start; the page and its greeting need not wait for it. */
  readonly trained: Promise<TrainedEngine>;
  /** Language → parsed `bot.json`. */
  readonly texts: { readonly [language: string]: unknown };
}

export interface KnowledgeOptions {
  /** The model is kept here between starts. */
  readonly cacheFolder: string;
  readonly workspaceValues: (language: string) => Values;
  /** Holds `intents/` and `locales/`; default the shipped ones. */
  readonly contentFolder?: string;
  /** Knowledge so far: what is the same is not learnt again. */
  readonly former?: Knowledge;
  /** Models that other nodes have trained. */
  readonly models?: SharedModels | undefined;
}

/** As `beginKnowledge`, with the model there. */
export async function openKnowledge(
  options: KnowledgeOptions,
): Promise<Knowledge & { readonly engine: Engine }> {
  const knowledge = await beginKnowledge(options);
  const { engine } = await knowledge.trained;
  return { ...knowledge, engine };
}

/** Reads and checks the content; throws `bad_content` with every fault when one is found. */
export async function beginKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const { contentFolder, cacheFolder, workspaceValues, former, models } = options;
  const loaded = await readContent(contentFolder);
  if ('faults' in loaded) throw badContent(loaded.faults);
  const model = join(cacheFolder, modelName);
  const trained = openEngine(loaded.utterances, model, {
    former: await former?.trained,
    topics: loaded.topics,
    shared: models,
  });
  const phrasebook = createPhrasebook({ locales: loaded.texts, workspaceValues });
  const { content, texts } = loaded;
  return { content, phrasebook, trained, texts };
}

/** More faults than this come of one mistake. */
const faultsMax = 100;

function badContent(faults: readonly ContentFault[]): Fault {
  const more = faults.length - faultsMax;
  const told = faults.slice(0, faultsMax).map(faultText);
  return new Fault(
    'bad_content',
    `\n${[...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')}`,
  );
}

/** The content in this folder, checked; by default what is shipped. */
export function readContent(folder = shippedFolder) {
  return loadContent(
    { intents: join(folder, 'intents'), locales: join(folder, 'locales') },
    actionSpecs,
  );
}
