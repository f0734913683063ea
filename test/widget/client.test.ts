import { beforeAll, expect, test } from 'vitest';
import { outboxLengthMax } from '../../web-widget/src/chat/outbox.ts';
import {
  botSaid,
  clientWorld,
  memoryStorage,
  said,
  session,
  settle,
  welcome,
} from '../support/widget-ports.ts';

// Fetched on demand by the client; here it must be at hand, since no real time passes.
beforeAll(() => import('../../web-widget/src/chat/poll-link.ts'));

/** A client that is connected and level with the service. */
async function online(options: Parameters<typeof clientWorld>[0] = {}) {
  const made = clientWorld(options);
  made.client.start();
  await settle();
  made.last().events.open();
  made.last().tell(welcome());
  return made;
}
const events = (...list: ReturnType<typeof said>[]) =>
  ({ t: 'events', conv: 'c1', events: list }) as const;
const ack = (cid: string, seq: number, dup = false) =>
  ({ t: 'ack', conv: 'c1', cid, seq, dup }) as const;
const seqs = ({ client }: Awaited<ReturnType<typeof online>>) =>
  client.state.transcript.events.map(({ seq }) => seq);

test('says hello with the session token and subscribes from where it stands', async () => {
  const { last, client } = await online();
  expect(last().frames).toEqual([
    { t: 'hello', v: 1, token: 's1' },
    { t: 'sub', conv: 'c1', after: 0, epoch: '' },
  ]);
  expect(client.state.phase).toBe('online');
});

test('shows each event once and in order, whatever comes twice', async () => {
  const made = await online();
  made.last().tell(events(said(1), said(2)), events(said(2), botSaid(3)), events(said(1)));
  expect(seqs(made)).toEqual([1, 2, 3]);
});

test('a hole in the numbers asks again from the last one, once', async () => {
  const made = await online();
  made.last().tell(events(said(1)), events(said(4)), events(said(5)));
  expect(seqs(made)).toEqual([1]);
  expect(made.sent('sub').slice(1)).toEqual([{ t: 'sub', conv: 'c1', after: 1, epoch: 'e1' }]);
  made.last().tell(events(said(2), said(3), said(4), said(5)));
  expect(seqs(made)).toEqual([1, 2, 3, 4, 5]);
});

test('a reset takes the place of what was held', async () => {
  const made = await online();
  made.last().tell(events(said(1), said(2)));
  made.last().tell({ t: 'reset', conv: 'c1', epoch: 'e2', from: 7, events: [said(7), said(8)] });
  expect(seqs(made)).toEqual([7, 8]);
  expect(made.client.state.transcript).toMatchObject({ epoch: 'e2', from: 7, last: 8 });
});

test('sends one message at a time, in order, and each again under its id until it is acknowledged', async () => {
  const made = await online();
  made.client.send({ text: 'first' });
  made.client.send({ text: 'second' });
  expect(made.sent('send')).toMatchObject([{ cid: 'id-1', text: 'first' }]);
  made.last().events.close(1006);
  expect(made.client.state.phase).toBe('offline');
  await made.clock.pass(1_000);
  made.last().events.open();
  made.last().tell(welcome());
  expect(made.last().frames.at(-1)).toMatchObject({ t: 'send', cid: 'id-1' });
  made.last().tell(ack('id-1', 1, true));
  expect(made.last().frames.at(-1)).toMatchObject({ t: 'send', cid: 'id-2' });
  made.last().tell(ack('id-2', 2), events(said(1, 'id-1'), said(2, 'id-2')));
  expect(made.client.state.outgoing).toEqual([]);
  expect(made.storage.keys()).toEqual(['kefu.visitor']);
});

test('an unsent message survives a reload and is sent under the same id', async () => {
  const storage = memoryStorage();
  const first = clientWorld({ storage });
  first.client.send({ text: 'written offline' });
  const second = await online({ storage });
  expect(second.sent('send')).toMatchObject([{ cid: 'id-1', text: 'written offline' }]);
});

test('an acknowledged message stays in sight until its event comes, and then is there once', async () => {
  const made = await online();
  made.client.send({ text: 'hi' });
  made.last().tell(ack('id-1', 1));
  expect(made.client.state.outgoing).toMatchObject([{ state: 'sent' }]);
  made.last().tell(events(said(1, 'id-1')));
  expect(made.client.state.outgoing).toEqual([]);
  expect(seqs(made)).toEqual([1]);
});

test('a message that may be tried again waits and keeps its place; one refused for good lets the next go', async () => {
  const made = await online();
  made.client.send({ text: 'a' });
  made.client.send({ text: 'b' });
  const refused = { t: 'refused', conv: 'c1', cid: 'id-1', message: '' } as const;
  made.last().tell({ ...refused, code: 'rate_limited', again: true });
  expect(made.sent('send')).toHaveLength(1);
  await made.clock.pass(2_000);
  expect(made.sent('send')).toMatchObject([{ cid: 'id-1' }, { cid: 'id-1' }]);
  made.last().tell({ ...refused, code: 'cid_conflict', again: false });
  expect(made.sent('send').at(-1)).toMatchObject({ cid: 'id-2' });
  expect(made.client.state.outgoing[0]).toMatchObject({ state: 'failed', code: 'cid_conflict' });
  made.last().tell(ack('id-2', 1), events(said(1, 'id-2')));
  made.client.retry('id-1');
  expect(made.sent('send').at(-1)).toMatchObject({ cid: 'id-3', text: 'a' });
});

test('a failed message that is tried again while no more can wait stays where it is', async () => {
  const made = await online();
  made.client.send({ text: 'kept' });
  const refused = { t: 'refused', conv: 'c1', cid: 'id-1', message: '' } as const;
  made.last().tell({ ...refused, code: 'too_large', again: false });
  for (let n = 0; n < outboxLengthMax; n += 1) made.client.send({ text: `later ${n}` });
  made.client.retry('id-1');
  const failed = () => made.client.state.outgoing.filter(({ state }) => state === 'failed');
  expect(failed()).toMatchObject([{ message: { text: 'kept' } }]);
  made.last().tell(ack('id-2', 1));
  made.client.retry('id-1');
  expect(failed()).toEqual([]);
  expect(made.client.state.outgoing.at(-1)).toMatchObject({ message: { text: 'kept' } });
});

test('a server that has fallen silent is given up within 30 s and found again', async () => {
  const made = await online();
  made.last().tell(events(said(1)));
  await made.clock.pass(12_000);
  expect(made.sent('ping')).toHaveLength(1);
  expect(made.client.state.phase).toBe('online');
  await made.clock.pass(18_000);
  expect(made.sockets).toHaveLength(2);
  made.last().events.open();
  made.last().tell(welcome());
  expect(made.last().frames.at(-1)).toEqual({ t: 'sub', conv: 'c1', after: 1, epoch: 'e1' });
});

test('a server that answers pings is kept', async () => {
  const made = await online();
  for (let round = 0; round < 10; round += 1) {
    await made.clock.pass(12_000);
    for (const frame of made.last().frames.splice(0)) {
      if (frame.t === 'ping') made.last().tell({ t: 'pong', n: frame.n });
    }
  }
  expect(made.sockets).toHaveLength(1);
});

test('answers the pings of the server', async () => {
  const made = await online();
  made.last().tell({ t: 'ping', n: 7 });
  expect(made.last().frames.at(-1)).toEqual({ t: 'pong', n: 7 });
});

test('a message without an acknowledgement within 10 s means a new connection', async () => {
  const made = await online();
  made.client.send({ text: 'hello?' });
  for (let second = 0; second < 11; second += 1) {
    await made.clock.pass(1_000);
    if (made.sockets.length === 1) made.last().tell({ t: 'ping', n: second });
  }
  expect(made.sockets).toHaveLength(2);
});

test('waits longer after each failure, up to 30 s, and not at all when the page wakes up', async () => {
  const made = clientWorld({ random: () => 1 });
  made.world.answer = () => ({ status: 0, body: undefined });
  made.client.start();
  await settle();
  const gaps: number[] = [];
  for (let tries = 1; tries < 9; tries += 1) {
    const from = made.clock.now();
    while (made.requests.length === tries) await made.clock.pass(100);
    gaps.push(made.clock.now() - from);
  }
  expect(gaps).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  made.client.wake();
  await settle();
  expect(made.requests).toHaveLength(10);
});

test('writing during a long wait tries at once, but not at every word', async () => {
  const made = clientWorld({ random: () => 1 });
  made.world.answer = () => ({ status: 0, body: undefined });
  made.client.start();
  await settle();
  await made.clock.pass(20_000);
  const before = made.requests.length;
  for (const text of ['hello', 'anybody', 'there']) made.client.send({ text });
  await settle();
  expect(made.requests).toHaveLength(before + 1);
});

test('a session that ran out is renewed at once with the visitor token, and the conversation goes on', async () => {
  const made = await online();
  made.last().tell(events(said(1)));
  made.last().tell({ t: 'error', code: 'token_expired', message: '' });
  made.last().events.close(4001);
  await settle();
  expect(made.requests.at(-1)).toMatchObject({ body: { visitorToken: 'v1' } });
  made.last().events.open();
  made.last().tell(welcome());
  expect(made.last().frames.at(-1)).toMatchObject({ t: 'sub', after: 1 });
});

test('a visitor token that ran out begins a new visitor instead of failing for ever', async () => {
  const storage = memoryStorage();
  storage.set('kefu.visitor', JSON.stringify({ token: 'old', customer: false }));
  const made = clientWorld({ storage });
  made.world.answer = ({ body }) =>
    JSON.stringify(body).includes('old')
      ? { status: 401, body: { error: { code: 'token_expired', message: '' } } }
      : { status: 200, body: session };
  made.client.start();
  await settle();
  expect(made.sockets).toHaveLength(1);
  expect(storage.get('kefu.visitor')).toContain('v1');
});

test('where no socket opens twice, requests carry the conversation both ways', async () => {
  const made = clientWorld();
  const told: ReturnType<typeof said>[][] = [[said(1)], [said(2, 'id-1')]];
  made.world.answer = ({ url, method }) => {
    if (url.endsWith('/session')) return { status: 200, body: session };
    if (url.endsWith('/send')) return { status: 200, body: { seq: 2, dup: false } };
    expect(method).toBe('GET');
    if (url.includes('waitMs=0')) {
      return { status: 200, body: { epoch: 'e1', reset: false, from: 1, events: [] } };
    }
    const page = told.shift();
    if (!page) return new Promise(() => {});
    return { status: 200, body: { epoch: 'e1', reset: false, from: 1, events: page } };
  };
  made.client.start();
  await settle();
  made.last().events.close(1006);
  await made.clock.pass(30_000);
  made.last().events.close(1006);
  await made.clock.pass(30_000);
  made.client.send({ text: 'over http' });
  await settle();
  expect(made.sockets).toHaveLength(2);
  expect(made.requests.find(({ url }) => url.endsWith('/send'))?.body).toEqual({
    conv: 'c1',
    cid: 'id-1',
    text: 'over http',
  });
  expect(made.client.state).toMatchObject({ phase: 'online', outgoing: [] });
  expect(seqs(made)).toEqual([1, 2]);
});

test('a one-time code is sent once as a secret and is nowhere in storage or in sight', async () => {
  const made = await online();
  made.client.sendSecret('f1', '123456');
  expect(made.sent('secret')).toEqual([
    { t: 'secret', conv: 'c1', cid: 'id-1', form: 'f1', code: '123456' },
  ]);
  expect(made.client.state.secret).toEqual({ form: 'f1', state: 'checking' });
  const stored = made.storage.keys().map((key) => made.storage.get(key));
  expect(JSON.stringify([stored, made.client.state])).not.toContain('123456');
  made.last().tell(ack('id-1', 1));
  expect(made.client.state.secret).toBeUndefined();
});

test('logging out leaves nothing of the person behind', async () => {
  const made = await online();
  made.last().tell(events(said(1)));
  made.client.send({ text: 'unsent secret wish' });
  await made.client.logout();
  await settle();
  expect(made.requests.some(({ url }) => url.endsWith('/signout'))).toBe(true);
  expect(made.client.state.transcript.events).toEqual([]);
  expect(made.client.state.outgoing).toEqual([]);
  expect(made.storage.keys().filter((key) => key.startsWith('kefu.out.'))).toEqual([]);
});

test('another customer on the same browser starts from nothing', async () => {
  const made = await online();
  made.world.answer = () => ({
    status: 200,
    body: { ...session, conv: 'c2', visitorToken: 'v2', customer: true },
  });
  made.last().tell(events(said(1)));
  made.client.identify('token-a');
  await settle();
  expect(made.requests.at(-1)?.body).toMatchObject({ userToken: 'token-a', visitorToken: 'v1' });
  expect(made.client.state.transcript.events).toEqual([]);
  made.client.send({ text: 'of a' });
  made.client.identify('token-b');
  await settle();
  expect(made.requests.at(-1)?.body).toEqual({ userToken: 'token-b' });
  expect(made.client.state.outgoing).toEqual([]);
});

test('another tab that renews the session disturbs nothing; one that signs somebody else in ends this one', async () => {
  const made = await online();
  made.last().tell(events(said(1)));
  made.client.send({ text: 'unsent' });
  const keep = (kept: object) => made.storage.set('kefu.visitor', JSON.stringify(kept));
  keep({ token: 'v1 renewed', customer: false, conv: 'c1' });
  made.client.visitorChanged();
  await settle();
  expect(made.sockets).toHaveLength(1);
  expect(made.client.state.outgoing).toHaveLength(1);
  keep({ token: 'v2', customer: true, conv: 'c2' });
  made.world.answer = () => ({ status: 200, body: { ...session, conv: 'c2', customer: true } });
  made.client.visitorChanged();
  await settle();
  expect(made.requests.at(-1)?.body).toMatchObject({ visitorToken: 'v2' });
  expect(made.client.state).toMatchObject({ conv: 'c2', outgoing: [], transcript: { events: [] } });
});

test('a refused user token is told to the host, and the chat goes on without it', async () => {
  const made = clientWorld();
  made.world.answer = ({ body }) =>
    JSON.stringify(body).includes('stale')
      ? { status: 401, body: { error: { code: 'token_expired', message: '' } } }
      : { status: 200, body: session };
  made.client.identify('stale');
  made.client.start();
  await settle();
  expect(made.refusals).toEqual(['token_expired']);
  expect(made.sockets).toHaveLength(1);
});

test('the language that was picked while the line was down is told when it is up', async () => {
  const made = clientWorld();
  made.client.start();
  await settle();
  made.client.setLanguage('zh-CN');
  made.last().events.open();
  made.last().tell(welcome());
  expect(made.sent('lang')).toEqual([{ t: 'lang', conv: 'c1', language: 'zh-CN' }]);
});

test('the place in the line is shown until somebody comes', async () => {
  const made = await online();
  made.last().tell(events({ type: 'handoff', seq: 1, atMs: 1, state: 'queued' }));
  made.last().tell({ t: 'place', conv: 'c1', place: 3 });
  expect(made.client.state.place).toEqual({ place: 3 });
  made
    .last()
    .tell(events({ type: 'handoff', seq: 2, atMs: 2, state: 'accepted', agentName: 'Ana' }));
  expect(made.client.state.place).toBeUndefined();
});

test('typing is told at most every three seconds and fades when the other side goes silent', async () => {
  const made = await online();
  for (let key = 0; key < 5; key += 1) made.client.typing(true);
  expect(made.sent('typing')).toHaveLength(1);
  made.last().tell({ t: 'typing', conv: 'c1', who: 'agent', name: 'Ana', on: true });
  expect(made.client.state.typing).toEqual({ who: 'agent', name: 'Ana' });
  await made.clock.pass(8_000);
  expect(made.client.state.typing).toBeUndefined();
});

test('only what comes live counts as news, not the history', async () => {
  const made = await online();
  made.last().tell(events(botSaid(1), botSaid(2)));
  made.last().tell(events(botSaid(3)));
  expect(made.arrived.map(({ seq }) => seq)).toEqual([3]);
});

test('rubbish from the network is passed over', async () => {
  const made = await online();
  for (const text of ['', '{', 'null', '[]', '{"t":1}', '{"t":"new_kind"}']) {
    made.last().events.message(text);
  }
  expect(made.client.state.phase).toBe('online');
});
