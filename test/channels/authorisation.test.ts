import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClientFrame } from '../../src/protocol/index.ts';
import type { Visit } from '../support/wire-client.ts';
import { WireClient, api, join, message, until, visit } from '../support/wire-client.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
let mine: Visit;
let theirs: Visit;
beforeEach(async () => {
  world = await wireWorld();
  mine = await visit(world.url);
  theirs = await visit(world.url, { userToken: 'user:lin-wei' });
  await world.agentSays(theirs.conv, 'your balance is secret');
});
afterEach(async () => {
  await world.stop();
});

/** Another's conversation, one that does not exist, and one that nobody could have. */
const foreign = () => [theirs.conv, 'c_00000000000000000000000000000000', 'desk'];

test.each([
  ['sub', (conv: string): ClientFrame => ({ t: 'sub', conv, after: 0, epoch: '' })],
  ['send', (conv: string): ClientFrame => ({ t: 'send', conv, cid: 'x1', text: 'let me in' })],
  [
    'secret',
    (conv: string): ClientFrame => ({ t: 'secret', conv, cid: 'x1', form: 'f', code: '1' }),
  ],
  ['lang', (conv: string): ClientFrame => ({ t: 'lang', conv, language: 'zh-CN' })],
  ['typing', (conv: string): ClientFrame => ({ t: 'typing', conv, on: true })],
  ['read', (conv: string): ClientFrame => ({ t: 'read', conv, seq: 1 })],
  ['rate', (conv: string): ClientFrame => ({ t: 'rate', conv, cid: 'x1', score: 1 })],
])(
  '%s of what is not one’s own gets the same not_found whether it exists or not',
  async (_t, frame) => {
    const owner = await join(world.url, theirs);
    await owner.sees(1);
    const answers: string[] = [];
    for (const conv of foreign()) {
      const client = await join(world.url, mine, false);
      client.send(frame(conv));
      const answer = await until(() =>
        client.frames.find(({ t }) => t === 'error' || t === 'refused'),
      );
      answers.push(JSON.stringify(answer).replace(conv, ''));
      client.stop();
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"not_found"');
    await world.agentSays(theirs.conv, 'still mine');
    expect(await owner.sees(2)).toHaveLength(2);
  },
);

test('over HTTP what is not one’s own is not_found, and nothing of it changes', async () => {
  for (const conv of foreign()) {
    const token = mine.sessionToken;
    const bodies = {
      send: { conv, cid: 'x1', text: 'hi' },
      secret: { conv, cid: 'x1', form: 'f', code: '1' },
      language: { conv, language: 'zh-CN' },
      rate: { conv, cid: 'x1', score: 1 },
    };
    const replies = await Promise.all([
      ...Object.entries(bodies).map(([path, body]) =>
        api(world.url, `/api/chat/${path}`, { body, token }),
      ),
      api(world.url, `/api/chat/events?conv=${conv}`, { token }),
      api(world.url, `/api/chat/events?conv=${conv}&before=9`, { token }),
      api(world.url, `/api/chat/transcript?conv=${conv}`, { token }),
      api(world.url, `/api/chat/files/f_1?conv=${conv}`, { token }),
    ]);
    for (const reply of replies) {
      expect(reply.status).toBe(404);
      expect(reply.body).toEqual({
        error: { code: 'not_found', message: 'There is no such conversation.' },
      });
    }
  }
  const token = theirs.sessionToken;
  const own = await api(world.url, `/api/chat/events?conv=${theirs.conv}`, { token });
  expect(own.body).toMatchObject({ events: [{ seq: 1 }] });
});

test.each([
  ['no token', undefined, 'not_signed_in'],
  ['no such token', 's-made-up', 'bad_token'],
  ['a visitor token in its place', 'visitor', 'bad_token'],
])('with %s every request is refused with a 401', async (_name, given, code) => {
  const token = given === 'visitor' ? mine.visitorToken : given;
  const { conv } = mine;
  const options = token === undefined ? {} : { token };
  const replies = await Promise.all([
    api(world.url, `/api/chat/events?conv=${conv}`, options),
    api(world.url, '/api/chat/send', { body: { conv, cid: 'x', text: 'hi' }, ...options }),
    api(world.url, '/api/chat/language', { body: { conv, language: 'en' }, ...options }),
    api(world.url, '/api/chat/signout', { body: { visitorToken: 'v' }, ...options }),
  ]);
  for (const { status, body } of replies) {
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code } });
  }
});

test('a socket with a bad token is told so and closed with 4001', async () => {
  const client = await new WireClient(world.url).open();
  client.send({ t: 'hello', v: 1, token: 'made-up' });
  expect(await client.close()).toEqual({ code: 4001, reason: 'bad_token' });
  expect(client.all('error')).toMatchObject([{ code: 'bad_token' }]);
});

test('before hello nothing else is heard', async () => {
  const client = await new WireClient(world.url).open();
  client.send(message(mine.conv, 'hi'));
  expect(await client.close()).toEqual({ code: 4001, reason: 'not_signed_in' });
  expect((await world.store.conversations.load(mine.conv))?.seq).toBe(0);
});

test('when the visitor signs in, the anonymous sockets and waiting requests of the conversation end', async () => {
  const anonymous = await join(world.url, mine);
  const { sessionToken: token, conv } = mine;
  const waiting = api(world.url, `/api/chat/events?conv=${conv}&waitMs=20000`, { token });
  await until(() => anonymous.all('welcome').length === 1);
  const { visitorToken } = mine;
  // A customer without a conversation takes the visitor's along.
  const signedIn = await visit(world.url, { userToken: 'user:maria', visitorToken });
  expect(signedIn.conv).toBe(conv);
  expect(await anonymous.close()).toEqual({ code: 4001, reason: 'token_expired' });
  expect((await waiting).body).toMatchObject({ error: { code: 'token_expired' } });
  const late = await new WireClient(world.url).open();
  late.send({ t: 'hello', v: 1, token });
  expect((await late.first('welcome')).conv).not.toBe(conv);
  const customer = await join(world.url, signedIn);
  expect((await customer.first('welcome')).customer).toBe(true);
  expect((await customer.sees(1))[0]).toMatchObject({ type: 'identity', customer: true });
  late.stop();
  customer.stop();
});

test('signing out ends the customer’s sockets and tokens at once', async () => {
  const client = await join(world.url, theirs);
  const { sessionToken: token, visitorToken } = theirs;
  const out = await api(world.url, '/api/chat/signout', { body: { visitorToken }, token });
  expect(out.status).toBe(200);
  expect(await client.close()).toEqual({ code: 4001, reason: 'not_signed_in' });
  const after = await api(world.url, `/api/chat/events?conv=${theirs.conv}`, { token });
  expect(after.body).toMatchObject({ error: { code: 'bad_token' } });
});

test('a session that runs out closes its socket so that the widget gets a new token', async () => {
  const short = await wireWorld({ sessionTtlMs: 200 });
  const client = await join(short.url, await visit(short.url));
  expect(await client.close()).toEqual({ code: 4001, reason: 'token_expired' });
  await short.stop();
});

test.each([
  ['absent', undefined],
  ['opaque', 'null'],
  ['another', 'https://evil.example'],
  ['a lookalike', 'https://pay.example.com.evil.example'],
  ['another scheme', 'http://pay.example.com'],
  ['another port', 'https://pay.example.com:8443'],
  ['with a user', 'https://pay.example.com@evil.example'],
  ['no address', '://'],
])('a socket whose origin is %s is refused with a 403', async (_name, origin) => {
  const refused = await upgradeStatus(origin);
  expect(refused).toBe(403);
});

test.each(['https://pay.example.com', 'self'])(
  'a socket of origin %s is served',
  async (origin) => {
    expect(await upgradeStatus(origin === 'self' ? world.url : origin)).toBe(101);
  },
);

async function upgradeStatus(origin: string | undefined): Promise<number> {
  const { WebSocket } = await import('ws');
  const headers = origin === undefined ? {} : { origin };
  const ws = new WebSocket(`${world.url.replace('http', 'ws')}/api/chat/socket`, { headers });
  return new Promise((resolve) => {
    ws.on('error', () => undefined);
    ws.on('open', () => {
      ws.terminate();
      resolve(101);
    });
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
}

test('a page of another origin is refused over HTTP too, and an allowed one may read the answer', async () => {
  const evil = await api(world.url, '/api/chat/config', { origin: 'https://evil.example' });
  expect(evil.status).toBe(403);
  expect(evil.body).toMatchObject({ error: { code: 'origin_not_allowed' } });
  const origin = 'https://pay.example.com';
  const allowed = await api(world.url, '/api/chat/config', { origin });
  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  const preflight = await api(world.url, '/api/chat/send', { method: 'OPTIONS', origin });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
});
