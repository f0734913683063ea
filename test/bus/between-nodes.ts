import { expect, test } from 'vitest';
import type { Bus, Hint } from '../../src/bus/index.ts';

const head = (seq: number, conversationId = 'a'): Hint => ({
  kind: 'head',
  conversationId,
  version: seq,
  seq,
});

function isSeq(seq: number): (hint: Hint) => boolean {
  return (hint) => hint.kind === 'head' && hint.seq === seq;
}

/** Says something until it is heard there: before that the listener may not be connected. */
export async function untilHeard(from: Bus, heard: readonly Hint[], seq: number): Promise<void> {
  const isHeard = () => {
    from.publish('c:a', head(seq));
    return heard.some(isSeq(seq));
  };
  await expect.poll(isHeard, { timeout: 60_000, interval: 20 }).toBe(true);
}

/** What every bus between nodes promises beyond the contract of one. `open` gives two nodes of one installation. */
export function betweenNodesContract(name: string, open: () => Promise<readonly [Bus, Bus]>): void {
  test(`${name}: a hint of one node reaches the listeners of the other, and the own ones once`, async () => {
    const [a, b] = await open();
    const heardByA: Hint[] = [];
    const heardByB: Hint[] = [];
    a.subscribe('c:a', (hint) => heardByA.push(hint));
    b.subscribe('c:a', (hint) => heardByB.push(hint));
    await untilHeard(a, heardByB, 1);
    await untilHeard(b, heardByA, 2);
    heardByA.length = 0;
    a.publish('c:a', head(3));
    b.publish('c:a', head(4));
    await expect.poll(() => heardByA.filter(isSeq(4)).length, { timeout: 60_000 }).toBe(1);
    expect(heardByA.filter(isSeq(3))).toHaveLength(1);
  });

  test(`${name}: five hundred hints at once come over in full, each conversation’s latest`, async () => {
    const [a, b] = await open();
    const ready: Hint[] = [];
    const heard = new Map<string, number>();
    b.subscribe('c:a', (hint) => ready.push(hint));
    b.subscribe('desk', (hint) => {
      if (hint.kind === 'head') heard.set(hint.conversationId, hint.seq);
    });
    await untilHeard(a, ready, 1);
    for (let seq = 1; seq <= 3; seq += 1) {
      for (let i = 0; i < 500; i += 1) a.publish('desk', head(seq, `conversation-${i}`));
    }
    await expect.poll(() => heard.size, { timeout: 60_000 }).toBe(500);
    const areLatest = () => [...heard.values()].every((seq) => seq === 3);
    await expect.poll(areLatest, { timeout: 60_000 }).toBe(true);
  });
}
