import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languageFamilies, systemTexts, wordLists } from '../../src/dialogue/system-texts.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';
import { refusalReasons } from '../../src/wallet/index.ts';
import { parse } from 'yaml';

const languages = ['en', 'zh-CN', 'es', 'ar'];
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
    // `too_many` is no plural form: there is no `too_other`. Lists of words have none at all.
    const isPlural = `${form.split('.').at(-1)}_other` in siblings && !key.startsWith('words.');
    const base = isPlural ? form : key;
    const sets = [node].flat().map((text: string) => placeholdersOf(text));
    found.set(base, [...(found.get(base) ?? []), ...sets]);
  } else {
    for (const [name, child] of Object.entries(node as object))
      flatten(child, key === '' ? name : `${key}.${name}`, node as object, found);
  }
  return found;
}

function placeholdersOf(text: string): string {
  const names = [...text.matchAll(/\{\{([^},]+)/g)].map((match) => match[1]?.trim() ?? '');
  return [...new Set(names)].sort((a, b) => a.localeCompare(b)).join(' ');
}

async function load(language: string): Promise<unknown> {
  return JSON.parse(await readFile(join(root, 'locales', language, 'bot.json'), 'utf8'));
}

const texts = new Map(
  await Promise.all(languages.map(async (tag) => [tag, flatten(await load(tag))] as const)),
);
const en = texts.get('en');
const locales = Object.fromEntries(
  await Promise.all(languages.map(async (tag) => [tag, await load(tag)] as const)),
);

test.each(languages)('every text exists in %s, and no other', (language) => {
  expect(sorted(texts.get(language))).toEqual(sorted(en));
  expect(en?.size).toBeGreaterThan(200);
});

function sorted(of: Texts | undefined): readonly string[] {
  return [...(of?.keys() ?? [])].sort((a, b) => a.localeCompare(b));
}

test.each(languages)(
  'every wording of a text names the same values in %s as in English',
  (language) => {
    const own = texts.get(language);
    const uneven = [...(en ?? [])].filter(
      ([key, wordings]) => new Set([...wordings, ...(own?.get(key) ?? [])]).size !== 1,
    );
    expect(uneven).toEqual([]);
  },
);

test.each(languages)('every plural form that %s needs is there', (language) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const missing = [...pluralsOf(locales[language])].flatMap(([base, has]) =>
    forms.filter((form) => !has.has(form)).map((form) => `${base}_${form}`),
  );
  expect(pluralsOf(locales[language]).size).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});

/** Key of a text with plural forms → the forms that it has. */
function pluralsOf(node: unknown, path = ''): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return found;
  for (const [name, child] of Object.entries(node)) {
    const [, base, form] = /^(.+)_(zero|one|two|few|many|other)$/.exec(name) ?? [];
    const isPlural = `${base}_other` in node && path !== 'words.';
    if (base !== undefined && form !== undefined && isPlural) {
      const key = `${path}${base}`;
      found.set(key, (found.get(key) ?? new Set()).add(form));
    }
    for (const [key, forms] of pluralsOf(child, `${path}${name}.`)) found.set(key, new Set(forms));
  }
  return found;
}

test('every text that the interpreter says is there and names only what it is given', () => {
  const faults = Object.entries(systemTexts).flatMap(([key, params]) => {
    if (!en?.has(key)) return [`${key} is missing`];
    const foreign = namedIn(key).filter((name) => !(name in params || inWorkspace(name)));
    return foreign.map((name) => `${key} names ${name}`);
  });
  expect(faults).toEqual([]);
  expect(Object.keys(wordLists).filter((key) => !en?.has(key))).toEqual([]);
});

test('every language is named in every language', () => {
  const keys = languageFamilies.flatMap((family) => languages.map((tag) => `${family}.${tag}`));
  expect(keys.filter((key) => !en?.has(key))).toEqual([]);
});

test('every reason with which the wallet refuses can be said', () => {
  expect(refusalReasons.filter((reason) => !en?.has(`refusals.${reason}`))).toEqual([]);
});

test('every key that a flow names is there, its values are its slots, and every flow has a topic', async () => {
  const files = (await readdir(join(root, 'intents'), { recursive: true })).filter((file) =>
    file.endsWith('flow.yaml'),
  );
  expect(files.length).toBeGreaterThanOrEqual(14);
  for (const file of files) {
    const flow = parse(await readFile(join(root, 'intents', file), 'utf8')) as FlowFile;
    expect(flowFaults(file.split('/').at(-2) ?? '', flow)).toEqual([]);
  }
});

function flowFaults(id: string, flow: FlowFile): readonly string[] {
  return [`topics.${id}`, ...keysOf(id, flow)].flatMap((key) => {
    if (!en?.has(key)) return [`${key} is missing`];
    const foreign = namedIn(key).filter(
      (name) => !inWorkspace(name) && !((name.split('.')[0] ?? '') in (flow.slots ?? {})),
    );
    return foreign.map((name) => `${key} names ${name}`);
  });
}

function namedIn(key: string): readonly string[] {
  return (en?.get(key)?.[0] ?? '').split(' ').filter((name) => name !== '');
}

function inWorkspace(name: string): boolean {
  return /^workspace\.(brand|timeZone|phone|phoneHours|agentHours|email|emailAnswer|refundDays|withdrawalDays)$/.test(
    name,
  );
}

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

test('terms and contacts come from the workspace, and marks are those that every channel draws', () => {
  const all = JSON.stringify(locales);
  expect(
    all.match(/<\/?[a-z]+>|\d+ working days|\d+个工作日|\d+ días hábiles|\d+ أيام عمل|400-\d/g),
  ).toBeNull();
  expect(new Set([...all.matchAll(/\*+/g)].map((marks) => marks[0]))).toEqual(new Set(['**']));
});

test('texts that are said again have another wording, so that nobody reads the same twice running', () => {
  const book = createPhrasebook({ locales, workspaceValues: () => ({ brand: 'OKPay' }) });
  const repeated = /^(again\.|ladder\.|common\.(again|repeat)$|greet\.hello$)/;
  const keys = [...(en?.keys() ?? [])].filter((key) => repeated.test(key));
  expect(keys.length).toBeGreaterThan(15);
  const same = languages.flatMap((language) =>
    keys.filter((key) => book.text(language, key, { turn: 1 }) === book.text(language, key)),
  );
  expect(same).toEqual([]);
});
