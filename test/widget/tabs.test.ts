import { expect, test } from 'vitest';
import { browserTabsFake } from '../support/browser-tabs.ts';
import {
  botSaid,
  clientWorld,
  memoryStorage,
  said,
  settle,
  welcome,
} from '../support/widget-ports.ts';

type World = ReturnType<typeof clientWorld>;

/** One browser; the first of its tabs gets the socket. */
function browser() {
  const shared = browserTabsFake();
  const storage = memoryStorage();
  const tabs: (World & { readonly freeze: (value: boolean) => void })[] = [];
  const open = async () => {
    const mine = shared.tab();
    const name = `tab${tabs.length}`;
    let ids = 0;
    const made = clientWorld({ storage, tabs: mine.tabs, newId: () => `${name}-${(ids += 1)}` });
    const opened = { ...made, freeze: (value: boolean) => mine.freeze(value) };
    tabs.push(opened);
    made.client.start();
    await settle();
    await settle();
    if (tabs.length === 1) level(made);
    await settle();
    return opened;
  };
  return { tabs, open };
}
/** The service answers the socket that was opened last. */
function level(made: World): void {
  made.last().events.open();
  made.last().tell(welcome());
}
const seqs = ({ client }: World) => client.state.transcript.events.map(({ seq }) => seq);
const events = (...list: ReturnType<typeof said>[]) =>
  ({ t: 'events', conv: 'c1', events: list }) as const;
const sockets = (tabs: readonly World[]) =>
  tabs.flatMap((tab) => tab.sockets.filter((socket) => !socket.isClosed()));

test('ten tabs of one visitor hold one socket, and all show what comes', async () => {
  const { tabs, open } = browser();
  const first = await open();
  for (let more = 0; more < 9; more += 1) await open();
  first.last().tell(events(said(1), botSaid(2)));
  await settle();
  expect(sockets(tabs)).toHaveLength(1);
  expect(tabs.map(({ client }) => client.state.phase)).toEqual(Array(10).fill('online'));
  expect(tabs.map(seqs)).toEqual(Array.from({ length: 10 }, () => [1, 2]));
});

test('a tab that is opened later is level with the others', async () => {
  const { open } = browser();
  const first = await open();
  first.last().tell(events(said(1), botSaid(2), botSaid(3)));
  first.last().tell({ t: 'place', conv: 'c1', place: 2 });
  const second = await open();
  expect(seqs(second)).toEqual([1, 2, 3]);
  expect(second.client.state).toMatchObject({ phase: 'online', place: { place: 2 } });
});

test('what is written in another tab goes by the one socket and is acknowledged there', async () => {
  const { open } = browser();
  const first = await open();
  const second = await open();
  second.client.send({ text: 'from the second' });
  second.client.send({ text: 'and again' });
  await settle();
  expect(first.last().frames.filter(({ t }) => t === 'send')).toMatchObject([
    { text: 'from the second' },
  ]);
  const [sent] = first.sent('send');
  if (sent?.t !== 'send') throw new Error('nothing was sent');
  first.last().tell({ t: 'ack', conv: 'c1', cid: sent.cid, seq: 1, dup: false });
  await settle();
  expect(first.sent('send')).toMatchObject([{ text: 'from the second' }, { text: 'and again' }]);
  first.last().tell(events(said(1, sent.cid)));
  await settle();
  expect(second.client.state.outgoing).toMatchObject([{ message: { text: 'and again' } }]);
  expect(seqs(first)).toEqual(seqs(second));
});

test('when the tab with the socket is closed another one takes over, and goes on from where it stood', async () => {
  const { tabs, open } = browser();
  const first = await open();
  const second = await open();
  const third = await open();
  first.last().tell(events(said(1), botSaid(2)));
  await settle();
  first.client.destroy();
  await settle();
  await settle();
  expect(sockets(tabs)).toHaveLength(1);
  level(second);
  expect(second.last().frames).toMatchObject([{ t: 'hello' }, { t: 'sub', after: 2, epoch: 'e1' }]);
  await settle();
  second.last().tell(events(botSaid(3)));
  await third.clock.pass(31_000);
  await settle();
  expect([second, third].map(seqs)).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('a message in flight when its leader is closed is sent again under its id', async () => {
  const { open } = browser();
  const first = await open();
  const second = await open();
  second.client.send({ text: 'hello' });
  await settle();
  const [before] = first.sent('send');
  first.client.destroy();
  await settle();
  await settle();
  level(second);
  expect(second.sent('send')).toEqual([before]);
});

test('a tab that the browser put to sleep with the socket is replaced', async () => {
  const { open } = browser();
  const first = await open();
  const second = await open();
  first.freeze(true);
  expect(second.sockets).toHaveLength(0);
  await second.clock.pass(20_000);
  await settle();
  expect(second.sockets).toHaveLength(1);
  first.freeze(false);
  level(second);
  await settle();
  expect(second.client.state.phase).toBe('online');
  expect(first.sockets.every((socket) => socket.isClosed())).toBe(true);
});

test('when the line goes down every tab knows, and when it is back every tab is level', async () => {
  const { tabs, open } = browser();
  const first = await open();
  await open();
  first.last().events.close(1006);
  await settle();
  expect(tabs.map(({ client }) => client.state.phase)).toEqual(['offline', 'offline']);
  await first.clock.pass(1_000);
  level(first);
  await settle();
  first.last().tell(events(said(1)));
  await settle();
  await settle();
  expect(tabs.map(({ client }) => client.state.phase)).toEqual(['online', 'online']);
  expect(tabs.map(seqs)).toEqual([[1], [1]]);
});
