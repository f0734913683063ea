import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFloors } from '../../src/cli/floors-file.ts';
import { readLabelledFile } from '../../src/cli/labelled-files.ts';

const root = path.join(import.meta.dirname, '../..');
const sets = path.join(root, 'test/nlu');
let folder: string;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function kefu(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(root, 'src/cli/kefu.ts'), ...args], {
    cwd: folder,
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, out, err }));
  return promise;
}

interface Told {
  readonly sets: readonly {
    readonly name: string;
    readonly languages: readonly {
      readonly language: string;
      readonly figures: {
        readonly inside: number;
        readonly outside: number;
        readonly top1: number;
      };
      readonly confusions: readonly { readonly lines: readonly { readonly place: string }[] }[];
    }[];
  }[];
  readonly comparisons: readonly {
    readonly measure: string;
    readonly lines: number;
    readonly onlyFirst: number;
    readonly onlySecond: number;
    readonly p: number;
  }[];
  readonly notes: readonly string[];
}

const told = ({ out }: Ran): Told => JSON.parse(out) as Told;

/** A small bot of the real one's English: four intents, forty utterances each. */
const small = [
  'conversation/greet',
  'conversation/out_of_scope',
  'payments/refund_request',
  'account-access/reset_password',
];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kefu-evaluate-'));
  for (const intent of small) {
    const file = path.join(intent, 'utterances.en.txt');
    const source = await readFile(path.join(root, 'intents', file), 'utf8');
    const lines = source.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    await mkdir(path.join(folder, 'intents', intent), { recursive: true });
    await writeFile(path.join(folder, 'intents', file), lines.slice(0, 40).join('\n'));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('messages nobody trained on are understood above the floors, in every language', async () => {
  const files = (await readdir(sets))
    .filter((name) => /^(dev|held2?)\..*\.tsv$/.test(name))
    .map((name) => path.join(sets, name));
  expect(files.length).toBeGreaterThanOrEqual(2);
  const floors = await readFloors(path.join(root, 'intents/floors.yaml'), false);
  for (const file of files) {
    const { set, lines } = await readLabelledFile(file);
    const { top1, top3, oosRecall, eceMax } = floors[set]?.[lines[0]?.language ?? ''] ?? {};
    const named = [top1, top3, oosRecall, eceMax].map((floor) => floor !== undefined);
    expect([path.basename(file), named]).toEqual([path.basename(file), [true, true, true, true]]);
  }
  const ran = await kefu('evaluate', '--json', ...files.flatMap((file) => ['--file', file]));
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
  const judged = told(ran).sets.flatMap(({ languages }) => languages);
  expect(judged.length).toBeGreaterThanOrEqual(2);
  for (const { figures } of judged) {
    expect(figures.inside).toBeGreaterThan(100);
    expect(figures.outside).toBeGreaterThan(30);
  }
}, 600_000);

test('a missed floor is named and fails the command; others of the file are not asked for', async () => {
  await writeFile(
    path.join(folder, 'own.en.tsv'),
    'greet\thello there friend\nrefund_request\tcan i have my money back please\nreset_password\tno idea what my password was\ngreet\tplease refund my order\n',
  );
  await writeFile(
    path.join(folder, 'floors.yaml'),
    'own:\n  en: { top1: 0.9, oosRecall: 0.5 }\nother:\n  en: { top1: 1 }\n',
  );
  const asked = ['--intents', 'intents', '--file', 'own.en.tsv', '--floors', 'floors.yaml'];
  const ran = await kefu('evaluate', ...asked);
  expect(ran.err.trim().split('\n')).toEqual([
    'missed: own en: top1 is 75.0 %, its floor is 90.0 %',
    'missed: own en: oosRecall was not measured (no such lines), its floor is 50.0 %',
  ]);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('greet taken for refund_request\n         please refund my order');
});

test('each utterance is judged by an engine that has not seen it, and a spoiled version is found worse', async () => {
  // Half of the refunds stand under greetings in the other version: lines that both have are compared.
  const other = path.join(folder, 'spoiled');
  await cp(path.join(folder, 'intents'), other, { recursive: true });
  const refunds = path.join(other, 'payments/refund_request/utterances.en.txt');
  const greetings = path.join(other, 'conversation/greet/utterances.en.txt');
  const lines = (await readFile(refunds, 'utf8')).split('\n');
  await writeFile(refunds, lines.slice(0, 8).join('\n'));
  await writeFile(greetings, [await readFile(greetings, 'utf8'), ...lines.slice(8)].join('\n'));
  const folds = ['--intents', 'intents', '--folds', '3'];
  const same = await kefu('evaluate', '--json', ...folds, '--against', 'intents');
  const asked = [...folds, '--against', 'spoiled', '--report', 'report.html'];
  const worse = await kefu('evaluate', '--json', ...asked);
  expect([same.err, worse.err]).toEqual(['', '']);
  const [set] = told(worse).sets;
  expect(set?.name).toBe('cross-validation');
  const figures = set?.languages[0]?.figures;
  expect([figures?.inside, figures?.outside]).toEqual([120, 40]);
  // Utterances learned from are answered as they stand: all right would mean that they had been seen.
  expect(figures?.top1).toBeGreaterThan(0.7);
  expect(set?.languages[0]?.confusions.length).toBeGreaterThan(0);
  for (const { onlyFirst, onlySecond, p, lines } of told(same).comparisons) {
    expect([onlyFirst, onlySecond, p]).toEqual([0, 0, 1]);
    expect(lines).toBeGreaterThanOrEqual(120);
  }
  const first = told(worse).comparisons.find(({ measure }) => measure === 'first');
  expect(first?.lines).toBe(88);
  expect(first?.onlyFirst).toBeGreaterThan(first?.onlySecond ?? Infinity);
  const report = await readFile(path.join(folder, 'report.html'), 'utf8');
  expect(report).toContain('Against spoiled');
  expect(report).toContain('Learning curve in en');
}, 120_000);

test('what cannot be judged is refused with its place', async () => {
  await writeFile(path.join(folder, 'typo.en.tsv'), 'greet\thello\n\ngret\thi there\n');
  await writeFile(path.join(folder, 'nameless.tsv'), 'greet\thello\n');
  await writeFile(path.join(folder, 'broken.yaml'), 'dev:\n  en: { top1: 85 }\n');
  const asked = [
    [['--file', 'typo.en.tsv'], 'typo.en.tsv:3  "gret" has no utterances in en'],
    [['--file', 'nameless.tsv'], 'nameless.tsv:1  no language'],
    [['--file', 'missing.en.tsv'], 'missing.en.tsv cannot be read'],
    [['--floors', 'broken.yaml'], 'dev.en.top1'],
    [['--language', 'tlh'], 'no utterances in tlh'],
    [['--folds', '1'], '--folds is a whole number'],
    [['--against', 'typo.en.tsv'], 'A model has seen the utterances already'],
    [['--nonsense'], '--nonsense'],
  ] as const;
  const all = await Promise.all(
    asked.map(([args]) => kefu('evaluate', '--intents', 'intents', ...args)),
  );
  all.forEach((ran, at) => {
    expect(ran.err).toContain(asked[at]?.[1]);
    expect([ran.code, ran.out]).toEqual([1, '']);
  });
  expect(existsSync(path.join(folder, 'report.html'))).toBe(true);
}, 120_000);

test('a language in the third column overrules the name of the file', async () => {
  await writeFile(path.join(folder, 'mixed.en.tsv'), '# a comment\ngreet\thola\tes\ngreet\thi\n');
  const { set, lines } = await readLabelledFile(path.join(folder, 'mixed.en.tsv'));
  expect(set).toBe('mixed');
  expect(lines.map(({ language, text }) => [language, text])).toEqual([
    ['es', 'hola'],
    ['en', 'hi'],
  ]);
});

test('a planted slip and a planted double are suggested, with file and line', async () => {
  const planted = path.join(folder, 'planted');
  await cp(path.join(folder, 'intents'), planted, { recursive: true });
  const greetings = path.join(planted, 'conversation/greet/utterances.en.txt');
  const passwords = path.join(planted, 'account-access/reset_password/utterances.en.txt');
  const [copied = ''] = (await readFile(passwords, 'utf8')).split('\n');
  await writeFile(
    greetings,
    [await readFile(greetings, 'utf8'), 'please refund the money for my order', copied].join('\n'),
  );
  const ran = await kefu('suggest', '--json', '--intents', 'planted', '--language', 'en');
  expect([ran.err, ran.code]).toEqual(['', 0]);
  const found = JSON.parse(ran.out) as {
    readonly mislabelled: readonly { readonly place: string; readonly predicted: string }[];
    readonly nearDuplicates: readonly {
      readonly one: { readonly place: string };
      readonly other: { readonly place: string };
    }[];
  };
  const file = 'planted/conversation/greet/utterances.en.txt';
  expect(found.mislabelled).toContainEqual(
    expect.objectContaining({ place: `${file}:41`, predicted: 'refund_request' }),
  );
  const doubles = found.nearDuplicates.map(({ one, other }) => [one.place, other.place].sort());
  expect(doubles).toContainEqual([
    'planted/account-access/reset_password/utterances.en.txt:1',
    `${file}:42`,
  ]);
}, 120_000);
