import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  chooseLanguage,
  createTexts,
  directionOf,
  firstLetter,
  textDirection,
} from '../../web-widget/src/view/texts.ts';
import { contrast, paletteOf } from '../../web-widget/src/view/theme.ts';

const read = (language: string, name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../locales/${language}/${name}.json`, import.meta.url), 'utf8'),
  ) as Record<string, string>;
const bare = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const holes = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();

const translated = ['widget', 'demo'].flatMap((name) =>
  ['zh-CN', 'es', 'ar'].map((language) => [name, language] as const),
);
test.each(translated)(
  'every text of %s.json is there in %s, with the same values',
  (name, language) => {
    const english = read('en', name);
    const own = read(language, name);
    expect([...new Set(Object.keys(own).map(bare))].sort()).toEqual(
      [...new Set(Object.keys(english).map(bare))].sort(),
    );
    const differing = Object.entries(own).filter(([key, text]) => {
      const model = english[key] ?? english[`${bare(key)}_other`] ?? english[bare(key)] ?? '';
      return text.trim() === '' || holes(text).join() !== holes(model).join();
    });
    expect(differing).toEqual([]);
  },
);

test.each(['en', 'zh-CN', 'es', 'ar'])(
  'in %s a number in a text takes the plural form that the language asks for',
  (language) => {
    const words = read(language, 'widget');
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = Object.keys(words).filter((key) => key.endsWith('_other'));
    expect(counted.length).toBeGreaterThan(2);
    const missing = counted
      .flatMap((key) => forms.map((form) => key.replace(/other$/, form)))
      .filter((key) => !(key in words));
    // One form for every number is written once, as Chinese does.
    expect(forms.length === 1 ? [] : missing).toEqual([]);
  },
);

test('in Arabic a name keeps to itself between the words around it', () => {
  const texts = createTexts('ar', read('ar', 'widget'));
  expect(texts.t('accepted', { name: 'Ana (VIP)' })).toContain('\u2068Ana (VIP)\u2069');
});

test.each([
  ['ar', 'rtl'],
  ['ar-EG', 'rtl'],
  ['he', 'rtl'],
  ['en', 'ltr'],
  ['zh-CN', 'ltr'],
  ['es', 'ltr'],
  ['art', 'ltr'],
])('%s runs %s', (language, direction) => {
  expect(directionOf(language)).toBe(direction);
});

test.each([
  ['OKPay محفظة إلكترونية', 'rtl', 'rtl'],
  ['36.00 يوان', 'rtl', 'rtl'],
  ['Please choose one', 'rtl', 'auto'],
  ['P20261103-4471', 'rtl', 'auto'],
  ['OKPay محفظة إلكترونية', 'ltr', 'auto'],
] as const)('"%s" in a page that runs %s is laid out %s', (text, around, direction) => {
  expect(textDirection(text, around)).toBe(direction);
});

test('a value is put in as it is, also when it looks like a hole or a pattern', () => {
  const texts = createTexts('en', read('en', 'widget'));
  expect(texts.t('accepted', { name: '{{x}} $&' })).toBe(
    '{{x}} $& joined the chat. Nobody here will ask for your password or a code.',
  );
});

test.each([
  [['zh'], 'zh-CN'],
  [['zh-TW'], 'zh-CN'],
  [['fr', 'EN-gb'], 'en'],
  [['es-MX'], 'es'],
  [['ar-EG', 'en'], 'ar'],
  [[undefined, ''], undefined],
  [['fr'], undefined],
] as const)('of the wishes %j the offered language is %s', (wishes, expected) => {
  expect(chooseLanguage(wishes, ['ar', 'en', 'es', 'zh-CN'])).toBe(expected);
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
