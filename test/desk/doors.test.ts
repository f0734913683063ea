import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { apiRouter, mountReference } from '../../src/desk/api/mount.ts';
import type { ApiDeps } from '../../src/desk/api/deps.ts';
import { deskWorld, testAgent } from '../support/desk-world.ts';

const ann = testAgent('Ann');
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The doors beside those of the conversations, as they are mounted, with one agent who has the token `good`. */
async function doors() {
  const asked: object[] = [];
  let left = 2;
  const deps = {
    api: {
      accounts: {
        read: async () => undefined,
        readToken: async (token: string) =>
          token === 'good' ? { agent: ann, scopes: ['conversations:read'] } : undefined,
      },
      flows: (language?: string) => ({ language: language ?? 'en', flows: [] }),
    },
    log: { warn: () => undefined, error: () => undefined },
    limit: (size: object) => {
      asked.push(size);
      return { take: async (key: string) => key === 'agent-ann' && left-- > 0 };
    },
  } as unknown as ApiDeps;
  const app = express();
  app.use('/api/desk', apiRouter(deps));
  mountReference(app);
  app.use((request, response) => {
    response.status(418).json({ behind: request.path, body: request.body as unknown });
  });
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${origin}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { asked, origin, call };
}

const codeIn = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;

describe('the doors beside the conversations', () => {
  test('keep nothing in caches, and pass on what is not theirs', async () => {
    const { call } = await doors();
    const answer = await call('/api/desk/elsewhere');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([418, 'no-store']);
    const refused = await call('/api/desk/flows');
    expect([refused.status, codeIn(refused.text)]).toEqual([401, 'not_signed_in']);
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  test('let nothing be changed from elsewhere, and anything be looked at', async () => {
    const { call, origin } = await doors();
    const post = (headers: Record<string, string>) =>
      call('/api/desk/elsewhere', { method: 'POST', headers });
    for (const headers of [{}, { origin: 'https://evil.example' }]) {
      expect(codeIn((await post(headers)).text)).toBe('origin_not_allowed');
    }
    expect((await post({ origin })).status).toBe(418);
    for (const method of ['GET', 'HEAD']) {
      const headers = { origin: 'https://evil.example' };
      expect((await call('/api/desk/elsewhere', { method, headers })).status).toBe(418);
    }
  });

  test('read JSON up to 64 KB, and leave files to who is behind them', async () => {
    const { call, origin } = await doors();
    const post = (path: string, body: string) =>
      call(path, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body });
    const fits = await post('/api/desk/elsewhere', '{"a":1}');
    expect(JSON.parse(fits.text)).toEqual({ behind: '/api/desk/elsewhere', body: { a: 1 } });
    const large = JSON.stringify('x'.repeat(64 * 1024));
    expect(codeIn((await post('/api/desk/elsewhere', `[${large}]`)).text)).toBe('too_large');
    expect(codeIn((await post('/api/desk/elsewhere', '{')).text)).toBe('bad_request');
    const file = await post('/api/desk/files', '{');
    expect([file.status, JSON.parse(file.text)]).toEqual([418, { behind: '/api/desk/files' }]);
  });

  test('give one token so many requests a minute', async () => {
    const { call, asked } = await doors();
    expect(asked).toContainEqual({ name: 'token', points: 600, windowMs: 60_000 });
    const headers = { authorization: 'Bearer good' };
    const ask = () => call('/api/desk/flows', { headers });
    expect((await ask()).status).toBe(200);
    expect(JSON.parse((await ask()).text)).toEqual({ language: 'en', flows: [] });
    const third = await ask();
    expect([third.status, codeIn(third.text)]).toEqual([429, 'rate_limited']);
    expect(third.text).toContain('Too many requests. Wait a minute.');
    // Who comes without one is not counted here.
    expect((await call('/api/desk/flows')).status).toBe(401);
  });

  test('tell of themselves to programs and people, without a script', async () => {
    const { call } = await doors();
    const document = await call('/api/openapi.json');
    expect(document.headers.get('content-type')).toContain('application/json');
    expect(JSON.parse(document.text)).toHaveProperty('paths./api/desk/flows.get');
    const style = await call('/api/docs.css');
    expect(style.headers.get('content-type')).toContain('text/css');
    const page = await call('/api/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    for (const { headers } of [document, style, page]) {
      expect(headers.get('cache-control')).toBe('no-cache');
    }
  });
});

describe('the doors of the conversations', () => {
  async function signedIn() {
    const world = await deskWorld([ann]);
    closing.push(() => world.close());
    const client = world.client();
    await client.signIn(ann);
    return { world, client };
  }
  const told = ({ body }: { readonly body: object }) =>
    (body as { error: { code: string; message: string } }).error;

  test('say what they cannot read, and where there is nothing', async () => {
    const { client } = await signedIn();
    expect(told(await client.get('/nowhere'))).toEqual({
      code: 'not_found',
      message: 'There is nothing at this address.',
    });
    expect(told(await client.get('/conversations/none'))).toMatchObject({ code: 'not_found' });
    expect(told(await client.get('/conversations/c-1?before=0'))).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(/^before: /) as string,
    });
    expect(told(await client.post('/conversations/c-1/commands', {}))).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(/^type: /) as string,
    });
  });

  test('take orders as JSON only, which no form of another page can send', async () => {
    const { client } = await signedIn();
    const refused = await client.call('POST', '/conversations/c-1/commands', 'type=accept', {
      'content-type': 'text/plain',
    });
    expect([refused.status, told(refused)]).toEqual([
      400,
      { code: 'bad_request', message: 'Content-Type must be application/json.' },
    ]);
  });

  test('keep nothing in caches, and are looked at from anywhere that has the session', async () => {
    const { world, client } = await signedIn();
    const { cookie } = await client.signIn(ann);
    const headers = { cookie: cookie.split(';')[0] ?? '', origin: 'https://evil.example' };
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${world.origin}/api/desk/me`, { method, headers });
      expect([method, answer.status]).toEqual([method, 200]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});
