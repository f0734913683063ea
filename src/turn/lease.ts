import type { Clock } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';

const kind = 'lease';
const ttlMs = 10_000;

interface Held {
  readonly node: string;
  readonly untilMs: number;
}

/**
 * Of several nodes one does this work at a time: gives whether it is this one, and holds it for another while when it is.
 * It saves work and offers beyond an agent's capacity; what must not happen twice is guarded by the log itself.
 */
export function createLease(
  { records, clock, node }: { records: RecordStore; clock: Clock; node: string },
  name: string,
): { isMine(): Promise<boolean>; release(): Promise<void> } {
  const read = async () => {
    const body = await records.get(kind, name);
    return body === undefined ? undefined : { body, held: JSON.parse(body) as Held };
  };
  return {
    async isMine() {
      const nowMs = clock();
      const next = JSON.stringify({ node, untilMs: nowMs + ttlMs } satisfies Held);
      const found = await read();
      if (!found) return await records.insert(kind, name, next);
      const { node: holder, untilMs } = found.held;
      // One that ends later than any taken now was taken by a clock that was ahead: it would keep everybody out for as long.
      const isHeld = untilMs > nowMs && untilMs <= nowMs + 2 * ttlMs;
      if (holder !== node && isHeld) return false;
      // Held for more than half of its time still: not worth a write.
      if (holder === node && isHeld && untilMs - nowMs > ttlMs / 2) return true;
      return await records.replace(kind, name, found.body, next);
    },
    async release() {
      const found = await read();
      if (found?.held.node !== node) return;
      const ended = JSON.stringify({ node, untilMs: 0 } satisfies Held);
      await records.replace(kind, name, found.body, ended);
    },
  };
}
