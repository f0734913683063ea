import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accumulate } from '../../src/nlu/accumulate.ts';

test('the sums are those of adding one row after the other', () => {
  const width = 5;
  const rows = 12;
  fc.assert(
    fc.property(
      fc.int8Array({ minLength: width * rows, maxLength: width * rows }),
      fc.array(fc.tuple(fc.nat(rows - 1), fc.integer({ min: -8, max: 8 })), { maxLength: 11 }),
      (weights, entries) => {
        const sums = new Float32Array(width).fill(1);
        accumulate(
          sums,
          weights,
          Int32Array.from(entries, ([row]) => row),
          Float32Array.from(entries, ([, value]) => value),
        );
        const expected = Array.from({ length: width }, (_, place) =>
          entries.reduce(
            (sum, [row, value]) => sum + (weights[row * width + place] ?? 0) * value,
            1,
          ),
        );
        expect([...sums]).toEqual(expected);
      },
    ),
  );
});
