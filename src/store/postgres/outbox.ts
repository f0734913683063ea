import { decode } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { Outbox } from '../ports.ts';
import type { Database } from './connection.ts';
import { liveNodes } from './nodes.ts';

interface Row {
  readonly n: number;
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly kind: string;
  readonly payload: string;
  readonly dueAtMs: number;
  readonly attempts: number;
}

/** Reasons come from other people's systems. */
const errorLengthMax = 500;

/** First in its line, as in the embedded store: nothing unfinished of the same conversation and kind stands before it. */
const isFirst =
  "NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'open' AND p.conversation = o.conversation AND p.kind = o.kind AND (p.order_at_ms, p.n) < (o.order_at_ms, o.n))";

const end = (state: 'done' | 'buried') =>
  `UPDATE outbox SET state = '${state}', payload = ${state === 'done' ? "''" : 'payload'}, leased_by = NULL, error = $1 WHERE id = $2 AND state = 'open'`;

const sql = {
  // What another node takes at this moment is passed over, not waited for.
  claim: `WITH due AS (SELECT o.n, o.due_at_ms FROM outbox o WHERE o.state = 'open' AND o.due_at_ms <= $1 AND ${isFirst} ORDER BY o.due_at_ms, o.n LIMIT $2 FOR UPDATE SKIP LOCKED) UPDATE outbox u SET due_at_ms = $3, leased_by = $4, attempts = attempts + 1 FROM due WHERE u.n = due.n RETURNING u.n, u.id, u.conversation AS "conversationId", u.kind, u.payload, due.due_at_ms AS "dueAtMs", u.attempts`,
  settle: end('done'),
  bury: end('buried'),
  retry:
    "UPDATE outbox SET due_at_ms = $1, leased_by = NULL, error = $2 WHERE id = $3 AND state = 'open'",
  release: `UPDATE outbox SET due_at_ms = order_at_ms, leased_by = NULL WHERE state = 'open' AND leased_by IS NOT NULL AND (leased_by = $1 OR leased_by NOT IN (${liveNodes}))`,
  unfinished: "SELECT count(*) AS count FROM outbox WHERE state = 'open'",
  next: `SELECT due_at_ms AS "dueAtMs" FROM outbox o WHERE state = 'open' AND ${isFirst} ORDER BY due_at_ms, n LIMIT 1`,
};

/**
 * A lease is a later `due_at_ms`: when it ends, the row is due again by itself. `recover` ends the leases of this node and
 * of those that are gone, and leaves those of nodes that live.
 */
export function createOutbox({ query, again }: Database, node: number): Outbox {
  let claims: Promise<unknown> = Promise.resolve();
  const claim = async (nowMs: number, limit: number, leaseMs: number) => {
    const rows = await query<Row>(sql.claim, nowMs, limit, nowMs + leaseMs, node);
    return rows
      .toSorted((a, b) => a.dueAtMs - b.dueAtMs || a.n - b.n)
      .map(({ id, conversationId, kind, payload, dueAtMs, attempts }) => ({
        id,
        conversationId,
        kind,
        payload: decode<unknown>(payload),
        dueAtMs,
        attempts,
      }));
  };
  return {
    // One after the other, so that of two claims of this node the first has the earlier rows.
    claim: (nowMs, limit, leaseMs) => {
      const mine = claims.then(() => claim(nowMs, limit, leaseMs));
      claims = mine.catch(() => undefined);
      return mine;
    },
    settle: async (id) => void (await again(sql.settle, null, id)),
    retry: async (id, dueAtMs, error) => void (await again(sql.retry, dueAtMs, cap(error), id)),
    bury: async (id, error) => void (await again(sql.bury, cap(error), id)),
    recover: async () => {
      await again(sql.release, node);
      return (await again<{ count: number }>(sql.unfinished))[0]?.count ?? 0;
    },
    nextDueMs: async () => (await again<{ dueAtMs: number }>(sql.next))[0]?.dueAtMs,
  };
}

function cap(error: string): string {
  return error.slice(0, errorLengthMax);
}
