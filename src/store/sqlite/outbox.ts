import type { DatabaseSync } from 'node:sqlite';
import { limits } from '../../core/index.ts';
import { capReason, isFirstInLine, toOutboxRow } from '../outbox-rows.ts';
import type { StoredOutboxRow } from '../outbox-rows.ts';
import type { Outbox, OutboxRow } from '../ports.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

/** A lease is a later `due_at_ms`: when it ends, the row is due again by itself. */
export function createOutbox(database: DatabaseSync, writer: Writer): Outbox {
  const of = (sql: string) => database.prepare(sql);
  const end = (state: string) =>
    of(
      `UPDATE outbox SET state = '${state}', payload = CASE '${state}' WHEN 'done' THEN '' ELSE payload END, leased = 0, error = ? WHERE id = ? AND state = 'open'`,
    );
  const settle = end('done');
  const bury = end('buried');
  const keep = of(
    'INSERT INTO record (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body',
  );
  const retry = of(
    "UPDATE outbox SET due_at_ms = ?, set_at_ms = ?, leased = 0, error = ? WHERE id = ? AND state = 'open'",
  );
  const release = of(
    "UPDATE outbox SET due_at_ms = order_at_ms, leased = 0 WHERE state = 'open' AND leased = 1",
  );
  const unfinished = of("SELECT count(*) AS count FROM outbox WHERE state = 'open'");
  const next = of(
    `SELECT due_at_ms AS dueAtMs FROM outbox o WHERE state = 'open' AND ${isFirstInLine} ORDER BY due_at_ms, n LIMIT 1`,
  );
  const nextDueMs = (): number | undefined => one<{ dueAtMs: number }>(next)?.dueAtMs;
  const claim = createClaim(database);
  const ahead = createAhead(database);
  return {
    claim: async (nowMs, limit, leaseMs) => {
      writer.refuseBroken();
      // Spares an idle poll its transaction.
      if ((nextDueMs() ?? Infinity) > nowMs && !ahead.isThere(nowMs)) return [];
      return await writer.write(() => {
        ahead.setRight(nowMs);
        return claim(nowMs, limit, leaseMs);
      });
    },
    settle: (id, kept) =>
      writer.write(() => {
        const { changes } = settle.run(null, id);
        if (kept && changes === 1) keep.run(kept.kind, kept.key, kept.body);
      }),
    retry: (id, nowMs, waitMs, error) =>
      writer.write(() => void retry.run(nowMs + waitMs, nowMs, capReason(error), id)),
    bury: (id, error) => writer.write(() => void bury.run(capReason(error), id)),
    recover: () =>
      writer.write(() => {
        release.run();
        return one<{ count: number }>(unfinished)?.count ?? 0;
      }),
    nextDueMs: async () => nextDueMs(),
  };
}

/** Rows of a clock that was ahead: they keep what they were to wait, and their places among themselves, and come down to now. */
function createAhead(database: DatabaseSync) {
  const found = database.prepare(
    "SELECT 1 AS found FROM outbox WHERE state = 'open' AND set_at_ms > ? LIMIT 1",
  );
  const right = database.prepare(
    "UPDATE outbox SET due_at_ms = due_at_ms - (set_at_ms - ?1), order_at_ms = CASE WHEN order_at_ms > ?1 THEN order_at_ms - (set_at_ms - ?1) ELSE order_at_ms END, set_at_ms = ?1 WHERE state = 'open' AND set_at_ms > ?2",
  );
  const isThere = (nowMs: number) => one(found, nowMs + limits.clocksDifferMaxMs) !== undefined;
  return {
    isThere,
    setRight: (nowMs: number) => {
      if (isThere(nowMs)) right.run(nowMs, nowMs + limits.clocksDifferMaxMs);
    },
  };
}

function createClaim(
  database: DatabaseSync,
): (nowMs: number, limit: number, leaseMs: number) => readonly OutboxRow[] {
  const due = database.prepare(
    `SELECT o.n, o.id, c.id AS conversationId, o.kind, o.payload, o.due_at_ms AS dueAtMs, o.attempts FROM outbox o JOIN conversation c ON c.n = o.conversation WHERE o.state = 'open' AND o.due_at_ms <= ? AND ${isFirstInLine} ORDER BY o.due_at_ms, o.n LIMIT ?`,
  );
  const lease = database.prepare(
    'UPDATE outbox SET due_at_ms = ?, set_at_ms = ?, leased = 1, attempts = attempts + 1 WHERE n = ?',
  );
  return (nowMs, limit, leaseMs) => {
    const rows = many<StoredOutboxRow>(due, nowMs, limit);
    for (const row of rows) lease.run(nowMs + leaseMs, nowMs, row.n);
    return rows.map((row) => toOutboxRow({ ...row, attempts: row.attempts + 1 }));
  };
}
