import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import type { ContentFault, TextSource, TextSources } from '../dialogue/index.ts';

/** What the locales say: parsed, as i18n takes them, and key by key with its place, as the check needs it. */
export interface ReadTexts {
  readonly locales: { readonly [language: string]: unknown };
  readonly sources: TextSources;
  readonly faults: readonly ContentFault[];
}

const plural = /_(?:zero|one|two|few|many|other)$/;
const placeholder = /\{\{-?\s*([\w.]+)\s*(?:,[^}]*)?\}\}/g;

/** Reads `locales/<lang>/bot.json` of every language that has one, in the order of their names. */
export async function readTexts(folder: string): Promise<ReadTexts> {
  const names = await foldersIn(folder);
  const locales: { [language: string]: unknown } = {};
  const sources: { [language: string]: ReadonlyMap<string, TextSource> } = {};
  const faults: ContentFault[] = [];
  for (const language of names) {
    const file = path.join(folder, language, 'bot.json');
    const source = await readIfThere(file);
    if (source === undefined) continue;
    const read = readOne(source, shown(file));
    faults.push(...read.faults);
    locales[language] = read.parsed;
    sources[language] = read.texts;
  }
  if (Object.keys(locales).length === 0) {
    const what = 'no language has a bot.json';
    faults.push({ file: shown(folder), line: 1, what, mend: 'add locales/en/bot.json' });
  }
  return { locales, sources, faults };
}

interface ReadOne {
  readonly parsed: unknown;
  readonly texts: ReadonlyMap<string, TextSource>;
  readonly faults: readonly ContentFault[];
}

/** JSON is read as YAML, of which it is a part, because that parser knows where everything stands. */
function readOne(source: string, file: string): ReadOne {
  try {
    JSON.parse(source);
  } catch (error) {
    const what = error instanceof Error ? error.message : 'not JSON';
    const fault = { file, line: lineOfError(source, what), what, mend: 'mend the JSON' };
    return { parsed: {}, texts: new Map(), faults: [fault] };
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const faults = document.errors.map(({ message, pos }) => ({
    file,
    line: lines.linePos(pos[0]).line,
    what: message.split('\n')[0] ?? 'not a text file',
    mend: 'keep each key once',
  }));
  const texts = new Map<string, TextSource>();
  collect(document.contents, [], (key, line, wordings) => {
    const base = key.replace(plural, '');
    const former = texts.get(base);
    const found = new Set(wordings.flatMap(placeholdersOf));
    texts.set(base, {
      file,
      line: former?.line ?? line,
      placeholders: former ? former.placeholders.union(found) : found,
    });
  });
  const parsed: unknown = JSON.parse(source);
  return { parsed, texts, faults };

  function collect(
    node: unknown,
    at: readonly string[],
    found: (key: string, line: number, wordings: readonly string[]) => void,
  ): void {
    if (isMap<Node>(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key)) collect(value, [...at, String(key.value)], found);
      }
      return;
    }
    const wordings = isSeq(node) ? node.items : [node];
    const texts = wordings.flatMap((one) =>
      isScalar(one) && typeof one.value === 'string' ? [one.value] : [],
    );
    const start = isScalar(node) || isSeq(node) ? node.range?.[0] : undefined;
    const line = start === undefined ? 1 : lines.linePos(start).line;
    if (texts.length > 0) found(at.join('.'), line, texts);
  }
}

function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '');
}

function lineOfError(source: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? 1 : source.slice(0, Number(position)).split('\n').length;
}

export async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Paths in faults are as short as the reader's place allows. */
export function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
