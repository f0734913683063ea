import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import { deskListNames } from '../../src/protocol/index.ts';
import { refusalReasons } from '../../src/wallet/index.ts';

const root = resolve(import.meta.dirname, '../..');
const languages = ['en', 'zh-CN', 'es', 'ar'] as const;

type Texts = { readonly [key: string]: string | Texts };

const texts = Object.fromEntries(
  languages.map((language) => [
    language,
    flat(JSON.parse(readFileSync(join(root, 'locales', language, 'desk.json'), 'utf8')) as Texts),
  ]),
);

function flat(tree: Texts, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[path + key, value]] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

test('every language has every text of the desk, with the same placeholders', () => {
  const english = texts['en'] ?? new Map<string, string>();
  expect(english.size).toBeGreaterThan(200);
  for (const language of languages) {
    const own = texts[language] ?? new Map<string, string>();
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of own) {
      expect([language, key, placeholders(text)]).toEqual([
        language,
        key,
        placeholders(english.get(key) ?? ''),
      ]);
      expect(text.trim()).not.toBe('');
    }
  }
});

test('every topic, account action, refusal and list that agents can meet has a name', () => {
  const topics = readdirSync(join(root, 'intents'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((topic) => readdirSync(join(root, 'intents', topic.name)));
  expect(topics.length).toBeGreaterThan(10);
  const needed = [
    ...topics.map((topic) => `topic.${topic}`),
    ...Object.keys(actionSpecs).map((name) => `act.${name}`),
    ...refusalReasons.map((reason) => `why.${reason}`),
    ...deskListNames.map((list) => `list.${list}`),
  ];
  for (const language of languages) {
    expect(needed.filter((key) => !texts[language]?.has(key))).toEqual([]);
  }
});
