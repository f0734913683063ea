import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { clientIp, createHttp, mountFolder, refuseUpgrade, trustOf } from '../../src/http/index.ts';
import type { HttpOptions, HttpServer } from '../../src/http/index.ts';
import { limitKey } from '../../src/http/client-ip.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';
import { api } from '../support/wire-client.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close(100)));
});

function build(options: Partial<HttpOptions> = {}): HttpServer {
  const http = createHttp({
    log: createLog({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    health: createHealth({ checks: {}, clock: Date.now }),
    ...options,
  });
  open.push(http);
  return http;
}

async function listen(http: HttpServer): Promise<string> {
  const { port } = await http.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${port}`;
}

test('a fault has its status, code and sentence; a bug tells nothing of itself', async () => {
  const http = build();
  const router = http.api('/api/x');
  router.get('/fault', () => {
    throw new Fault('conflict', 'It has changed.');
  });
  router.get('/bug', async () => {
    throw new Error('password of the database');
  });
  const url = await listen(http);
  expect(await api(url, '/api/x/fault')).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict', message: 'It has changed.' } },
  });
  const bug = await api(url, '/api/x/bug');
  expect(bug.status).toBe(500);
  expect(bug.body).toMatchObject({ error: { code: 'internal' } });
  expect(JSON.stringify(bug.body)).not.toContain('password');
});

test.each([
  ['broken JSON', '{"a":', 400, 'bad_request'],
  ['too much', JSON.stringify({ a: 'x'.repeat(70_000) }), 413, 'too_large'],
])('%s is a named error', async (_name, body, status, code) => {
  const http = build();
  http.api('/api/x').post('/', (request, response) => {
    response.json({ got: typeof request.body });
  });
  const reply = await api(await listen(http), '/api/x', { body });
  expect(reply).toMatchObject({ status, body: { error: { code } } });
});

test('what nobody serves is a named 404 under the API and a plain one elsewhere', async () => {
  const url = await listen(build());
  expect(await api(url, '/api/none')).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  });
  expect(await api(url, '/none')).toMatchObject({ status: 404, body: 'There is no such page.\n' });
  expect((await api(url, '/%ff%00')).status).toBeLessThan(500);
});

test('every answer carries the security headers, and no inline script or style is allowed', async () => {
  const url = await listen(build());
  for (const path of ['/none', '/api/none', '/health/live']) {
    const { headers } = await api(url, path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('one address has so many requests a minute; another is not held up by it', async () => {
  const http = build({ requestsPerMinute: 3, trustProxy: ['loopback'] });
  const url = await listen(http);
  const from = async (ip: string) =>
    (await fetch(`${url}/api/none`, { headers: { 'x-forwarded-for': ip } })).status;
  expect([await from('1.2.3.4'), await from('1.2.3.4'), await from('1.2.3.4')]).toEqual([
    404, 404, 404,
  ]);
  expect(await from('1.2.3.4')).toBe(429);
  expect(await from('1.2.3.5')).toBe(404);
});

test('a forwarded address that nobody vouches for does not change who is counted', async () => {
  const http = build({ requestsPerMinute: 2 });
  const url = await listen(http);
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    const headers = { 'x-forwarded-for': `9.9.9.${n}` };
    statuses.push((await fetch(`${url}/api/none`, { headers })).status);
  }
  expect(statuses).toEqual([404, 404, 429, 429]);
});

test.each([
  [false, '10.0.0.1', '6.6.6.6', '10.0.0.1'],
  [1, '10.0.0.1', '6.6.6.6, 7.7.7.7', '7.7.7.7'],
  [2, '10.0.0.1', '6.6.6.6, 7.7.7.7', '6.6.6.6'],
  [['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 10.0.0.2', '6.6.6.6'],
  [['10.0.0.0/8'], '11.0.0.1', '6.6.6.6', '11.0.0.1'],
  [['10.0.0.0/8'], '10.0.0.1', '', '10.0.0.1'],
] as const)(
  'trusting %j, a peer %s that forwards "%s" speaks for %s',
  (setting, peer, forwarded, ip) => {
    const headers = forwarded === '' ? {} : { 'x-forwarded-for': forwarded };
    const request = { headers, socket: { remoteAddress: peer } };
    expect(clientIp(request as Parameters<typeof clientIp>[0], trustOf(setting))).toBe(ip);
  },
);

test.each([
  ['1.2.3.4', '1.2.3.4'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2'],
  ['2001:db8:1:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('limits for %s are counted under %s', (ip, key) => {
  expect(limitKey(ip)).toBe(key);
});

test('an upgrade goes to the handler of its path; elsewhere it is a named 404 and the socket is closed', async () => {
  const http = build();
  http.onUpgrade('/api/there', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
  });
  http.onUpgrade('/api/refuses', (_request, socket) => {
    refuseUpgrade(socket, 'forbidden', 'Not you.');
  });
  http.onUpgrade('/api/breaks', () => {
    throw new Error('a secret');
  });
  const url = await listen(http);
  expect(await upgrade(url, '/api/there?x=1')).toContain('hello');
  expect(await upgrade(url, '/api/none')).toMatch(/^HTTP\/1\.1 404 [\s\S]*"code":"not_found"/);
  expect(await upgrade(url, '/api/refuses')).toMatch(/^HTTP\/1\.1 403 [\s\S]*"Not you\."/);
  const broken = await upgrade(url, '/api/breaks');
  expect(broken).toMatch(/^HTTP\/1\.1 500 /);
  expect(broken).not.toContain('a secret');
});

test('of an upgrade that fails by a bug nothing is told but that it did', async () => {
  const http = build();
  http.onUpgrade('/api/breaks', () => {
    throw new Fault('internal', 'row 17 of the table of secrets is no JSON');
  });
  http.onUpgrade('/api/full', () => {
    throw new Fault('overloaded', 'Too many at once.');
  });
  const url = await listen(http);
  const broken = await upgrade(url, '/api/breaks');
  expect(broken).toMatch(/^HTTP\/1\.1 500 [\s\S]*"code":"internal"/);
  expect(broken).not.toContain('row 17');
  expect(await upgrade(url, '/api/full')).toContain('Too many at once.');
});

test('while draining, requests and upgrades are refused and probes say so', async () => {
  const health = createHealth({ checks: {}, clock: Date.now });
  const http = build({ health });
  http.onUpgrade('/api/there', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  const url = await listen(http);
  health.drain();
  http.drain();
  expect(await api(url, '/api/none')).toMatchObject({
    status: 503,
    body: { error: { code: 'shutting_down' } },
  });
  expect(await upgrade(url, '/api/there')).toMatch(/^HTTP\/1\.1 503 /);
  expect(await api(url, '/health/ready')).toMatchObject({ status: 503, body: { ok: false } });
  expect((await api(url, '/health/live')).status).toBe(200);
});

function upgrade(url: string, path: string): Promise<string> {
  const { port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(answer));
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  );
  return promise;
}

test('headers that are too large and requests that are none get a named 4xx', async () => {
  const url = await listen(build());
  const large = await fetch(url, { headers: { 'x-large': 'x'.repeat(15_000) } });
  expect(large.status).toBe(404);
  const { port } = new URL(url);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    socket.on('close', () => resolve(text));
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"too_large"/);
});

test('hashed files are kept for a year, others are asked for each time, pages fall back, scripts do not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-static-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>desk</title>');
  await writeFile(join(folder, 'widget.js'), 'export {}');
  await writeFile(join(folder, 'assets', 'app-Ab12_x-9.js'), 'export {}');
  await writeFile(join(folder, '.secret'), 'no');
  const http = build();
  mountFolder(http.app, { at: '/desk', folder, fallback: 'index.html', crossOrigin: true });
  const url = await listen(http);
  const get = async (path: string, accept = '*/*') => {
    const response = await fetch(url + path, { headers: { accept } });
    return [response.status, response.headers.get('cache-control'), await response.text()] as const;
  };
  expect((await get('/desk/assets/app-Ab12_x-9.js'))[1]).toBe(
    'public, max-age=31536000, immutable',
  );
  expect((await get('/desk/widget.js'))[1]).toBe('no-cache');
  expect((await get('/desk/'))[2]).toContain('<title>desk</title>');
  expect((await get('/desk/queue/c_1', 'text/html'))[2]).toContain('<title>desk</title>');
  expect((await get('/desk/assets/gone-00000000.js', 'text/html'))[0]).toBe(404);
  expect((await get('/desk/.secret'))[0]).toBe(404);
  expect((await get('/desk/..%2f..%2f..%2f..%2fetc/passwd'))[0]).toBeGreaterThanOrEqual(400);
  const script = await fetch(`${url}/desk/widget.js`);
  expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  await rm(folder, { recursive: true });
});

test('figures are given to this machine and to nobody who was forwarded', async () => {
  const url = await listen(build());
  await api(url, '/api/none');
  expect((await api(url, '/metrics')).body).toMatch(/kefu_requests_total\{reason="4xx"\} 1/);
  const forwarded = await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '1.2.3.4' } });
  expect(forwarded.status).toBe(404);
});

test('closing waits for a running request and then cuts what never ends', async () => {
  const http = build();
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  http.api('/api/x').get('/slow', async (_request, response) => {
    begun.resolve();
    await gate.promise;
    response.json({ done: true });
  });
  http.onUpgrade('/api/never', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  const url = await listen(http);
  const never = upgrade(url, '/api/never');
  const slow = api(url, '/api/x/slow');
  await begun.promise;
  const closed = http.close(300);
  gate.resolve();
  expect((await slow).body).toEqual({ done: true });
  await closed;
  expect(await never).toContain('101');
});
