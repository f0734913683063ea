import { expect, test } from 'vitest';
import type { DeskSearchHit } from '../../agent-desk/src/protocol.ts';
import { eachOnce } from '../../agent-desk/src/search-hits.ts';

const hit = (conv: string, excerpt: string): DeskSearchHit => ({ conv, excerpt }) as DeskSearchHit;

test('a conversation that is found again on a later page stands in the list once, with its newest words', () => {
  const pages = [
    { hits: [hit('a', 'newest'), hit('b', 'b')] },
    { hits: [hit('a', 'older'), hit('c', 'c')] },
  ];
  expect(eachOnce(pages).map(({ conv, excerpt }) => [conv, excerpt])).toEqual([
    ['a', 'newest'],
    ['b', 'b'],
    ['c', 'c'],
  ]);
});
