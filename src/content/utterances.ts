import path from 'node:path';
import { readdir } from 'node:fs/promises';
import type { ContentFault } from '../dialogue/index.ts';
import { hasFeatures } from '../nlu/index.ts';
import { readIfThere, shown } from './texts.ts';

/** Language → intent → what people write when they mean it. */
export type Utterances = { readonly [language: string]: { readonly [intent: string]: string[] } };

/** Language → topic → utterances of `out_of_scope` that stand under `# topic: <name>`: what customers ask for and we do not do. */
export type Topics = {
  readonly [language: string]: { readonly [topic: string]: readonly string[] };
};

export interface IntentFolder {
  readonly id: string;
  readonly topic: string;
  readonly folder: string;
}

const fileName = /^utterances\.([A-Za-z0-9-]+)\.txt$/;
/** Longer lines are stories that no customer types in one go: most likely a lost line break. */
const lineLengthMax = 500;

/** Reads every `utterances.<lang>.txt`: one a line, `#` begins a comment line; `# topic: <name>` names the lines
 * below it until the next such line (`-` for none). The same line twice is a fault. */
export async function readUtterances(
  intents: readonly IntentFolder[],
  languages: readonly string[],
): Promise<{
  readonly utterances: Utterances;
  readonly topics: Topics;
  readonly faults: readonly ContentFault[];
}> {
  const topics: { [language: string]: { [topic: string]: string[] } } = {};
  const utterances: { [language: string]: { [intent: string]: string[] } } = {};
  const faults: ContentFault[] = [];
  const seen = new Map<string, string>();
  for (const language of languages) utterances[language] = {};
  for (const { id, folder } of intents) {
    const names = await readdir(folder);
    const tags = names.flatMap((name) => fileName.exec(name)?.[1] ?? []);
    const unknown = tags.filter((tag) => !languages.includes(tag));
    faults.push(...unknown.map((tag) => notOffered(folder, tag)));
    for (const language of languages) {
      const file = path.join(folder, `utterances.${language}.txt`);
      const source = await readIfThere(file);
      const lines = source === undefined ? [] : linesOf(source);
      const own = utterances[language];
      if (lines.length > 0 && own) own[id] = lines.map(({ text }) => text);
      else if (tags.length > 0) faults.push(missing(file, id, language));
      for (const line of lines) {
        if (line.topic !== undefined)
          ((topics[language] ??= {})[line.topic] ??= []).push(line.text);
        const fault = checkLine(line, { file: shown(file), language, seen });
        if (fault) faults.push(fault);
      }
    }
  }
  return { utterances, topics, faults };
}

interface Line {
  readonly text: string;
  readonly number: number;
  readonly topic: string | undefined;
}

const topicLine = /^# topic: ([a-z][a-z_]{0,40}|-)$/;

function linesOf(source: string): readonly Line[] {
  const lines: Line[] = [];
  let topic: string | undefined;
  source.split(/\r?\n/).forEach((typed, index) => {
    const text = typed.trim();
    const named = topicLine.exec(text)?.[1];
    if (named !== undefined) topic = named === '-' ? undefined : named;
    if (text !== '' && !text.startsWith('#')) lines.push({ text, number: index + 1, topic });
  });
  return lines;
}

function checkLine(
  { text, number }: Line,
  { file, language, seen }: { file: string; language: string; seen: Map<string, string> },
): ContentFault | undefined {
  const here = { file, line: number };
  if (text.length > lineLengthMax) {
    const what = `this line has ${text.length} characters`;
    return { ...here, what, mend: `keep an utterance within ${lineLengthMax}` };
  }
  if (!hasFeatures(text)) {
    const what = `"${text}" has no word, digit or picture to learn from`;
    return { ...here, what, mend: 'take it out' };
  }
  const key = `${language}/${text.normalize('NFKC').toLowerCase()}`;
  const first = seen.get(key);
  seen.set(key, first ?? `${file}:${number}`);
  if (first === undefined) return undefined;
  return { ...here, what: `"${text}" stands at ${first} too`, mend: 'keep it in one place' };
}

function notOffered(folder: string, tag: string): ContentFault {
  const file = shown(path.join(folder, `utterances.${tag}.txt`));
  return {
    file,
    line: 1,
    what: `there are no texts in ${tag}`,
    mend: `add locales/${tag}/bot.json, or take this file out`,
  };
}

function missing(file: string, id: string, language: string): ContentFault {
  return {
    file: shown(file),
    line: 1,
    what: `"${id}" has no utterances in ${language}`,
    mend: 'write them: the bot understands nothing that no one has said',
  };
}
