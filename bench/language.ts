import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createLanguageGuesser, trainLanguageId } from '../src/nlu/language-id.ts';
import { createPreparer } from '../src/nlu/prepare.ts';
import { ownUtterances } from '../test/nlu/own-content.ts';

export const name = 'language';

const languages = ['en', 'es', 'zh-CN', 'ar'];
const rounds = 20;
/** The aim, for each short message. */
const microsecondsMax = 25;

/** Which language a message of one to six words is in, learned from the bot's own utterances; never seen messages. */
export function run(): Promise<void> {
  const prepare = createPreparer();
  const texts = Object.entries(ownUtterances()).map(
    ([language, byIntent]) => [language, Object.values(byIntent).flat().map(prepare)] as const,
  );
  const begun = performance.now();
  const guess = createLanguageGuesser(trainLanguageId(Object.fromEntries(texts)));
  console.log(
    `trained in ${Math.round(performance.now() - begun)} ms; at most ${microsecondsMax} µs each are aimed at\n`,
  );
  console.table(
    languages.map((language) => {
      const lines = linesOf(language).map(prepare);
      const right = lines.filter((line) => guess(line).language === language).length;
      return {
        language,
        messages: lines.length,
        'right %': ((100 * right) / lines.length).toFixed(1),
        'µs each': microseconds(lines, guess).toFixed(1),
      };
    }),
  );
  return Promise.resolve();
}

function microseconds(lines: readonly string[], guess: (text: string) => unknown): number {
  for (const line of lines) guess(line);
  const begun = performance.now();
  for (let round = 0; round < rounds; round++) for (const line of lines) guess(line);
  return ((performance.now() - begun) * 1000) / rounds / lines.length;
}

function linesOf(language: string): readonly string[] {
  return readFileSync(path.join(import.meta.dirname, `../test/nlu/lid.${language}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
