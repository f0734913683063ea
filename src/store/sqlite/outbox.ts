import type { DatabaseSync } from 'node:sqlite';
import { decode } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { Outbox, OutboxRow } from '../ports.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

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

/**
 * First in its line: nothing unfinished of the same conversation and kind stands before it. A row keeps its place in the
 * line through leases and retries, so a message that could not be delivered is not overtaken by the next one.
 */
const isFirst =
  "NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'open' AND p.conversation = o.conversation AND p.kind = o.kind AND (p.order_at_ms, p.n) < (o.order_at_ms, o.n))";

/** A lease is a later `due_at_ms`: when it ends, the row is due again by itself. */
export function createOutbox(database: DatabaseSync, writer: Writer): Outbox {
  const of = (sql: string) => database.prepare(sql);
  const end = (state: string) =>
    of(
      `UPDATE outbox SET state = '${state}', payload = CASE '${state}' WHEN 'done' THEN '' ELSE payload END, leased = 0, error = ? WHERE id = ? AND state = 'open'`,
    );
  const settle = end('done');
  const bury = end('buried');
  const retry = of(
    "UPDATE outbox SET due_at_ms = ?, leased = 0, error = ? WHERE id = ? AND state = 'open'",
  );
  const release = of(
    "UPDATE outbox SET due_at_ms = order_at_ms, leased = 0 WHERE state = 'open' AND leased = 1",
  );
  const unfinished = of("SELECT count(*) AS count FROM outbox WHERE state = 'open'");
  const next = of(
    `SELECT due_at_ms AS dueAtMs FROM outbox o WHERE state = 'open' AND ${isFirst} ORDER BY due_at_ms, n LIMIT 1`,
  );
  const nextDueMs = (): number | undefined => one<{ dueAtMs: number }>(next)?.dueAtMs;
  const claim = createClaim(database);
  return {
    claim: async (nowMs, limit, leaseMs) => {
      writer.refuseBroken();
      // Spares an idle poll its transaction.
      if ((nextDueMs() ?? Infinity) > nowMs) return [];
      return await writer.write(() => claim(nowMs, limit, leaseMs));
    },
    settle: (id) => writer.write(() => void settle.run(null, id)),
    retry: (id, dueAtMs, error) => writer.write(() => void retry.run(dueAtMs, cap(error), id)),
    bury: (id, error) => writer.write(() => void bury.run(cap(error), id)),
    recover: () =>
      writer.write(() => {
        release.run();
        return one<{ count: number }>(unfinished)?.count ?? 0;
      }),
    nextDueMs: async () => nextDueMs(),
  };
}

function createClaim(
  database: DatabaseSync,
): (nowMs: number, limit: number, leaseMs: number) => readonly OutboxRow[] {
  const due = database.prepare(
    `SELECT o.n, o.id, c.id AS conversationId, o.kind, o.payload, o.due_at_ms AS dueAtMs, o.attempts FROM outbox o JOIN conversation c ON c.n = o.conversation WHERE o.state = 'open' AND o.due_at_ms <= ? AND ${isFirst} ORDER BY o.due_at_ms, o.n LIMIT ?`,
  );
  const lease = database.prepare(
    'UPDATE outbox SET due_at_ms = ?, leased = 1, attempts = attempts + 1 WHERE n = ?',
  );
  return (nowMs, limit, leaseMs) => {
    const rows = many<Row>(due, nowMs, limit);
    for (const row of rows) lease.run(nowMs + leaseMs, row.n);
    return rows.map(({ id, conversationId, kind, payload, dueAtMs, attempts }) => ({
      id,
      conversationId,
      kind,
      payload: decode<unknown>(payload),
      dueAtMs,
      attempts: attempts + 1,
    }));
  };
}

function cap(error: string): string {
  return error.slice(0, errorLengthMax);
}
