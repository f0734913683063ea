import { assert, property, string } from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { limits, type Understanding } from '../../src/core/index.ts';
import {
  assembleEngine,
  createEngine,
  deserialiseModel,
  outOfScope,
  serialiseModel,
  trainEngine,
  trainingDigest,
  trainLanguage,
  type Engine,
  type EngineModel,
} from '../../src/nlu/index.ts';
import { labelledSet, ownUtterances } from './own-content.ts';

const utterances = ownUtterances();
const clock = { nowMs: Date.parse('2026-11-22T14:00:00Z'), timeZone: 'Asia/Shanghai' };
/** Four languages one after the other, on a machine that may be doing other things. */
const trainingMsMax = 900_000;
let model: EngineModel;
let engine: Engine;

beforeAll(() => {
  model = trainEngine(utterances);
  engine = createEngine(model);
}, trainingMsMax);

function understand(text: string, language?: string): Understanding {
  return engine.understand(text, language === undefined ? clock : { ...clock, language });
}

/**
 * Floors stand a little below what was measured when they were set (docs/reference/understanding.md). `held` is the
 * measure: written by others than the utterances, in as different words as people find. `dev` is nearer to them.
 */
const floors = [
  {
    set: 'held',
    language: 'en',
    first: 0.8,
    listed: 0.92,
    wronglyAnswered: 0.06,
    refusedOutside: 0.7,
    answeredOutside: 0.1,
  },
  {
    set: 'held',
    language: 'zh-CN',
    first: 0.85,
    listed: 0.94,
    wronglyAnswered: 0.04,
    refusedOutside: 0.65,
    answeredOutside: 0.12,
  },
  {
    set: 'dev',
    language: 'en',
    first: 0.955,
    listed: 0.98,
    wronglyAnswered: 0.025,
    refusedOutside: 0.78,
    answeredOutside: 0.06,
  },
  {
    set: 'dev',
    language: 'zh-CN',
    first: 0.945,
    listed: 0.98,
    wronglyAnswered: 0.02,
    refusedOutside: 0.74,
    answeredOutside: 0.09,
  },
] as const;

test.each(floors)(
  'messages of the set $set in $language are understood',
  ({ set, language, ...floor }) => {
    const judged = labelledSet(set, language).map(([intent, text]) => {
      const read = understand(text);
      const served = read.intents.filter((one) => one.intent !== outOfScope);
      return { intent, read, served };
    });
    const inside = judged.filter(({ intent }) => intent !== outOfScope);
    const outside = judged.filter(({ intent }) => intent === outOfScope);
    const share = (of: typeof judged, test: (one: (typeof judged)[number]) => boolean): number =>
      of.filter(test).length / of.length;
    const reached = {
      first: share(inside, (one) => one.served[0]?.intent === one.intent),
      listed: share(inside, ({ served, intent }) =>
        served.slice(0, 3).some((one) => one.intent === intent),
      ),
      wronglyAnswered: share(
        inside,
        (one) => one.read.verdict === 'answer' && one.served[0]?.intent !== one.intent,
      ),
      refusedOutside: share(outside, (one) => one.read.verdict === 'refuse'),
      answeredOutside: share(outside, (one) => one.read.verdict === 'answer'),
    };
    expect(inside.length).toBeGreaterThan(200);
    expect(outside.length).toBeGreaterThan(50);
    expect(reached.first).toBeGreaterThan(floor.first);
    expect(reached.listed).toBeGreaterThan(floor.listed);
    expect(reached.wronglyAnswered).toBeLessThan(floor.wronglyAnswered);
    expect(reached.refusedOutside).toBeGreaterThan(floor.refusedOutside);
    expect(reached.answeredOutside).toBeLessThan(floor.answeredOutside);
    expect(share(judged, (one) => one.read.language === language)).toBeGreaterThan(0.97);
  },
);

test('a sentence from the training is answered, however it is cased, spaced or dotted', () => {
  for (const [text, intent, language] of [
    ['HI', 'greet', 'en'],
    ['Thank   you!!', 'thank', 'en'],
    ['忘 记 密 码', 'reset_password', 'zh-CN'],
  ] as const) {
    const read = understand(text, language);
    expect([text, read.verdict, read.intents[0]?.intent]).toEqual([text, 'answer', intent]);
  }
});

test('what is outside is refused and never the answer', () => {
  for (const text of [
    'whats the weather tomorrow in paris',
    '讲个笑话吧',
    'qwpoeiruty zxmcnv',
    '',
  ]) {
    const read = understand(text);
    expect([text, read.verdict]).toEqual([text, 'refuse']);
  }
  assert(
    property(string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const { verdict, intents } = understand(text);
      expect(verdict === 'answer' && intents[0]?.intent === outOfScope).toBe(false);
    }),
  );
});

test('a message that is only an id, an amount or a link asks for nothing', () => {
  for (const text of ['P20261103-4471', '¥300', '13812345678', 'https://x.example/1']) {
    expect([text, understand(text, 'en').verdict]).toEqual([text, 'refuse']);
  }
});

test('88 is goodbye in Chinese when it is all that was written, and asks for nothing elsewhere', () => {
  for (const text of ['88', '886', '88~', '８８']) {
    const read = understand(text, 'zh-CN');
    expect([text, read.verdict, read.intents[0]?.intent]).toEqual([text, 'answer', 'goodbye']);
  }
  expect(understand('88', 'en').verdict).toBe('refuse');
  expect(understand('188', 'zh-CN').verdict).toBe('refuse');
});

test('an id does not decide the intent', () => {
  const withId = (id: string) => understand(`i want a refund for ${id}`, 'en').intents;
  expect(withId('W20261103-4471')).toEqual(withId('P20261001-0002'));
  expect(withId('T-20261103-4471')[0]?.intent).toBe('refund_request');
});

test('confidences are ranked, at most five, and sum to at most one', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 120 }), (text) => {
      const { intents } = understand(text);
      expect(intents.length).toBeGreaterThan(0);
      expect(intents.length).toBeLessThanOrEqual(5);
      const values = intents.map(({ confidence }) => confidence);
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      expect(values.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
      expect(values.every((value) => value >= 0)).toBe(true);
    }),
  );
});

test('the conversation keeps its language for a foreign word and changes it for a foreign sentence', () => {
  expect(understand('refund', 'zh-CN').language).toBe('zh-CN');
  expect(understand('ok', 'zh-CN').language).toBe('zh-CN');
  expect(understand('我的 refund 怎么还没到', 'zh-CN').language).toBe('zh-CN');
  expect(understand('i still have not got my refund', 'zh-CN').language).toBe('en');
  expect(understand('我的钱怎么还没到账', 'en').language).toBe('zh-CN');
  expect(understand('P20261103-4471', 'zh-CN').language).toBe('zh-CN');
});

test('a message of two languages is understood from either side', () => {
  expect(understand('转人工 please', 'en').intents[0]?.intent).toBe('talk_to_agent');
  expect(understand('想 reset password', 'zh-CN').intents[0]?.intent).toBe('reset_password');
});

test('two requests in one message are found as two, each with its span', () => {
  const english = 'i forgot my password. also i want a refund for my order';
  const read = engine.understand(english, clock);
  expect(read.requests?.map(({ intent }) => intent)).toEqual(['reset_password', 'refund_request']);
  expect(read.requests?.map(({ start, end }) => english.slice(start, end))).toEqual([
    'i forgot my password',
    'i want a refund for my order',
  ]);
  const chinese = engine.understand('我忘记密码了，另外提现三天了还没到账', clock);
  expect(chinese.requests?.map(({ intent }) => intent)).toEqual([
    'reset_password',
    'withdrawal_delayed',
  ]);
  expect(chinese.verdict).toBe('answer');
});

test('one request is not taken for two', () => {
  for (const language of ['en', 'zh-CN']) {
    const texts = labelledSet('dev', language).map(([, text]) => text);
    const split = texts.filter((text) => engine.understand(text, clock).requests !== undefined);
    expect(split.length / texts.length).toBeLessThan(0.02);
  }
  expect(engine.understand('hi there, i want a refund. thanks!', clock).requests).toBeUndefined();
});

test('equal utterances, options and seed give equal bytes; another seed or utterance does not', () => {
  const small = { en: pick(utterances['en'] ?? {}, 12) };
  const bytes = serialiseModel(trainEngine(small));
  expect(Buffer.compare(bytes, serialiseModel(trainEngine(small)))).toBe(0);
  expect(Buffer.compare(bytes, serialiseModel(trainEngine(small, { seed: 7 })))).not.toBe(0);
  expect(trainingDigest({ en: { ...small.en, greet: ['hullo'] } })).not.toBe(trainingDigest(small));
});

test('languages trained apart make the same engine as together', () => {
  const few = Object.fromEntries(
    Object.entries(utterances).map(
      ([language, byIntent]) => [language, pick(byIntent, 6)] as const,
    ),
  );
  const apart = Object.keys(few)
    .sort()
    .map((language) => trainLanguage(language, few[language] ?? {}));
  const bytes = serialiseModel(assembleEngine(apart, few));
  expect(Buffer.compare(bytes, serialiseModel(trainEngine(few)))).toBe(0);
});

test('a written model reads back and understands the same', () => {
  const loaded = deserialiseModel(serialiseModel(model));
  if (!loaded) throw new Error('the model did not read back');
  expect(loaded.trainedOn).toBe(trainingDigest(utterances));
  const other = createEngine(loaded);
  for (const [, text] of labelledSet('dev', 'en')) {
    expect(other.understand(text, clock)).toEqual(engine.understand(text, clock));
  }
});

test('networks and judges of word order are kept in the file and judge the same after reading back', () => {
  const kept = Object.entries(pick(utterances['en'] ?? {}, 15)).slice(0, 12);
  const small = { en: Object.fromEntries(kept) };
  const trained = trainEngine(small, { members: 2, convolutions: 1 });
  const loaded = deserialiseModel(serialiseModel(trained));
  expect(loaded?.languages[0]?.members).toHaveLength(2);
  expect(loaded?.languages[0]?.convolutions).toHaveLength(1);
  if (!loaded) throw new Error('the model did not read back');
  const one = createEngine(trained);
  const other = createEngine(loaded);
  const texts = labelledSet('dev', 'en').filter(([intent]) => intent in small.en);
  expect(texts.length).toBeGreaterThan(10);
  let right = 0;
  for (const [intent, text] of texts) {
    const read = one.understand(text, clock);
    expect(other.understand(text, clock)).toEqual(read);
    if (read.intents.find((ranked) => ranked.intent !== outOfScope)?.intent === intent) right++;
  }
  expect(right / texts.length).toBeGreaterThan(0.7);
});

test('a torn, changed or foreign model file is not a model', () => {
  const bytes = serialiseModel(trainEngine({ en: pick(utterances['en'] ?? {}, 5) }));
  expect(deserialiseModel(bytes.subarray(0, bytes.length - 8))).toBeUndefined();
  expect(deserialiseModel(new Uint8Array(0))).toBeUndefined();
  expect(
    deserialiseModel(new TextEncoder().encode('not a model, but long enough to be')),
  ).toBeUndefined();
  for (const at of [4, 20, bytes.length >> 1, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect([at, deserialiseModel(changed)]).toEqual([at, undefined]);
  }
});

test('a hundred thousand characters of anything are cut and answered at once', () => {
  const seeds = [
    'a',
    '1',
    '退',
    ' ',
    '三百',
    '1,',
    '$1 ',
    'ago 3 days ',
    'a@b.',
    '+1 (',
    "n't ",
    '👍',
    '\u200b',
    '.-',
    'P2026',
    '星期',
    'https://',
    '\ud800',
  ];
  for (const seed of seeds) {
    const text = seed.repeat(Math.ceil(100_000 / seed.length));
    const begun = performance.now();
    const read = understand(text, 'en');
    expect([seed, performance.now() - begun < 10_000]).toEqual([seed, true]);
    expect(read.text.length).toBeLessThanOrEqual(limits.textLengthMax);
    expect(text.startsWith(read.text)).toBe(true);
  }
});

test('a language without utterances or with one intent still makes an engine', () => {
  const poor = createEngine(trainEngine({ en: { greet: ['hello', 'hi there'] } }));
  expect(poor.understand('hello', clock).intents[0]?.intent).toBe('greet');
  const empty = createEngine(trainEngine({}));
  expect(empty.understand('hello', clock).verdict).toBe('refuse');
});

test('the nearest utterances explain a verdict', () => {
  const near = engine.nearest('i want my money back please', 'en');
  expect(near[0]?.intent).toBe('refund_request');
  expect(near[0]?.similarity).toBeGreaterThan(near[1]?.similarity ?? 1);
});

function pick(
  byIntent: { readonly [intent: string]: readonly string[] },
  count: number,
): { [intent: string]: readonly string[] } {
  return Object.fromEntries(
    Object.entries(byIntent).map(([intent, texts]) => [intent, texts.slice(0, count)]),
  );
}
