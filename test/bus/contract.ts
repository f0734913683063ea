import { expect, test } from 'vitest';
import type { Bus, Hint, Topic } from '../../src/bus/index.ts';

export interface BusUnderTest {
  readonly bus: Bus;
  /** What was said about listeners that failed. */
  readonly complaints: readonly string[];
}

const head = (conversationId: string, seq: number): Hint => ({
  kind: 'head',
  conversationId,
  version: seq,
  seq,
});

/** Collects hints and lets a test wait for the n-th one. */
function ear(bus: Bus, topic: Topic) {
  const heard: Hint[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const leave = bus.subscribe(topic, (hint) => {
    heard.push(hint);
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve();
  });
  const atLeast = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (heard.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { heard, leave, atLeast };
}

/** What every bus promises while it is up; losing hints is allowed only when a connection is lost. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  test(`${name}: a hint reaches each listener of its topic, in order, and nobody else`, async () => {
    const { bus } = await open();
    const first = ear(bus, 'c:a');
    const second = ear(bus, 'c:a');
    const other = ear(bus, 'c:b');
    for (let seq = 1; seq <= 50; seq += 1) bus.publish('c:a', head('a', seq));
    bus.publish('c:b', head('b', 1));
    await Promise.all([first.atLeast(50), second.atLeast(50), other.atLeast(1)]);
    const seqs = first.heard.map((hint) => (hint.kind === 'head' ? hint.seq : 0));
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(second.heard).toEqual(first.heard);
    expect(other.heard).toEqual([head('b', 1)]);
    await bus.close();
  });

  test(`${name}: publishing returns before any listener runs`, async () => {
    const { bus } = await open();
    const told = ear(bus, 'desk');
    bus.publish('desk', head('a', 1));
    expect(told.heard).toEqual([]);
    await told.atLeast(1);
    await bus.close();
  });

  test(`${name}: a listener that throws is complained about and does not disturb the others`, async () => {
    const { bus, complaints } = await open();
    bus.subscribe('desk', () => {
      throw new Error('this listener fails');
    });
    const told = ear(bus, 'desk');
    bus.publish('desk', head('a', 1));
    bus.publish('desk', head('a', 2));
    await told.atLeast(2);
    expect(complaints).toHaveLength(2);
    await bus.close();
  });

  test(`${name}: a listener that left hears nothing more, not even what was already under way`, async () => {
    const { bus } = await open();
    const gone = ear(bus, 'desk');
    const stays = ear(bus, 'desk');
    bus.publish('desk', head('a', 1));
    gone.leave();
    gone.leave();
    await stays.atLeast(1);
    expect(gone.heard).toEqual([]);
    bus.publish('desk', head('a', 2));
    await stays.atLeast(2);
    await bus.close();
  });

  test(`${name}: after closing, publishing is harmless and nobody hears it`, async () => {
    const { bus } = await open();
    const told = ear(bus, 'desk');
    bus.publish('desk', head('a', 1));
    await bus.close();
    bus.publish('desk', head('a', 2));
    await bus.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.heard).toEqual([]);
  });
}
