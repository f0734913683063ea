import { expect, test } from 'vitest';
import { createEngine, trainEngine } from '../../src/nlu/index.ts';
import { createTopicNamer } from '../../src/nlu/topics.ts';
import { ownUtterances } from './own-content.ts';

const topics = {
  en: {
    loans: ['do you offer loans', 'i need a loan', 'loan for my shop', 'can you lend me money'],
    crypto: ['buy bitcoin', 'sell my bitcoin', 'what is bitcoin worth', 'crypto in the wallet'],
  },
};
const rest = ['what is the weather', 'tell me a joke', 'who won the match', 'sing a song'];
/** Enough of what is served that a word's rarity there means something. */
const served = Object.entries(ownUtterances()['en'] ?? {})
  .filter(([intent]) => intent !== 'out_of_scope')
  .slice(0, 15)
  .map(([intent, texts]) => [intent, texts.slice(0, 30)] as const);
const utterances = {
  en: {
    ...Object.fromEntries(served),
    out_of_scope: [...topics.en.loans, ...topics.en.crypto, ...rest],
  },
};
const model = trainEngine(utterances);
const clock = { nowMs: Date.parse('2026-11-22T14:00:00Z'), timeZone: 'UTC', language: 'en' };

test('what is not done here is refused by its name', () => {
  const engine = createEngine(model, { topics });
  expect(engine.understand('do you offer loans', clock)).toMatchObject({
    verdict: 'refuse',
    topic: 'loans',
  });
});

test('what is served, and the rest of the world, has no topic', () => {
  const engine = createEngine(model, { topics });
  for (const text of [served[0]?.[1][0] ?? '', 'tell me a joke', 'who won the match', '', '👍']) {
    expect([text, engine.understand(text, clock).topic]).toEqual([text, undefined]);
  }
});

test('without named topics nothing is named', () => {
  expect(createEngine(model).understand('do you offer loans', clock).topic).toBeUndefined();
});

test('where a request is likelier, single words do not name a topic', () => {
  const name = createTopicNamer(topics, model, (text) => text);
  expect(name('en', 'a loan then', true)).toBe('loans');
  expect(name('en', 'a loan then', false)).toBeUndefined();
  expect(name('es', 'a loan then', true)).toBeUndefined();
});
