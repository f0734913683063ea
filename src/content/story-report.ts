import path from 'node:path';
import type { Story } from './story.ts';
import type { StoryFailure, StoryResult } from './story-run.ts';
import { transcriptText } from './transcript.ts';

/** Failures told in full; what comes after the first that differ is mostly their consequence. */
const failuresMax = 3;
const linesBefore = 14;

/** The intent that a story lies beside. */
export function intentOfStory({ file }: Story): string {
  return path.basename(path.dirname(file));
}

export function storyTitle(story: Story): string {
  return `${intentOfStory(story)}: ${story.name}`;
}

/** What went otherwise, what was expected there, and the conversation up to it; empty when all went as written. */
export function storyReport(story: Story, { failures, transcript }: StoryResult): string {
  const [first] = failures;
  if (!first) return '';
  const shown = failures.slice(0, failuresMax).map((one) => failureText(story, one));
  const more = failures.length - shown.length;
  const before = transcript.filter(({ pos }) => pos <= first.pos).slice(-linesBefore);
  const after = transcript.length > 0 && before.length > 0 ? 'the conversation up to there' : '';
  return [
    ...shown,
    ...(more > 0 ? [`and ${more} more after that`] : []),
    ...(after === '' ? [] : [`${after}:`]),
    ...before.map((line) => transcriptText(line).replaceAll('\n', '\n  ')).map(indented),
  ].join('\n');
}

function failureText({ file }: Story, { line, what, expected, seen }: StoryFailure): string {
  const place = `${file}:${line}  ${what}`;
  if (expected === undefined && seen === undefined) return place;
  return `${place}\n    expected  ${listed(expected)}\n    seen      ${listed(seen)}`;
}

function listed(text: string | undefined): string {
  return text === undefined || text === '' ? '(nothing)' : text;
}

function indented(text: string): string {
  return `    ${text.replaceAll('\n', '\n    ')}`;
}
