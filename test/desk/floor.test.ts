import { afterEach, expect, test } from 'vitest';
import { floorWorld } from '../support/floor-world.ts';

let world: Awaited<ReturnType<typeof floorWorld>> | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

type World = Awaited<ReturnType<typeof floorWorld>>;
type Desk = Awaited<ReturnType<World['desk']>>;

async function opened(...given: Parameters<typeof floorWorld>): Promise<World> {
  world = await floorWorld(...given);
  return world;
}

async function present(floor: World, name: string) {
  const desk = await floor.desk(name);
  const socket = desk.socket();
  await socket.until('presence', ({ me }) => me.status === 'available');
  return { desk, socket };
}

interface Head {
  readonly state: string;
  readonly agentName: string | null;
  readonly sinceMs: number;
  readonly events: readonly { readonly type: string; readonly what?: string }[];
}

async function headOf(desk: Desk, conv: string): Promise<Head> {
  return (await desk.get(`/conversations/${conv}`)).body as unknown as Head;
}

async function whatsOf(desk: Desk, conv: string): Promise<readonly string[]> {
  const { events } = await headOf(desk, conv);
  return events.flatMap(({ what }) => (what?.startsWith('handoff.') ? [what] : []));
}

test('an offer reaches its agent with a deadline; declined or left alone it goes on to the next within seconds', async () => {
  const floor = await opened([{ name: 'Ana' }, { name: 'Bo' }]);
  const ana = await present(floor, 'Ana');
  const { conv } = await floor.customer('one');
  const first = await ana.socket.until('offers', ({ offers }) => offers.length > 0);
  expect(first.offers[0]).toMatchObject({ conv, priority: 'normal', queue: 'default' });
  expect(first.offers[0]?.untilMs).toBeGreaterThan(Date.now());
  expect(first.offers[0]?.preview).toContain('talk to a person');

  const bo = await present(floor, 'Bo');
  const declined = await ana.desk.command(conv, {
    type: 'decline',
    offerId: first.offers[0]?.offerId,
  });
  expect(declined.status).toBe(200);
  const declinedAtMs = Date.now();
  const second = await bo.socket.until('offers', ({ offers }) => offers.length > 0);
  expect(Date.now() - declinedAtMs).toBeLessThan(20_000);
  await ana.socket.until('offers', ({ offers }) => offers.length === 0);
  // An offer that is over cannot be declined by whom it was made to, nor by somebody else.
  const late = await ana.desk.command(conv, {
    type: 'decline',
    offerId: second.offers[0]?.offerId,
  });
  expect([late.status, late.body]).toMatchObject([409, { error: { code: 'conflict' } }]);

  // Bo lets it run out; Ana has declined, so it waits for somebody else, at its place.
  await expect
    .poll(async () => whatsOf(bo.desk, conv), { timeout: 60_000 })
    .toContain('handoff.offer_ended.expired');
  expect((await headOf(bo.desk, conv)).state).toBe('queued');
  const { conv: other } = await floor.customer('two');
  await expect
    .poll(async () => (await headOf(ana.desk, other)).state, { timeout: 60_000 })
    .toBe('offered');
  ana.socket.close();
  bo.socket.close();
}, 120_000);

test('capacity that becomes free is used at once, in the order of the queue', async () => {
  const floor = await opened([{ name: 'Ana', capacity: 1 }]);
  const { conv: first } = await floor.customer('one');
  const { conv: second } = await floor.customer('two');
  const { conv: third } = await floor.customer('three');
  const { desk, socket } = await present(floor, 'Ana');
  for (const [conv, next] of [
    [first, second],
    [second, third],
  ] as const) {
    const { offers } = await socket.until('offers', (frame) => frame.offers[0]?.conv === conv);
    expect(offers.map((offer) => offer.conv)).toEqual([conv]);
    await desk.command(conv, { type: 'accept', offerId: offers[0]?.offerId });
    expect((await headOf(desk, next)).state).toBe('queued');
    const freedAtMs = Date.now();
    await desk.command(conv, { type: 'close', disposition: 'resolved' });
    await socket.until('offers', (frame) => frame.offers[0]?.conv === next);
    expect(Date.now() - freedAtMs).toBeLessThan(20_000);
  }
  socket.close();
}, 120_000);

test('an agent who is gone keeps the conversation through the grace; beyond it the customer waits at the old place and is told, and the next agent gets it', async () => {
  const floor = await opened([{ name: 'Ana' }, { name: 'Bo' }]);
  const { client, conv } = await floor.customer('one');
  const ana = await present(floor, 'Ana');
  const { offers } = await ana.socket.until('offers', (frame) => frame.offers.length > 0);
  const queuedSince = offers[0]?.sinceMs;
  await ana.desk.command(conv, { type: 'accept' });
  // A page that is loaded anew loses nothing.
  ana.socket.close();
  await ana.socket.closed;
  const again = ana.desk.socket();
  await again.until('presence');
  expect((await headOf(ana.desk, conv)).state).toBe('agent');

  const bo = await present(floor, 'Bo');
  again.close();
  await again.closed;
  const goneAtMs = Date.now();
  const offered = await bo.socket.until('offers', (frame) => frame.offers[0]?.conv === conv);
  expect(Date.now() - goneAtMs).toBeGreaterThan(4000);
  expect(Date.now() - goneAtMs).toBeLessThan(40_000);
  expect(offered.offers[0]?.sinceMs).toBe(queuedSince);
  expect(await whatsOf(bo.desk, conv)).toContain('handoff.dropped.disconnected');
  await expect
    .poll(() => client.seen.flatMap((event) => (event.type === 'handoff' ? [event.state] : [])))
    .toEqual(['queued', 'accepted', 'queued']);
  bo.socket.close();
}, 120_000);

test('language and skills decide who is offered it, and who is away or serves another team is not', async () => {
  const floor = await opened([
    { name: 'Ana', languages: ['es'] },
    { name: 'Mei', languages: ['zh'] },
    { name: 'Ref', queues: ['refunds'] },
  ]);
  const ana = await present(floor, 'Ana');
  const mei = await present(floor, 'Mei');
  const ref = await present(floor, 'Ref');
  const { conv } = await floor.customer('one', '我要转人工客服');
  const { offers } = await mei.socket.until('offers', (frame) => frame.offers.length > 0);
  expect(offers[0]).toMatchObject({ conv, language: 'zh-CN' });
  // Away: whoever is left in the team will do, also in another language.
  await mei.desk.post('/presence', { status: 'away' });
  await mei.desk.command(conv, { type: 'decline', offerId: offers[0]?.offerId });
  await ana.socket.until('offers', (frame) => frame.offers[0]?.conv === conv);
  expect(ref.socket.heard.some((frame) => frame.t === 'offers' && frame.offers.length > 0)).toBe(
    false,
  );
  for (const { socket } of [ana, mei, ref]) socket.close();
}, 120_000);

test('a transfer goes to the colleague first, a team transfer to the team, both with the note; the customer is told that they wait', async () => {
  const floor = await opened([
    { name: 'Ana' },
    { name: 'Bo' },
    { name: 'Ref', queues: ['refunds'] },
  ]);
  const { client, conv } = await floor.customer('one');
  const ana = await present(floor, 'Ana');
  await ana.socket.until('offers', (frame) => frame.offers.length > 0);
  await ana.desk.command(conv, { type: 'accept' });
  const bo = await present(floor, 'Bo');
  const to = { agentId: floor.idOf('Bo') };
  const sent = await ana.desk.command(conv, { type: 'transfer', to, note: 'knows the shop' });
  expect(sent.status).toBe(200);
  await bo.socket.until('offers', (frame) => frame.offers[0]?.conv === conv);
  expect(await whatsOf(bo.desk, conv)).toContain('handoff.transferred.agent');
  const { events } = await headOf(bo.desk, conv);
  expect(JSON.stringify(events)).toContain('knows the shop');
  await bo.desk.command(conv, { type: 'accept' });

  const ref = await present(floor, 'Ref');
  await bo.desk.command(conv, { type: 'transfer', to: { queue: 'refunds' } });
  await ref.socket.until('offers', (frame) => frame.offers[0]?.queue === 'refunds');
  const nowhere = await bo.desk.command(conv, { type: 'transfer', to: { queue: 'nowhere' } });
  expect(nowhere.status).toBe(400);
  const states = () =>
    client.seen.flatMap((event) => (event.type === 'handoff' ? [event.state] : []));
  await expect.poll(states).toEqual(['queued', 'accepted', 'queued', 'accepted', 'queued']);
  expect(JSON.stringify(client.seen)).not.toContain('knows the shop');
  for (const { socket } of [ana, bo, ref]) socket.close();
}, 120_000);

test('a supervisor sees the teams, moves what waits, whispers and takes over; an agent may do none of it', async () => {
  const floor = await opened([
    { name: 'Ana' },
    { name: 'Bo' },
    { name: 'Sue', role: 'supervisor' },
  ]);
  const { conv } = await floor.customer('one');
  const sue = await floor.desk('Sue');
  const bo = await floor.desk('Bo');
  expect((await sue.get('/queues')).body).toMatchObject({
    queues: [
      { queue: 'default', name: 'Support', waiting: 1, normal: 1, available: 0 },
      { queue: 'refunds', waiting: 0, oldestSinceMs: null },
    ],
    staffed: true,
  });
  const move = { type: 'reroute', queue: 'refunds', priority: 'security' };
  expect((await bo.command(conv, move)).status).toBe(403);
  expect((await sue.command(conv, move)).status).toBe(200);
  expect((await sue.get('/queues')).body).toMatchObject({
    queues: [{ waiting: 0 }, { queue: 'refunds', waiting: 1, security: 1 }],
  });
  const ana = await present(floor, 'Ana');
  await ana.socket.until('offers', (frame) => frame.offers.length > 0);
  await ana.desk.command(conv, { type: 'accept' });
  ana.socket.send({ t: 'watch', conv, after: 0 });
  await sue.command(conv, { type: 'note', cid: 'w1', text: 'offer the voucher', whisper: true });
  const whispered = await ana.socket.until('events', ({ events }) =>
    events.some((event) => event.type === 'note' && event.whisper === true),
  );
  expect(whispered.state).toBe('agent');
  expect((await bo.command(conv, { type: 'take_over' })).status).toBe(403);
  expect((await sue.command(conv, { type: 'take_over' })).status).toBe(200);
  const told = await ana.socket.until('events', ({ agentName }) => agentName === 'Sue');
  expect(told.events).toContainEqual(
    expect.objectContaining({ what: 'handoff.taken_over', values: { agent: 'Sue', from: 'Ana' } }),
  );
  expect((await sue.get('/presence')).body).toMatchObject({
    agents: [
      { name: 'Ana', status: 'available', load: 0, capacity: 6 },
      { name: 'Bo', status: 'away', why: 'disconnected' },
      { name: 'Sue', load: 1 },
    ],
  });
  ana.socket.close();
}, 120_000);

test('who else looks at a conversation, and types, shows within a second and goes with them', async () => {
  const floor = await opened([{ name: 'Ana' }, { name: 'Bo' }]);
  const { conv } = await floor.customer('one');
  const ana = await present(floor, 'Ana');
  const bo = await present(floor, 'Bo');
  ana.socket.send({ t: 'watch', conv, after: 0 });
  await ana.socket.until('viewers', ({ viewers }) => viewers.length === 0);
  const lookedAtMs = Date.now();
  bo.socket.send({ t: 'watch', conv, after: 0 });
  const bos = { agentId: floor.idOf('Bo'), name: 'Bo' };
  await ana.socket.until('viewers', ({ viewers }) => viewers[0]?.name === 'Bo');
  expect(Date.now() - lookedAtMs).toBeLessThan(10_000);
  bo.socket.send({ t: 'typing', conv, on: true });
  await ana.socket.until('viewers', ({ viewers }) => viewers[0]?.typing === true);
  const answer = await bo.desk.command(conv, { type: 'say', cid: 's1', text: 'not mine' });
  expect(answer.status).toBe(409);
  const seen = ana.socket.heard.length;
  bo.socket.close();
  await expect
    .poll(() => ana.socket.heard.slice(seen).findLast((frame) => frame.t === 'viewers'))
    .toEqual({ t: 'viewers', conv, viewers: [] });
  expect(ana.socket.heard).toContainEqual({
    t: 'viewers',
    conv,
    viewers: [{ ...bos, typing: true }],
  });
  ana.socket.close();
}, 120_000);

test('how far each side has read reaches the other at once, and is there after both load anew', async () => {
  const floor = await opened([{ name: 'Ana' }]);
  const { client, conv } = await floor.customer('one');
  const { desk, socket } = await present(floor, 'Ana');
  await socket.until('offers', (frame) => frame.offers.length > 0);
  await desk.command(conv, { type: 'accept' });
  socket.send({ t: 'watch', conv, after: 0 });
  await desk.command(conv, { type: 'say', cid: 's1', text: 'Hello, this is Ana.' });
  const own = await socket.until('events', ({ events }) =>
    events.some((event) => event.type === 'agent'),
  );
  const said = own.events.findLast((event) => event.type === 'agent')?.seq ?? 0;
  expect(said).toBeGreaterThan(0);
  await expect.poll(() => client.seen.at(-1)?.seq).toBe(said);
  client.read(said);
  expect(await socket.until('read')).toEqual({ t: 'read', conv, seq: said });
  const reloaded = (await desk.get(`/conversations/${conv}`)).body as { readSeq?: number };
  expect(reloaded.readSeq).toBe(said);
  const again = desk.socket();
  await again.until('welcome');
  again.send({ t: 'watch', conv, after: 0 });
  expect((await again.until('read')).seq).toBe(said);
  // The other way round: the customer is told that the agent has the question on the screen, also when coming back.
  client.say('Where is my refund?');
  await expect.poll(() => client.agentRead).toBeGreaterThan(said);
  const asked = client.agentRead;
  client.reload();
  await expect.poll(() => client.agentRead, { timeout: 60_000 }).toBe(asked);
  // What is written while nobody looks is seen when the agent comes back to it, also when the page has loaded it before.
  for (const each of [socket, again]) {
    each.send({ t: 'watch', conv: 'another', after: 0 });
    await each.until('error', ({ code }) => code === 'not_found');
  }
  client.say('Are you still there?');
  const loaded = async () => {
    const { body } = await desk.get(`/conversations/${conv}`);
    return body as unknown as { version: number; events: readonly { text?: string }[] };
  };
  await expect
    .poll(async () => (await loaded()).events.some(({ text }) => text === 'Are you still there?'))
    .toBe(true);
  expect(client.agentRead).toBe(asked);
  socket.send({ t: 'watch', conv, after: (await loaded()).version });
  await expect.poll(() => client.agentRead).toBeGreaterThan(asked);
  socket.close();
  again.close();
}, 120_000);

test('what is put aside comes back when the customer writes, with its agent', async () => {
  const floor = await opened([{ name: 'Ana' }]);
  const { client, conv } = await floor.customer('one');
  const { desk, socket } = await present(floor, 'Ana');
  await socket.until('offers', (frame) => frame.offers.length > 0);
  await desk.command(conv, { type: 'accept' });
  const past = await desk.command(conv, { type: 'snooze', untilMs: Date.now() - 1 });
  expect(past.status).toBe(400);
  await desk.command(conv, { type: 'snooze', untilMs: Date.now() + 3_600_000 });
  expect((await desk.get('/conversations?list=snoozed')).body).toMatchObject({ rows: [{ conv }] });
  expect((await desk.get('/conversations?list=mine')).body).toMatchObject({ rows: [] });
  client.say('one more thing');
  await expect.poll(async () => (await headOf(desk, conv)).state).toBe('agent');
  expect(await whatsOf(desk, conv)).toContain('handoff.woken.customer');
  expect((await desk.get('/conversations?list=mine')).body).toMatchObject({
    rows: [{ conv, preview: 'one more thing', previewBy: 'customer' }],
  });
  // The bot has kept out of it.
  const bots = client.seen.filter((event) => event.type === 'message' && event.from === 'bot');
  const accepted = client.seen.findIndex(
    (event) => event.type === 'handoff' && event.state === 'accepted',
  );
  expect(bots.every((event) => client.seen.indexOf(event) < accepted)).toBe(true);
  socket.close();
}, 120_000);

test('closing without a disposition leaves a bounded time for it, which takes room; said, it ends', async () => {
  const floor = await opened([{ name: 'Ana', capacity: 1 }]);
  const { conv } = await floor.customer('one');
  const { conv: next } = await floor.customer('two');
  const { desk, socket } = await present(floor, 'Ana');
  await socket.until('offers', (frame) => frame.offers[0]?.conv === conv);
  await desk.command(conv, { type: 'accept' });
  await desk.command(conv, { type: 'close' });
  expect((await headOf(desk, conv)).state).toBe('wrap_up');
  expect((await headOf(desk, next)).state).toBe('queued');
  expect((await desk.get('/conversations?list=mine')).body).toMatchObject({ rows: [{ conv }] });
  const said = await desk.command(conv, {
    type: 'wrap_up',
    disposition: 'resolved',
    tags: ['fees'],
  });
  expect(said.status).toBe(200);
  expect((await headOf(desk, conv)).state).toBe('closed');
  await socket.until('offers', (frame) => frame.offers[0]?.conv === next);
  await desk.command(next, { type: 'accept' });
  await desk.command(next, { type: 'close' });
  await expect
    .poll(async () => whatsOf(desk, next), { timeout: 60_000 })
    .toContain('handoff.wrapped_up.time');
  socket.close();
}, 120_000);

test('out of hours a visitor without an account gets a number, keeps the place over leaving, and agents find the request by the number', async () => {
  const floor = await opened([{ name: 'Ana' }], { agents: { hours: [] } });
  const { client, conv } = await floor.customer('one');
  const words = () => JSON.stringify(client.seen);
  await expect.poll(words).toMatch(/C_[0-9A-F]{8}/);
  const number = /C_[0-9A-F]{8}/.exec(words())?.[0] ?? '';
  client.stop();
  const ana = await floor.desk('Ana');
  expect((await ana.get('/queues')).body).toMatchObject({ staffed: false, nextOpeningMs: null });
  const found = await ana.get(`/search?q=${number}`);
  expect([found.status, JSON.stringify(found.body)]).toEqual([200, expect.stringContaining(conv)]);
  expect((await headOf(ana, conv)).state).toBe('queued');
  // Whoever works late may still take it.
  const socket = ana.socket();
  await socket.until('offers', ({ offers }) => offers[0]?.conv === conv);
  socket.close();
}, 120_000);

test('within the hours with nobody there a visitor is told so, gets a number and keeps the place; whoever signs in is offered it', async () => {
  const floor = await opened([{ name: 'Ana' }]);
  const { client, conv } = await floor.customer('one');
  const words = () => JSON.stringify(client.seen);
  await expect.poll(words).toMatch(/C_[0-9A-F]{8}/);
  // The words of the hours would be wrong: it is their time.
  expect(words()).not.toMatch(/nobody is on duty/i);
  const ana = await present(floor, 'Ana');
  const { offers } = await ana.socket.until('offers', (frame) => frame.offers.length > 0);
  expect(offers[0]?.conv).toBe(conv);
  expect((await headOf(ana.desk, conv)).sinceMs).toBe(offers[0]?.sinceMs);
  // Loading the page anew is not going away: whoever asks now is told that somebody comes.
  ana.socket.close();
  const other = await floor.customer('two');
  await expect.poll(() => other.client.seen.length, { timeout: 20_000 }).toBeGreaterThan(1);
  const said = async () => {
    const { events } = await headOf(ana.desk, other.conv);
    return events.filter(({ type }) => type === 'bot').map((event) => JSON.stringify(event));
  };
  await expect.poll(async () => (await said()).join(), { timeout: 20_000 }).toMatch(/colleague/i);
  expect((await said()).join()).not.toMatch(/C_[0-9A-F]{8}/);
}, 120_000);
