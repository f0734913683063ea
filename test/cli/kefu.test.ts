import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

function kefu(
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['src/cli/kefu.ts', ...args], { cwd: root });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('classify answers line by line, in order, with a language before a tab as a hint', async () => {
  const lines = ['I want a refund for P20261103-4471', '提现还没到账', 'zh-CN\tok', ''];
  const { code, out } = await kefu(['classify'], lines.join('\n'));
  const answers = jsonLines(out);
  expect(code).toBe(0);
  expect(answers.map(({ intent, language }) => [intent, language])).toEqual([
    ['refund_request', 'en'],
    ['withdrawal_delayed', 'zh-CN'],
    ['affirm', 'zh-CN'],
  ]);
  expect(answers[0]?.['entities']).toMatchObject([
    { type: 'transaction_id', value: 'P20261103-4471', start: 20, end: 34 },
  ]);
}, 120_000);

test('chat --json takes one message a line and gives one object a bot message', async () => {
  const lines = ['I want a refund', '1', '1', '/code', 'yes'];
  const { code, out } = await kefu(['chat', '--json', '--as', 'lin-wei'], lines.join('\n'));
  const messages = jsonLines(out);
  expect(code).toBe(0);
  expect(messages.every(({ type, from }) => type === 'message' && from === 'bot')).toBe(true);
  const blocks = messages.flatMap(
    (message) => message['blocks'] as { type: string; kind?: string }[],
  );
  expect(blocks.some(({ type, kind }) => type === 'card' && kind === 'consent')).toBe(true);
  expect(blocks.at(-1)).toMatchObject({ type: 'card', kind: 'refund' });
}, 120_000);

test('check says what it looked at; what is not there is told in words', async () => {
  const [checked, unknown, nobody] = await Promise.all([
    kefu(['check']),
    kefu(['dance']),
    kefu(['chat', '--as', 'nobody']),
  ]);
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(checked.out).toContain('no fault');
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('There is no command "dance"');
  expect(nobody.code).toBe(1);
  expect(nobody.err).toContain('there are lin-wei');
}, 120_000);

test('an option that is not known, or lacks its value, is told with the command’s usage and no stack', async () => {
  const asked = [
    [['chat', '--language', 'en'], "Unknown option '--language'"],
    [['check', '--nope'], "Unknown option '--nope'"],
    [['migrate', '--from'], "Option '--from <value>' argument missing"],
    [['agents', 'list', '--x'], "Unknown option '--x'"],
  ] as const;
  for (const [args, what] of asked) {
    const { code, err } = await kefu(args);
    expect([code, err.split('\n')[0]]).toEqual([1, `bad_request: ${what}.`]);
    expect(err).toContain(`Usage: npm run kefu -- ${args[0]} `);
    expect(err).not.toMatch(/^\s+at /m);
  }
}, 120_000);
