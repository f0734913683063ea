import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApi } from '../../../src/channels/platforms/api.ts';
import { postJson } from '../../../src/channels/platforms/calls.ts';
import { overHttp } from '../../../src/channels/platforms/requests.ts';
import { telegram } from '../../../src/channels/platforms/telegram.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

let handle: Handle = (_request, response) => response.end('{}');
let connections = 0;
const server = createServer((request, response) => handle(request, response));
server.on('connection', () => (connections += 1));
let url = '';

beforeEach(async () => {
  connections = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('requests go one after the other over one kept connection', async () => {
  for (let nth = 0; nth < 5; nth += 1) {
    const { status, bytes } = await overHttp(postJson(url, { nth }), 100);
    expect([status, bytes?.toString()]).toEqual([200, '{}']);
  }
  expect(connections).toBe(1);
});

test('a form is sent with its boundary and its length', async () => {
  const seen = Promise.withResolvers<FormData>();
  handle = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-type': type = '', 'content-length': length = '' } = request.headers;
      const body = Buffer.concat(chunks);
      const whole = new Response(body, { headers: { 'content-type': type } });
      expect(length).toBe(String(body.byteLength));
      whole.formData().then(seen.resolve, seen.reject);
      response.end('{}');
    });
  };
  const body = new FormData();
  body.set('name', 'Łódź 你好');
  await overHttp({ method: 'POST', url, headers: {}, body }, 100);
  expect((await seen.promise).get('name')).toBe('Łódź 你好');
});

test('a redirect is not followed, an answer beyond the limit is not read, a cut one is a fault', async () => {
  handle = (_request, response) => response.writeHead(302, { location: `${url}/other` }).end();
  expect((await overHttp(postJson(url, {}), 100)).status).toBe(302);
  handle = (_request, response) => response.end('x'.repeat(101));
  expect((await overHttp(postJson(url, {}), 100)).bytes).toBeUndefined();
  handle = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"ok":', () => response.destroy());
  };
  await expect(overHttp(postJson(url, {}), 100)).rejects.toThrow('aborted');
});

test('whatever the network does is told as "later", never thrown', async () => {
  const settings = { token: '123:ABC', secret: 's', apiUrl: url };
  const api = createApi(telegram, settings, { clock: Date.now });
  const say = () =>
    api.send((own) =>
      telegram.send({ kind: 'text', text: 'hi' }, { chat: '1' }, own, { idempotencyKey: 'k' }),
    );
  const deeds: readonly Handle[] = [
    (request) => request.socket.destroy(),
    (_request, response) => response.writeHead(502).end('<html>'),
    (_request, response) => response.writeHead(200).write('{', () => response.destroy()),
  ];
  for (const deed of deeds) {
    handle = deed;
    expect((await say()).kind).toBe('later');
  }
  const nowhere = createApi(
    telegram,
    { ...settings, apiUrl: 'http://127.0.0.1:1' },
    { clock: Date.now },
  );
  expect(await nowhere.ask(() => postJson('http://127.0.0.1:1', {}))).toBeUndefined();
  const bad = await nowhere.ask(() => postJson(url, {}, { authorization: 'a\nb' }));
  expect(bad).toBeUndefined();
});
