import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHashTable, hashTableOf } from '../../src/nlu/hash-table.ts';

const hashes = fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 300 });

test('a table to look up in finds each key at its place and nothing else, however close it is packed', () => {
  fc.assert(
    fc.property(hashes, fc.constantFrom(1.1, 2, 4), (all, room) => {
      const known = all.slice(0, all.length >> 1);
      const table = hashTableOf(Uint32Array.from(known), room);
      expect(all.map(table.find)).toEqual(
        all.map((_, place) => (place < known.length ? place : -1)),
      );
      expect([table.size(), [...table.keys()]]).toEqual([known.length, known]);
    }),
  );
});

test('a table that grows gives each hash one place, in order of first sight', () => {
  fc.assert(
    fc.property(hashes, (all) => {
      const table = createHashTable(1);
      const places = [...all, ...all].map(table.add);
      expect(places).toEqual([...all.keys(), ...all.keys()]);
      expect([...table.keys()]).toEqual(all);
    }),
  );
});
