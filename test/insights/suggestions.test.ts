import { expect, test } from 'vitest';
import {
  findMislabelled,
  findNearDuplicates,
  findNeedyIntents,
  type LabelledText,
} from '../../src/insights/index.ts';
import { createEngine, trainEngine } from '../../src/nlu/index.ts';
import { judgedLine } from './lines.ts';

const taught = {
  refund: ['i want my money back', 'refund my order please', 'give the money back to me'],
  password: ['i forgot my password', 'reset the password please', 'cannot remember my password'],
  out_of_scope: ['what is the weather', 'tell me a joke', 'please reset the password'],
};
const lines: readonly LabelledText[] = Object.entries(taught).flatMap(([intent, texts]) =>
  texts.map((text, at) => ({ language: 'en', intent, text, place: `${intent}:${at + 1}` })),
);
const engine = createEngine(trainEngine({ en: taught }));

test('the same words under two intents are found once, with both places', () => {
  const found = findNearDuplicates(engine, lines, 0.7);
  expect(found.map(({ one, other }) => [one.place, other.place])).toEqual([
    ['password:2', 'out_of_scope:3'],
  ]);
  expect(found[0]?.similarity).toBeGreaterThan(0.7);
  expect(findNearDuplicates(engine, lines, 1.01)).toEqual([]);
});

test('only what an engine would act on looks mislabelled, the surest first', () => {
  const judged = [
    judgedLine('refund', 'password:0.9 refund:0.05', { place: 'sure', text: 'my password' }),
    judgedLine('refund', 'password:0.99', { place: 'surest' }),
    judgedLine('refund', 'password:0.5 refund:0.4', { place: 'asked', verdict: 'clarify' }),
    judgedLine('refund', 'out_of_scope:0.85 refund:0.1', { place: 'foreign', verdict: 'refuse' }),
    judgedLine('refund', 'out_of_scope:0.7 refund:0.2', { place: 'doubtful', verdict: 'refuse' }),
    judgedLine('refund', 'refund:0.99', { place: 'right' }),
  ];
  const found = findMislabelled(judged, engine);
  expect(found.map(({ place }) => place)).toEqual(['surest', 'sure', 'foreign']);
  expect(found[1]).toMatchObject({ predicted: 'password', confidence: 0.9, ownConfidence: 0.05 });
  expect(found[1]?.like).toMatch(/password/);
});

test('intents with few, weak or still rising utterances are named, others not', () => {
  const judged = (intent: string, right: number, of: number) =>
    Array.from({ length: of }, (_, at) =>
      judgedLine(intent, at < right ? `${intent}:0.9` : 'steady:0.9'),
    );
  const full = [
    ...judged('steady', 20, 20),
    ...judged('same', 19, 20),
    ...judged('few', 8, 8),
    ...judged('weak', 12, 20),
    ...judged('rising', 16, 20),
    ...judged('out_of_scope', 0, 40),
  ];
  const half = [
    ...judged('steady', 20, 20),
    ...judged('same', 18, 20),
    ...judged('few', 8, 8),
    ...judged('weak', 12, 20),
    ...judged('rising', 13, 20),
  ];
  const found = findNeedyIntents(full, half);
  expect(found.map(({ intent, reasons }) => [intent, reasons])).toEqual([
    ['weak', ['weak']],
    ['rising', ['rising']],
    ['few', ['few']],
  ]);
  expect(found[0]).toMatchObject({
    utterances: 20,
    recall: 0.6,
    takenFor: [{ intent: 'steady', lines: 8 }],
  });
});
