import { expect, test } from 'vitest';
import { createWordSenses } from '../../src/nlu/senses.ts';
import { createSkeletons } from '../../src/nlu/skeletons.ts';
import { createStemmer } from '../../src/nlu/stems.ts';

test.each([
  ['en', 'refunds', 'refunded'],
  ['es', 'reembolsos', 'reembolso'],
  ['es', 'devuélvanme', 'devuelvan'],
  ['es', 'contraseña', 'contrasenas'],
  ['ar', 'والحساب', 'حساب'],
  ['ar', 'بطاقتها', 'بطاق'],
  ['fr', 'payé', 'paye'],
])('in %s %j and %j share a stem', (language, one, other) => {
  const stem = createStemmer(language);
  expect(stem(one)).toBe(stem(other));
});

test.each([
  ['en', 'password', 'refund'],
  ['es', 'cuenta', 'cuánto'],
  ['ar', 'حساب', 'حسم'],
])('in %s %j and %j keep their own stems', (language, one, other) => {
  const stem = createStemmer(language);
  expect(stem(one)).not.toBe(stem(other));
});

test.each([
  ['en', 'transferring', 'wired'],
  ['es', 'dinero', 'plata'],
  ['ar', 'مصاري', 'فلوس'],
])('in %s %j and %j have one sense', (language, one, other) => {
  const stem = createStemmer(language);
  const sense = createWordSenses(language, stem);
  expect(sense(stem(one))).toBe(sense(stem(other)));
});

test.each([
  ['ar', 'فلوس', 'floos'],
  ['ar', 'عايز', '3ayez'],
  ['ar', 'مش', 'msh'],
  ['ar', 'حاجة', '7aga'],
  ['hi', 'पैसा', 'paisa'],
  ['hi', 'वापस', 'wapas'],
  ['hi', 'खाता', 'khaata'],
])('in %s %j and its romanised form %j have the same consonants', (language, own, romanised) => {
  const skeleton = createSkeletons(language);
  const stem = createStemmer(language);
  expect(skeleton?.(stem(own.replace('ة', 'ه')))).toBe(skeleton?.(stem(romanised)));
  expect(skeleton?.(romanised)).not.toBe('');
});
