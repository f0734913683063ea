import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hesitated, nearIntents } from '../../src/nlu/near-intents.ts';

function answered(first: [string, number], second: [string, number]) {
  const intents = [first, ['out_of_scope', 0.05] as const, second].map(([intent, confidence]) => ({
    intent,
    confidence,
  }));
  return hesitated({ intents, verdict: 'answer' }, nearIntents).verdict;
}

test('a near neighbour that is likely too turns an answer into a question', () => {
  expect(answered(['refund_request', 0.8], ['dispute_transaction', 0.15])).toBe('clarify');
  expect(answered(['refund_request', 0.9], ['dispute_transaction', 0.04])).toBe('answer');
});

test('intents that are told apart easily are answered as before', () => {
  expect(answered(['refund_request', 0.8], ['fees', 0.15])).toBe('answer');
});

test('what is no answer stays what it is', () => {
  const refused = {
    intents: [{ intent: 'out_of_scope', confidence: 0.9 }],
    verdict: 'refuse',
  } as const;
  expect(hesitated(refused, nearIntents)).toBe(refused);
});

test('every near intent is one of the catalogue', () => {
  const folder = path.join(import.meta.dirname, '../../intents');
  const known = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((one) =>
    path.basename(one),
  );
  expect(nearIntents.flat().filter((intent) => !known.includes(intent))).toEqual([]);
});
