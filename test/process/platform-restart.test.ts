import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { visitorOf } from '../../src/channels/platforms/receiving.ts';
import { drivers } from '../../src/channels/platforms/drivers.ts';
import { writePlatformSettings } from '../../src/channels/platforms/settings.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { publicUrl, type Hook } from '../support/platform-peer.ts';
import { telegramPeer } from '../support/platform-peers.ts';
import { startServer, type RunningServer } from '../support/server.ts';

/** The real process, killed; Telegram's side lives on in this one and keeps what was brought to it. */
let folder: string;
let server: RunningServer;
let said: string[];
/** While set, what is sent reaches Telegram, and its answer never reaches the service. */
let isDeaf: boolean;
const api = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { text?: string };
    if (request.url?.endsWith('/sendMessage')) said.push(body.text ?? '');
    if (isDeaf) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"ok":true,"result":{"message_id":1}}');
  });
});

const start = () => startServer({ folder, env: { KEFU_PUBLIC_URL: publicUrl } });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-platform-restart-'));
  said = [];
  isDeaf = false;
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await writePlatformSettings(folder, (settings) => ({
    ...settings,
    platforms: { telegram: telegramPeer.settings(apiUrl) },
  }));
  server = await start();
}, 120_000);
afterEach(async () => {
  await server.stop();
  api.closeAllConnections();
  api.close();
  await once(api, 'close');
  await rm(folder, { recursive: true, force: true });
});

async function deliver({ path, method, headers, body }: Hook): Promise<void> {
  const response = await fetch(server.url + path, { method, headers, body });
  expect(response.status).toBe(200);
}

/** What the log holds at the end: the process is stopped, so that its store can be read. */
async function logged() {
  await server.stop();
  const store = await openSqliteStore({ folder, clock: Date.now });
  try {
    const visitorId = visitorOf(drivers.telegram, telegramPeer.userId);
    const id = await store.conversations.findByVisitor(visitorId);
    if (id === undefined) throw new Error('there is no conversation');
    return (await store.conversations.readAll(id, 0, 2000)).map(({ event }) => event);
  } finally {
    await store.close();
  }
}

const soon = { timeout: 120_000, interval: 50 };
const questions = [
  'what are your support hours',
  'which currencies do you support',
  'what are your fees',
  'how do I verify my identity',
];

const thanked = /You're welcome|Glad to help|My pleasure/;

/** How each of the bot's messages begins, as the customer reads it. */
function beginnings(events: Awaited<ReturnType<typeof logged>>): readonly string[] {
  return events.flatMap((event) => {
    const [block] = event.type === 'bot.said' ? event.blocks : [];
    return block?.type === 'text' ? [block.text.replaceAll('*', '').slice(0, 25)] : [];
  });
}

test('kill -9 right after messages were accepted, and all of them brought again: each is in the log once, in order, with one turn, and answered', async () => {
  const hooks = questions.map((text, nth) => telegramPeer.text(nth + 1, text));
  for (const hook of hooks) await deliver(hook);
  // Turns are under way now, or have not begun.
  await server.kill();
  server = await start();
  await Promise.all([...hooks].reverse().map(deliver));
  await deliver(telegramPeer.text(9, 'thank you'));
  await expect.poll(() => said.join('\n'), soon).toMatch(thanked);
  const events = await logged();
  expect(events.flatMap((one) => (one.type === 'message.received' ? [one.text] : []))).toEqual([
    ...questions,
    'thank you',
  ]);
  expect(events.filter(({ type }) => type === 'message.understood')).toHaveLength(5);
  // In order and whole: at most the one that was under way came twice, and right behind itself.
  const once = said.filter((text, nth) => text !== said[nth - 1]);
  expect(said.length - once.length).toBeLessThanOrEqual(1);
  const places = beginnings(events).map((text) => once.findIndex((one) => one.startsWith(text)));
  expect(places.length).toBeGreaterThanOrEqual(5);
  expect(places).not.toContain(-1);
  expect(places).toEqual([...new Set(places)].sort((x, y) => x - y));
}, 240_000);

test('kill -9 while words are on their way: they are said again, and nothing overtakes them', async () => {
  await deliver(telegramPeer.text(1, 'what are your support hours'));
  await expect.poll(() => said.join('\n'), soon).toMatch(/hours/i);
  const before = said.length;
  isDeaf = true;
  await deliver(telegramPeer.text(2, 'which currencies do you support'));
  await expect.poll(() => said.length, soon).toBeGreaterThan(before);
  await deliver(telegramPeer.text(3, 'thank you'));
  await server.kill();
  isDeaf = false;
  server = await start();
  await expect.poll(() => said.at(-1), soon).toMatch(thanked);
  const [underWay, ...after] = said.slice(before);
  expect(underWay).toMatch(/currenc/i);
  // Again after the start, and before it too where the machine was so slow that the first try was given up.
  const tries = after.findIndex((text) => text !== underWay);
  expect(tries).toBeGreaterThanOrEqual(1);
  expect(after.slice(tries)).not.toContain(underWay);
  const events = await logged();
  expect(events.filter(({ type }) => type === 'message.understood')).toHaveLength(3);
}, 240_000);
