import { expect, test } from 'vitest';
import {
  compareRuns,
  evaluateSet,
  reportPage,
  type ReportInput,
} from '../../src/insights/index.ts';
import { judgedLine } from './lines.ts';

const hostile = `<script>alert("1")</script> & 'more'`;
const judged = [
  judgedLine('a', 'a:0.95'),
  judgedLine('a', 'b:0.9', { text: hostile }),
  judgedLine('b', 'b:0.4 a:0.3', { verdict: 'clarify' }),
  judgedLine('out_of_scope', 'out_of_scope:0.9', { verdict: 'refuse' }),
];
const learning = [
  { share: 0.5, judged: judged.slice(1) },
  { share: 1, judged },
];

function page(more: Partial<ReportInput> = {}): string {
  return reportPage({
    madeAtMs: Date.UTC(2026, 10, 22, 14, 30),
    method: 'given files',
    utterances: 1234,
    trainedOn: '0123456789abcdef',
    notes: [hostile],
    sets: [evaluateSet('dev', judged, learning)],
    against: undefined,
    comparisons: [],
    floors: {},
    missed: [],
    ...more,
  });
}

test('the page needs nothing beside it, runs nothing and sends nothing', () => {
  const html = page();
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(|\son\w+=|https?:/i);
  expect(html).toContain('2026-11-22 14:30 UTC');
});

test('texts that people typed stay text', () => {
  const html = page();
  expect(
    html.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;'),
  ).toHaveLength(3);
});

test('every opened element is closed, in order', () => {
  const html = page({ against: 'old', comparisons: compareRuns(judged.map((one) => [one, one])) });
  const open: string[] = [];
  const single = new Set(['meta', '!doctype']);
  for (const [, slash, name = '', rest = ''] of html.matchAll(/<(\/?)([!a-z][a-z0-9]*)([^>]*)>/g)) {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (!single.has(name) && !rest.endsWith('/')) open.push(name);
  }
  expect(open).toEqual([]);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test('floors and comparison are told where there are any', () => {
  expect(page()).toContain('No floors are set');
  const floors = { dev: { en: { top1: 0.9, top3: 0.5 } } };
  expect(page({ floors })).toContain('All 2 floors hold');
  const missed = [{ set: 'dev', language: 'en', floor: 'top1', wanted: 0.9, found: 0.6 }] as const;
  expect(page({ floors, missed })).toContain('dev en: top1 is 60.0 %, its floor is 90.0 %');
  expect(page({ floors, missed })).toContain('1 of 2 floors missed');
  const compared = page({
    against: 'old',
    comparisons: compareRuns(judged.map((one) => [one, one])),
  });
  expect(compared).toContain('Against old');
  expect(compared).toContain('no difference shown');
});

test('a set without confusions, scope lines or curve still makes a page', () => {
  const html = page({ sets: [evaluateSet('dev', [judgedLine('a', 'a:1')])] });
  expect(html).toContain('None.');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});
