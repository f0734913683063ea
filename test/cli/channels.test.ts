import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/channels.ts';

let folder = '';
let apiUrl = '';
const calls: { readonly path: string; readonly body: string }[] = [];
const api = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const path = request.url ?? '';
    calls.push({ path, body });
    const isKnown = path.startsWith('/bot123:ABC/');
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isKnown ? { ok: true, result: { username: 'okpay_bot', message_id: 1 } } : { ok: false },
      ),
    );
  });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-channels-'));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  calls.length = 0;
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const add = (token: string) =>
  run([
    'add',
    'telegram',
    '--data',
    folder,
    '--url',
    'https://chat.okpay.test',
    '--set',
    `token=${token}`,
    '--set',
    `apiUrl=${apiUrl}`,
  ]);

test('adding Telegram asks who we are, registers the webhook with a secret of its own, and keeps it for the owner alone', async () => {
  expect(await add('123:ABC')).toBe(0);
  const file = join(folder, 'channels.json');
  const kept = JSON.parse(await readFile(file, 'utf8')) as {
    platforms: { telegram: { secret: string } };
  };
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const hook = JSON.parse(
    calls.find(({ path }) => path.endsWith('/setWebhook'))?.body ?? '{}',
  ) as object;
  expect(hook).toMatchObject({
    url: 'https://chat.okpay.test/hooks/telegram',
    secret_token: kept.platforms.telegram.secret,
  });
  expect(kept.platforms.telegram.secret.length).toBeGreaterThan(30);
  expect(await run(['test', 'telegram', '--data', folder, '--to', '777'])).toBe(0);
  expect(calls.at(-1)?.path).toBe('/bot123:ABC/sendMessage');
});

test('a token that Telegram does not know is told, and nothing is kept', async () => {
  expect(await add('999:XYZ')).toBe(1);
  await expect(readFile(join(folder, 'channels.json'))).rejects.toThrow('ENOENT');
});

test('what is missing or not as it must be is named', async () => {
  const named = (args: readonly string[]) =>
    run([...args, '--data', folder, '--url', 'https://chat.okpay.test']);
  await expect(named(['add', 'slack', '--set', 'botToken=xoxb-12345678'])).rejects.toThrow(
    'signingSecret',
  );
  await expect(named(['add', 'pigeons'])).rejects.toThrow('telegram');
  await expect(named(['test', 'line'])).rejects.toThrow('not connected');
  await expect(add('no token')).rejects.toThrow('token');
});

test('a platform that is removed is gone', async () => {
  await add('123:ABC');
  expect(await run(['remove', 'telegram', '--data', folder])).toBe(0);
  await expect(run(['test', 'telegram', '--data', folder, '--to', '1'])).rejects.toThrow(
    'not connected',
  );
});
