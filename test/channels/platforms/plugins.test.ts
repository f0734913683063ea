import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-plugins-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly said: readonly string[];
  readonly errors: readonly string[];
  readonly alive: boolean;
}

/** Each text in turn through a process that has this plugin; a bad one would end it with 1. */
async function run(plugin: string, ...texts: readonly string[]): Promise<Ran> {
  await writeFile(join(folder, 'one.mjs'), plugin);
  return runFolder(folder, ...texts);
}

async function runFolder(plugins: string, ...texts: readonly string[]): Promise<Ran> {
  const peer = fileURLToPath(new URL('./plugin-peer.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [peer, plugins, ...texts], {
    cwd: root,
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { said?: string; err?: string; alive?: boolean });
  return {
    said: lines.flatMap(({ said }) => said ?? []),
    errors: lines.flatMap(({ err }) => err ?? []),
    alive: lines.some(({ alive }) => alive === true),
  };
}

test('a plugin hears a pattern and answers; its middleware sees every message', async () => {
  const plugin = `export default (controller) => {
    controller.middleware.receive.use((bot, message, next) => { message.seen = true; next(); });
    controller.hears('ping', 'message', async (bot, message) => { await bot.reply(message, 'pong ' + message.seen); });
    controller.on('message', async (bot, message) => { await bot.say('heard ' + message.text); });
  };`;
  const { said, alive } = await run(plugin, 'ping', 'other');
  expect(said).toEqual(['pong true', 'heard other']);
  expect(alive).toBe(true);
});

/** What can go wrong inside Botkit and ends a process there; each case hears its own word. */
const cases = [
  [
    'throws',
    `controller.hears('throws', 'message', async () => { throw new Error('late throw'); });`,
    'late throw',
  ],
  [
    'at once',
    `controller.hears('at once', 'message', () => { throw new Error('early throw'); });`,
    'early throw',
  ],
  [
    'middleware',
    `controller.middleware.receive.use((bot, message, next) => { if (message.text === 'middleware') throw new Error('in between'); next(); });`,
    'in between',
  ],
  [
    'refuses',
    `controller.middleware.receive.use((bot, message, next) => next(message.text === 'refuses' ? new Error('passed on') : undefined));`,
    'passed on',
  ],
  [
    'forgotten',
    `controller.hears('forgotten', 'message', async () => { Promise.reject(new Error('nobody waited')); });`,
    'nobody waited',
  ],
  [
    'timer',
    `controller.hears('timer', 'message', async () => { setTimeout(() => { throw new Error('from a timer'); }, 20); });`,
    'from a timer',
  ],
  [
    'kept',
    `controller.hears('kept', 'message', async (bot) => { setTimeout(() => { bot.say('late'); }, 50); });`,
    'revoked',
  ],
  [
    'endless',
    `controller.hears('endless', 'message', () => new Promise(() => {}));`,
    'longer than',
  ],
  [
    'full',
    `controller.hears('full', 'message', async (bot) => { await bot.say('refuse me'); });`,
    'the store is full',
  ],
] as const;

test('handlers and middleware that throw, promises and timers that nobody waits for, a bot kept beyond its turn, a turn without end, words that cannot be kept: all are logged, the process lives and the next message is heard', async () => {
  const plugin = `export default (controller) => {
    ${cases.map(([, code]) => code).join('\n')}
    controller.hears('fine', 'message', async (bot, message) => { await bot.reply(message, 'fine'); });
  };`;
  const texts = cases.flatMap(([word]) => [word, 'fine']);
  const { said, errors, alive } = await run(plugin, ...texts);
  for (const [, , reason] of cases) expect(errors.join('\n')).toContain(reason);
  expect(said.filter((text) => text === 'fine')).toHaveLength(cases.length);
  expect(alive).toBe(true);
});

test('a module that cannot be loaded leaves the others as they are', async () => {
  await writeFile(join(folder, 'a.mjs'), 'export default 5;');
  await writeFile(join(folder, 'b.mjs'), 'throw new Error("broken at load");');
  const { said, errors } = await run(
    `export default (controller) => { controller.on('message', async (bot) => { await bot.say('here'); }); };`,
    'hello',
  );
  expect(said).toEqual(['here']);
  expect(errors).toHaveLength(2);
});

test('a fault outside of any plugin ends the process as ever', async () => {
  const plugin = `export default () => {}; setTimeout(() => {}, 0);`;
  await writeFile(join(folder, 'one.mjs'), plugin);
  const peer = fileURLToPath(new URL('./plugin-peer.ts', import.meta.url));
  const script = `setTimeout(() => { throw new Error('ours'); }, 100); await import(${JSON.stringify(peer)});`;
  const ended = promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, folder, 'x'],
    { cwd: root },
  );
  await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining('ours') as string });
});

test('the example that comes with it answers', async () => {
  const { said } = await runFolder(join(root, 'plugins/examples'), 'ping');
  expect(said).toEqual(['pong']);
});
