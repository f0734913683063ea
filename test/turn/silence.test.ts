import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openAs, openWorld, say, until, type World } from '../support/world.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';

const minute = 60_000;

function keysIn(log: readonly LoggedEvent[]): readonly string[] {
  return log
    .flatMap(({ event }) => (event.type === 'bot.said' ? event.says : []))
    .flatMap((one) => (one.type === 'text' ? [one.key] : []));
}

function said(world: World, id: ConversationId, key: string) {
  return until(world, id, (log) => (keysIn(log).includes(key) ? log : undefined));
}

test('silence in the middle of a request: one reminder, then a polite close, also over a restart', async () => {
  let nowMs = Date.UTC(2026, 10, 23, 2);
  const clock = () => nowMs;
  const first = await openWorld({ clock });
  const { folder } = first;
  const id = await openAs(first, 'lin-wei');
  await say(first, id, 'please refund P20261121-4473');
  await said(first, id, 'refund_request.ask_reason');

  nowMs += 10 * minute;
  const log = await said(first, id, 'silence.reminder');
  expect(log.filter(({ event }) => event.type === 'timer.fired')).toHaveLength(1);
  await first.turns.drain();
  await first.abandon();

  nowMs += 50 * minute;
  const second = await openWorld({ folder, clock });
  try {
    const end = await said(second, id, 'silence.closed');
    expect(keysIn(end).filter((key) => key === 'silence.reminder')).toHaveLength(1);
    expect(second.errors).toEqual([]);
    const rows = await second.store.outbox.claim(nowMs + 600 * minute, 10, 1);
    expect(rows).toEqual([]);
  } finally {
    await second.close();
    await rm(folder, { recursive: true, force: true });
  }
});
