import { afterEach, expect, test } from 'vitest';
import { deskWorld, testAgent } from '../support/desk-world.ts';

const ann = testAgent('Ann');

let world: Awaited<ReturnType<typeof deskWorld>>;
afterEach(() => world.close());

async function signedIn(options: Parameters<typeof deskWorld>[1] = {}) {
  world = await deskWorld([ann], options);
  const client = world.client();
  await client.signIn(ann);
  return client;
}

function begin(conv: string) {
  world.log.add(conv, [
    { type: 'conversation.started', channel: 'web', language: 'en', visitorId: 'v1' },
  ]);
}

const say = (conv: string, count: number) =>
  world.log.add(conv, [
    { type: 'message.received', cid: `m${count}`, text: `line ${count}` },
    { type: 'turn.taken', upTo: 0 },
  ]);

test('a watcher gets what was there and what comes, in order, without gap or repeat', async () => {
  const client = await signedIn();
  begin('c1');
  for (let count = 1; count <= 600; count += 1) say('c1', count);
  const socket = client.socket();
  await socket.until('welcome');
  socket.send({ t: 'watch', conv: 'c1', after: 0 });
  for (let count = 601; count <= 900; count += 1) {
    say('c1', count);
    if (count % 7 === 0) await new Promise(setImmediate);
  }
  await socket.until('events', ({ version }) => version === 1801);
  const lines = socket.heard.flatMap((frame) =>
    frame.t === 'events'
      ? frame.events.flatMap((event) => (event.type === 'customer' ? [event.text] : []))
      : [],
  );
  expect(lines).toEqual(Array.from({ length: 900 }, (_, index) => `line ${index + 1}`));
});

test('after a cut the watch goes on behind the last position', async () => {
  const client = await signedIn();
  begin('c1');
  say('c1', 1);
  const first = client.socket();
  await first.until('welcome');
  first.send({ t: 'watch', conv: 'c1', after: 0 });
  const { version } = await first.until('events', (frame) => frame.events.length > 0);
  first.close();
  await first.closed;
  for (let count = 2; count <= 150; count += 1) say('c1', count);
  const second = client.socket();
  await second.until('welcome');
  second.send({ t: 'watch', conv: 'c1', after: version });
  const caughtUp = await second.until('events', (frame) => frame.version === 301);
  expect(caughtUp.events.map((event) => event.type === 'customer' && event.text)).toEqual(
    Array.from({ length: 149 }, (_, index) => `line ${index + 2}`),
  );
});

test('a watcher learns at once who has the conversation', async () => {
  const client = await signedIn();
  begin('c1');
  const socket = client.socket();
  await socket.until('welcome');
  socket.send({ t: 'watch', conv: 'c1', after: 0 });
  await socket.until('events', ({ owner }) => owner === 'bot');
  await client.command('c1', { type: 'accept' });
  const frame = await socket.until('events', ({ owner }) => owner === 'agent');
  expect(frame).toMatchObject({ agentId: ann.agentId, agentName: 'Ann', closed: false });
});

test('lists are told of a few times a second however much happens', async () => {
  const client = await signedIn();
  begin('c1');
  const socket = client.socket();
  await socket.until('welcome');
  const startedMs = Date.now();
  let count = 0;
  while (Date.now() - startedMs < 700) {
    count += 1;
    say('c1', count);
    await new Promise(setImmediate);
  }
  const told = socket.heard.filter((frame) => frame.t === 'lists').length;
  expect(count).toBeGreaterThan(50);
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(4);
});

test('typing goes both ways, from agents only where they have the conversation', async () => {
  const client = await signedIn();
  begin('c1');
  const hints: unknown[] = [];
  world.bus.subscribe('c:c1', (hint) => hint.kind === 'typing' && hints.push(hint));
  const socket = client.socket();
  await socket.until('welcome');
  socket.send({ t: 'watch', conv: 'c1', after: 0 });
  await socket.until('events');
  socket.send({ t: 'typing', conv: 'c1', on: true });
  await client.command('c1', { type: 'accept' });
  await socket.until('events', ({ owner }) => owner === 'agent');
  expect(hints).toEqual([]);
  const conversationId = 'c1';
  world.bus.publish('c:c1', { kind: 'typing', conversationId, who: 'customer', on: true });
  expect(await socket.until('typing')).toEqual({ t: 'typing', conv: 'c1', on: true });
  socket.send({ t: 'typing', conv: 'c1', on: true });
  await expect
    .poll(() => hints)
    .toContainEqual({ kind: 'typing', conversationId, who: 'agent', name: 'Ann', on: true });
  socket.send({ t: 'unwatch' });
  await expect
    .poll(() => hints.at(-1))
    .toEqual({ kind: 'typing', conversationId, who: 'agent', name: 'Ann', on: false });
});

test('without a session the socket closes and says why; a foreign page gets no handshake', async () => {
  const client = await signedIn();
  const anonymous = world.client().socket();
  expect(await anonymous.closed).toEqual({ code: 4001, reason: 'not_signed_in' });
  const foreign = client.socket({ origin: 'https://evil.example' });
  expect((await foreign.closed).code).toBe(1006);
  const none = client.socket({});
  expect((await none.closed).code).toBe(1006);
});

test('signing out ends the sockets of the session at once', async () => {
  const client = await signedIn();
  const socket = client.socket();
  await socket.until('welcome');
  await client.post('/sign-out', {});
  expect(await socket.closed).toEqual({ code: 4001, reason: 'not_signed_in' });
});

test('who signs out counts as gone at once, with the grace that everyone has', async () => {
  const bo = testAgent('Bo');
  world = await deskWorld([ann, bo]);
  const [anns, bos] = [world.client(), world.client()];
  await Promise.all([anns.signIn(ann), bos.signIn(bo)]);
  const socket = anns.socket();
  await socket.until('welcome');
  const annOf = async () => {
    const { agents } = (await bos.get('/presence')).body as unknown as {
      agents: { agentId: string; status: string; why: string }[];
    };
    const found = agents.find(({ agentId }) => agentId === ann.agentId);
    return [found?.status, found?.why];
  };
  await expect.poll(annOf).toEqual(['available', 'chosen']);
  const signedOutAtMs = Date.now();
  await anns.post('/sign-out', {});
  await expect.poll(annOf).toEqual(['away', 'disconnected']);
  expect(Date.now() - signedOutAtMs).toBeLessThan(20_000);
});

test('a revoked session ends at the next heartbeat', async () => {
  // Long enough that a busy machine's answer to the ping still counts.
  const client = await signedIn({ heartbeatMs: 1500 });
  const socket = client.socket();
  await socket.until('ping');
  world.accounts.revokeAll();
  expect((await socket.closed).reason).toBe('not_signed_in');
});

test('a peer that answers nothing is let go', async () => {
  const client = await signedIn({ heartbeatMs: 30 });
  const socket = client.socket();
  socket.ignorePings();
  await socket.closed;
  expect(socket.heard.at(-1)).toMatchObject({ t: 'error', code: 'heartbeat_lost' });
});

test('a frame that cannot be read closes the socket with a named reason', async () => {
  const client = await signedIn();
  const frames = ['{', '[]', '{"t":"no"}', '{"t":"watch","conv":"!","after":0}', '"x"'];
  for (const frame of frames) {
    const socket = client.socket();
    await socket.until('welcome');
    socket.sendRaw(frame);
    expect(await socket.closed).toEqual({ code: 4000, reason: 'bad_frame' });
  }
  const large = client.socket();
  await large.until('welcome');
  large.sendRaw('x'.repeat(70_000));
  expect((await large.closed).code).toBe(1009);
});

test('an unknown conversation is said to be unknown and the socket stays', async () => {
  const client = await signedIn();
  const socket = client.socket();
  await socket.until('welcome');
  socket.send({ t: 'watch', conv: 'none', after: 0 });
  await socket.until('error', ({ code }) => code === 'not_found');
  begin('c1');
  socket.send({ t: 'watch', conv: 'c1', after: 0 });
  expect((await socket.until('events')).conv).toBe('c1');
});
