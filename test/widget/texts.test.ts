import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseLanguage, createTexts, firstLetter } from '../../web-widget/src/view/texts.ts';
import { contrast, paletteOf } from '../../web-widget/src/view/theme.ts';

const read = (language: string, name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../locales/${language}/${name}.json`, import.meta.url), 'utf8'),
  ) as Record<string, string>;
const bare = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const holes = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();

test.each(['widget', 'demo'])(
  'every text of %s.json is there in both languages, with the same values',
  (name) => {
    const english = read('en', name);
    const chinese = read('zh-CN', name);
    expect([...new Set(Object.keys(chinese).map(bare))].sort()).toEqual(
      [...new Set(Object.keys(english).map(bare))].sort(),
    );
    const differing = Object.entries(chinese).filter(([key, text]) => {
      const model = english[key] ?? english[bare(key)] ?? '';
      return text.trim() === '' || holes(text).join() !== holes(model).join();
    });
    expect(differing).toEqual([]);
  },
);

test('a value is put in as it is, also when it looks like a hole or a pattern', () => {
  const texts = createTexts('en', read('en', 'widget'));
  expect(texts.t('accepted', { name: '{{x}} $&' })).toBe('{{x}} $& joined the chat.');
});

test.each([
  [['zh'], 'zh-CN'],
  [['zh-TW'], 'zh-CN'],
  [['fr', 'EN-gb'], 'en'],
  [[undefined, ''], 'en'],
] as const)('of the wishes %j the offered language is %s', (wishes, expected) => {
  expect(chooseLanguage(wishes, ['en', 'zh-CN'])).toBe(expected);
});

test('the first letter of a name is what a reader would call one', () => {
  expect(firstLetter('👩‍💻 Ana')).toBe('👩‍💻');
  expect(firstLetter('')).toBe('');
});

const parse = (hex: string) =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

test.each(['#ffe600', '#ffffff', '#000000', '#0a7d5a', '#ff4d4f', 'nonsense'])(
  'whatever the brand colour (%s), words on it and in it can be read',
  (color) => {
    const { fill, inkOnLight, inkOnDark } = paletteOf(color);
    expect(contrast(parse(fill), [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(parse(inkOnLight), [245, 246, 248])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(parse(inkOnDark), [38, 42, 49])).toBeGreaterThanOrEqual(4.5);
  },
);

test('a colour that is fit already is left alone', () => {
  expect(paletteOf('#0a5d48').fill).toBe('#0a5d48');
});
