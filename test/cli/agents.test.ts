import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/agents.ts';
import { readConfig } from '../../src/service/config.ts';
import { startService } from '../../src/service/service.ts';
import { deskClient } from '../support/desk-world.ts';

let data = '';
let printed: string[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'kefu-agents-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(data, { recursive: true, force: true });
});

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9';
const kefu = (url: string, ...args: string[]) => run([...args, '--data', data, '--url', url]);
const passwordIn = (lines: readonly string[]) =>
  /: (\S+)$/.exec(lines.join('\n').split('\n').at(-1) ?? '')?.[1] ?? '';

test('without a service the accounts are made, listed and disabled in the data folder itself', async () => {
  await kefu(nowhere, 'add', 'ana@example.com', '--name', 'Ana', '--role', 'admin');
  await kefu(nowhere, 'add', 'bo@example.com');
  await kefu(nowhere, 'disable', 'bo@example.com');
  printed = [];
  await kefu(nowhere, 'list');
  expect(printed).toEqual([
    'ana@example.com  admin  Ana',
    'bo@example.com  agent  bo@example.com  disabled',
  ]);
  await expect(kefu(nowhere, 'disable', 'ana@example.com')).rejects.toThrow(/last admin/);
  await expect(kefu(nowhere, 'disable', 'who@example.com')).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(kefu(nowhere, 'add', 'bad')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(kefu(nowhere, 'dance')).rejects.toMatchObject({ code: 'bad_request' });
}, 120_000);

test('a running service is asked, and a reset password signs in at once', async () => {
  const cache = resolve(import.meta.dirname, '../../.cache');
  const env = { PORT: '0', KEFU_DATA: data, KEFU_CACHE: cache, LOG_LEVEL: 'silent' };
  const service = await startService(readConfig(env));
  try {
    const email = service.firstAgent?.email ?? '';
    const admin = deskClient(service.url);
    await admin.post('/sign-in', service.firstAgent);
    expect((await admin.get('/me')).status).toBe(200);
    await kefu(service.url, 'reset-password', email);
    expect((await admin.get('/me')).status).toBe(401);
    const again = await admin.post('/sign-in', {
      email,
      password: passwordIn(printed.slice(0, 1)),
    });
    expect(again.status).toBe(200);
    const forged = await fetch(`${service.url}/api/operator/desk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${'x'.repeat(43)}` },
      body: '{"do":"agents.list"}',
    });
    expect(forged.status).toBe(401);
  } finally {
    await service.stop();
  }
}, 120_000);
