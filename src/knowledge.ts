import { join, resolve } from 'node:path';
import { actionSpecs } from './actions/index.ts';
import { loadContent } from './content/index.ts';
import { Fault, type Phrasebook, type Values } from './core/index.ts';
import { faultText, type Content } from './dialogue/index.ts';
import { openEngine } from './engine-cache.ts';
import { createPhrasebook } from './i18n/index.ts';
import type { Engine } from './nlu/index.ts';

const root = resolve(import.meta.dirname, '..');

/** What the bot knows: flows, words, and the model that understands utterances. */
export interface Knowledge {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  readonly engine: Engine;
}

export interface KnowledgeOptions {
  /** The model is kept here between starts. */
  readonly cacheFolder: string;
  readonly workspaceValues: (language: string) => Values;
  /** Holds `intents/` and `locales/`; default the shipped ones. */
  readonly contentFolder?: string;
}

/** Reads and checks the content; throws `bad_content` with every fault when one is found. */
export async function openKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const loaded = await readContent(options.contentFolder);
  if ('faults' in loaded)
    throw new Fault('bad_content', `\n${loaded.faults.map(faultText).join('\n')}`);
  const engine = await openEngine(loaded.utterances, join(options.cacheFolder, 'model.bin'));
  const phrasebook = createPhrasebook({
    locales: loaded.texts,
    workspaceValues: options.workspaceValues,
  });
  return { content: loaded.content, phrasebook, engine };
}

/** The content in this folder, checked; by default what is shipped. */
export function readContent(folder = root) {
  return loadContent(
    { intents: join(folder, 'intents'), locales: join(folder, 'locales') },
    actionSpecs,
  );
}
