import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { createHttp } from '../../src/http/index.ts';
import type { Hook, HookCall, HttpOptions, HttpServer } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close(100)));
});

const fine = { status: 200, type: 'text/plain', body: 'taken' } as const;

/** A server with a hook at /hooks that keeps what it is asked. */
async function hooked(hook: Partial<Hook> = {}, options: Partial<HttpOptions> = {}) {
  const calls: HookCall[] = [];
  const metrics = createMetrics();
  const http = createHttp({
    log: createLog({ level: 'silent', pretty: false }),
    metrics,
    health: createHealth({ checks: {}, clock: Date.now }),
    ...options,
  });
  open.push(http);
  http.onHook('/hooks', {
    bytesMax: 1000,
    answer: async (call) => {
      calls.push(call);
      return fine;
    },
    ...hook,
  });
  const { port } = await http.listen(0, '127.0.0.1');
  return { http, metrics, calls, port, url: `http://127.0.0.1:${port}` };
}

const post = (
  url: string,
  body: string | Uint8Array<ArrayBuffer> = 'x',
  headers: Record<string, string> = {},
) => fetch(url, { method: 'POST', body, headers });

test('a hook gets the very bytes, where they were sent to and the headers; what it answers is not kept and not guessed at', async () => {
  const { url, calls } = await hooked();
  const bytes = Uint8Array.from([0, 255, 13, 10, 128]);
  const reply = await post(`${url}/hooks/telegram/?a=1&a=%32`, bytes, { 'x-secret': 's' });
  expect([reply.status, await reply.text()]).toEqual([200, 'taken']);
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
  });
  expect(calls).toMatchObject([
    { method: 'POST', name: 'telegram', url: '/hooks/telegram/?a=1&a=%32' },
  ]);
  expect(calls[0]?.raw).toEqual(Buffer.from(bytes));
  expect(calls[0]?.headers['x-secret']).toBe('s');
});

test('only what is below its path is a hook’s', async () => {
  const { url, calls } = await hooked();
  for (const path of ['/hooks', '/hooksome', '/api/hooks/x', '/']) {
    expect((await post(url + path)).status).toBe(404);
  }
  expect(calls).toEqual([]);
  expect((await fetch(`${url}/hooks/get`)).status).toBe(200);
  expect(calls).toMatchObject([{ method: 'GET', name: 'get', raw: Buffer.alloc(0) }]);
});

test('a body over the limit is refused, told or counted, and its connection ends', async () => {
  const { url, calls, port } = await hooked();
  expect((await post(`${url}/hooks/x`, 'x'.repeat(1000))).status).toBe(200);
  const told = await post(`${url}/hooks/x`, 'x'.repeat(1001));
  expect([told.status, told.headers.get('connection')]).toEqual([413, 'close']);
  expect(await told.json()).toMatchObject({ error: { code: 'too_large' } });
  const sent = request({ port, path: '/hooks/x', method: 'POST' });
  sent.on('error', () => undefined);
  const answered = once(sent, 'response');
  Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(100))).pipe(sent);
  const [counted] = (await answered) as [IncomingMessage];
  counted.resume();
  expect([counted.statusCode, counted.headers.connection]).toEqual([413, 'close']);
  expect(calls).toHaveLength(1);
});

test('what is packed is refused, since what is signed is what was sent', async () => {
  const { url, calls } = await hooked();
  const packed = await post(`${url}/hooks/x`, 'x', { 'content-encoding': 'gzip' });
  expect(packed.status).toBe(400);
  expect(await packed.json()).toMatchObject({ error: { code: 'bad_request' } });
  expect(calls).toEqual([]);
});

test('a fault has its status and sentence, a bug tells nothing of itself, and both are counted', async () => {
  const faults = [new Fault('bad_token', 'The signature is wrong.'), new Error('of the database')];
  const { url, metrics } = await hooked({
    answer: async ({ name }) => {
      throw faults[Number(name)] ?? new Error('no such fault');
    },
  });
  const [forged, broken] = [await post(`${url}/hooks/0`), await post(`${url}/hooks/1`)];
  expect([forged.status, await forged.json()]).toEqual([
    401,
    { error: { code: 'bad_token', message: 'The signature is wrong.' } },
  ]);
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain('database');
  const { body } = await metrics.render();
  expect(body).toMatch(/kefu_refused_total\{[^}]*"bad_token"[^}]*\} 1/);
  expect(body).toMatch(/kefu_requests_total\{[^}]*"4xx"[^}]*\} 1/);
  expect(body).toMatch(/kefu_requests_total\{[^}]*"5xx"[^}]*\} 1/);
});

test('the limit of an address and the end of the service hold for hooks too', async () => {
  const { url, http } = await hooked({}, { requestsPerMinute: 2 });
  const statuses = [];
  for (let nth = 0; nth < 3; nth += 1) statuses.push((await post(`${url}/hooks/x`)).status);
  expect(statuses).toEqual([200, 200, 429]);
  const other = await hooked();
  other.http.drain();
  const late = await post(`${other.url}/hooks/x`);
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
  expect(other.calls).toEqual([]);
  expect(http.server.listening).toBe(true);
});

test('a request that is cut off amid its body reaches no hook and harms nobody', async () => {
  const { port, url, calls } = await hooked();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /hooks/cut HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  // Answered behind it, so the half was read before the cut.
  expect((await post(`${url}/hooks/whole`)).status).toBe(200);
  socket.destroy();
  await once(socket, 'close');
  expect((await post(`${url}/hooks/after`)).status).toBe(200);
  expect(calls.map(({ name }) => name)).toEqual(['whole', 'after']);
});
