/**
 * What a turn costs on a messaging platform beyond the same turn from the widget's gateway: CPU of the whole process a
 * message, over the real service. `node bench/bridge.ts [messages]`
 */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { writePlatformSettings } from '../src/channels/index.ts';
import { drivers } from '../src/channels/platforms/drivers.ts';
import { readConfig } from '../src/config.ts';
import { parseConversationId } from '../src/core/index.ts';
import { startService } from '../src/service.ts';

const messages = Number(process.argv[2] ?? 200);
const fuzzed = Number(process.argv[3] ?? 100_000);

/** The platform's stand-in, in a thread of its own: only what the service's thread spends is counted. */
const api = new Worker(
  `const { createServer } = require('node:http');
   const { parentPort } = require('node:worker_threads');
   const api = createServer((request, response) => {
     request.resume();
     request.on('end', () => response.end('{"ok":true,"result":{"message_id":1}}'));
   });
   api.listen(0, '127.0.0.1', () => parentPort.postMessage(api.address().port));`,
  { eval: true },
);
const [port] = (await once(api, 'message')) as [number];
const apiUrl = `http://127.0.0.1:${port}`;
const folder = await mkdtemp(join(tmpdir(), 'kefu-bridge-'));
const secret = 'a-secret-of-telegram';
await writePlatformSettings(folder, (settings) => ({
  ...settings,
  platforms: { telegram: { token: '123:ABC', secret, apiUrl } },
}));
const service = await startService(
  readConfig({
    PORT: '0',
    KEFU_DATA: folder,
    KEFU_CACHE: resolve(import.meta.dirname, '../.cache'),
    KEFU_PUBLIC_URL: 'https://chat.okpay.test',
    KEFU_REQUESTS_PER_MINUTE: '1000000',
    KEFU_PLUGINS: join(folder, 'none'),
    LOG_LEVEL: 'silent',
  }),
);
const json = { 'content-type': 'application/json' };
const { store } = service.core;

async function session() {
  const opened = await fetch(`${service.url}/api/chat/session`, {
    method: 'POST',
    headers: json,
    body: '{}',
  });
  return (await opened.json()) as { readonly conv: string; readonly sessionToken: string };
}

type Send = (text: string) => Promise<void>;

/** A new person in the widget's HTTP way; what they send resolves when its turn is committed. */
async function byWeb(): Promise<Send> {
  const { conv, sessionToken } = await session();
  const headers = { ...json, authorization: `Bearer ${sessionToken}` };
  let sent = 0;
  return async (text) => {
    sent += 1;
    const body = JSON.stringify({ conv, cid: randomUUID(), text });
    await fetch(`${service.url}/api/chat/send`, { method: 'POST', headers, body });
    await level(conv, sent);
  };
}

let next = 0;
async function byTelegram(): Promise<Send> {
  const user = (next += 1);
  let sent = 0;
  return async (text) => {
    sent += 1;
    next += 1;
    const chat = { id: user, type: 'private' };
    const message = { message_id: next, from: { id: user, first_name: 'A' }, chat, text };
    await fetch(`${service.url}/hooks/telegram`, {
      method: 'POST',
      headers: { ...json, 'x-telegram-bot-api-secret-token': secret },
      body: JSON.stringify({ update_id: next, message }),
    });
    await level((await store.conversations.findByVisitor(`tg:${user}`)) ?? '', sent);
  };
}

async function level(id: string, count: number): Promise<void> {
  for (;;) {
    const known = parseConversationId(id);
    const events = known ? await store.conversations.readAll(known, 0, 200) : [];
    if (events.filter(({ event }) => event.type === 'message.understood').length >= count) return;
    await new Promise((done) => setTimeout(done, 1));
  }
}

/** Of the second message, so that beginning a conversation counts for neither; to the end of what follows from it. */
async function cpuOf(person: () => Promise<Send>): Promise<number> {
  const costs: number[] = [];
  for (let nth = 0; nth < messages; nth += 1) {
    const send = await person();
    await send('what are your support hours');
    await new Promise((done) => setTimeout(done, 60));
    const before = process.threadCpuUsage();
    await send('which currencies do you support');
    await new Promise((done) => setTimeout(done, 60));
    const { user, system } = process.threadCpuUsage(before);
    costs.push((user + system) / 1000);
  }
  return costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
}

await cpuOf(byWeb);
await cpuOf(byTelegram);
const [web, platform] = [await cpuOf(byWeb), await cpuOf(byTelegram)];
console.log(
  `CPU of a turn at the median: web ${web.toFixed(2)} ms, telegram ${platform.toFixed(2)} ms, beyond ${(platform - web).toFixed(2)} ms (target 1; with the client, which is the same for both, and for telegram with the calls to it)`,
);

/** Bodies cut, doubled and scrambled, as signed as the platform would: every one has a named outcome. */
const seed =
  '{"update_id":1,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"text":"hi"},"entry":[{"changes":[{"value":{"messages":[{}]}}]}],"events":[{"type":"message"}],"event":{"type":"message"}}';
let outcomes = 0;
for (let nth = 0; nth < fuzzed; nth += 1) {
  const hash = createHmac('sha256', 'fuzz').update(String(nth)).digest();
  const at = hash.readUInt16BE(0) % seed.length;
  const text = `${seed.slice(0, at)}${hash.subarray(0, hash[2] ?? 1).toString('latin1')}${seed.slice(at + ((hash[3] ?? 0) % 9))}`;
  for (const driver of Object.values(drivers)) {
    let value: unknown = text;
    try {
      value = JSON.parse(text) as unknown;
    } catch {
      // Not JSON: the driver is given the text itself.
    }
    driver.parse(value);
    const webhook = {
      method: 'POST',
      url: 'https://x.test/',
      query: { signature: text },
      headers: { 'x-line-signature': text },
      raw: Buffer.from(text),
    } as const;
    const { kind } = driver.verify(webhook, {}, 0);
    if (kind === 'ok' || kind === 'forged' || kind === 'unreadable') outcomes += 1;
  }
}
console.log(
  `${outcomes} outcomes over ${fuzzed} bodies and ${Object.keys(drivers).length} drivers, no throw`,
);
await service.stop();
await api.terminate();
await rm(folder, { recursive: true, force: true });
