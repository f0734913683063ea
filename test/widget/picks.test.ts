import { beforeEach, expect, test } from 'vitest';
import { createPicks } from '../../web-widget/src/chat/picks.ts';
import type { PicksShown } from '../../web-widget/src/chat/picks.ts';
import type { HttpReply, Upload } from '../../web-widget/src/chat/ports.ts';
import { createUploads } from '../../web-widget/src/chat/uploads.ts';
import { settle } from '../support/widget-ports.ts';

/** A person who picks files and presses Enter; the part that uploads, and each upload, end only when the test says so. */
function pickWorld() {
  const uploads: { readonly upload: Upload; readonly end: (reply: HttpReply) => void }[] = [];
  const arrival = Promise.withResolvers<void>();
  const sent: (readonly string[])[] = [];
  let shown: PicksShown = { picked: [], hold: undefined };
  let ids = 0;
  let conv = 'c1';
  const picks = createPicks({
    newId: () => `early-${(ids += 1)}`,
    async bring(changed) {
      await arrival.promise;
      return createUploads({
        server: 'http://kefu.test',
        newId: () => `pick-${(ids += 1)}`,
        conv: () => conv,
        token: () => 'token',
        freshToken: () => Promise.resolve(undefined),
        limits: () => ({ bytesMax: 1_000, perMessageMax: 5 }),
        upload: (upload) => {
          const { promise, resolve } = Promise.withResolvers<HttpReply>();
          uploads.push({ upload, end: resolve });
          return promise;
        },
        changed,
      });
    },
    changed: (now) => {
      shown = now;
    },
    ready: () => void sent.push(picks.take().map(({ id }) => id)),
  });
  return {
    picks,
    sent,
    uploads,
    shown: () => shown,
    arrive: async () => {
      arrival.resolve();
      await settle();
    },
    move(to: string) {
      conv = to;
      picks.moved();
    },
    async end(at: number, ok = true) {
      const one = uploads[at];
      if (!one) throw new Error(`upload ${at} was not begun`);
      const file = { id: `f${at}`, name: 'a.png', type: 'image/png', bytes: 1 };
      one.end(ok ? { status: 201, body: { file } } : { status: 0, body: undefined });
      await settle();
    },
    enter() {
      if (picks.settled()) sent.push(picks.take().map(({ id }) => id));
    },
  };
}

const file = (name = 'a.png', bytes = 10) => new File([new Uint8Array(bytes)], name);

let world: ReturnType<typeof pickWorld>;
beforeEach(() => {
  world = pickWorld();
});

test('a message without files goes at once', () => {
  world.enter();
  expect(world.sent).toEqual([[]]);
  expect(world.shown().hold).toBeUndefined();
});

test('Enter before the part that uploads has come is kept until every file is up', async () => {
  world.picks.attach([file('a.png')]);
  world.picks.attach([file('b.png')]);
  expect(world.shown().picked.map(({ name, state }) => [name, state])).toEqual([
    ['a.png', 'going'],
    ['b.png', 'going'],
  ]);
  world.enter();
  expect(world.shown().hold).toBe('waits');
  await world.arrive();
  expect(world.uploads).toHaveLength(2);
  await world.end(1);
  expect(world.sent).toEqual([]);
  await world.end(0);
  expect(world.sent).toEqual([['f0', 'f1']]);
  expect(world.shown()).toEqual({ picked: [], hold: undefined });
});

test('Enter during an upload sends once, and by itself, when it is done', async () => {
  await world.arrive();
  world.picks.attach([file()]);
  await settle();
  world.enter();
  world.enter();
  expect(world.sent).toEqual([]);
  await world.end(0);
  expect(world.sent).toEqual([['f0']]);
});

test('a file that is picked while the message waits goes with it', async () => {
  await world.arrive();
  world.picks.attach([file()]);
  await settle();
  world.enter();
  world.picks.attach([file('late.png')]);
  await world.end(0);
  expect(world.sent).toEqual([]);
  await world.end(1);
  expect(world.sent).toEqual([['f0', 'f1']]);
});

test('who goes on writing, or takes out the last file, has not sent', async () => {
  await world.arrive();
  world.picks.attach([file()]);
  await settle();
  world.enter();
  world.picks.takeBack();
  expect(world.shown().hold).toBeUndefined();
  await world.end(0);
  expect(world.sent).toEqual([]);
  world.enter();
  expect(world.sent).toEqual([['f0']]);

  world.picks.attach([file()]);
  await settle();
  world.enter();
  expect(world.shown().hold).toBe('waits');
  world.picks.remove(world.shown().picked[0]?.key ?? '');
  expect(world.shown()).toEqual({ picked: [], hold: undefined });
  expect(world.sent).toEqual([['f0']]);
});

test('with one of several files taken out the message goes with the others', async () => {
  await world.arrive();
  world.picks.attach([file('a.png'), file('b.png')]);
  await settle();
  world.enter();
  await world.end(0);
  world.picks.remove(world.shown().picked[1]?.key ?? '');
  expect(world.sent).toEqual([['f0']]);
});

test('a file that fails keeps the whole message and says so, until it is tried again or taken out', async () => {
  await world.arrive();
  world.picks.attach([file('a.png'), file('b.png')]);
  await settle();
  world.enter();
  await world.end(1, false);
  expect(world.shown().hold).toBe('failed');
  await world.end(0);
  expect(world.sent).toEqual([]);
  expect(world.shown().picked.map(({ state }) => state)).toEqual(['ready', 'failed']);
  world.enter();
  expect(world.sent).toEqual([]);

  world.picks.retry(world.shown().picked[1]?.key ?? '');
  expect(world.shown().hold).toBeUndefined();
  world.enter();
  expect(world.shown().hold).toBe('waits');
  await world.end(2);
  expect(world.sent).toEqual([['f0', 'f2']]);
});

test('a file of a wrong kind keeps a message that is entered afterwards, until it is taken out', async () => {
  await world.arrive();
  world.picks.attach([file('large.png', 2_000)]);
  await settle();
  world.enter();
  expect(world.sent).toEqual([]);
  expect(world.shown().hold).toBe('failed');
  world.picks.remove(world.shown().picked[0]?.key ?? '');
  expect(world.shown().hold).toBeUndefined();
  world.enter();
  expect(world.sent).toEqual([[]]);
});

test('after a sign-out nothing that was picked is left, and nothing goes by itself', async () => {
  world.picks.attach([file()]);
  world.enter();
  world.picks.clear();
  await world.arrive();
  expect(world.uploads).toHaveLength(0);
  expect(world.shown()).toEqual({ picked: [], hold: undefined });
  expect(world.sent).toEqual([]);
});

test('files go up again for the conversation that the person has now', async () => {
  await world.arrive();
  world.picks.attach([file('a.png'), file('b.png')]);
  await settle();
  await world.end(0);
  world.move('c2');
  expect(world.shown().picked.map(({ state }) => state)).toEqual(['going', 'going']);
  world.enter();
  expect(world.uploads.slice(2).map(({ upload }) => upload.url)).toEqual([
    'http://kefu.test/api/chat/files?conv=c2',
    'http://kefu.test/api/chat/files?conv=c2',
  ]);
  await world.end(1);
  expect(world.sent).toEqual([]);
  await world.end(2);
  await world.end(3);
  expect(world.sent).toEqual([['f2', 'f3']]);
});

test('files beyond what a message holds are told one by one, and hold it until they are taken out', async () => {
  await world.arrive();
  world.picks.attach(Array.from({ length: 7 }, (_, nth) => file(`${nth}.png`)));
  await settle();
  const told = world.shown().picked.map(({ state, code }) => code ?? state);
  expect(told).toEqual([...Array.from({ length: 5 }, () => 'going'), 'too_many', 'too_many']);
  for (let at = 0; at < 5; at += 1) await world.end(at);
  world.enter();
  expect(world.shown().hold).toBe('failed');
  for (const { key, state } of world.shown().picked)
    if (state === 'failed') world.picks.remove(key);
  world.enter();
  expect(world.sent).toEqual([['f0', 'f1', 'f2', 'f3', 'f4']]);
});
