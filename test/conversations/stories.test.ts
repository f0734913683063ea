import path from 'node:path';
import { expect, test } from 'vitest';
import {
  intentOfStory,
  parseStories,
  readStories,
  runStory,
  storyReport,
  storyTitle,
} from '../../src/content/index.ts';
import { faultText } from '../../src/dialogue/index.ts';
import { openStory, playStory, root, shipped } from '../support/story-deps.ts';

const from = await shipped();
const { stories, faults } = await readStories(path.join(root, 'intents'));

test('every stories.yaml can be read', () => {
  expect(faults.map(faultText)).toEqual([]);
  expect(stories.length).toBeGreaterThan(200);
});

test('every flow has stories in every language', () => {
  const flows = Object.keys(from.content.flows).filter((id) => id !== 'welcome');
  expect(flows.length).toBeGreaterThan(12);
  for (const id of flows) {
    const own = stories.filter((one) => intentOfStory(one) === id).map((one) => one.language);
    expect([id, [...new Set(own)].sort()]).toEqual([id, Object.keys(from.texts).sort()]);
  }
});

const cases = stories.map((story) => ({ title: storyTitle(story), story }));

test.for(cases)('$title', async ({ story }) => {
  expect(storyReport(story, await playStory(story, from))).toBe('');
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
  const result = await runStory(story, deps);
  await close();
  expect(result.failures.map(({ line }) => line)).toEqual([5, 6, 7]);
  const told = storyReport(story, result).split('\n');
  expect(told.slice(0, 3)).toEqual([
    'wrong.yaml:5  the bot said',
    '    expected  goodbye.bye',
    '    seen      greet.hello',
  ]);
  expect(told).toContain('    > hello');
});
