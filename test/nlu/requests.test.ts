import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createEngine, trainEngine, type Engine } from '../../src/nlu/index.ts';
import { segmentsOf } from '../../src/nlu/segments.ts';
import { ownUtterances } from './own-content.ts';

const clock = { nowMs: Date.parse('2026-11-22T14:00:00Z'), timeZone: 'Asia/Shanghai' };
const trainingMsMax = 240_000;
let engine: Engine;

beforeAll(() => {
  engine = createEngine(trainEngine(ownUtterances()));
}, trainingMsMax);

const cases = readFileSync(path.join(import.meta.dirname, 'requests.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([language = '', intents = '', text = '']) => ({ language, intents, text }));

/** Utterances change; one message of a language may be judged otherwise by then. */
const missesMax = 2;

test.each(['en', 'zh-CN', 'es', 'ar'])(
  'messages in %s with two requests are taken for two, stories for one',
  (language) => {
    const mine = cases.filter((one) => one.language === language);
    expect(mine.filter(({ intents }) => intents !== '-').length).toBeGreaterThanOrEqual(14);
    expect(mine.length).toBeGreaterThanOrEqual(28);
    const missed = mine.filter(({ intents, text }) => {
      const { requests = [] } = engine.understand(text, { ...clock, language });
      return (requests.map(({ intent }) => intent).join('+') || '-') !== intents;
    });
    const split = missed.filter(({ intents }) => intents === '-');
    expect(missed.map(({ text }) => text).slice(missesMax)).toEqual([]);
    expect(split.length).toBeLessThanOrEqual(1);
  },
);

test.each([
  ['pagué y falló'],
  ['I paid and it failed'],
  ['转账失败钱没退'],
  ['دفعت وفشلت العملية'],
  ['وصلني الطلب'],
  ['no puedo entrar a mi cuenta, qué hago'],
])('%j has no parts of its own', (text) => {
  expect(segmentsOf(text).sure).toEqual([]);
});

test.each([
  [
    '¿Dónde está mi reembolso? ¿Y cómo cambio mi correo?',
    ['Dónde está mi reembolso', 'cómo cambio mi correo'],
  ],
  ['كم رسوم التحويل؟ وكيف أغير بريدي', ['كم رسوم التحويل', 'كيف أغير بريدي']],
  ['نسيت كلمة المرور وين المبلغ المسترد', ['نسيت كلمة المرور', 'وين المبلغ المسترد']],
  ['退款什么时候到？还有怎么换手机号', ['退款什么时候到', '怎么换手机号']],
  ['İade nerede? And how do I close it all', ['İade nerede', 'how do I close it all']],
])('the parts of %j are spans of its own text', (text, parts) => {
  expect(segmentsOf(text).sure.map(({ start, end }) => text.slice(start, end))).toEqual(parts);
});
