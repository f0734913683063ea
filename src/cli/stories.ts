import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readStories, storyReport, storyTitle, type Story } from '../content/index.ts';
import { faultText } from '../dialogue/index.ts';
import { openKnowledge } from '../library/index.ts';
import { playStory, stageValues } from './story-stage.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * Plays the stories whose intent, name or language holds the filter, and tells each on one line; below one that went
 * otherwise, what was expected there and what was seen. Exit code 1 when one did, or when none was found.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { filter, language, content } = parse(args);
  const folder = content ?? root;
  const { stories, faults } = await readStories(join(folder, 'intents'));
  for (const fault of faults) console.error(faultText(fault));
  const wanted = stories.filter((one) => matches(one, filter, language));
  if (wanted.length === 0) {
    const beside = language === undefined ? '' : ` in ${language}`;
    console.error(`There is no story for "${filter}"${beside}.`);
    return 1;
  }
  const values = stageValues();
  const knowledge = await openKnowledge({
    cacheFolder: join(root, '.cache'),
    workspaceValues: () => values,
    ...(content !== undefined && { contentFolder: content }),
  });
  const startedMs = performance.now();
  let failed = 0;
  for (const story of wanted) {
    const beganMs = performance.now();
    const report = storyReport(story, await playStory(story, { ...knowledge, workspace: values }));
    const took = `${Math.round(performance.now() - beganMs)} ms`;
    console.log(`${report === '' ? '✓' : '✗'} ${storyTitle(story)} (${story.language}, ${took})`);
    if (report === '') continue;
    failed += 1;
    console.log(`\n${report.replaceAll(/^/gm, '    ')}\n`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const rest = failed === 0 ? 'all as written' : `${failed} went otherwise`;
  console.log(`\n${wanted.length} stories in ${seconds} s: ${rest}`);
  return failed === 0 && faults.length === 0 ? 0 : 1;
}

function matches(story: Story, filter: string, language: string | undefined): boolean {
  if (language !== undefined && story.language !== language) return false;
  return `${storyTitle(story)} ${story.file}`.toLowerCase().includes(filter.toLowerCase());
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { language: { type: 'string' }, content: { type: 'string' } },
    allowPositionals: true,
  });
  const content = values.content === undefined ? undefined : resolve(values.content);
  return { filter: positionals.join(' '), language: values.language, content };
}
