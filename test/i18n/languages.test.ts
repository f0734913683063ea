import { expect, test } from 'vitest';
import { languageOf, matchLanguage } from '../../src/i18n/index.ts';

test.each([
  ['en', 'English', 'ltr'],
  ['zh-CN', '简体中文', 'ltr'],
  ['ar', 'العربية', 'rtl'],
  ['fa', 'فارسی', 'rtl'],
  ['he', 'עברית', 'rtl'],
  ['pt-BR', 'Português (Brasil)', 'ltr'],
  ['sv', 'svenska', 'ltr'],
])('%s is shown as %s and runs %s', (tag, name, dir) => {
  expect(languageOf(tag)).toEqual({ tag, name, dir });
});

test.each(['', 'x', '!!', 'en_US; DROP', 'e'.repeat(36)])('"%s" is no language', (tag) => {
  expect(languageOf(tag)).toBeUndefined();
  expect(matchLanguage(tag, ['en', 'zh-CN'])).toBeUndefined();
});

test.each([
  ['en', 'en'],
  ['EN-us', 'en'],
  ['zh', 'zh-CN'],
  ['zh-Hans-SG', 'zh-CN'],
  ['zh-HK', 'zh-TW'],
  ['ZH-cn', 'zh-CN'],
  ['pt-PT', 'pt-BR'],
  ['fr', undefined],
])('who wants %s is served in %s', (wanted, served) => {
  expect(matchLanguage(wanted, ['en', 'zh-CN', 'zh-TW', 'pt-BR'])).toBe(served);
});

test('traditional Chinese falls back on simplified when there is nothing nearer', () => {
  expect(matchLanguage('zh-TW', ['en', 'zh-CN'])).toBe('zh-CN');
});
