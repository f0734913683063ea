import path from 'node:path';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import {
  intentOfStory,
  parseStories,
  readStories,
  runStory,
  storyReport,
  storyTitle,
  type Story,
} from '../../src/content/index.ts';
import { faultText, replay, type LoggedEvent } from '../../src/dialogue/index.ts';
import { openStory, playStory, root, sha256, shipped } from '../support/story-deps.ts';

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

function replayed(story: Story, log: readonly LoggedEvent[], phrasebook = from.phrasebook) {
  return replay(log, {
    conversationId: `story-${story.line}`,
    content: from.content,
    phrasebook,
    actions: actionSpecs,
    workspace: from.workspace,
    staffed: () => story.staffed,
    digest: sha256,
  });
}

test.for(cases)('$title; replayed, the same words', async ({ story }) => {
  const result = await playStory(story, from);
  expect(storyReport(story, result)).toBe('');
  const { turns, differences } = replayed(story, result.log);
  expect(turns).toBeGreaterThan(0);
  expect(differences).toEqual([]);
});

test('a text that was worded anew since is named by the replay, then and now', async () => {
  const story = stories.find((one) => intentOfStory(one) === 'thank');
  if (!story) throw new Error('no story');
  const { log } = await playStory(story, from);
  const { phrasebook } = from;
  const { differences } = replayed(story, log, {
    ...phrasebook,
    render: (language, says) =>
      phrasebook
        .render(language, says)
        .map((one) => (one.type === 'text' ? { ...one, text: `${one.text} Ahoy!` } : one)),
  });
  expect(differences.length).toBeGreaterThan(0);
  for (const { was, now } of differences) {
    expect(was.some((line) => line.includes('Ahoy!'))).toBe(false);
    expect(now.some((line) => line.includes('Ahoy!'))).toBe(true);
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
