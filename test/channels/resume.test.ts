import { expect, test } from 'vitest';
import { resumePoint } from '../../src/channels/web/resume.ts';
import { api, join, until, visit } from '../support/wire-client.ts';
import { parseEventsReply } from '../support/wire-schemas.ts';
import { wireWorld } from '../support/wire-world.ts';

const limits = { resumeEventsMax: 500, resetTailLength: 50 };
const at = (after: number, epoch: string, seq: number) =>
  resumePoint({ after, epoch }, { seq, epoch: 'e1' }, limits);

test.each([
  ['nothing seen yet', at(0, '', 10), { reset: false, after: 0 }],
  ['an empty conversation', at(0, '', 0), { reset: false, after: 0 }],
  ['level', at(10, 'e1', 10), { reset: false, after: 10 }],
  ['behind by as much as is caught up with', at(7, 'e1', 507), { reset: false, after: 7 }],
  ['one more than that', at(7, 'e1', 508), { reset: true, after: 458 }],
  ['nothing seen of a long conversation', at(0, '', 501), { reset: true, after: 451 }],
  ['another store', at(5, 'e0', 10), { reset: true, after: 0 }],
  ['another store, nothing seen there', at(0, 'e0', 3), { reset: true, after: 0 }],
  ['beyond the head: a backup was restored', at(11, 'e1', 10), { reset: true, after: 0 }],
  ['a number without a store', at(5, '', 10), { reset: true, after: 0 }],
])('%s', (_name, point, expected) => {
  expect(point).toEqual(expected);
});

test('a socket too far behind, or of another store, is reset to the last events and goes on live', async () => {
  const world = await wireWorld({ limits: { resumeEventsMax: 20, resetTailLength: 5 } });
  const session = await visit(world.url);
  for (let n = 1; n <= 30; n += 1) await world.agentSays(session.conv, `line ${n}`);
  const { conv } = session;
  const client = await join(world.url, session, false);

  client.send({ t: 'sub', conv, after: 2, epoch: world.store.epoch });
  const tooFar = await client.first('reset');
  expect(tooFar).toMatchObject({ from: 26, epoch: world.store.epoch });
  expect(tooFar.events.map(({ seq }) => seq)).toEqual([26, 27, 28, 29, 30]);
  await world.agentSays(conv, 'live');
  expect((await client.sees(31)).map(({ seq }) => seq)).toEqual([26, 27, 28, 29, 30, 31]);

  client.send({ t: 'sub', conv, after: 31, epoch: 'another' });
  await until(() => client.all('reset').length === 2);
  expect(client.seqs).toEqual([27, 28, 29, 30, 31]);
  client.stop();
  await world.stop();
});

test('a second sub takes the place of the first: a gap is filled once and nothing comes twice', async () => {
  const world = await wireWorld();
  const session = await visit(world.url);
  const { conv } = session;
  for (let n = 1; n <= 6; n += 1) await world.agentSays(conv, `line ${n}`);
  const client = await join(world.url, session);
  await client.sees(6);
  client.send({ t: 'sub', conv, after: 3, epoch: world.store.epoch });
  await until(() => client.seqs.length === 9);
  await world.agentSays(conv, 'live');
  await client.sees(7);
  expect(client.seqs).toEqual([1, 2, 3, 4, 5, 6, 4, 5, 6, 7]);
  client.stop();
  await world.stop();
});

test('long pages are cut into frames of bounded size, also behind a reset', async () => {
  const world = await wireWorld({ limits: { resumeEventsMax: 30, resetTailLength: 30 } });
  const session = await visit(world.url);
  for (let n = 0; n < 40; n += 1) await world.agentSays(session.conv, '界'.repeat(4000));
  const client = await join(world.url, session);
  await client.sees(40);
  expect(client.seqs).toEqual(Array.from({ length: 30 }, (_, n) => n + 11));
  const sizes = client.frames.map((frame) => Buffer.byteLength(JSON.stringify(frame)));
  expect(Math.max(...sizes)).toBeLessThan(70_000);
  client.stop();
  await world.stop();
});

test('any mix of long polls and paging back gives the whole conversation without gap or repeat', async () => {
  const world = await wireWorld({ limits: { pageLength: 7, resumeEventsMax: 1000 } });
  const session = await visit(world.url);
  const { conv, sessionToken: token } = session;
  for (let n = 1; n <= 60; n += 1) await world.agentSays(conv, `line ${n}`);
  const read = async (query: string) =>
    parseEventsReply(
      (await api(world.url, `/api/chat/events?conv=${conv}&${query}`, { token })).body,
    );
  const seqs: number[] = [];
  for (let after = 0; after < 60; after = seqs.at(-1) ?? 60) {
    const page = await read(`after=${after}&epoch=${after ? world.store.epoch : ''}`);
    expect(page).toMatchObject({ reset: false, from: after + 1 });
    seqs.push(...page.events.map(({ seq }) => seq));
  }
  expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  const older = await read('before=56');
  expect(older.from).toBe(6);
  expect(older.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 6));
  expect((await read('before=1')).events).toEqual([]);
  expect((await read('before=4')).events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  await world.stop();
});
