import path from 'node:path';
import { expect, test } from 'vitest';
import { parseStories, runStory, storyReport, type StoryAnswer } from '../../src/content/index.ts';
import { openStory, shipped } from '../support/story-deps.ts';

const from = await shipped();

function story(said: string) {
  const source = [
    '- story: a person is asked for when nobody is there',
    '  language: zh-CN',
    '  customer: maria',
    '  staffed: false',
    '  lines:',
    '    - customer: 人工',
    `    - bot: ${said}`,
    '    - state: { owner: queue }',
  ].join('\n');
  const read = parseStories(source, path.basename(import.meta.filename));
  if ('faults' in read || !read.stories[0]) throw new Error('the story could not be read');
  return read.stories[0];
}

test.for<readonly [StoryAnswer, string]>([
  [{ kind: 'refused', reason: 'too_many_requests' }, 'handoff.off_hours'],
  [{ kind: 'refused', reason: 'unavailable' }, '[handoff.off_hours, refusals.unavailable]'],
  [{ kind: 'unknown' }, '[handoff.off_hours, action.pending]'],
])(
  'whoever asks for a person is in the queue though the wallet says %o',
  async ([answer, said]) => {
    const { deps, close } = await openStory(from);
    const result = await runStory(story(said), { ...deps, respond: () => Promise.resolve(answer) });
    await close();
    expect(storyReport(story(said), result)).toBe('');
  },
);
