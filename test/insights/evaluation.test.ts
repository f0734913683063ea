import { expect, test } from 'vitest';
import {
  compareRuns,
  evaluateSet,
  missedFloors,
  missedFloorText,
} from '../../src/insights/index.ts';
import { confusionMatrix, confusionsOf } from '../../src/insights/confusions.ts';
import { createStyler } from '../../src/insights/styles.ts';
import { judgedLine } from './lines.ts';

test('the most frequent confusion comes first, with its lines', () => {
  const lines = [
    judgedLine('a', 'b:0.9', { text: 'one' }),
    judgedLine('c', 'a:0.9', { text: 'two' }),
    judgedLine('a', 'b:0.6', { text: 'three' }),
    judgedLine('b', 'b:0.9'),
  ];
  const found = confusionsOf(lines).map(({ meant, taken, lines }) => [
    meant,
    taken,
    lines.map(({ text }) => text),
  ]);
  expect(found).toEqual([
    ['a', 'b', ['one', 'three']],
    ['c', 'a', ['two']],
  ]);
});

test('the matrix keeps the intents with the most confusions and counts every line once', () => {
  const lines = [
    judgedLine('a', 'a:0.9'),
    judgedLine('a', 'b:0.9'),
    judgedLine('a', 'c:0.9'),
    judgedLine('b', 'a:0.9'),
    judgedLine('d', 'd:0.9'),
  ];
  const matrix = confusionMatrix(lines, 2);
  expect(matrix).toEqual({
    intents: ['a', 'b'],
    counts: [
      [1, 1],
      [1, 0],
    ],
    elsewhere: [1, 0],
  });
  expect(confusionMatrix([judgedLine('a', 'a:1')], 5).intents).toEqual([]);
});

test.each([
  ['en', 'where is it', ['short']],
  ['en', "I can't log in", []],
  ['zh-CN', '转人工', ['short']],
  ['zh-CN', '我昨天晚上申请的提现到今天中午还没有到账，请你们帮我尽快处理一下好不好', ['long']],
  ['en', 'a b c d e f g h i j k l m n', []],
  ['en', 'a b c d e f g h i j k l m n o', ['long']],
])('%s "%s" is %j', (language, text, styles) => {
  expect(createStyler()(judgedLine('a', 'a:1', { language, text }))).toEqual(styles);
});

test('a line with an id or an amount is of that style as well', () => {
  const line = judgedLine('a', 'a:1', { text: 'refund P20261103-4471', holdsFigures: true });
  expect(createStyler()(line)).toEqual(['short', 'figures']);
});

test('languages are evaluated apart, with the learning curve of each', () => {
  const english = [judgedLine('a', 'a:0.9'), judgedLine('a', 'b:0.9')];
  const chinese = [judgedLine('a', 'a:0.9', { language: 'zh-CN', languageFound: 'zh-CN' })];
  const all = [...chinese, ...english];
  const half = { share: 0.5, judged: [...english.slice(1), ...chinese] };
  const { languages } = evaluateSet('dev', all, [half]);
  expect(languages.map(({ language, figures }) => [language, figures.top1])).toEqual([
    ['en', 0.5],
    ['zh-CN', 1],
  ]);
  expect(languages.map(({ learning }) => learning[0])).toEqual([
    { share: 0.5, top1: 0, top3: 0 },
    { share: 0.5, top1: 1, top3: 1 },
  ]);
});

test('each floor that is missed is named with what was found; the others are silent', () => {
  const set = evaluateSet('dev', [judgedLine('a', 'a:0.95'), judgedLine('a', 'b:0.95')]);
  const table = {
    dev: { en: { top1: 0.5, top3: 0.75, oosRecall: 0.6, eceMax: 0.1 }, fr: { top1: 1 } },
    held: { en: { top1: 1 } },
  };
  expect(missedFloors(table, [set]).map(missedFloorText)).toEqual([
    'dev en: top3 is 50.0 %, its floor is 75.0 %',
    'dev en: oosRecall was not measured (no such lines), its floor is 60.0 %',
    'dev en: ece is 45.0 %, its ceiling is 10.0 %',
  ]);
  expect(missedFloors({}, [set])).toEqual([]);
  expect(missedFloors({ dev: { en: { top1: 0.5, eceMax: 0.451 } } }, [set])).toEqual([]);
});

test('two runs are compared line by line, by language', () => {
  const right = 'a:0.9';
  const wrong = 'b:0.9';
  const pair = (one: string, other: string, language = 'en') =>
    [judgedLine('a', one, { language }), judgedLine('a', other, { language })] as const;
  const rows = compareRuns([
    ...Array.from({ length: 6 }, () => pair(right, wrong)),
    pair(wrong, right),
    pair(right, right),
    pair(wrong, wrong),
    pair(right, right, 'zh-CN'),
    [
      judgedLine('out_of_scope', 'out_of_scope:0.9', { verdict: 'refuse' }),
      judgedLine('out_of_scope', 'out_of_scope:0.9', { verdict: 'clarify' }),
    ],
  ]);
  expect(rows.map(({ language, measure }) => [language, measure])).toEqual([
    ['en', 'first'],
    ['en', 'settled'],
    ['zh-CN', 'first'],
    ['zh-CN', 'settled'],
  ]);
  expect(rows[0]).toMatchObject({
    lines: 9,
    first: 7 / 9,
    second: 2 / 9,
    onlyFirst: 6,
    onlySecond: 1,
  });
  expect(rows[0]?.p).toBeCloseTo((2 * (1 + 7)) / 128, 12);
  expect(rows[1]).toMatchObject({ lines: 10, onlyFirst: 7, onlySecond: 1 });
  expect(rows[2]?.p).toBe(1);
});
