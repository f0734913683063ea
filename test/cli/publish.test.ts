import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { rollback, run as publish } from '../../src/cli/publish.ts';
import { readBundle } from '../../src/content/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { BotSaid, LoggedEvent } from '../../src/dialogue/index.ts';
import { openKnowledge } from '../../src/library/knowledge.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore, type Core } from '../../src/service/node.ts';
import { startService, type Service } from '../../src/service/service.ts';
import { copyContent, type ContentFolder } from '../support/content-folder.ts';
import { cid, level, logOf, openAs, say, until } from '../support/world.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');
const languages = ['ar', 'en', 'es', 'zh-CN'];
let data = '';
let content: ContentFolder;
let core: Core | undefined;
let service: Service | undefined;

// Where nothing has trained the shipped content yet, it takes longer than a test may.
beforeAll(() => openKnowledge({ cacheFolder, workspaceValues: () => ({}) }), 180_000);

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'kefu-publish-'));
  content = await copyContent();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await service?.stop();
  await core?.close();
  service = undefined;
  core = undefined;
  await content.remove();
  await rm(data, { recursive: true, force: true });
});

function config() {
  return { ...readConfig({}), port: 0, dataFolder: data, cacheFolder };
}

async function open(): Promise<Core> {
  core = await openCore(config(), createMetrics(), createLog({ level: 'silent', pretty: false }));
  return core;
}

async function close(): Promise<void> {
  await core?.close();
  core = undefined;
}

/** The bot's messages once it has answered everything. */
async function heard(from: Core, id: ConversationId): Promise<readonly BotSaid[]> {
  const log: readonly LoggedEvent[] = await until(from, id, (log) =>
    level(log) ? log : undefined,
  );
  return log.flatMap(({ event }) => (event.type === 'bot.said' ? [event] : []));
}

function keysOf(said: BotSaid | undefined): readonly string[] {
  return (said?.says ?? []).flatMap((one) => (one.type === 'text' ? [one.key] : []));
}

function wordsOf(said: BotSaid | undefined): string {
  return (said?.blocks ?? []).flatMap((one) => (one.type === 'text' ? [one.text] : [])).join('\n');
}

async function untilSaid(from: Core, id: ConversationId, key: string): Promise<void> {
  await until(from, id, (log) =>
    log.some(({ event }) => event.type === 'bot.said' && keysOf(event).includes(key))
      ? true
      : undefined,
  );
}

/** Up to the question which purchase is meant. */
async function askForRefund(from: Core, customer: string): Promise<ConversationId> {
  const id = await openAs(from, customer);
  await heard(from, id);
  await say(from, id, 'I would like a refund for something I bought');
  const said = await heard(from, id);
  expect(keysOf(said.at(-1))).toContain('refund_request.pick');
  return id;
}

/** Presses a button of the bot's latest message, the first one unless it is named. */
async function press(from: Core, id: ConversationId, value?: string): Promise<BotSaid | undefined> {
  const block = (await heard(from, id)).at(-1)?.blocks.findLast(({ type }) => type === 'choices');
  if (block?.type !== 'choices') throw new Error('nothing to press');
  const option = block.options.find((one) => value === undefined || one.value === value);
  if (!option) throw new Error(`no button ${value}`);
  const choice = { id: block.id, value: option.value };
  await from.turns.receive({ conversationId: id, cid: cid(), text: option.label, choice });
  return (await heard(from, id)).at(-1);
}

/** The flow asks by another text, and the one that it asked by is gone; in English it is also worded anew. */
async function askOtherwise(): Promise<void> {
  await content.edit('intents/payments/refund_request/flow.yaml', (source) =>
    source.replace('key: ask_reason', 'key: why'),
  );
  for (const language of languages) {
    await content.reword(language, ({ refund_request: texts }) => {
      if (!texts) throw new Error('no texts');
      texts['why'] = language === 'en' ? 'And why, may we ask?' : texts['ask_reason'];
      if (language === 'en') texts['pick'] = 'Pick the one to refund, please.';
      delete texts['ask_reason'];
    });
  }
}

test('a conversation goes on with the flow and the words that it began with, over a restart too; new ones get the new', async () => {
  const first = await open();
  const old = await askForRefund(first, 'lin-wei');
  await askOtherwise();
  const published = await first.library.publish(await readBundle(content.folder));
  expect(published).toMatchObject({ changed: ['refund_request'], trained: false });

  const fresh = await askForRefund(first, 'maria');
  expect(wordsOf((await heard(first, fresh)).at(-1))).toContain('Pick the one to refund');
  expect(wordsOf(await press(first, fresh))).toBe('And why, may we ask?');

  const asked = await press(first, old);
  expect(keysOf(asked)).toEqual(['refund_request.ask_reason']);
  expect(wordsOf(asked)).toBe("What's the reason for the refund?");

  await close();
  const second = await open();
  expect(second.library.current).toMatchObject({ hash: published.hash, origin: 'published' });
  await say(second, old, 'mmh');
  expect(keysOf((await heard(second, old)).at(-1))).not.toContain('common.failed');
  await press(second, old, 'other');
  await untilSaid(second, old, 'code.sent');
  await press(second, fresh, 'other');
  await untilSaid(second, fresh, 'code.sent');
  const log = await logOf(second, old);
  const versions = new Set(
    log.flatMap(({ event }) => (event.type === 'flow.started' ? [event.version] : [])),
  );
  const newest = second.library.current.content.flows['refund_request']?.version ?? '';
  expect(versions).not.toContain(newest);
});

test('a text that changed alone is heard at once, in the middle of a flow too', async () => {
  const from = await open();
  const id = await askForRefund(from, 'lin-wei');
  await content.reword('en', ({ refund_request: texts }) => {
    if (texts) texts['ask_reason'] = 'Tell us the reason, please.';
  });
  const { changed } = await from.library.publish(await readBundle(content.folder));
  expect(changed).toEqual([]);
  expect(wordsOf(await press(from, id))).toBe('Tell us the reason, please.');
});

test('a rollback puts back what was before, step by step, also after a restart', async () => {
  const from = await open();
  const shipped = from.library.current.hash;
  await askOtherwise();
  const { hash: one } = await from.library.publish(await readBundle(content.folder));
  await content.reword('en', ({ greet: texts }) => {
    if (texts) texts['hello'] = 'Ahoy!';
  });
  await from.library.publish(await readBundle(content.folder));
  const late = await askForRefund(from, 'lin-wei');
  await close();

  const again = await open();
  expect(await again.library.rollback()).toMatchObject({ hash: one, origin: 'published' });
  expect(await again.library.rollback()).toMatchObject({ hash: shipped, origin: 'shipped' });
  expect(again.library.current.content.flows['refund_request']?.version).not.toBeUndefined();
  // Began under what was taken back: it goes on with it.
  expect(wordsOf(await press(again, late))).toBe('And why, may we ask?');
  const fresh = await askForRefund(again, 'maria');
  expect(wordsOf(await press(again, fresh))).toBe("What's the reason for the refund?");
  await expect(again.library.rollback()).rejects.toMatchObject({ code: 'conflict' });
  // What is taken back keeps its flows, for those who are on it, and not its model.
  expect((await readdir(join(data, 'content', one))).sort()).toEqual([
    'compiled.json',
    'intents',
    'locales',
  ]);
});

test('a broken content is refused with all its faults, and the former stays, on disk too', async () => {
  const from = await open();
  const before = from.library.current.hash;
  await content.edit('intents/payments/refund_request/flow.yaml', (source) =>
    source.replace('act: requestRefund', 'act: refundAll'),
  );
  await content.reword('es', ({ greet: texts }) => {
    if (texts) delete texts['hello'];
  });
  const refused = from.library.publish(await readBundle(content.folder));
  await expect(refused).rejects.toMatchObject({ code: 'bad_content' });
  const { message } = (await refused.catch((error: unknown) => error)) as Error;
  expect(message).toMatch(/^intents\/payments\/refund_request\/flow\.yaml:\d+ .*refundAll/m);
  expect(message).toMatch(/^locales\/\S+bot\.json:\d+ .*greet\.hello.* es/m);
  expect(message).not.toContain('.new-');
  expect(from.library.current.hash).toBe(before);
  expect((await readdir(join(data, 'content'))).sort()).toEqual([before, 'current.json'].sort());
});

test('what a crash left half written is cleared away, and an index that names nothing whole serves the shipped content', async () => {
  const from = await open();
  const shipped = from.library.current.hash;
  await askOtherwise();
  const { hash } = await from.library.publish(await readBundle(content.folder));
  await close();
  const folder = join(data, 'content');
  await writeFile(join(folder, hash, 'locales/en/bot.json'), '{ "torn');
  await mkdtemp(join(folder, '.new-'));
  const again = await open();
  expect(again.library.current).toMatchObject({ hash: shipped, origin: 'shipped' });
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('only languages whose utterances changed are learnt anew, and what was added is understood', async () => {
  const from = await open();
  const before = (await from.library.current.trained).model.languages;
  const text = 'wibble wobble my flurbs';
  const hint = { language: 'en', nowMs: 0, timeZone: 'UTC' };
  await content.edit('intents/service/support_hours/utterances.en.txt', (source) =>
    [source.trim(), text, `${text} please`, `please ${text}`].join('\n'),
  );
  const { trained } = await from.library.publish(await readBundle(content.folder));
  expect(trained).toBe(true);
  const { engine, model } = await from.library.current.trained;
  const after = model.languages;
  const same = after.filter((one) => before.includes(one)).map(({ language }) => language);
  expect(same.sort()).toEqual(languages.filter((one) => one !== 'en'));
  expect(engine.understand(text, hint).intents[0]?.intent).toBe('support_hours');
}, 120_000);

test('from the command line: published and rolled back in a running service, by its own key alone', async () => {
  service = await startService({ ...config(), logLevel: 'silent' });
  const { url } = service;
  const told: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void told.push(line));
  await content.reword('en', ({ greet: texts }) => {
    if (texts) texts['hello'] = 'Ahoy!';
  });
  const to = ['--url', url, '--data', data];
  expect(await publish(['--folder', content.folder, ...to])).toBe(0);
  expect(told.join('\n')).toMatch(/^[0-9a-f]{16} is in force, [0-9a-f]{16} was before\.$/m);
  expect(await publish(['--folder', content.folder, ...to])).toBe(0);
  expect(told.at(-1)).toMatch(/is in force already/);
  expect(await rollback(to)).toBe(0);
  expect(told.join('\n')).toContain('(the shipped one) is in force');
  await expect(rollback(to)).rejects.toThrow(/conflict: The shipped content is in force/);
  await content.edit('locales/en/bot.json', (source) => source.slice(0, -20));
  await expect(publish(['--folder', content.folder, ...to])).rejects.toThrow(
    /nothing was changed\.\nbad_content: \s*locales\/en\/bot\.json:\d+ /,
  );
});

test('the door opens to the key of the data folder and to nothing else, and takes files of a content folder only', async () => {
  service = await startService({ ...config(), logLevel: 'silent' });
  const door = `${service.url}/api/operator/content`;
  const { operator } = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    readonly operator: string;
  };
  const post = async (key: string, body: string) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(door, { method: 'POST', headers, body });
    return [answer.status, await answer.text()] as const;
  };
  expect((await post('x'.repeat(43), '{}'))[0]).toBe(401);
  expect((await fetch(door)).status).toBe(401);
  expect((await fetch(`${door}/rollback`, { method: 'POST' })).status).toBe(401);
  expect((await post(operator, '{}'))[0]).toBe(400);
  const [status, text] = await post(
    operator,
    JSON.stringify({ files: { 'intents/../../x/flow.yaml': '', 'locales/en/bot.json': '{}' } }),
  );
  expect([status, text]).toEqual([400, expect.stringContaining('is no file of a content folder')]);
  const files = { 'intents/a/b/flow.yaml': 'steps: []', 'locales/en/bot.json': '{}' };
  expect((await post(operator, JSON.stringify({ files })))[0]).toBe(422);
});
