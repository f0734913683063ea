import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { textAt } from '../../src/channels/platforms/calls.ts';
import { writePlatformSettings } from '../../src/channels/platforms/settings.ts';
import { deskClient } from '../support/desk-world.ts';
import { pdf } from '../support/file-samples.ts';
import { publicUrl } from '../support/platform-peer.ts';
import { whatsappPeer } from '../support/platform-peers.ts';
import { startServer, type RunningServer } from '../support/server.ts';

/** The real process, killed; WhatsApp's side lives on in this one. */
let folder: string;
let server: RunningServer;
/** Bodies of files that were brought, and what the customer was shown, by type or words. */
let uploads: Buffer[];
let shown: string[];
/** Messages with a file whose connection was cut before they were read. */
let cut: number;
let isCut: boolean;

const api = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const answer = (body: object) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url?.endsWith('/media')) {
      uploads.push(raw);
      return answer({ id: `m${uploads.length}` });
    }
    const message: unknown = JSON.parse(raw.toString('utf8'));
    const id = textAt(message, 'document', 'id');
    if (id !== undefined && isCut) {
      cut += 1;
      return request.socket.destroy();
    }
    const words = textAt(message, 'text', 'body');
    if (id !== undefined || words !== undefined) shown.push(id ?? words ?? '');
    return answer({ messages: [{ id: 'wamid.out' }] });
  });
});

const start = () => startServer({ folder, env: { KEFU_PUBLIC_URL: publicUrl } });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-file-restart-'));
  [uploads, shown, cut, isCut] = [[], [], 0, false];
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await writePlatformSettings(folder, (settings) => ({
    ...settings,
    platforms: { whatsapp: whatsappPeer.settings(apiUrl) },
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

const soon = { timeout: 120_000, interval: 50 };

/** The customer asks for a person, and the first agent has the conversation. */
async function takenOver(agent: NonNullable<RunningServer['firstAgent']>) {
  const { path, headers, body } = whatsappPeer.text(1, 'I want to talk to a person');
  const accepted = await fetch(server.url + path, { method: 'POST', headers, body });
  expect(accepted.status).toBe(200);
  const desk = deskClient(server.url);
  expect((await desk.post('/sign-in', agent)).status).toBe(200);
  let conv = '';
  const queued = async () => {
    const { rows } = (await desk.get('/conversations?list=queue')).body as unknown as {
      rows: { conv: string }[];
    };
    return (conv = rows[0]?.conv ?? '');
  };
  await expect.poll(queued, soon).not.toBe('');
  expect((await desk.command(conv, { type: 'accept' })).status).toBe(200);
  return conv;
}

test('kill -9 between a file’s upload to a platform and the message that shows it: it is not uploaded again, and shown once, in its place', async () => {
  const agent = server.firstAgent;
  if (!agent) throw new Error('no first agent was printed');
  const conv = await takenOver(agent);
  const says = async (text: string, withFile: boolean) => {
    const desk = deskClient(server.url);
    await desk.post('/sign-in', agent);
    await desk.command(conv, { type: 'accept' });
    const headers = { 'content-type': 'application/pdf', 'x-file-name': 'receipt.pdf' };
    const bytes = Buffer.from(pdf).toString('latin1');
    const file = withFile && (await desk.call('POST', `/files?conv=${conv}`, bytes, headers));
    const files = file ? [textAt(file.body, 'file', 'id')] : undefined;
    const said = { type: 'say', cid: randomUUID(), text, ...(files && { files }) };
    expect((await desk.command(conv, said)).status).toBe(200);
  };

  isCut = true;
  await says('The first.', true);
  await expect.poll(() => cut, soon).toBeGreaterThan(0);
  await server.kill();
  isCut = false;
  server = await start();
  await expect.poll(() => shown, soon).toContain('m1');
  await says('The second.', false);
  await expect.poll(() => shown.at(-1), soon).toBe('The second.');
  expect(uploads.map((body) => body.includes(pdf))).toEqual([true]);
  const order = shown.filter((one) => /^The |^m\d/.test(one));
  expect(order).toEqual(['The first.', 'm1', 'The second.']);
}, 240_000);
