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
  ['раyment fаiled', 'payment failed'],
  ['привет', 'привет'],
  ['p@ssw0rd', 'password'],
  ['2FA for web3', '2fa for web3'],
  ['z\u0351\u036f\u0313a\u0334\u0335l\u0320go', 'zalgo'],
  ['¿Dónde está mi contraseña?', '¿dónde está mi contraseña?'],
  ['cafe\u0301', 'caf\u00e9'],
  ['我的帳戶無法登入，錢沒到帳', '我的账户无法登入,钱没到账'],
  ['أُريدُ إِسترجـــاع فلوسي', 'اريد استرجاع فلوسي'],
  ['٣٠٠ ريال', '300 ريال'],
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
