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
/** What the platform answers to a path with this in it, before anything else. */
const answers = new Map<string, { readonly status: number; readonly body: object }>();
const api = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const path = request.url ?? '';
    calls.push({ path, body });
    const [, given] = [...answers].find(([part]) => path.includes(part)) ?? [];
    if (given) {
      response.writeHead(given.status, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(given.body));
    }
    const isKnown = path.startsWith('/bot123:ABC/');
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    return response.end(
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
  answers.clear();
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

const printed = (how: 'log' | 'error') => vi.mocked(console[how]).mock.calls.flat().join('\n');
const url = ['--url', 'https://chat.okpay.test'];
const set = (values: { readonly [name: string]: string }) =>
  Object.entries({ apiUrl, ...values }).flatMap((pair) => ['--set', pair.join('=')]);

test('a webhook that Telegram does not take is told with its reason; what was given is kept and need not be given again', async () => {
  const description =
    'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443';
  answers.set('/setWebhook', { status: 400, body: { ok: false, error_code: 400, description } });
  expect(await add('123:ABC')).toBe(1);
  expect(printed('error')).toContain(description);
  expect(printed('log')).not.toContain('Enter this webhook');
  answers.clear();
  const secrets = async () => {
    const { platforms } = JSON.parse(await readFile(join(folder, 'channels.json'), 'utf8')) as {
      platforms: { telegram: { secret: string; token: string } };
    };
    return platforms.telegram;
  };
  const before = await secrets();
  expect(await run(['add', 'telegram', '--data', folder, ...url])).toBe(0);
  expect(await secrets()).toEqual(before);
  expect(printed('log')).toContain('KEFU_PUBLIC_URL=https://chat.okpay.test');
});

test('WeChat’s own words say why it gives no access token', async () => {
  const errmsg = 'invalid ip 203.0.113.9, not in whitelist';
  answers.set('stable_token', { status: 200, body: { errcode: 40164, errmsg } });
  const given = { appId: 'wx5823bf96d3bd56c7', appSecret: 'secret-of-wechat', token: 'abc' };
  expect(await run(['add', 'wechat', '--data', folder, ...url, ...set(given)])).toBe(1);
  expect(printed('error')).toContain(errmsg);
});

test('a test message on WeCom goes out from the account for customers', async () => {
  answers.set('gettoken', { status: 200, body: { access_token: 't', expires_in: 7200 } });
  const account_list = [{ open_kfid: 'wkAccount', name: 'Help' }];
  answers.set('account/list', { status: 200, body: { errcode: 0, account_list } });
  answers.set('send_msg', { status: 200, body: { errcode: 0, msgid: '1' } });
  const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
  const given = { corpId: 'wx5823bf96d3bd56c7', secret: 'secret-of-wecom', token: 'abc' };
  const add = ['add', 'wecom', '--data', folder, ...url, ...set({ ...given, encodingAesKey })];
  expect(await run(add)).toBe(0);
  expect(await run(['test', 'wecom', '--data', folder, '--to', 'wmCustomer'])).toBe(0);
  expect(JSON.parse(calls.at(-1)?.body ?? '')).toMatchObject({
    touser: 'wmCustomer',
    open_kfid: 'wkAccount',
  });
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

test('where the web chat is, is kept beside the platforms, and must be an address', async () => {
  const more = ['--web-chat', 'https://pay.okpay.test/help'];
  const given = ['add', 'telegram', '--data', folder, ...url, ...set({ token: '123:ABC' })];
  expect(await run([...given, ...more])).toBe(0);
  const kept = async () =>
    JSON.parse(await readFile(join(folder, 'channels.json'), 'utf8')) as { webChatUrl?: string };
  expect((await kept()).webChatUrl).toBe('https://pay.okpay.test/help');
  // It stays when another platform is added, or the same again.
  expect(await run(given)).toBe(0);
  expect((await kept()).webChatUrl).toBe('https://pay.okpay.test/help');
  await expect(run([...given, '--web-chat', 'our page'])).rejects.toThrow('webChatUrl');
  expect((await kept()).webChatUrl).toBe('https://pay.okpay.test/help');
});
