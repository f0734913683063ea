import { Fault, limits } from '../core/index.ts';
import type { Clock } from '../core/index.ts';
import type { AuditPlace, AuditQuery, AuditRow, AuditStore } from '../store/index.ts';
import { breakAt, link, type AuditEntry, type Break } from './chain.ts';

/** The chain of what was done and seen, by whom. Entries of one process stand in the order of their calls. */
export interface Audit {
  /** In the chain, synced, when it resolves. Faults: overloaded, and what the store throws. */
  record(entry: AuditEntry): Promise<void>;
  /** Follows the log by at most `limit` events; gives how many it read. */
  follow(limit: number): Promise<number>;
  head(): Promise<AuditPlace>;
  list(query: AuditQuery): Promise<readonly AuditRow[]>;
  verify(noted?: AuditPlace): Promise<Verified>;
  /** Removes what is older; the chain then begins behind its anchor, and an entry of its own says so. */
  pruneBefore(atMs: number, limit: number): Promise<number>;
}

export type Verified =
  | { readonly kind: 'whole'; readonly after: number; readonly head: AuditPlace }
  /** `n` is the first entry that is not as it was written; `cut`: the head that was noted elsewhere is not in the chain. */
  | { readonly kind: 'broken'; readonly n: number; readonly why: Break | 'cut' };

export interface AuditDeps {
  readonly store: AuditStore;
  readonly clock: Clock;
  /** The entry that an event of the log makes; undefined for most. */
  readonly entryOf: (event: FollowedEvent) => AuditEntry | undefined;
}

export type FollowedEvent = Awaited<ReturnType<AuditStore['eventsAfter']>>[number];

const readAtOnce = 1000;
/** Others append too, on several nodes: the head is read anew and it is tried again. */
const triesMax = 50;

export function createAudit(deps: AuditDeps): Audit {
  const { store } = deps;
  const append = createAppending(deps);
  return {
    record: (entry) => append({ ...entry, atMs: deps.clock() }),
    follow: (limit) => follow(deps, limit),
    head: () => store.head(),
    list: (query) => store.read({ ...query, limit: Math.min(query.limit, readAtOnce) }),
    verify: (noted) => verify(store, noted),
    pruneBefore: (atMs, limit) => pruneBefore(deps, append, { atMs, limit }),
  };
}

type Timed = AuditEntry & { readonly atMs: number };
type Append = (entry: Timed) => Promise<void>;

/** What comes while an append is under way goes into the next one together. */
function createAppending({ store }: AuditDeps): Append {
  let waiting: { readonly entry: Timed; readonly done: PromiseWithResolvers<void> }[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limits.appendBatchMax);
      try {
        const entries = batch.map(({ entry }) => entry);
        await untilAppended(store, () => Promise.resolve({ entries }));
        for (const { done } of batch) done.resolve();
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    running = false;
  };
  return (entry) => {
    if (waiting.length >= limits.appendQueueLengthMax) {
      return Promise.reject(new Fault('overloaded', 'Too much to record just now.'));
    }
    const done = Promise.withResolvers<void>();
    waiting = [...waiting, { entry, done }];
    if (!running) void run();
    return done.promise;
  };
}

interface Addition {
  readonly entries: readonly Timed[];
  readonly follow?: { readonly from: number; readonly to: number };
}

async function untilAppended(store: AuditStore, make: () => Promise<Addition>): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const { entries, follow: moved } = await make();
    const head = await store.head();
    if (await store.append(head, link(head, entries), moved)) return;
  }
  throw new Fault('overloaded', 'The audit chain is being written by too many at once.');
}

async function follow({ store, entryOf }: AuditDeps, limit: number): Promise<number> {
  if ((await store.eventsAfter(await store.cursor(), 1)).length === 0) return 0;
  let count = 0;
  await untilAppended(store, async () => {
    const from = await store.cursor();
    const events = await store.eventsAfter(from, limit);
    count = events.length;
    const entries = events.flatMap((event): Timed[] => {
      const entry = entryOf(event);
      return entry ? [{ ...entry, atMs: event.logged.atMs }] : [];
    });
    const to = events.at(-1)?.n ?? from;
    return { entries, ...(to > from && { follow: { from, to } }) };
  });
  return count;
}

async function verify(store: AuditStore, noted?: AuditPlace): Promise<Verified> {
  const anchor = await store.anchor();
  let place = anchor;
  let isNoted = noted === undefined || noted.n <= anchor.n;
  for (;;) {
    const rows = await store.read({ after: place.n, limit: readAtOnce });
    for (const row of rows) {
      const why = breakAt(place, row);
      if (why) return { kind: 'broken', n: place.n + 1, why };
      place = { n: row.n, hash: row.hash };
      if (noted?.n === row.n) {
        if (noted.hash !== row.hash) return { kind: 'broken', n: row.n, why: 'changed' };
        isNoted = true;
      }
    }
    if (rows.length < readAtOnce) break;
  }
  if (!isNoted) return { kind: 'broken', n: place.n + 1, why: 'cut' };
  return { kind: 'whole', after: anchor.n, head: place };
}

async function pruneBefore(
  { store, clock }: AuditDeps,
  append: Append,
  { atMs, limit }: { readonly atMs: number; readonly limit: number },
): Promise<number> {
  const last = await store.lastBefore(atMs);
  if (!last) return 0;
  const anchor = await store.anchor();
  const upTo = Math.min(last.n, anchor.n + limit);
  const [kept] = await store.read({ after: upTo - 1, limit: 1 });
  // Said first: a removal that nothing tells of would look like tampering.
  const details = { upTo, hash: kept?.hash ?? '' };
  await append({
    kind: 'audit.pruned',
    actor: 'service',
    subject: 'audit',
    details,
    atMs: clock(),
  });
  return store.prune(upTo, limit);
}
