import { expect, test } from 'vitest';
import { matchKey, normalise } from '../../src/nlu/normalise.ts';

test.each([
  ['Ｒｅｆｕｎｄ　１２３', 'refund 123'],
  ["I CAN'T log in", 'i can not log in'],
  ['I can’t, won’t, don’t', 'i can not, will not, do not'],
  ["it's mine, I've paid", 'it s mine, i ve paid'],
  ['re\u200bfund\u00ad', 'refund'],
  ['sooooo slowwww!!!!!', 'soo sloww!!'],
  ['退退退退款', '退退款'],
  ['1000000 yuan', '1000000 yuan'],
  ['  a \n\t b ', 'a b'],
  ['①ﬁx', '1fix'],
])('%j becomes %j', (typed, normal) => {
  expect(normalise(typed)).toBe(normal);
});

test('normalising twice changes nothing more', () => {
  for (const text of ["Can't WAIT!!!!!", '太慢了了了了了', 'ＯＫ\u200d．．．．']) {
    expect(normalise(normalise(text))).toBe(normalise(text));
  }
});

test.each([
  ['thank you!', 'Thank  you'],
  ['转 人工。', '转人工'],
  ['我要 refund', '我要refund'],
])('%j and %j are one exact match', (one, other) => {
  expect(matchKey(normalise(one))).toBe(matchKey(normalise(other)));
});

test('words do not run together in the match key of a spaced script', () => {
  expect(matchKey('log in')).not.toBe(matchKey('login'));
});
