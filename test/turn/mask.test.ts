import { expect, test } from 'vitest';
import { looksLikeCode, maskCards, maskSecrets } from '../../src/turn/mask.ts';

test.each([
  ['my card 4111 1111 1111 1111 was declined', 'my card •••• 1111 was declined'],
  ['卡号4111111111111111被拒', '卡号•••• 1111被拒'],
  ['5500-0000-0000-0004 and 340000000000009', '•••• 0004 and •••• 0009'],
  ['卡号４１１１１１１１１１１１１１１１ 被拒', '卡号•••• 1111 被拒'],
  ['بطاقتي ٤١١١ ١١١١ ١١١١ ١١١١ مرفوضة', 'بطاقتي •••• 1111 مرفوضة'],
  ['۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱', '•••• 1111'],
  ['4111 – 1111 – 1111 – 1111', '•••• 1111'],
  ['4111\u00a01111\u202f1111\u20111111', '•••• 1111'],
  ['4111  1111  1111  1111', '•••• 1111'],
  ['4111 1111 1111 1111 12/27', '•••• 1111 12/27'],
  ['order 12 4111111111111111', 'order 12 •••• 1111'],
  ['4111 1111 1111 1111 5500 0000 0000 0004', '•••• 1111 •••• 0004'],
  ['my 2 cards 3400 000000 00009 2028', 'my 2 cards •••• 0009 2028'],
])('a card number is masked: %s', (typed, kept) => {
  expect(maskCards(typed)).toBe(kept);
});

test.each([
  'P20261103-4471',
  '4111 1111\n1111 1111',
  '2026-11-23 10-20-30',
  '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20',
  '12 34 '.repeat(600),
  'order 1234567890123',
  'call 400-123-4567',
  '4111 1111 1111 1112',
])('what is no card number stays: %s', (typed) => {
  expect(maskCards(typed)).toBe(typed);
});

test.each([
  ['123456', true],
  [' 123 456 ', true],
  ['1234', true],
  ['123', false],
  ['my code is 123456', false],
  ['123456789', false],
  ['１２３４５６', true],
  ['１２３－４５６', true],
  ['١٢٣٤٥٦', true],
  [' ۱۲۳ ۴۵۶ ', true],
])('%j is nothing but a code: %s', (text, is) => {
  expect(looksLikeCode(text)).toBe(is);
});

test.each([
  ['my code is 482913, why is it refused', 'my code is ••••••, why is it refused'],
  ['验证码４８２９１３不对', '验证码••••••不对'],
  ['el código es 482913', 'el código es ••••••'],
  ['الكود ٤٨٢٩١٣ غلط', 'الكود •••••• غلط'],
  ['otp 1234 card 4111 1111 1111 1111', 'otp •••••• card •••• 1111'],
])('a code that is named as one is masked with the cards: %s', (typed, kept) => {
  expect(maskSecrets(typed)).toBe(kept);
});

test.each(['error code 5003', 'refund P20261103-4471', '¥482913', 'i have 482913 points'])(
  'no other number is taken for a code: %s',
  (typed) => {
    expect(maskSecrets(typed)).toBe(typed);
  },
);
