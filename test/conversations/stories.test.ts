import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseStories, runStory } from '../../src/content/index.ts';
import { evolve, faultText, initialState, type LoggedEvent } from '../../src/dialogue/index.ts';
import { openStory, root, shipped } from '../support/story-deps.ts';

const from = await shipped();
const files = readdirSync(path.join(root, 'intents'), { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'stories.yaml')
  .sort();

/** A story's log read back event by event must give the very state that the conversation ended in. */
function refold(log: readonly LoggedEvent[]) {
  return log.reduce(evolve, initialState);
}

test('every flow has stories in every language', () => {
  const told = new Map<string, Set<string>>();
  for (const name of files) {
    const source = readFileSync(path.join(root, 'intents', name), 'utf8');
    const parsed = parseStories(source, name);
    const id = path.basename(path.dirname(name));
    const stories = 'stories' in parsed ? parsed.stories : [];
    told.set(id, new Set(stories.map(({ language }) => language)));
  }
  const flows = Object.keys(from.content.flows).filter((id) => id !== 'welcome');
  expect(flows.length).toBeGreaterThan(12);
  for (const id of flows) {
    expect([id, [...(told.get(id) ?? [])].sort()]).toEqual([id, ['en', 'zh-CN']]);
  }
});

for (const name of files) {
  const file = path.join('intents', name);
  const parsed = parseStories(readFileSync(path.join(root, file), 'utf8'), file);
  describe(name, () => {
    if ('faults' in parsed) {
      test('can be read', () => {
        expect(parsed.faults.map(faultText)).toEqual([]);
      });
      return;
    }
    for (const story of parsed.stories) {
      test(story.name, async () => {
        const { deps, wallet, close } = await openStory(from);
        try {
          const result = await runStory(story, deps);
          const failures = result.failures.map(({ line, what }) => `${file}:${line}  ${what}`);
          expect(failures, result.transcript.join('\n')).toEqual([]);
          expect(refold(result.log)).toEqual(result.state);
          expect(wallet.audit().balanced).toBe(true);
        } finally {
          await close();
        }
      });
    }
  });
}
