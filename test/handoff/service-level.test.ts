import { expect, test } from 'vitest';
import { runningTargets } from '../../src/handoff/index.ts';

const targets = { firstReplyMs: 10, nextReplyMs: 20, resolutionMs: 1000 };
const kinds = (owed: Parameters<typeof runningTargets>[0], isSnoozed = false) =>
  runningTargets(owed, targets, isSnoozed).map(({ kind, fromMs }) => `${kind} ${fromMs}`);

test('a conversation that asked for nobody is owed nothing', () => {
  expect(kinds({ askedMs: null, firstReplyMs: null, waitingMs: null })).toEqual([]);
});

test('until the first reply that one is owed, afterwards the next one only while the customer waits', () => {
  expect(kinds({ askedMs: 5, firstReplyMs: null, waitingMs: null })).toEqual([
    'first_reply 5',
    'resolution 5',
  ]);
  expect(kinds({ askedMs: 5, firstReplyMs: 8, waitingMs: null })).toEqual(['resolution 5']);
  expect(kinds({ askedMs: 5, firstReplyMs: 8, waitingMs: 9 })).toEqual([
    'next_reply 9',
    'resolution 5',
  ]);
});

test('put aside, only the resolution is owed', () => {
  expect(kinds({ askedMs: 5, firstReplyMs: null, waitingMs: 9 }, true)).toEqual(['resolution 5']);
});
