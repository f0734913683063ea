import { expect, test } from 'vitest';
import { looksLikeCode, maskCards } from '../../src/turn/mask.ts';

test.each([
  ['my card 4111 1111 1111 1111 was declined', 'my card •••• 1111 was declined'],
  ['卡号4111111111111111被拒', '卡号•••• 1111被拒'],
  ['5500-0000-0000-0004 and 340000000000009', '•••• 0004 and •••• 0009'],
])('a card number is masked: %s', (typed, kept) => {
  expect(maskCards(typed)).toBe(kept);
});

test.each(['P20261103-4471', 'order 1234567890123', 'call 400-123-4567', '4111 1111 1111 1112'])(
  'what is no card number stays: %s',
  (typed) => {
    expect(maskCards(typed)).toBe(typed);
  },
);

test.each([
  ['123456', true],
  [' 123 456 ', true],
  ['1234', true],
  ['123', false],
  ['my code is 123456', false],
  ['123456789', false],
])('%j is nothing but a code: %s', (text, is) => {
  expect(looksLikeCode(text)).toBe(is);
});
