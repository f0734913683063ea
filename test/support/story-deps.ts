import path from 'node:path';
import { actionSpecs } from '../../src/actions/index.ts';
import { stageValues } from '../../src/cli/story-stage.ts';
import { loadContent } from '../../src/content/index.ts';
import { faultText } from '../../src/dialogue/index.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';
import { createEngine, trainEngine } from '../../src/nlu/index.ts';

export { openStory, playStory, sha256, storyStartMs } from '../../src/cli/story-stage.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/** The shipped content, texts, and an engine trained here and now, which are the same for every story. */
export async function shipped() {
  const loaded = await loadContent(
    { intents: path.join(root, 'intents'), locales: path.join(root, 'locales') },
    actionSpecs,
  );
  if ('faults' in loaded) throw new Error(loaded.faults.map(faultText).join('\n'));
  const workspace = stageValues();
  const phrasebook = createPhrasebook({ locales: loaded.texts, workspaceValues: () => workspace });
  const engine = createEngine(trainEngine(loaded.utterances), { topics: loaded.topics });
  return { ...loaded, phrasebook, engine, workspace };
}

export type Shipped = Awaited<ReturnType<typeof shipped>>;
