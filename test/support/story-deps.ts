import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { actionSpecs, createActions } from '../../src/actions/index.ts';
import { loadContent, type StoryDeps } from '../../src/content/index.ts';
import { faultText } from '../../src/dialogue/index.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';
import { createEngine, trainEngine } from '../../src/nlu/index.ts';
import { openSandboxWallet } from '../../src/wallet/index.ts';
import { workspaceSchema, workspaceValues } from '../../src/workspace/index.ts';

export const root = path.resolve(import.meta.dirname, '../..');
/** Monday 23 November 2026, 10:00 in Shanghai: the sandbox's histories count back from it. */
export const storyStartMs = Date.UTC(2026, 10, 23, 2);

/** The shipped content, engine and texts, which are the same for every story. */
export async function shipped() {
  const loaded = await loadContent(
    { intents: path.join(root, 'intents'), locales: path.join(root, 'locales') },
    actionSpecs,
  );
  if ('faults' in loaded) throw new Error(loaded.faults.map(faultText).join('\n'));
  const values = workspaceValues(workspaceSchema.parse({}));
  const phrasebook = createPhrasebook({ locales: loaded.texts, workspaceValues: () => values });
  const engine = createEngine(trainEngine(loaded.utterances));
  return { ...loaded, phrasebook, engine, workspace: values };
}

export type Shipped = Awaited<ReturnType<typeof shipped>>;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A fresh sandbox wallet for one story, asked through the real registry of actions. */
export async function openStory(from: Shipped) {
  const folder = await mkdtemp(path.join(tmpdir(), 'kefu-story-'));
  const wallet = await openSandboxWallet({ folder, clock: () => storyStartMs });
  const actions = createActions(wallet);
  const deps: StoryDeps = {
    content: from.content,
    phrasebook: from.phrasebook,
    actions: actionSpecs,
    workspace: from.workspace,
    understand: (text, hint) => from.engine.understand(text, hint),
    respond: (request) => actions.run(request),
    digest: sha256,
    startMs: storyStartMs,
    timeZone: 'Asia/Shanghai',
  };
  const close = async () => {
    wallet.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { deps, wallet, close };
}
