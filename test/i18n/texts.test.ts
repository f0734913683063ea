import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languageFamilies, systemTexts, wordLists } from '../../src/dialogue/system-texts.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';
import { refusalReasons } from '../../src/wallet/index.ts';
import { parse } from 'yaml';

const languages = ['en', 'zh-CN'];
const root = join(import.meta.dirname, '../..');

/** Key without plural suffix → the placeholders of each of its wordings, sorted. */
type Texts = ReadonlyMap<string, readonly string[]>;

function flatten(
  node: unknown,
  key = '',
  siblings: object = {},
  found = new Map<string, string[]>(),
): Texts {
  if (typeof node === 'string' || Array.isArray(node)) {
    const form = key.replace(/_(zero|one|two|few|many|other)$/, '');
    // `too_many` is no plural form: there is no `too_other`.
    const base = `${form.split('.').at(-1)}_other` in siblings ? form : key;
    const sets = [node].flat().map((text: string) => placeholdersOf(text));
    found.set(base, [...(found.get(base) ?? []), ...sets]);
  } else {
    for (const [name, child] of Object.entries(node as object))
      flatten(child, key === '' ? name : `${key}.${name}`, node as object, found);
  }
  return found;
}

function placeholdersOf(text: string): string {
  const names = [...text.matchAll(/\{\{([^},]+)/g)].map((match) => match[1]?.trim());
  return [...new Set(names)].sort().join(' ');
}

async function load(language: string): Promise<unknown> {
  return JSON.parse(await readFile(join(root, 'locales', language, 'bot.json'), 'utf8'));
}

const [en, zh] = await Promise.all(languages.map(async (tag) => flatten(await load(tag))));
const locales = Object.fromEntries(
  await Promise.all(languages.map(async (tag) => [tag, await load(tag)] as const)),
);

test('every text exists in both languages', () => {
  expect([...(zh?.keys() ?? [])].sort()).toEqual([...(en?.keys() ?? [])].sort());
  expect(en?.size).toBeGreaterThan(200);
});

test('every wording of a text names the same values in both languages', () => {
  for (const [key, wordings] of en ?? []) {
    const sets = new Set([...wordings, ...(zh?.get(key) ?? [])]);
    expect([...sets], key).toHaveLength(1);
  }
});

test('every text that the interpreter says is there and names only what it is given', () => {
  for (const [key, params] of Object.entries(systemTexts)) {
    const named = (en?.get(key)?.[0] ?? 'missing').split(' ').filter((name) => name !== '');
    const foreign = named.filter((name) => !(name in params) && !name.startsWith('workspace.'));
    expect(foreign, key).toEqual([]);
  }
  for (const key of Object.keys(wordLists)) expect(en?.has(key), key).toBe(true);
});

test('every language is named in every language', () => {
  for (const family of languageFamilies)
    for (const tag of languages) expect(en?.has(`${family}.${tag}`), tag).toBe(true);
});

test('every reason with which the wallet refuses can be said', () => {
  for (const reason of refusalReasons) expect(en?.has(`refusals.${reason}`), reason).toBe(true);
});

test('every key that a flow names is there, its values are its slots, and every flow has a topic', async () => {
  const files = (await readdir(join(root, 'intents'), { recursive: true })).filter((file) =>
    file.endsWith('flow.yaml'),
  );
  expect(files.length).toBeGreaterThanOrEqual(14);
  for (const file of files) {
    const id = file.split('/').at(-2) ?? '';
    const flow = parse(await readFile(join(root, 'intents', file), 'utf8')) as FlowFile;
    expect(en?.has(`topics.${id}`), id).toBe(true);
    for (const key of keysOf(id, flow)) {
      const wordings = en?.get(key);
      expect(wordings, `${id}: ${key}`).toBeDefined();
      const named = (wordings?.[0] ?? '').split(' ').filter((name) => name !== '');
      const slots = named.map((name) => name.split('.')[0] ?? '');
      const foreign = slots.filter((slot) => slot !== 'workspace' && !(slot in (flow.slots ?? {})));
      expect(foreign, key).toEqual([]);
    }
  }
});

interface FlowFile {
  readonly slots?: { readonly [name: string]: { readonly options?: readonly string[] } };
  readonly steps: readonly { readonly [part: string]: unknown }[];
}

function keysOf(id: string, { slots = {}, steps }: FlowFile): readonly string[] {
  const own = (key: unknown) => (String(key).includes('.') ? String(key) : `${id}.${String(key)}`);
  const said = steps.flatMap((step) => {
    const asks = step['ask'] ?? step['choose'] ?? step['confirm'];
    const asked = step['confirm'] ? 'confirm' : `ask_${String(asks)}`;
    return [
      ...(step['say'] ? [own(step['say'])] : []),
      ...(asks ? [own(step['key'] ?? asked)] : []),
      ...(step['again'] ? [own(step['again'])] : []),
      ...Object.keys((step['shows'] as object | undefined) ?? {}).map((key) => `labels.${key}`),
      ...((step['topics'] as string[] | undefined) ?? []).map((topic) => `topics.${topic}`),
    ];
  });
  const options = Object.entries(slots).flatMap(([slot, { options = [] }]) =>
    options.map((option) => `${id}.${slot}.${option}`),
  );
  return [...said, ...options];
}

test('no text promises more than the workspace does, or holds marks that no channel draws', () => {
  for (const [language, texts] of Object.entries(locales)) {
    const all = JSON.stringify(texts);
    expect(all, language).not.toMatch(/<\/?[a-z]+>|\d+ working days|\d+个工作日|400-\d/);
    for (const marks of all.matchAll(/\*+/g)) expect(marks[0]).toBe('**');
  }
});

test('texts that are said again have another wording, so that nobody reads the same twice running', () => {
  const book = createPhrasebook({ locales, workspaceValues: () => ({ brand: 'OKPay' }) });
  const repeated = ['again.', 'ladder.', 'common.again', 'common.repeat', 'greet.hello'];
  for (const language of languages)
    for (const key of en?.keys() ?? [])
      if (repeated.some((start) => key.startsWith(start)))
        expect(book.text(language, key, { turn: 1 }), key).not.toBe(book.text(language, key));
});
