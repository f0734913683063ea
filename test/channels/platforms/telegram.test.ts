import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { TelegramServer as Api } from 'telegram-test-api/lib/telegramServer.js';
import { expect, test } from 'vitest';
import { telegramPeer } from '../../support/platform-peers.ts';
import { platformWorld } from '../../support/platform-world.ts';

const TelegramServer = createRequire(import.meta.url)('telegram-test-api') as typeof Api;

/** The stand-in is somebody else's: it does not send the secret header, so a door in front of us adds it. */
test('somebody else’s Telegram server brings a customer’s words and shows them our answer and its buttons', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const server = new TelegramServer({ port, host: '127.0.0.1' });
  await server.start();
  const token = '123:ABC';
  const peer = {
    ...telegramPeer,
    settings: () => ({ token, secret: 'a-secret-of-telegram', apiUrl: server.config.apiURL }),
  };
  const world = await platformWorld(peer);
  const door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = {
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': 'a-secret-of-telegram',
      };
      void fetch(`${world.service.url}/hooks/telegram`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      }).then(({ status }) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
    const set = await fetch(`${server.config.apiURL}/bot${token}/setWebhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    });
    expect(set.status).toBe(200);
    const client = server.getClient(token, { chatId: 777, userId: 777, timeout: 40_000 });
    await client.sendMessage(client.makeMessage('What are your support hours?'));
    const shown = () => JSON.stringify(server.getUpdatesHistory(token));
    await expect.poll(shown, { timeout: 40_000 }).toMatch(/0?9:00/);
    expect(shown()).toContain('inline_keyboard');
  } finally {
    door.close();
    await world.stop();
    await server.stop();
  }
});
