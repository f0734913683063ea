import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { actionSpecs, createActions } from '../actions/index.ts';
import { runStory, type Story, type StoryDeps, type StoryResult } from '../content/index.ts';
import type { Phrasebook, Values } from '../core/index.ts';
import { evolve, initialState, type Content } from '../dialogue/index.ts';
import type { Engine } from '../nlu/index.ts';
import { openSandboxWallet } from '../wallet/index.ts';
import { workspaceSchema, workspaceValues } from '../workspace/index.ts';

/** Monday 23 November 2026, 10:00 in Shanghai: the sandbox's histories count back from it. */
export const storyStartMs = Date.UTC(2026, 10, 23, 2);

/** What is the same for every story. */
export interface Stage {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  readonly engine: Engine;
  readonly workspace: Values;
}

/** The workspace's values as they are before an operator changes them. */
export function stageValues(): Values {
  return workspaceValues(workspaceSchema.parse({}));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** In memory where the system has such a place: hundreds of wallets that live for a moment need no disk. */
async function scratchFolder(): Promise<string> {
  const name = 'kefu-story-';
  return mkdtemp(join('/dev/shm', name)).catch(() => mkdtemp(join(tmpdir(), name)));
}

/** A fresh sandbox wallet for one story, asked through the real registry of actions. */
export async function openStory(from: Stage) {
  const folder = await scratchFolder();
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

/**
 * Plays a story on its own wallet. Beside what the story says, its log read back event by event must give the
 * state that it ended in, and the wallet's books must balance.
 */
export async function playStory(story: Story, stage: Stage): Promise<StoryResult> {
  const { deps, wallet, close } = await openStory(stage);
  try {
    const result = await runStory(story, deps);
    const failures = [...result.failures];
    const mishap = { line: story.line, pos: result.log.length };
    const folded = result.log.reduce(evolve, initialState);
    if (!isDeepStrictEqual(folded, result.state)) {
      failures.push({ ...mishap, what: 'the log read back gives another state' });
    }
    if (!wallet.audit().balanced) {
      failures.push({ ...mishap, what: 'the books of the wallet do not balance' });
    }
    return { ...result, failures };
  } finally {
    await close();
  }
}
