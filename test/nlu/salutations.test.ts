import { expect, test } from 'vitest';
import { afterSalutation } from '../../src/nlu/salutations.ts';

test.for<readonly [string, string]>([
  ['hello??? where is my money', 'where is my money'],
  ['Good morning, my card was declined', 'my card was declined'],
  ['你好，我的钱呢', '我的钱呢'],
  ['在吗？你好 提现没到账', '提现没到账'],
  ['hola buenas, mi retiro no llega', 'mi retiro no llega'],
  ['buenos días ¿dónde está mi dinero?', 'dónde está mi dinero?'],
  ['مرحبا أين فلوسي يا جماعة', 'أين فلوسي يا جماعة'],
  ['السلام عليكم، ما وصلني السحب', 'ما وصلني السحب'],
])('%s asks: %s', ([text, rest]) => {
  expect(afterSalutation(text)).toBe(rest);
});

test.for([
  'hello',
  'hi there',
  '你好',
  '你好呀',
  'hola',
  'مرحبا بكم',
  'history of my payments',
  'holacracia es una palabra rara',
  'where is my money',
])('%s is no greeting before a request', (text) => {
  expect(afterSalutation(text)).toBeUndefined();
});
