import type { WireEvent } from '../../src/protocol/index.ts';
import type { ChaosClient } from './client.ts';

/** What went wrong, counted; all zero is the promise. */
export interface Violations {
  /** Acknowledged, or written and settled, and not in the store. */
  lost: number;
  /** One message of a customer stored more than once. */
  doubled: number;
  /** A customer's messages stored in another order than written. */
  reordered: number;
  /** `seq` holes in the store, or an acknowledgement that names another place. */
  misnumbered: number;
  /** A customer's view that is not what the store holds. */
  wrongViews: number;
}

export function noViolations(): Violations {
  return { lost: 0, doubled: 0, reordered: 0, misnumbered: 0, wrongViews: 0 };
}

/** Compares what one customer was promised and saw with what the store holds of their conversation. */
export function check(client: ChaosClient, stored: readonly WireEvent[], sum: Violations): void {
  const places = new Map<string, number[]>();
  stored.forEach((event, index) => {
    if (event.seq !== index + 1) sum.misnumbered += 1;
    if (event.type === 'message' && event.from === 'customer') {
      places.set(event.cid, [...(places.get(event.cid) ?? []), event.seq]);
    }
  });
  let last = 0;
  for (const message of client.written.filter(({ secret }) => !secret)) {
    const seqs = message.cids.flatMap((cid) => places.get(cid) ?? []).sort((a, b) => a - b);
    if (seqs.length === 0) sum.lost += 1;
    if (seqs.length > 1) sum.doubled += seqs.length - 1;
    const first = seqs[0] ?? last;
    if (first < last) sum.reordered += 1;
    last = Math.max(last, first);
    for (const cid of message.cids) {
      const acked = client.acked.get(cid);
      if (acked !== undefined && !seqs.includes(acked)) sum.misnumbered += 1;
    }
  }
  const view = JSON.stringify(client.seen);
  if (view !== JSON.stringify(stored)) sum.wrongViews += 1;
}
