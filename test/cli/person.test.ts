import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { run as erase } from '../../src/cli/erase.ts';
import { run as exportAll } from '../../src/cli/export.ts';
import { readConfig } from '../../src/service/config.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore, type Core } from '../../src/service/node.ts';
import { parseClientMessageId, type ConversationId } from '../../src/core/index.ts';
import { level, openAs, say, until } from '../support/world.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');
const words = 'my neighbour Zacharias told me to ask for a refund';
/** The smallest picture there is. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

async function open(data: string): Promise<Core> {
  const config = { ...readConfig({}), dataFolder: data, cacheFolder };
  return openCore(config, createMetrics(), createLog({ level: 'silent', pretty: false }));
}

async function sendPicture(core: Core, id: ConversationId): Promise<string> {
  const [head] = await core.store.conversations.readAll(id, 0, 1);
  const senderId = head?.event.type === 'conversation.started' ? head.event.visitorId : '';
  const file = await core.files.put({
    conversationId: id,
    senderId,
    name: 'receipt.gif',
    body: Readable.from([picture]),
  });
  const cid = parseClientMessageId('with-a-file');
  if (!cid) throw new Error('no cid');
  const claimed = await core.files.claim([file.id], { conversationId: id, senderId, cid });
  await core.turns.receive({ conversationId: id, cid, text: '', files: claimed ?? [] });
  await until(core, id, (events) => level(events));
  return file.id;
}

test('a customer’s data is shown as a whole, and once erased it is nowhere in the data folder', async () => {
  const data = await mkdtemp(join(tmpdir(), 'kefu-person-'));
  const told: string[] = [];
  const printed = vi
    .spyOn(console, 'log')
    .mockImplementation((line: string) => void told.push(line));
  onTestFinished(async () => {
    printed.mockRestore();
    await rm(data, { recursive: true, force: true });
  });
  const core = await open(data);
  const id = await openAs(core, 'lin-wei');
  await say(core, id, words);
  await until(core, id, (events) => level(events));
  const fileId = await sendPicture(core, id);
  const other = await openAs(core, 'omar');
  await say(core, other, 'hello from somebody else');
  await until(core, other, (events) => level(events));
  const balance = core.sandbox?.wallet.audit();
  await core.close();

  expect(await exportAll(['lin-wei', '--data', data])).toBe(0);
  const shown = told.splice(0).join('\n');
  const all = JSON.parse(shown) as { conversations: { id: string; files: { id: string }[] }[] };
  expect(all.conversations.map((one) => one.id)).toEqual([id]);
  expect(all.conversations[0]?.files.map((one) => one.id)).toEqual([fileId]);
  expect(shown).toContain(words);
  expect(shown).not.toContain('somebody else');

  expect(await erase(['lin-wei', '--data', data])).toBe(1);
  expect(told.splice(0).join()).toMatch(/would be erased/);
  expect(await erase(['lin-wei', '--yes', '--data', data])).toBe(0);
  expect(told.splice(0).join()).toMatch(/Erased: 1 conversations .* 1 files/);
  const stored = await readFile(join(data, 'kefu.db'), 'latin1');
  expect(stored).not.toMatch(/zacharias|receipt\.gif/i);

  const again = await open(data);
  const events = await again.store.conversations.readAll(id, 0, 1000);
  const loaded = await again.store.conversations.load(id);
  expect(events.map(({ pos }) => pos)).toEqual(events.map((_, index) => index + 1));
  expect(loaded?.snapshot).toEqual(events.reduce(evolve, initialState));
  expect(await again.files.find(fileId)).toBeUndefined();
  expect(again.sandbox?.wallet.audit()).toEqual(balance);
  await again.close();

  expect(await exportAll(['lin-wei', '--data', data])).toBe(0);
  expect(JSON.parse(told.splice(0).join('\n'))).toMatchObject({ conversations: [], records: [] });
  await expect(exportAll([])).rejects.toMatchObject({ code: 'bad_request' });
}, 180_000);

test('nothing is erased while people have the conversation', async () => {
  const data = await mkdtemp(join(tmpdir(), 'kefu-person-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const core = await open(data);
  const id = await openAs(core, 'lin-wei');
  await say(core, id, 'agent');
  await until(core, id, (events) => events.some(({ event }) => event.type === 'handoff.requested'));
  await until(core, id, (events) => level(events));
  await core.close();
  await expect(erase(['lin-wei', '--yes', '--data', data])).rejects.toThrow(/people have/);
}, 180_000);
