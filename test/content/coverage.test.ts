import path from 'node:path';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import {
  coverageOf,
  intentFolders,
  loadContent,
  parseStories,
  readStories,
} from '../../src/content/index.ts';
import { root } from '../support/story-deps.ts';

const folder = path.join(root, 'intents');
const loaded = await loadContent(
  { intents: folder, locales: path.join(root, 'locales') },
  actionSpecs,
);
if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
const intents = await intentFolders(folder);
const { stories } = await readStories(folder);
const sources = { loaded, intents, stories, actions: actionSpecs };

function holesIn(coverage: ReturnType<typeof coverageOf>): readonly string[] {
  return coverage.rows.flatMap(({ intent, cells }) =>
    Object.entries(cells).flatMap(([language, { holes }]) =>
      holes.map((hole) => `${intent} ${language} ${hole}`),
    ),
  );
}

test('every account action of the wallet is asked for by a flow, tickets by those that open one', () => {
  const { rows, unusedActions } = coverageOf(sources);
  expect(unusedActions).toEqual([]);
  const refund = rows.find(({ intent }) => intent === 'refund_request');
  expect(refund?.actions).toContain('requestRefund');
  expect(rows.find(({ intent }) => intent === 'file_complaint')?.actions).toContain('openTicket');
});

test('an intent without stories or with too few utterances in a language is a hole, one without a flow is none', () => {
  const coverage = coverageOf({
    ...sources,
    loaded: {
      ...loaded,
      utterances: {
        ...loaded.utterances,
        en: { ...loaded.utterances['en'], fees: ['fees'], greet: ['hi'] },
      },
    },
    stories: stories.filter(
      ({ file, language }) => !file.includes('check_balance') || language !== 'en',
    ),
  });
  const holes = holesIn(coverage);
  expect(holes).toContain('check_balance en stories');
  expect(holes).not.toContain('check_balance zh-CN stories');
  expect(holes).toContain('fees en utterances');
  expect(holes).toContain('greet en utterances');
  expect(holes.filter((one) => /^(affirm|deny|out_of_scope|welcome) /.test(one))).toEqual([]);
});

test('a text that one language lacks is a hole there and nowhere else', () => {
  const { fees: _fees, ...rest } = loaded.texts['zh-CN'] as { readonly fees: unknown };
  const coverage = coverageOf({
    ...sources,
    loaded: { ...loaded, texts: { ...loaded.texts, 'zh-CN': rest } },
  });
  const missing = holesIn(coverage).filter((one) => one.endsWith(' texts'));
  expect(missing).toEqual(['fees zh-CN texts']);
});

test('an action that no flow asks for is named', () => {
  const spec = actionSpecs['requestRefund'];
  if (!spec) throw new Error('no such action');
  const coverage = coverageOf({ ...sources, actions: { ...actionSpecs, printMoney: spec } });
  expect(coverage.unusedActions).toEqual(['printMoney']);
});

test('stories are counted by the language that they begin in', () => {
  const source = ['- story: x', '  language: en', '  lines:', '    - customer: hi'].join('\n');
  const parsed = parseStories(source, 'intents/payments/fees/stories.yaml');
  const one = 'stories' in parsed ? parsed.stories : [];
  const { rows } = coverageOf({ ...sources, stories: one });
  const cells = rows.find(({ intent }) => intent === 'fees')?.cells;
  expect([cells?.['en']?.stories, cells?.['zh-CN']?.stories]).toEqual([1, 0]);
});
