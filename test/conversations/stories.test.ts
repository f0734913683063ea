import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseStories, runStory, type Story } from '../../src/content/index.ts';
import { evolve, faultText, initialState, type LoggedEvent } from '../../src/dialogue/index.ts';
import { openStory, root, shipped } from '../support/story-deps.ts';

const from = await shipped();
const files = readdirSync(path.join(root, 'intents'), { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'stories.yaml')
  .map((name) => path.join('intents', name))
  .sort();
const parsed = files.map((file) => parseStories(readFileSync(path.join(root, file), 'utf8'), file));
const stories = parsed.flatMap((one) => ('stories' in one ? one.stories : []));

/** A story's log read back event by event must give the very state that the conversation ended in. */
function refold(log: readonly LoggedEvent[]) {
  return log.reduce(evolve, initialState);
}

function intentOf({ file }: Story): string {
  return path.basename(path.dirname(file));
}

test('every stories.yaml can be read', () => {
  const faults = parsed.flatMap((one) => ('faults' in one ? one.faults : []));
  expect(faults.map(faultText)).toEqual([]);
  expect(files.length).toBeGreaterThan(12);
});

test('every flow has stories in every language', () => {
  const flows = Object.keys(from.content.flows).filter((id) => id !== 'welcome');
  expect(flows.length).toBeGreaterThan(12);
  for (const id of flows) {
    const languages = stories.filter((one) => intentOf(one) === id).map((one) => one.language);
    expect([id, [...new Set(languages)].sort()]).toEqual([id, ['en', 'zh-CN']]);
  }
});

const cases = stories.map((story) => ({ title: `${intentOf(story)}: ${story.name}`, story }));

test.for(cases)('$title', async ({ story }) => {
  const { deps, wallet, close } = await openStory(from);
  try {
    const result = await runStory(story, deps);
    const failures = result.failures.map(({ line, what }) => `${story.file}:${line}  ${what}`);
    const told = failures.length > 0 ? [...failures, ...result.transcript] : [];
    expect(told).toEqual([]);
    expect(refold(result.log)).toEqual(result.state);
    expect(wallet.audit().balanced).toBe(true);
  } finally {
    await close();
  }
});

test('a story that goes otherwise than written says where', async () => {
  const source = [
    '- story: wrong',
    '  language: en',
    '  lines:',
    '    - customer: hello',
    '    - bot: goodbye.bye',
    '    - choose: nowhere',
    '    - state: { owner: queue }',
  ].join('\n');
  const read = parseStories(source, 'wrong.yaml');
  const story = 'stories' in read ? read.stories[0] : undefined;
  if (!story) throw new Error('the story could not be read');
  const { deps, close } = await openStory(from);
  const { failures } = await runStory(story, deps);
  await close();
  expect(failures.map(({ line }) => line)).toEqual([5, 6, 7]);
});
