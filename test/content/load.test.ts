import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import { loadContent } from '../../src/content/index.ts';
import { root } from '../support/story-deps.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kefu-content-'));
  await cp(path.join(root, 'intents'), path.join(folder, 'intents'), { recursive: true });
  await cp(path.join(root, 'locales'), path.join(folder, 'locales'), { recursive: true });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function load() {
  const folders = { intents: path.join(folder, 'intents'), locales: path.join(folder, 'locales') };
  return loadContent(folders, actionSpecs);
}

async function edit(file: string, change: (source: string) => string): Promise<void> {
  const place = path.join(folder, file);
  await writeFile(place, change(await readFile(place, 'utf8')));
}

async function faults(): Promise<readonly string[]> {
  const loaded = await load();
  if (!('faults' in loaded)) return [];
  return loaded.faults.map(({ file, line, what }) => {
    return `${path.relative(folder, path.resolve(file))}:${line} ${what}`;
  });
}

test('the shipped content loads: flows, texts, and utterances of every intent in every language', async () => {
  const loaded = await load();
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  expect(Object.keys(loaded.texts)).toEqual(['ar', 'en', 'es', 'zh-CN']);
  expect(Object.keys(loaded.content.flows)).toContain('refund_request');
  expect(loaded.content.placeholders?.['refund_request.done']).toContain('refund');
  for (const language of Object.keys(loaded.texts)) {
    const intents = loaded.utterances[language] ?? {};
    expect(Object.keys(intents).length).toBeGreaterThanOrEqual(60);
    for (const lines of Object.values(intents)) expect(lines.length).toBeGreaterThanOrEqual(40);
  }
});

test('the version of a flow follows its text, and nothing else', async () => {
  const first = await load();
  await edit('intents/conversation/greet/flow.yaml', (source) => `${source}# a remark\n`);
  const second = await load();
  if ('faults' in first || 'faults' in second) throw new Error('faults');
  const changed = Object.keys(first.content.flows).filter(
    (id) => first.content.flows[id]?.version !== second.content.flows[id]?.version,
  );
  expect(changed).toEqual(['greet']);
});

const utterances = 'intents/conversation/greet/utterances.en.txt';

test.for([
  {
    it: 'a flow that cannot be read',
    file: 'intents/conversation/greet/flow.yaml',
    change: () => 'steps:\n  - shout: hello\n',
    fault: /greet\/flow.yaml:2 .*no known kind/,
  },
  {
    it: 'an account action that there is not',
    file: 'intents/payments/refund_request/flow.yaml',
    change: (source: string) => source.replace('act: requestRefund', 'act: refundAll'),
    fault: /refund_request\/flow.yaml:\d+ there is no account action "refundAll"/,
  },
  {
    it: 'a text file that is no JSON',
    file: 'locales/en/bot.json',
    change: (source: string) => source.slice(0, -10),
    fault: /locales\/en\/bot.json:\d+ /,
  },
  {
    it: 'a text that stands twice',
    file: 'locales/en/bot.json',
    change: (source: string) => source.replace('{', '{ "thank": { "welcome": "x" },'),
    fault: /locales\/en\/bot.json:\d+ .*unique/,
  },
  {
    it: 'a text that one language lacks',
    file: 'locales/zh-CN/bot.json',
    change: (source: string) => source.replace('"sorry_again"', '"sorry_a"'),
    fault: /frustrated.sorry_again" is missing in zh-CN/,
  },
  {
    it: 'an utterance that two intents claim',
    file: utterances,
    change: (source: string) => `${source}\nthank you\nTHANK YOU\n`,
    fault: /greet\/utterances.en.txt:\d+ "THANK YOU" stands at .* too/,
  },
  {
    it: 'an utterance file with nothing in it',
    file: utterances,
    change: () => '# later\n',
    fault: /greet\/utterances.en.txt:1 "greet" has no utterances in en/,
  },
  {
    it: 'an utterance of which nothing can be learned',
    file: utterances,
    change: (source: string) => `${source}\n?? … -- !\n`,
    fault: /greet\/utterances.en.txt:\d+ "\?\? … -- !" has no word/,
  },
  {
    it: 'a lost line break',
    file: utterances,
    change: (source: string) => `${source}\n${'hello '.repeat(200)}\n`,
    fault: /greet\/utterances.en.txt:\d+ this line has \d+ characters/,
  },
])('$it is refused with its file and line', async ({ file, change, fault }) => {
  await edit(file, change);
  const found = await faults();
  expect(found.filter((one) => fault.test(one))).not.toEqual([]);
});

test('utterances in a language without texts are refused', async () => {
  await writeFile(path.join(folder, 'intents/conversation/greet/utterances.fr.txt'), 'bonjour\n');
  expect(await faults()).toEqual([
    'intents/conversation/greet/utterances.fr.txt:1 there are no texts in fr',
  ]);
});

test('one intent in two topics is refused', async () => {
  const from = path.join(folder, 'intents/conversation/welcome');
  await cp(from, path.join(folder, 'intents/service/welcome'), { recursive: true });
  const found = await faults();
  expect(found.filter((one) => one.includes('the intent "welcome" is in'))).toHaveLength(1);
});
