import { limits } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { DeliveryRow, NumberedEvent, WebhookStore } from '../desk-ports.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import type { Database } from './connection.ts';
import { horizon } from './horizon.ts';
import { liveNodes } from './nodes.ts';

const errorLengthMax = 500;

const columns =
  'd.id, d.webhook, d.topic, d.conversation AS "conversationId", d.due_at_ms AS "dueAtMs", d.state, d.attempts, d.error';
const eventColumns = 'e.pos, e.seq, e.at_ms AS "atMs", e.body';

const sql = {
  cursor: "SELECT event FROM follower WHERE name = 'webhooks'",
  last: `SELECT coalesce(max(n), 0) AS n FROM event WHERE n < ${horizon}`,
  events: `SELECT e.n, e.conversation AS "conversationId", ${eventColumns} FROM event e WHERE e.n > $1 AND e.n < ${horizon} ORDER BY e.n LIMIT $2`,
  enqueue:
    "WITH moved AS (UPDATE follower SET event = $2 WHERE name = 'webhooks' AND event = $1 RETURNING 1), made AS (INSERT INTO webhook_delivery (id, webhook, topic, conversation, event, state, due_at_ms, set_at_ms, attempts) SELECT d.id, d.webhook, d.topic, d.conversation, d.event, 'waiting', d.due, d.due, 0 FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]) WITH ORDINALITY AS d(id, webhook, topic, conversation, event, due, i) WHERE EXISTS (SELECT 1 FROM moved) ORDER BY d.i ON CONFLICT DO NOTHING) SELECT 1 FROM moved",
  claim: `WITH early AS (SELECT n FROM webhook_delivery WHERE state = 'waiting' AND set_at_ms > $5 ORDER BY set_at_ms LIMIT 1000 FOR UPDATE SKIP LOCKED), righted AS (UPDATE webhook_delivery d SET due_at_ms = d.due_at_ms - (d.set_at_ms - $1), set_at_ms = $1 FROM early WHERE d.n = early.n), due AS (SELECT n, due_at_ms FROM webhook_delivery WHERE state = 'waiting' AND due_at_ms <= $1 AND set_at_ms <= $5 ORDER BY due_at_ms, n LIMIT $2 FOR UPDATE SKIP LOCKED), taken AS (UPDATE webhook_delivery w SET due_at_ms = $3, set_at_ms = $1, leased_by = $4, attempts = w.attempts + 1 FROM due WHERE w.n = due.n RETURNING w.*, due.due_at_ms AS was) SELECT d.id, d.webhook, d.topic, d.conversation AS "conversationId", d.was AS "dueAtMs", d.state, d.attempts, d.error, ${eventColumns} FROM taken d JOIN event e ON e.n = d.event ORDER BY d.was, d.n`,
  end: "UPDATE webhook_delivery SET state = $1, leased_by = NULL, error = $2 WHERE id = $3 AND state = 'waiting'",
  later:
    "UPDATE webhook_delivery SET due_at_ms = $1, set_at_ms = $2, leased_by = NULL, error = $3 WHERE id = $4 AND state = 'waiting'",
  release: `UPDATE webhook_delivery SET due_at_ms = set_at_ms, leased_by = NULL WHERE state = 'waiting' AND leased_by IS NOT NULL AND (leased_by = $1 OR leased_by NOT IN (${liveNodes}))`,
  next: 'SELECT min(due_at_ms) AS "dueAtMs" FROM webhook_delivery WHERE state = \'waiting\'',
  list: `SELECT ${columns} FROM webhook_delivery d WHERE d.webhook = $1 AND d.state = $2 ORDER BY d.n DESC LIMIT $3`,
  counts:
    "SELECT (SELECT count(*) FROM webhook_delivery WHERE webhook = $1 AND state = 'waiting') AS waiting, (SELECT count(*) FROM webhook_delivery WHERE webhook = $1 AND state = 'dead') AS dead, (SELECT error FROM webhook_delivery WHERE webhook = $1 AND error IS NOT NULL ORDER BY n DESC LIMIT 1) AS \"lastError\"",
  again:
    "UPDATE webhook_delivery SET state = 'waiting', due_at_ms = $1, set_at_ms = $1, attempts = 0 WHERE webhook = $2 AND state = 'dead' AND ($3::text[] IS NULL OR id = ANY($3::text[])) RETURNING 1",
  sweep:
    "DELETE FROM webhook_delivery WHERE n IN (SELECT n FROM webhook_delivery WHERE state = 'done' AND due_at_ms < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1",
  forget: 'DELETE FROM webhook_delivery WHERE webhook = $1',
};

type Cursors = Pick<WebhookStore, 'cursor' | 'lastEvent' | 'eventsAfter' | 'enqueue'>;

/** See `WebhookStore`; several nodes may work on it at once. */
export function createWebhooks(database: Database, node: number): WebhookStore {
  return { ...createCursors(database), ...createDeliveries(database, node) };
}

function createCursors({ query, again }: Database): Cursors {
  return {
    cursor: async () => (await again<{ event: number }>(sql.cursor))[0]?.event ?? 0,
    lastEvent: async () => (await again<{ n: number }>(sql.last))[0]?.n ?? 0,
    eventsAfter: async (n, limit) => {
      const rows = await again<EventRow & { n: number; conversationId: ConversationId }>(
        sql.events,
        n,
        limit,
      );
      return rows.map((row): NumberedEvent => ({
        n: row.n,
        conversationId: row.conversationId,
        logged: readLogged(row),
      }));
    },
    enqueue: async (from, to, deliveries) => {
      const moved = await query(
        sql.enqueue,
        from,
        to,
        deliveries.map(({ id }) => id),
        deliveries.map(({ webhook }) => webhook),
        deliveries.map(({ topic }) => topic),
        deliveries.map(({ conversationId }) => conversationId),
        deliveries.map(({ event }) => event),
        deliveries.map(({ dueAtMs }) => dueAtMs),
      );
      return moved.length === 1;
    },
  };
}

function createDeliveries(
  { query, again }: Database,
  node: number,
): Omit<WebhookStore, keyof Cursors> {
  const cap = (error: string) => error.slice(0, errorLengthMax);
  return {
    claim: async (nowMs, limit, leaseMs) => {
      const rows = await query<DeliveryRow & EventRow>(
        sql.claim,
        nowMs,
        limit,
        nowMs + leaseMs,
        node,
        nowMs + limits.clocksDifferMaxMs,
      );
      return rows.map((row) => ({ ...toRow(row), logged: readLogged(row) }));
    },
    done: async (id) => void (await again(sql.end, 'done', null, id)),
    retry: async (id, nowMs, waitMs, error) =>
      void (await again(sql.later, nowMs + waitMs, nowMs, cap(error), id)),
    recover: async () => void (await again(sql.release, node)),
    bury: async (id, error) => void (await again(sql.end, 'dead', cap(error), id)),
    nextDueMs: async () =>
      (await again<{ dueAtMs: number | null }>(sql.next))[0]?.dueAtMs ?? undefined,
    list: (webhook, state, limit) => again<DeliveryRow>(sql.list, webhook, state, limit),
    counts: async (webhook) => {
      const [row] = await again<Counts>(sql.counts, webhook);
      return row ?? { waiting: 0, dead: 0, lastError: null };
    },
    replay: async (webhook, nowMs, ids) =>
      (await query(sql.again, nowMs, webhook, ids ?? null)).length,
    sweep: async (beforeMs, limit) => (await query(sql.sweep, beforeMs, limit)).length,
    forget: async (webhook) => void (await again(sql.forget, webhook)),
  };
}

interface Counts {
  readonly waiting: number;
  readonly dead: number;
  readonly lastError: string | null;
}

function toRow(row: DeliveryRow): DeliveryRow {
  const { id, webhook, topic, conversationId, dueAtMs, state, attempts, error } = row;
  return { id, webhook, topic, conversationId, dueAtMs, state, attempts, error };
}
