import type { DatabaseSync } from 'node:sqlite';
import { limits } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { DeliveryRow, NumberedEvent, WebhookStore } from '../desk-ports.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

const name = 'webhooks';
const errorLengthMax = 500;

const columns =
  'd.id, d.webhook, d.topic, c.id AS conversationId, d.due_at_ms AS dueAtMs, d.state, d.attempts, d.error';

type Cursors = Pick<WebhookStore, 'cursor' | 'lastEvent' | 'eventsAfter' | 'enqueue'>;

/** See `WebhookStore`. A lease is a later `due_at_ms`: when it ends, the delivery is due again by itself. */
export function createWebhooks(database: DatabaseSync, writer: Writer): WebhookStore {
  return { ...createCursors(database, writer), ...createDeliveries(database, writer) };
}

function createCursors(database: DatabaseSync, writer: Writer): Cursors {
  const of = (sql: string) => database.prepare(sql);
  const cursor = of('SELECT event FROM follower WHERE name = ?');
  const move = of(
    'INSERT INTO follower (name, event) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET event = excluded.event',
  );
  const last = of('SELECT coalesce(max(n), 0) AS n FROM event');
  const events = of(
    'SELECT e.n, c.id AS conversationId, e.pos, e.seq, e.at_ms AS atMs, e.body FROM event e JOIN conversation c ON c.n = e.conversation WHERE e.n > ? ORDER BY e.n LIMIT ?',
  );
  const insert = of(
    "INSERT INTO webhook_delivery (id, webhook, topic, conversation, event, state, due_at_ms, set_at_ms, attempts) VALUES (?, ?, ?, (SELECT n FROM conversation WHERE id = ?), ?, 'waiting', ?, ?, 0) ON CONFLICT DO NOTHING",
  );
  const at = () => one<{ event: number }>(cursor, name)?.event ?? 0;
  return {
    cursor: async () => at(),
    lastEvent: async () => one<{ n: number }>(last)?.n ?? 0,
    eventsAfter: async (n, limit) =>
      many<EventRow & { n: number; conversationId: ConversationId }>(events, n, limit).map(
        (row): NumberedEvent => ({
          n: row.n,
          conversationId: row.conversationId,
          logged: readLogged(row),
        }),
      ),
    enqueue: (from, to, deliveries) =>
      writer.write(() => {
        if (at() !== from) return false;
        for (const { id, webhook, topic, conversationId, event, dueAtMs } of deliveries) {
          insert.run(id, webhook, topic, conversationId, event, dueAtMs, dueAtMs);
        }
        move.run(name, to);
        return true;
      }),
  };
}

function createDeliveries(
  database: DatabaseSync,
  writer: Writer,
): Omit<WebhookStore, keyof Cursors> {
  const of = (sql: string) => database.prepare(sql);
  const end = of(
    "UPDATE webhook_delivery SET state = ?, leased = 0, error = ? WHERE id = ? AND state = 'waiting'",
  );
  const later = of(
    "UPDATE webhook_delivery SET due_at_ms = ?, set_at_ms = ?, leased = 0, error = ? WHERE id = ? AND state = 'waiting'",
  );
  const list = of(
    `SELECT ${columns} FROM webhook_delivery d JOIN conversation c ON c.n = d.conversation WHERE d.webhook = ? AND d.state = ? ORDER BY d.n DESC LIMIT ?`,
  );
  const count = of(
    'SELECT count(*) AS count FROM webhook_delivery WHERE webhook = ? AND state = ?',
  );
  const lastError = of(
    'SELECT error FROM webhook_delivery WHERE webhook = ? AND error IS NOT NULL ORDER BY n DESC LIMIT 1',
  );
  const again = of(
    "UPDATE webhook_delivery SET state = 'waiting', due_at_ms = ?1, set_at_ms = ?1, attempts = 0 WHERE webhook = ?2 AND state = 'dead' AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))",
  );
  const sweep = of(
    "DELETE FROM webhook_delivery WHERE n IN (SELECT n FROM webhook_delivery WHERE state = 'done' AND due_at_ms < ? LIMIT ?)",
  );
  const forget = of('DELETE FROM webhook_delivery WHERE webhook = ?');
  const cap = (error: string) => error.slice(0, errorLengthMax);
  const counted = (webhook: string, state: string) =>
    one<{ count: number }>(count, webhook, state)?.count ?? 0;
  return {
    ...createLeases(database, writer),
    done: (id) => writer.write(() => void end.run('done', null, id)),
    retry: (id, nowMs, waitMs, error) =>
      writer.write(() => void later.run(nowMs + waitMs, nowMs, cap(error), id)),
    bury: (id, error) => writer.write(() => void end.run('dead', cap(error), id)),
    list: async (webhook, state, limit) =>
      many<DeliveryRow>(list, webhook, state, limit).map(toRow),
    counts: async (webhook) => ({
      waiting: counted(webhook, 'waiting'),
      dead: counted(webhook, 'dead'),
      lastError: one<{ error: string }>(lastError, webhook)?.error ?? null,
    }),
    replay: (webhook, nowMs, ids) =>
      writer.write(() =>
        Number(again.run(nowMs, webhook, ids === undefined ? null : JSON.stringify(ids)).changes),
      ),
    sweep: (beforeMs, limit) => writer.write(() => Number(sweep.run(beforeMs, limit).changes)),
    forget: (webhook) => writer.write(() => void forget.run(webhook)),
  };
}

function createLeases(
  database: DatabaseSync,
  writer: Writer,
): Pick<WebhookStore, 'claim' | 'recover' | 'nextDueMs'> {
  const of = (sql: string) => database.prepare(sql);
  const due = of(
    `SELECT ${columns}, e.pos, e.seq, e.at_ms AS atMs, e.body FROM webhook_delivery d JOIN conversation c ON c.n = d.conversation JOIN event e ON e.n = d.event WHERE d.state = 'waiting' AND d.due_at_ms <= ? ORDER BY d.due_at_ms, d.n LIMIT ?`,
  );
  const lease = of(
    'UPDATE webhook_delivery SET due_at_ms = ?, set_at_ms = ?, leased = 1, attempts = attempts + 1 WHERE id = ?',
  );
  const release = of(
    "UPDATE webhook_delivery SET due_at_ms = set_at_ms, leased = 0 WHERE state = 'waiting' AND leased = 1",
  );
  const ahead = of(
    "SELECT 1 AS found FROM webhook_delivery WHERE state = 'waiting' AND set_at_ms > ? LIMIT 1",
  );
  const right = of(
    "UPDATE webhook_delivery SET due_at_ms = due_at_ms - (set_at_ms - ?1), set_at_ms = ?1 WHERE state = 'waiting' AND set_at_ms > ?2",
  );
  const next = of("SELECT min(due_at_ms) AS dueAtMs FROM webhook_delivery WHERE state = 'waiting'");
  const nextDueMs = () => one<{ dueAtMs: number | null }>(next)?.dueAtMs ?? undefined;
  return {
    claim: async (nowMs, limit, leaseMs) => {
      const aheadMs = nowMs + limits.clocksDifferMaxMs;
      const isAhead = one(ahead, aheadMs) !== undefined;
      if ((nextDueMs() ?? Infinity) > nowMs && !isAhead) return [];
      return writer.write(() => {
        if (isAhead) right.run(nowMs, aheadMs);
        const rows = many<DeliveryRow & EventRow>(due, nowMs, limit);
        for (const { id } of rows) lease.run(nowMs + leaseMs, nowMs, id);
        return rows.map((row) => ({
          ...toRow(row),
          attempts: row.attempts + 1,
          logged: readLogged(row),
        }));
      });
    },
    recover: () => writer.write(() => void release.run()),
    nextDueMs: async () => nextDueMs(),
  };
}

function toRow(row: DeliveryRow): DeliveryRow {
  const { id, webhook, topic, conversationId, dueAtMs, state, attempts, error } = row;
  return { id, webhook, topic, conversationId, dueAtMs, state, attempts, error };
}
