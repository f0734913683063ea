import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLanguageGuesser, trainLanguageId } from '../../src/nlu/language-id.ts';
import { createPreparer } from '../../src/nlu/prepare.ts';
import { withRomanised } from '../../src/nlu/romanised.ts';
import { ownUtterances } from './own-content.ts';

const prepare = createPreparer();
let languageOf: (text: string, hint?: string) => string;

beforeAll(() => {
  const texts = Object.entries(ownUtterances()).map(
    ([language, byIntent]) => [language, Object.values(byIntent).flat().map(prepare)] as const,
  );
  const guess = createLanguageGuesser(trainLanguageId(Object.fromEntries(texts)));
  languageOf = (text, hint) => withRomanised(guess(prepare(text), hint), text, hint).language;
}, 120_000);

function lines(language: string): readonly string[] {
  return readFileSync(path.join(import.meta.dirname, `lid.${language}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

test.each(['en', 'es', 'zh-CN', 'ar'])('short messages in %s are known for it', (language) => {
  const all = lines(language);
  const wrong = all.filter((text) => languageOf(text) !== language);
  expect(all.length).toBeGreaterThanOrEqual(300);
  expect(wrong.length / all.length).toBeLessThanOrEqual(0.03);
});

test.each(['en', 'es', 'zh-CN', 'ar'])(
  'in a conversation in %s hardly any of its own short messages turns it',
  (language) => {
    const all = lines(language);
    const turned = all.filter((text) => languageOf(text, language) !== language);
    expect(turned.length / all.length).toBeLessThanOrEqual(0.01);
  },
);

test.each([
  ['mi cashback no llegó', 'es', 'es'],
  ['no puedo hacer el reset de mi password', 'es', 'es'],
  ['我的 account 被 locked 了', 'zh-CN', 'zh-CN'],
  ['refund من فضلك', 'ar', 'ar'],
  ['ok thanks', 'ar', 'ar'],
  ['hola', 'en', 'en'],
  ['gracias', 'en', 'en'],
  ['hello', 'es', 'es'],
  ['i want my refund now', 'ar', 'en'],
  ['quiero hablar con alguien', 'ar', 'es'],
  ['我要人工客服', 'es', 'zh-CN'],
])('%j in a conversation in %s is %s', (text, hint, language) => {
  expect(languageOf(text, hint)).toBe(language);
});

test.each(['3ayez astarja3 floosi', '7esabi ma2fool', 'wen el floos ya3ni'])(
  'Arabic in Latin letters is Arabic: %j',
  (text) => {
    expect(languageOf(text)).toBe('ar');
    expect(languageOf(text, 'ar')).toBe('ar');
  },
);

test('digits in words of other languages are no Arabic', () => {
  for (const text of [
    'turn off 2fa',
    'b2b payments with web3',
    'the 2nd one at 5pm',
    'mp3 por 5eur',
  ])
    expect([text, languageOf(text) === 'ar']).toEqual([text, false]);
});
