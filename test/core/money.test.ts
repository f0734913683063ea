import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonical,
  currencyDigits,
  decode,
  encode,
  moneyDecimal,
  parseMoney,
} from '../../src/core/index.ts';

test.each([
  ['12.5', 'CNY', 1250n],
  ['0.01', 'EUR', 1n],
  ['-3', 'USD', -300n],
  ['1200', 'JPY', 1200n],
  ['1.500', 'KWD', 1500n],
  ['7.100', 'USD', 710n],
])('%s %s is read as %d minor units', (text, currency, minor) => {
  expect(parseMoney(text, currency)).toEqual({ minor, currency });
});

test.each([
  ['12.345', 'CNY'],
  ['1.5', 'JPY'],
  ['1e3', 'USD'],
  ['1,000', 'USD'],
  ['', 'USD'],
  ['5', 'usd'],
  ['9'.repeat(16), 'USD'],
])('%j %s is not money', (text, currency) => {
  expect(parseMoney(text, currency)).toBeUndefined();
});

test('writing money as a decimal and reading it gives the same money', () => {
  const currencies = fc.constantFrom('CNY', 'EUR', 'JPY', 'KWD');
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n - 10n ** 15n, max: 10n ** 15n - 1n }),
      currencies,
      (minor, currency) => {
        const text = moneyDecimal({ minor, currency });
        expect(parseMoney(text, currency)).toEqual({ minor, currency });
        expect(text.split('.')[1]?.length ?? 0).toBe(currencyDigits(currency));
      },
    ),
  );
});

test('values come back from their text as they were, bigints too', () => {
  const value = { amount: { minor: -5n, currency: 'CNY' }, list: [1, 'a', null, true] };
  expect(decode(encode(value))).toEqual(value);
});

test('equal values have one canonical text, whatever the order of their keys', () => {
  expect(canonical({ b: 1n, a: [{ d: 1, c: 2 }] })).toBe(canonical({ a: [{ c: 2, d: 1 }], b: 1n }));
  expect(canonical({ a: 1 })).not.toBe(canonical({ a: 1n }));
  expect(canonical({ a: undefined, b: 1 })).toBe(canonical({ b: 1 }));
});
