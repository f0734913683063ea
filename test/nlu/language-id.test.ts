import { expect, test } from 'vitest';
import { createLanguageGuesser, trainLanguageId } from '../../src/nlu/language-id.ts';

/** Three languages that share a script and one that does not, with the sentences of a support desk. */
const guess = createLanguageGuesser(
  trainLanguageId({
    en: [
      'i forgot my password',
      'where is my refund',
      'my payment failed',
      'i want to talk to a person',
      'the money did not arrive',
      'how long does a withdrawal take',
    ],
    es: [
      'olvidé mi contraseña',
      'dónde está mi reembolso',
      'mi pago ha fallado',
      'quiero hablar con una persona',
      'el dinero no ha llegado',
      'cuánto tarda un retiro',
    ],
    de: [
      'ich habe mein passwort vergessen',
      'wo ist meine erstattung',
      'meine zahlung ist fehlgeschlagen',
      'ich möchte mit einem menschen sprechen',
      'das geld ist nicht angekommen',
      'wie lange dauert eine auszahlung',
    ],
    'zh-CN': ['我忘记密码了', '我的退款在哪里', '付款失败了', '转人工', '钱还没到账', '提现要多久'],
  }),
);

test.each([
  ['where is the money for my payment', 'en'],
  ['dónde está el dinero de mi pago', 'es'],
  ['wo ist das geld meiner zahlung', 'de'],
  ['钱在哪里', 'zh-CN'],
])('%j is %s', (text, language) => {
  expect(guess(text).language).toBe(language);
});

test('a text that says nothing keeps the language of the conversation', () => {
  for (const text of ['', '123', '👍', '!!!']) {
    expect([text, guess(text, 'de').language]).toEqual([text, 'de']);
  }
});

test('an unknown hint is as none', () => {
  expect(guess('where is my refund', 'fr')).toEqual(guess('where is my refund'));
});

test('probabilities sum to one and the confidence is the highest', () => {
  const { probabilities, confidence } = guess('ok 转人工', 'es');
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(confidence).toBe(Math.max(...probabilities));
});
