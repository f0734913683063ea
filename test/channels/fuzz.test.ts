import assert from 'node:assert/strict';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { errorCodes } from '../../src/core/index.ts';
import type { ErrorCode } from '../../src/core/index.ts';
import type { Visit } from '../support/wire-client.ts';
import { WireClient, api, join, until, visit } from '../support/wire-client.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? 150);

let world: WireWorld;
let control: WireClient;
let victim: Visit;
let pings = 0;

beforeAll(async () => {
  const limits = { visitorBurstMax: 1e9, framesBurstMax: 1e9, socketsPerVisitorMax: 1e6 };
  world = await wireWorld({ limits });
  control = await join(world.url, await visit(world.url));
  victim = await visit(world.url);
});
afterAll(async () => {
  control.stop();
  await world.stop();
});
/** Whatever was sent: another visitor's socket goes on, and nothing was logged as our own fault. */
afterEach(async () => {
  pings += 1;
  control.send({ t: 'ping', n: pings });
  await control.first('pong', ({ n }) => n === pings);
  assert.equal(control.closed, undefined);
  assert.deepEqual(world.logged, []);
});

const id = fc.constantFrom('c1', 'x-1', 'm:2');
const validFrame = () =>
  fc.oneof(
    fc.record({ t: fc.constant('hello'), v: fc.constant(1), token: fc.string() }),
    fc.record({
      t: fc.constant('sub'),
      conv: fc.constant<string>(victim.conv),
      after: fc.nat(),
      epoch: fc.string(),
    }),
    fc.record({
      t: fc.constant('send'),
      conv: fc.constant<string>(victim.conv),
      cid: fc.uuid(),
      text: fc.string({ unit: 'binary', maxLength: 200 }),
      choice: fc.record({ id, value: fc.string() }),
      form: fc.record({ id, fields: fc.dictionary(fc.string(), fc.string(), { maxKeys: 15 }) }),
    }),
    fc.record({
      t: fc.constant('send'),
      conv: fc.constant<string>(victim.conv),
      cid: fc.uuid(),
      text: fc.string(),
      files: fc.array(fc.oneof(id, fc.string()), { maxLength: 8 }),
    }),
    fc.record({
      t: fc.constant('rate'),
      conv: fc.constant<string>(victim.conv),
      cid: fc.uuid(),
      score: fc.oneof(fc.integer({ min: -1, max: 7 }), fc.double()),
      comment: fc.string({ unit: 'binary', maxLength: 1200 }),
    }),
    fc.record({
      t: fc.constant('read'),
      conv: fc.constant<string>(victim.conv),
      seq: fc.oneof(fc.nat(), fc.double()),
    }),
    fc.record({
      t: fc.constant('secret'),
      conv: fc.constant<string>(victim.conv),
      cid: id,
      form: id,
      code: fc.string(),
    }),
    fc.record({
      t: fc.constant('lang'),
      conv: fc.constant<string>(victim.conv),
      language: fc.string(),
    }),
    fc.record({
      t: fc.constant('typing'),
      conv: fc.constant<string>(victim.conv),
      on: fc.boolean(),
    }),
    fc.record({ t: fc.constantFrom('ping', 'pong'), n: fc.integer() }),
  );

const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  't',
  'conv',
  'seq',
  'then',
);
const hostileValue = fc.oneof(
  fc.jsonValue({ maxDepth: 6 }),
  fc.constantFrom(null, -1, 1e308, 2 ** 53, '', 'x'.repeat(5000), '\ud800', '\u0000', [], {}),
);

/** A valid frame with one to three keys changed, added or taken away. */
const mutated = () =>
  fc
    .tuple(
      validFrame(),
      fc.array(fc.tuple(fc.oneof(hostileKey, fc.string()), fc.option(hostileValue)), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.nat(),
    )
    .map(([frame, changes, which]) => {
      const entries = new Map<string, unknown>(Object.entries(frame));
      const keys = [...entries.keys()];
      for (const [key, value] of changes) {
        const target = which % 2 === 0 ? (keys[which % keys.length] ?? key) : key;
        if (value === null) entries.delete(target);
        else entries.set(target, value);
      }
      // Written by hand, so that `__proto__` is a key like any other.
      const body = [...entries].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
      return `{${body.join(',')}}`;
    });

const nested = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"t":'), fc.integer({ min: 1, max: 20_000 }))
  .map(([open, times]) => open.repeat(Math.min(times, Math.floor(60_000 / open.length))));

const payload = () =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 5 }),
    mutated(),
    validFrame().map((frame) => JSON.stringify(frame)),
    nested,
    fc.integer({ min: 60_000, max: 90_000 }).map((size) => JSON.stringify({ t: 'x'.repeat(size) })),
  );

/** What is wrong with how a socket was answered; nothing when it lives or was closed, each time with a code that blames the peer. */
async function faultsOf(client: WireClient): Promise<readonly string[]> {
  pings += 1;
  const n = pings;
  if (client.ws.readyState === client.ws.OPEN) client.send({ t: 'ping', n });
  await until(() => client.closed ?? client.all('pong').some((pong) => pong.n === n));
  const told = [...client.all('error'), ...client.all('refused')];
  return [
    ...told.map(({ code }) => code).filter((code) => !peerCodes.has(code)),
    ...told.map(({ message }) => message).filter((message) => stack.test(message)),
    ...(client.closed && !peerCloses.has(client.closed.code) ? [`${client.closed.code}`] : []),
  ];
}

const stack = /\bat .*:\d+:\d+|node_modules/;
const peerCodes: ReadonlySet<string> = new Set(
  Object.entries(errorCodes).flatMap(([code, { culprit }]) => (culprit === 'peer' ? code : [])),
);

/** Of the table where the peer is to blame, and what the framing itself closes with. */
const peerCloses: ReadonlySet<number> = new Set([
  ...Object.values(errorCodes).flatMap(({ close, culprit }) => (culprit === 'peer' ? close : [])),
  1002,
  1003,
  1006,
  1007,
  1009,
]);

test(
  'whatever a signed-in socket is sent, it gets a named error or a close code, and others go on',
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(payload(), { minLength: 1, maxLength: 8 }), async (payloads) => {
        const client = await join(world.url, victim);
        for (const bytes of payloads) client.raw(bytes);
        expect(await faultsOf(client)).toEqual([]);
        client.stop();
      }),
      { numRuns: runs },
    ),
  120_000,
);

test(
  'whatever a socket sends in place of hello, it gets a named error and is closed',
  () =>
    fc.assert(
      fc.asyncProperty(payload(), async (bytes) => {
        const client = await new WireClient(world.url).open();
        client.raw(bytes);
        await client.close();
        expect(await faultsOf(client)).toEqual([]);
      }),
      { numRuns: runs },
    ),
  120_000,
);

test(
  'raw bytes in place of web-socket frames end that socket alone',
  () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const answer = await tcp(
          `GET /api/chat/socket HTTP/1.1\r\nHost: 127.0.0.1:${world.port}\r\nOrigin: ${world.url}\r\n` +
            'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
          Buffer.from(bytes),
        );
        expect(answer).toMatch(/^HTTP\/1\.1 101 /);
      }),
      { numRuns: runs },
    ),
  120_000,
);

test(
  'raw bytes in place of a request, or of a handshake, get a 4xx or nothing, never a stack',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('', 'GET / HTTP/1.1\r\n', 'POST /api/chat/send HTTP/1.1\r\nHost: a\r\n'),
        fc.constantFrom(
          '',
          'Upgrade: websocket\r\nConnection: Upgrade\r\n',
          'Content-Length: -1\r\n',
        ),
        fc.uint8Array({ maxLength: 300 }),
        async (line, header, bytes) => {
          const answer = await tcp(line + header, Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));
          expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
          expect(answer).not.toMatch(stack);
        },
      ),
      { numRuns: runs },
    ),
  120_000,
);

/** Writes both parts, ends its side and gives what came back until the peer closed. */
function tcp(first: string, second: Buffer): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(world.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(answer));
  socket.write(first);
  socket.end(second);
  return promise;
}

test(
  'whatever is posted, the answer is below 500 and names what was wrong',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('session', 'send', 'secret', 'language', 'signout'),
        fc.oneof(mutated(), fc.json(), fc.string({ unit: 'binary' }), nested),
        fc.constantFrom('mine', 'none', 'made-up', '\u0001'.repeat(0)),
        async (path, body, who) => {
          const token = who === 'mine' ? victim.sessionToken : who;
          const reply = await api(world.url, `/api/chat/${path}`, {
            body: body === '' ? ' ' : body,
            ...(who !== 'none' && { token }),
          });
          expect(statusesOf(reply)).toContain(reply.status);
        },
      ),
      { numRuns: runs },
    ),
  120_000,
);

test(
  'whatever is asked for, the answer is below 500 and names what was wrong',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.oneof(fc.constantFrom('conv', 'after', 'epoch', 'before', 'waitMs'), fc.string()),
          fc.oneof(
            fc.constantFrom<string>(
              victim.conv,
              '-1',
              '1e9',
              'NaN',
              '9'.repeat(400),
              'x'.repeat(500),
            ),
            fc.string(),
          ),
        ),
        async (query) => {
          const params = new URLSearchParams({ conv: victim.conv, ...query, waitMs: '0' });
          const token = victim.sessionToken;
          const reply = await api(world.url, `/api/chat/events?${params.toString()}`, { token });
          expect(statusesOf(reply)).toContain(reply.status);
        },
      ),
      { numRuns: runs },
    ),
  120_000,
);

/** The statuses that fit the body: success for an answer, that of its code for a refusal which is the peer's fault. */
function statusesOf({ body }: { readonly body: unknown }): readonly number[] {
  const code = (body as { error?: { code?: string } } | null)?.error?.code;
  if (code === undefined) return [200];
  const fault = errorCodes[code as ErrorCode];
  return fault.culprit === 'peer' ? [fault.status] : [];
}

/** Each is a mistake that real peers and attackers make; one socket each. */
test.each<[string, string | Buffer]>([
  ['an empty frame', ''],
  ['JSON that is no object', '7'],
  ['null', 'null'],
  ['a list of frames', '[{"t":"ping","n":1}]'],
  ['a binary frame', Buffer.from('{"t":"ping","n":1}')],
  ['an unknown frame', '{"t":"admin"}'],
  ['a frame of the server', '{"t":"ack","conv":"c","cid":"x","seq":1,"dup":false}'],
  ['a second hello', '{"t":"hello","v":1,"token":"x"}'],
  ['a number beyond safe integers', '{"t":"ping","n":9007199254740993}'],
  ['a key too many', '{"t":"ping","n":1,"seq":3}'],
  ['deep nesting', '['.repeat(60_000)],
  ['a prototype', '{"t":"ping","n":1,"__proto__":{"t":"hello"}}'],
])('%s is named as a bad frame and survived', async (_name, bytes) => {
  const client = await join(world.url, victim);
  client.raw(bytes);
  expect((await client.first('error')).code).toBe('bad_frame');
  client.send({ t: 'ping', n: -5 });
  await client.first('pong', ({ n }) => n === -5);
  client.stop();
});

test('a hello of another version is closed with 4002, whatever else it holds', async () => {
  const client = await new WireClient(world.url).open();
  client.raw('{"t":"hello","v":2,"ticket":{"newer":true}}');
  expect(await client.close()).toEqual({ code: 4002, reason: 'unsupported_version' });
});

test('the fifth unreadable frame closes the socket with 4000', async () => {
  const client = await join(world.url, victim);
  for (let n = 0; n < 5; n += 1) client.raw('?');
  expect(await client.close()).toEqual({ code: 4000, reason: 'bad_frame' });
  expect(client.all('error')).toHaveLength(5);
});

test('half of a surrogate pair is stored as the replacement character, and a resend of it is a repeat', async () => {
  const session = await visit(world.url);
  const client = await join(world.url, session);
  const frame = `{"t":"send","conv":"${session.conv}","cid":"h1","text":"a\\ud83d"}`;
  client.raw(frame);
  client.raw(frame);
  await until(() => client.all('ack').length === 2);
  expect(client.all('ack').map(({ dup }) => dup)).toEqual([false, true]);
  expect((await client.sees(1))[0]).toMatchObject({ text: 'a\ufffd' });
  client.stop();
});
