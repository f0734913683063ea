import type { ConversationId } from '../../core/index.ts';
import type { RetentionStore } from '../retention-ports.ts';
import type { Database } from './connection.ts';

interface Row {
  readonly n: number;
  readonly id: ConversationId;
  readonly lastAtMs: number;
  readonly isIdle: boolean;
}

const sql = {
  stretch:
    "SELECT c.n, c.id, h.last_at_ms AS \"lastAtMs\", (c.closed = 1 OR c.owner = 'bot') AND NOT starts_with(c.visitor_id, 'erased-') AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation = c.id AND o.state = 'open') AS \"isIdle\" FROM conversation c JOIN head h ON h.id = c.id WHERE c.n > $1 ORDER BY c.n LIMIT $2",
  keys: 'DELETE FROM accepted a USING head h WHERE a.conversation = h.id AND h.id = ANY($1::text[]) AND h.last_at_ms < $2 RETURNING 1',
  rows: 'SELECT n FROM outbox WHERE n > $1 ORDER BY n LIMIT $2',
  doneWork:
    "DELETE FROM outbox WHERE n > $1 AND n <= $2 AND state = 'done' AND greatest(order_at_ms, due_at_ms) < $3 RETURNING 1",
  dead: "DELETE FROM webhook_delivery WHERE n IN (SELECT n FROM webhook_delivery WHERE state = 'dead' AND due_at_ms < $1 ORDER BY n LIMIT $2) RETURNING 1",
};

/** See `RetentionStore`. What was erased is known by its visitor, who is nobody. */
export function createRetention({ query, again }: Database): RetentionStore {
  return {
    conversations: async (after, length, { quietBeforeMs, keysBeforeMs }) => {
      const rows = await again<Row>(sql.stretch, after, length);
      const old = rows.filter(({ lastAtMs }) => lastAtMs < keysBeforeMs).map(({ id }) => id);
      const removed = old.length === 0 ? [] : await query(sql.keys, old, keysBeforeMs);
      const quiet = rows
        .filter(({ lastAtMs, isIdle }) => isIdle && lastAtMs < quietBeforeMs)
        .map(({ id, lastAtMs }) => ({ conversationId: id, lastAtMs }));
      const next = rows.length < length ? undefined : rows.at(-1)?.n;
      return { quiet, keys: removed.length, next };
    },
    work: async (after, length, beforeMs) => {
      const rows = await again<{ n: number }>(sql.rows, after, length);
      const last = rows.at(-1)?.n;
      const done = last === undefined ? [] : await query(sql.doneWork, after, last, beforeMs);
      const dead = await query(sql.dead, beforeMs, length);
      const next = rows.length < length ? undefined : last;
      return { removed: done.length + dead.length, next };
    },
  };
}
