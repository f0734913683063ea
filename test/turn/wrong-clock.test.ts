import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cid, level, logOf, makeFolder, openAs, openWorld, until } from '../support/world.ts';

const hourMs = 3_600_000;

test('a turn and a retry that a process left behind whose clock was ahead go on at the next start, not an hour later', async () => {
  const folder = await makeFolder();
  const ahead = await openWorld({ folder, clock: () => Date.now() + hourMs });
  const id = await openAs(ahead);
  await until(ahead, id, level);
  await ahead.turns.drain();
  // Accepted and put off by that clock, and then it was gone.
  await ahead.store.conversations.append({
    conversationId: id,
    atMs: Date.now() + hourMs,
    events: [{ type: 'message.received', cid: cid(), text: 'hello' }],
    outbox: [
      {
        id: 'wake',
        kind: 'timer',
        payload: { purpose: 'silence' },
        dueAtMs: Date.now() + hourMs + 100,
      },
    ],
  });
  await ahead.abandon();

  const right = await openWorld({ folder });
  const answered = await until(right, id, (log) => {
    const heard = log.findIndex(({ event }) => event.type === 'message.received');
    return log.slice(heard).find(({ event }) => event.type === 'bot.said');
  });
  expect(answered.atMs).toBeLessThan(Date.now() + 1000);
  await until(right, id, (log) => log.find(({ event }) => event.type === 'timer.fired'));
  expect((await logOf(right, id)).map(({ pos }) => pos)).toEqual(
    (await logOf(right, id)).map((_, index) => index + 1),
  );
  expect(right.errors).toEqual([]);
  await right.close();
  await rm(folder, { recursive: true, force: true });
});
