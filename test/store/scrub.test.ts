import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { erased, evolve, initialState } from '../../src/dialogue/index.ts';
import { c1, made, message } from '../contracts/store/support.ts';
import { freshFolder, openIn } from './support.ts';

test('after an erasure no byte of the data folder holds what was said', async () => {
  const folder = await freshFolder();
  const store = await openIn(folder);
  const words = 'quincunx zephyrine';
  await store.conversations.append({
    conversationId: c1,
    create: made,
    atMs: 1,
    events: [message('m1', words), message('m2', words)],
  });
  while ((await store.deskIndex.follow(50)) > 0);
  const holding = async () => {
    const names = await readdir(folder);
    const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return names.filter((_, n) => /quincunx|zephyrine/.test(files[n]?.toString('latin1') ?? ''));
  };
  expect(await holding()).not.toEqual([]);
  const events = await store.conversations.readAll(c1, 0, 10);
  const bare = events.map((one) => ({ ...one, event: erased(one.event, 'erased-1') }));
  const snapshot = bare.reduce(evolve, initialState);
  await store.personal.rewrite({ conversationId: c1, events: bare, snapshot, expect: 2 });
  await store.personal.scrub();
  expect(await holding()).toEqual([]);
});
