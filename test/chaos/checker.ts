import type { WireEvent } from '../../src/protocol/index.ts';

/** What went wrong, counted; all zero is the promise. */
export interface Violations {
  /** Acknowledged, or written and settled, and not stored, not seen or not delivered. */
  lost: number;
  /** Stored, seen or delivered more than once. */
  duplicated: number;
  /** Stored, seen or delivered in another order than written, or with a hole in the numbers. */
  reordered: number;
  /** Payments given back twice, requests with two outcomes, books that do not balance. */
  doubleActions: number;
  botOverAgent: number;
  twoOwners: number;
  /** A state that is not what its log says, a reply that was refused and yet stored. */
  other: number;
}

export function noViolations(): Violations {
  return {
    lost: 0,
    duplicated: 0,
    reordered: 0,
    doubleActions: 0,
    botOverAgent: 0,
    twoOwners: 0,
    other: 0,
  };
}

/** What one customer was promised and saw. */
export interface CustomersView {
  readonly written: readonly {
    readonly cids: readonly string[];
    readonly secret?: object;
  }[];
  readonly acked: ReadonlyMap<string, number>;
  readonly seen: readonly WireEvent[];
}

/** Compares it with what the store holds of their conversation. */
export function check(view: CustomersView, stored: readonly WireEvent[], sum: Violations): void {
  checkNumbers(stored, sum);
  const places = new Map<string, number[]>();
  for (const event of stored) {
    if (event.type !== 'message' || event.from !== 'customer') continue;
    places.set(event.cid, [...(places.get(event.cid) ?? []), event.seq]);
  }
  const messages = view.written.filter(({ secret }) => !secret).map(({ cids }) => cids);
  checkOrder(messages, places, sum);
  for (const [cid, seq] of view.acked) {
    const seqs = places.get(cid);
    // A one-time code is acknowledged and stored nowhere.
    if (seqs && !seqs.includes(seq)) sum.reordered += 1;
  }
  checkSeen(view.seen, stored, sum);
}

function checkNumbers(stored: readonly WireEvent[], sum: Violations): void {
  stored.forEach((event, index) => {
    if (event.seq !== index + 1) sum.reordered += 1;
  });
}

/** Each message, under whichever ids it was sent, stands at one place, behind the one before it. */
export function checkOrder(
  messages: readonly (readonly string[])[],
  places: ReadonlyMap<string, readonly number[]>,
  sum: Violations,
): void {
  let last = 0;
  for (const cids of messages) {
    const seqs = cids.flatMap((cid) => places.get(cid) ?? []).sort((a, b) => a - b);
    if (seqs.length === 0) sum.lost += 1;
    if (seqs.length > 1) sum.duplicated += seqs.length - 1;
    const first = seqs[0] ?? last;
    if (first < last) sum.reordered += 1;
    last = Math.max(last, first);
  }
}

/** Who was far behind begins with the last part; from there on everything was seen, once and in order. */
function checkSeen(
  seen: readonly WireEvent[],
  stored: readonly WireEvent[],
  sum: Violations,
): void {
  const first = seen[0]?.seq ?? 1;
  const numbers = new Map<number, number>();
  let last = 0;
  for (const event of seen) {
    numbers.set(event.seq, (numbers.get(event.seq) ?? 0) + 1);
    if (event.seq < last) sum.reordered += 1;
    last = event.seq;
    const same = stored[event.seq - 1];
    if (JSON.stringify(same) !== JSON.stringify(event)) sum.other += 1;
  }
  for (const event of stored.slice(first - 1)) {
    const times = numbers.get(event.seq) ?? 0;
    if (times === 0) sum.lost += 1;
    if (times > 1) sum.duplicated += times - 1;
  }
}
