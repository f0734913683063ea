import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { readBundle } from '../../src/content/index.ts';
import { createContentShelf, createSharedModels } from '../../src/library/shelf.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { openKnowledge } from '../../src/library/knowledge.ts';
import { openLibrary, type Library } from '../../src/library/library.ts';
import { openCore, type Core } from '../../src/service/node.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openPostgresStore } from '../../src/store/index.ts';
import { copyContent, type ContentFolder } from '../support/content-folder.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { level, openAs, say, until } from '../support/world.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');
const log = createLog({ level: 'silent', pretty: false });
const patient = { timeout: 60_000 };
let server: PostgresServer;
let url = '';
let content: ContentFolder;

// Where nothing has trained the shipped content yet, it takes longer than a test may.
beforeAll(async () => {
  await openKnowledge({ cacheFolder, workspaceValues: () => ({}) });
  server = await startPostgres();
}, 180_000);
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  content = await copyContent();
});
afterEach(() => content.remove());

async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-publishing-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A node's library alone, which follows only when it is told to. */
async function library(folder?: string): Promise<Library> {
  const store = await openPostgresStore({ url, clock: Date.now });
  onTestFinished(() => store.close());
  return openLibrary({
    folder: folder ?? (await ownFolder()),
    cacheFolder,
    workspaceValues: () => ({}),
    clock: Date.now,
    log,
    shelf: createContentShelf(store.records),
    models: createSharedModels(store.records, Date.now),
  });
}

async function node(): Promise<Core> {
  const config = { ...readConfig({}), port: 0, dataFolder: await ownFolder(), cacheFolder };
  const core = await openCore({ ...config, databaseUrl: url }, createMetrics(), log);
  onTestFinished(() => core.close());
  return core;
}

/** The last words of the bot, once it has answered everything. */
async function heard(from: Core, id: ConversationId): Promise<string> {
  const events = await until(from, id, (all) => (level(all) ? all : undefined));
  const said = events.findLast(({ event }) => event.type === 'bot.said')?.event;
  return said?.type === 'bot.said' ? JSON.stringify(said.blocks) : '';
}

/** Another version of one flow, and other words in it. */
async function refundOtherwise(words: string): Promise<void> {
  await content.edit('intents/payments/refund_request/flow.yaml', (source) =>
    source.replace('key: ask_reason', 'key: why'),
  );
  for (const language of ['ar', 'en', 'es', 'zh-CN']) {
    await content.reword(language, ({ refund_request: texts }) => {
      if (!texts) throw new Error('no texts');
      texts['why'] = texts['ask_reason'];
      delete texts['ask_reason'];
      if (language === 'en') texts['pick'] = words;
    });
  }
}

const bundle = () => readBundle(content.folder);
const refundOf = (of: Library) => of.current.content.flows['refund_request']?.version ?? '';
const inRefund = (version: string) => ({
  stack: [{ flow: 'refund_request', version, step: 'x', slots: {} }],
});
type State = Parameters<Library['ready']>[0];
const on = (version: string): State => inRefund(version) as unknown as State;

test('what one node publishes, and takes back, the other answers with within seconds, and running conversations stay on theirs', async () => {
  const [a, b] = [await node(), await node()];
  const shipped = b.library.current.hash;
  const old = await openAs(b, 'lin-wei');
  await heard(b, old);
  await say(b, old, 'I would like a refund for something I bought');
  expect(await heard(b, old)).toContain('Which payment is it about?');
  const version = refundOf(b.library);

  await refundOtherwise('Pick the one to refund, please.');
  const { hash } = await a.library.publish(await bundle());
  await expect.poll(() => b.library.current.hash, patient).toBe(hash);
  const fresh = await openAs(b, 'maria');
  await heard(b, fresh);
  await say(b, fresh, 'I would like a refund for something I bought');
  expect(await heard(b, fresh)).toContain('Pick the one to refund, please.');
  // The one that began before goes on with its own version, whichever node takes the turn.
  await say(a, old, 'mmh');
  expect(await heard(a, old)).not.toContain('Pick the one to refund, please.');
  const stored = await a.store.conversations.load(old);
  expect(stored?.snapshot?.stack.map((one) => one.version)).toContain(version);

  await b.library.rollback();
  await expect.poll(() => a.library.current.hash, patient).toBe(shipped);
}, 120_000);

test('a node that lacks the content of a conversation gets it before it takes the turn', async () => {
  const [a, b] = [await library(), await library()];
  const before = b.current.hash;
  await refundOtherwise('Which one?');
  await a.publish(await bundle());
  const version = refundOf(a);
  expect(b.on(on(version)).content.versions).not.toHaveProperty(`refund_request@${version}`);
  await b.ready(on(version));
  expect(b.current.hash).toBe(before);
  expect(b.on(on(version)).content.versions).toHaveProperty(`refund_request@${version}`);
  expect(b.on(on(version)).phrasebook.text('en', 'refund_request.pick')).toBe('Which one?');
  // What is nowhere is not waited for again and again, and keeps nobody from an answer.
  await b.ready(on('nowhere'));
  expect(b.on(on('nowhere'))).toBeDefined();
}, 120_000);

test('of two nodes that publish at once one is told so, or both stand in the order of the index', async () => {
  const [a, b] = [await library(), await library()];
  await refundOtherwise('From the first');
  const first = await bundle();
  await content.reword('en', ({ refund_request: texts }) => {
    if (texts) texts['pick'] = 'From the second';
  });
  const outcomes = await Promise.allSettled([a.publish(first), b.publish(await bundle())]);
  const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
  const refused = outcomes.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as object] : [],
  );
  expect(done).toBeGreaterThanOrEqual(1);
  for (const reason of refused) expect(reason).toMatchObject({ code: 'conflict' });
  await a.follow();
  await b.follow();
  expect(a.current.hash).toBe(b.current.hash);
  for (let left = done; left > 0; left -= 1) await b.rollback();
  await a.follow();
  expect([a.current.origin, b.current.origin]).toEqual(['shipped', 'shipped']);
}, 120_000);

test('what an embedded service had published is in force when it becomes a node, and in nodes with an empty folder or with its own', async () => {
  const folder = await ownFolder();
  const given = { folder, cacheFolder, workspaceValues: () => ({}), clock: Date.now, log };
  const alone = await openLibrary(given);
  await refundOtherwise('Before the move');
  const { hash } = await alone.publish(await bundle());
  const moved = await library(folder);
  expect(moved.current).toMatchObject({ hash, origin: 'published' });
  const [model, there] = [await moved.current.trained, await library()];
  expect(there.current.hash).toBe(hash);
  // Trained by neither: the model is lent.
  expect((await there.current.trained).model.trainedOn).toBe(model.model.trainedOn);
  const beside = await library(folder);
  await beside.rollback();
  await there.follow();
  await moved.follow();
  expect([there.current.origin, moved.current.origin]).toEqual(['shipped', 'shipped']);
  // Neither threw away what the others have.
  expect(await readdir(join(folder, 'content'))).toContain(hash);
  expect((await beside.publish(await bundle())).hash).toBe(hash);
}, 120_000);
