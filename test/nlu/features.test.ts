import { expect, test } from 'vitest';
import { createGramReader, schemeFor } from '../../src/nlu/features.ts';
import { createWordSenses } from '../../src/nlu/senses.ts';
import { createSkeletons } from '../../src/nlu/skeletons.ts';
import { createStemmer } from '../../src/nlu/stems.ts';
import { buildVocabulary, createVectoriser } from '../../src/nlu/vectors.ts';

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

test('a reader that knows the vocabulary makes the same vectors as one that does not, known words or new', () => {
  for (const [language, kind, texts] of [
    ['en', 'spaced', ['i want a refund', 'where is my refund', 'close my account please']],
    ['ar', 'spaced', ['اريد استرجاع فلوسي', 'اين فلوسي', 'اغلق حسابي']],
    ['zh-CN', 'unspaced', ['我要退款', '退款什么时候到账', '注销我的账户']],
  ] as const) {
    const scheme = schemeFor(language, kind, texts.length);
    const read = createGramReader(scheme);
    const kept = texts.map((text) => {
      const grams = read(text);
      return { ...grams, hashes: grams.hashes.slice() };
    });
    const vocabulary = buildVocabulary(scheme, kept);
    const readPlaces = createGramReader(scheme, vocabulary.table.find);
    const [one, other] = [createVectoriser(vocabulary), createVectoriser(vocabulary)];
    for (const text of [...texts, ...texts, 'refund refund xyzzy', '退款 foo', '', 'فلوسك']) {
      expect(other(readPlaces(text))).toEqual(one(read(text)));
    }
  }
});
