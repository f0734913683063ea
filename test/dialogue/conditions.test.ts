import { expect, test } from 'vitest';
import type { Value } from '../../src/core/index.ts';
import { checkContent } from '../../src/dialogue/index.ts';
import { flowFrom, specs } from '../support/flows.ts';
import { contentOf, ok, startMs, talkOver, tell, wants } from '../support/plain-talk.ts';

/** Whether the condition holds for what a lookup gave. */
async function holds(condition: string, found: Value): Promise<boolean> {
  const source = `slots: { found: { type: record } }
steps:
  - act: listThings
    save: found
  - branch:
      - { when: ${condition}, next: met }
    else: unmet
  - id: met
    say: met
    next: end
  - id: unmet
    say: unmet
`;
  const world = talkOver(contentOf(flowFrom('c', source)), ok(found));
  const keys = await tell(world, 'go', wants('c'));
  return keys.includes('c.met');
}

const hour = 3_600_000;

test.for([
  ['a day that has passed', '{ of: $found.dueMs, before: $now }', { dueMs: startMs - 1 }, true],
  ['this very moment', '{ of: $found.dueMs, before: $now }', { dueMs: startMs }, false],
  ['a day to come', '{ of: $found.dueMs, after: $now }', { dueMs: startMs + hour }, true],
  ['a moment', '{ of: $found.at, before: $now }', { at: { atMs: startMs - hour } }, true],
  [
    'a period, from its beginning',
    '{ of: $found.at, after: $now }',
    { at: { fromMs: startMs + 1, toMs: startMs + 2 } },
    true,
  ],
  ['no time', '{ of: $found.dueMs, before: $now }', { dueMs: 'tomorrow' }, false],
  ['nothing at all', '{ of: $found.dueMs, after: $now }', {}, false],
  ['against another field', '{ of: $found.a, before: $found.b }', { a: 1, b: 2 }, true],
  ['equal fields', '{ of: $found.a, is: $found.b }', { a: 'x', b: 'x' }, true],
  ['unequal fields', '{ of: $found.a, is: $found.b }', { a: 'x', b: 'y' }, false],
  [
    'equal amounts',
    '{ of: $found.a, is: $found.b }',
    { a: { minor: 5n, currency: 'EUR' }, b: { currency: 'EUR', minor: 5n } },
    true,
  ],
  ['one of two fields', '{ of: $found.a, in: [z, $found.b] }', { a: 'x', b: 'x' }, true],
  [
    'at least another amount',
    '{ of: $found.a, atLeast: $found.b }',
    { a: { minor: 900n, currency: 'EUR' }, b: { minor: 900n, currency: 'EUR' } },
    true,
  ],
  ['below another figure', '{ of: $found.a, below: $found.b }', { a: 3, b: 3 }, false],
] as const)('a condition can compare: %s', async ([, condition, found, expected]) => {
  expect(await holds(condition, found)).toBe(expected);
});

test('what a condition compares with must be there too', () => {
  const source = `slots: { later: { type: record } }
steps:
  - branch:
      - { when: { of: $now, after: $later.dueMs }, next: met }
      - { when: { of: $now, is: $nowhere }, next: met }
    else: end
  - id: met
    say: met
`;
  const flows = [{ flow: flowFrom('c', source), file: 'c.yaml' }];
  const faults = checkContent({ flows, texts: {}, actions: specs });
  expect(faults.map(({ what }) => what)).toEqual([
    '"$later" is used before anything can have filled it',
    'there is no slot "nowhere"',
  ]);
});
