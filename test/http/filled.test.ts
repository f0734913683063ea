import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHttp, mountFilled, mountFolder } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';

test('a word is put into a script as it is served; a change of the word or of the file reaches the next request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-filled-'));
  const file = join(folder, 'widget.js');
  await writeFile(file, 'const look = "@look@";');
  const http = createHttp({
    log: createLog({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    health: createHealth({ checks: {}, clock: Date.now }),
    requestsPerMinute: 1_000,
  });
  let look = '#0a7d5a,left,help';
  const filled = { path: '/widget.js', file, mark: '@look@', text: () => look };
  mountFilled(http.app, filled);
  mountFilled(http.app, { ...filled, path: '/gone.js', file: join(folder, 'gone.js') });
  mountFolder(http.app, { at: '/', folder, crossOrigin: true });
  const { port } = await http.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;

  const first = await fetch(`${url}/widget.js`);
  expect(await first.text()).toBe('const look = "#0a7d5a,left,help";');
  expect(first.headers.get('content-type')).toMatch(/javascript/);
  expect(first.headers.get('cache-control')).toBe('no-cache');
  expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const etag = first.headers.get('etag') ?? '';
  // As a browser asks again; left alone `fetch` would ask for a fresh copy.
  const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
  const again = () => fetch(`${url}/widget.js`, { headers });
  expect((await again()).status).toBe(304);
  look = '$&,right,chat';
  expect(await (await again()).text()).toBe('const look = "$&,right,chat";');
  await writeFile(file, 'const other = "@look@";');
  expect(await (await again()).text()).toBe('const other = "$&,right,chat";');
  expect((await fetch(`${url}/gone.js`)).status).toBe(404);
  await http.close(100);
  await rm(folder, { recursive: true });
});
