import { limits } from '../../core/index.ts';
import { capReason, isFirstInLine, toOutboxRow } from '../outbox-rows.ts';
import type { StoredOutboxRow } from '../outbox-rows.ts';
import type { Outbox } from '../ports.ts';
import type { Database } from './connection.ts';
import { liveNodes } from './nodes.ts';

const end = (state: 'done' | 'buried') =>
  `UPDATE outbox SET state = '${state}', payload = ${state === 'done' ? "''" : 'payload'}, leased_by = NULL, error = $1 WHERE id = $2 AND state = 'open'`;

const sql = {
  // What another node takes at this moment is passed over, not waited for. What a clock that was ahead has put off comes down to
  // now, and is looked at the next time: a row is changed once a statement.
  claim: `WITH early AS (SELECT n FROM outbox WHERE state = 'open' AND set_at_ms > $5 ORDER BY set_at_ms LIMIT 1000 FOR UPDATE SKIP LOCKED), righted AS (UPDATE outbox o SET due_at_ms = o.due_at_ms - (o.set_at_ms - $1), order_at_ms = CASE WHEN o.order_at_ms > $1 THEN o.order_at_ms - (o.set_at_ms - $1) ELSE o.order_at_ms END, set_at_ms = $1 FROM early WHERE o.n = early.n), due AS (SELECT o.n, o.due_at_ms FROM outbox o WHERE o.state = 'open' AND o.due_at_ms <= $1 AND o.set_at_ms <= $5 AND ${isFirstInLine} ORDER BY o.due_at_ms, o.n LIMIT $2 FOR UPDATE SKIP LOCKED) UPDATE outbox u SET due_at_ms = $3, set_at_ms = $1, leased_by = $4, attempts = attempts + 1 FROM due WHERE u.n = due.n RETURNING u.n, u.id, u.conversation AS "conversationId", u.kind, u.payload, due.due_at_ms AS "dueAtMs", u.attempts`,
  settle: end('done'),
  settleKeeping: `WITH settled AS (${end('done')} RETURNING 1) INSERT INTO record (kind, key, body) SELECT $3, $4, $5 WHERE EXISTS (SELECT 1 FROM settled) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body`,
  bury: end('buried'),
  retry:
    "UPDATE outbox SET due_at_ms = $1, set_at_ms = $2, leased_by = NULL, error = $3 WHERE id = $4 AND state = 'open'",
  release: `UPDATE outbox SET due_at_ms = order_at_ms, leased_by = NULL WHERE state = 'open' AND leased_by IS NOT NULL AND (leased_by = $1 OR leased_by NOT IN (${liveNodes}))`,
  unfinished: "SELECT count(*) AS count FROM outbox WHERE state = 'open'",
  next: `SELECT due_at_ms AS "dueAtMs" FROM outbox o WHERE state = 'open' AND ${isFirstInLine} ORDER BY due_at_ms, n LIMIT 1`,
};

/**
 * A lease is a later `due_at_ms`: when it ends, the row is due again by itself. `recover` ends the leases of this node and
 * of those that are gone, and leaves those of nodes that live.
 */
export function createOutbox({ query, again }: Database, node: number): Outbox {
  let claims: Promise<unknown> = Promise.resolve();
  const claim = async (nowMs: number, limit: number, leaseMs: number) => {
    const rows = await query<StoredOutboxRow>(
      sql.claim,
      nowMs,
      limit,
      nowMs + leaseMs,
      node,
      nowMs + limits.clocksDifferMaxMs,
    );
    return rows.toSorted((a, b) => a.dueAtMs - b.dueAtMs || a.n - b.n).map(toOutboxRow);
  };
  return {
    // One after the other, so that of two claims of this node the first has the earlier rows.
    claim: (nowMs, limit, leaseMs) => {
      const mine = claims.then(() => claim(nowMs, limit, leaseMs));
      claims = mine.catch(() => undefined);
      return mine;
    },
    settle: async (id, kept) => {
      if (!kept) await again(sql.settle, null, id);
      else await again(sql.settleKeeping, null, id, kept.kind, kept.key, kept.body);
    },
    retry: async (id, nowMs, waitMs, error) =>
      void (await again(sql.retry, nowMs + waitMs, nowMs, capReason(error), id)),
    bury: async (id, error) => void (await again(sql.bury, capReason(error), id)),
    recover: async () => {
      await again(sql.release, node);
      return (await again<{ count: number }>(sql.unfinished))[0]?.count ?? 0;
    },
    nextDueMs: async () => (await again<{ dueAtMs: number }>(sql.next))[0]?.dueAtMs,
  };
}
