import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Say, Values } from '../../src/core/index.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';

const languages = ['en', 'zh-CN', 'es', 'ar'] as const;
const locales = Object.fromEntries(
  languages.map((tag): [string, unknown] => {
    const file = resolve(import.meta.dirname, `../../locales/${tag}/bot.json`);
    return [tag, JSON.parse(readFileSync(file, 'utf8'))];
  }),
);
const book = createPhrasebook({
  locales,
  workspaceValues: () => ({ brand: 'OKPay', timeZone: 'UTC', withdrawalDays: { from: 1, to: 3 } }),
});
const draw = (language: string, say: Say) => book.render(language, [say])[0];

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });
const fee: Values = { amount: eur(20_000n), fee: eur(320n), total: eur(20_320n) };
const exchange: Values = {
  from: { minor: 10_000n, currency: 'USD' },
  to: eur(9163n),
  fee: { minor: 50n, currency: 'USD' },
  rate: '0.921',
  validUntilMs: Date.UTC(2026, 10, 23, 9, 30),
};

test('a fee is a table of amount and fee, and its sum', () => {
  expect(draw('en', { type: 'quote', of: fee })).toEqual({
    type: 'quote',
    title: 'What it costs',
    rows: [
      { label: 'Amount', value: '€200.00' },
      { label: 'Fee', value: '€3.20' },
    ],
    total: { label: 'Total', value: '€203.20' },
  });
});

test('choices that are put again are labels alone, but for those that only their detail tells apart', () => {
  const one = (value: string, minor: bigint, counterparty: string) => ({
    value,
    item: { id: value, amount: eur(minor), counterparty, atMs: 0, state: 'completed' },
  });
  const options = [one('P1', 100n, 'Ada'), one('P2', 200n, 'Bo'), one('P3', 200n, 'Bo')];
  const block = draw('en', { type: 'choices', id: 'c', options, again: true });
  if (block?.type !== 'choices') throw new Error('no choices');
  expect(block.again).toBe(true);
  expect(block.options.map(({ detail }) => detail !== undefined)).toEqual([false, true, true]);
});

test('an exchange tells the rate as it is, what comes out, and until when', () => {
  const block = draw('es', { type: 'quote', of: exchange });
  expect(block).toMatchObject({
    type: 'quote',
    total: { label: 'Recibes', value: '91,63\u00a0€' },
    note: expect.stringContaining('23 nov 2026') as unknown,
  });
  expect(JSON.stringify(block)).toContain('1 USD = 0.921 EUR');
});

test.each(languages)(
  'in %s a how-to is a title and its steps, without numbers of its own',
  (tag) => {
    const block = draw(tag, { type: 'steps', key: 'top_up_howto.steps_list' });
    if (block?.type !== 'steps') throw new Error('no steps');
    expect(block.title).toMatch(/[^:：]$/);
    expect(block.items).toHaveLength(4);
    for (const item of block.items) expect(item).not.toMatch(/^\d/);
  },
);

test.each(languages)('in %s files are asked for with what is taken and how many', (tag) => {
  const block = draw(tag, { type: 'file_request', id: 'f1', filesMax: 3, optional: true });
  expect(block).toMatchObject({ type: 'file_request', id: 'f1', filesMax: 3 });
  if (block?.type !== 'file_request') throw new Error('no request');
  expect(block.hint).toMatch(/3|٣/);
  expect(block.skip).toBeTruthy();
  expect(
    draw(tag, { type: 'file_request', id: 'f', filesMax: 1, optional: false }),
  ).not.toHaveProperty('skip');
});

const moves = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    atMs: Date.UTC(2026, 10, 1 + n, 8),
    state: ['open', 'in_progress', 'solved'][n % 3] ?? 'open',
  }));
const ticket = (timeline: Values['timeline']): Say => ({
  type: 'card',
  kind: 'ticket',
  of: { id: 'T-1', type: 'complaint', state: 'solved', openedAtMs: 1, timeline: timeline ?? null },
});

test('a ticket shows what happened to it, oldest first, in the reader’s words and times', () => {
  expect(draw('zh-CN', ticket(moves(3)))).toMatchObject({
    timeline: [
      { label: '待处理', tone: 'wait' },
      { tone: 'wait' },
      { tone: 'good', time: expect.stringContaining('2026年11月3日') as unknown },
    ],
  });
});

test.each([
  ['one move', moves(1)],
  ['nothing that can be read', [{ at: 'now' }, 7, null]],
  ['no list', 'solved'],
])('%s is no time line', (_, timeline) => {
  expect(draw('en', ticket(timeline))).not.toHaveProperty('timeline');
});

test('of a long story the newest moves are shown', () => {
  const block = draw('en', ticket(moves(20)));
  if (block?.type !== 'card') throw new Error('no card');
  expect(block.timeline).toHaveLength(8);
  expect(block.timeline?.at(-1)?.time).toContain('Nov 20');
});
