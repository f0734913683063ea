import type { DatabaseSync } from 'node:sqlite';
import type { ConversationId } from '../../core/index.ts';
import type { RetentionStore } from '../retention-ports.ts';
import { many } from './rows.ts';
import type { Writer } from './writer.ts';

interface Row {
  readonly n: number;
  readonly id: ConversationId;
  readonly lastAtMs: number;
  readonly isIdle: 0 | 1;
}

/** See `RetentionStore`. What was erased is known by its visitor, who is nobody. */
export function createRetention(database: DatabaseSync, writer: Writer): RetentionStore {
  const of = (sql: string) => database.prepare(sql);
  const stretch = of(
    "SELECT n, id, last_at_ms AS lastAtMs, (closed = 1 OR owner = 'bot') AND substr(visitor_id, 1, 7) <> 'erased-' AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation = c.n AND state = 'open') AS isIdle FROM conversation c WHERE n > ? ORDER BY n LIMIT ?",
  );
  const keys = of('DELETE FROM accepted WHERE conversation = ?');
  const rowsOf = of('SELECT n FROM outbox WHERE n > ? ORDER BY n LIMIT ?');
  const doneWork = of(
    "DELETE FROM outbox WHERE n > ? AND n <= ? AND state = 'done' AND max(order_at_ms, due_at_ms) < ?",
  );
  const dead = of(
    "DELETE FROM webhook_delivery WHERE n IN (SELECT n FROM webhook_delivery WHERE state = 'dead' AND due_at_ms < ? ORDER BY n LIMIT ?)",
  );
  return {
    conversations: (after, length, { quietBeforeMs, keysBeforeMs }) =>
      writer.write(() => {
        const rows = many<Row>(stretch, after, length);
        let removed = 0;
        for (const { n, lastAtMs } of rows) {
          if (lastAtMs < keysBeforeMs) removed += Number(keys.run(n).changes);
        }
        const quiet = rows
          .filter(({ lastAtMs, isIdle }) => isIdle === 1 && lastAtMs < quietBeforeMs)
          .map(({ id, lastAtMs }) => ({ conversationId: id, lastAtMs }));
        return { quiet, keys: removed, next: rows.length < length ? undefined : rows.at(-1)?.n };
      }),
    work: (after, length, beforeMs) =>
      writer.write(() => {
        const rows = many<{ n: number }>(rowsOf, after, length);
        const last = rows.at(-1)?.n;
        const removed =
          (last === undefined ? 0 : Number(doneWork.run(after, last, beforeMs).changes)) +
          Number(dead.run(beforeMs, length).changes);
        return { removed, next: rows.length < length ? undefined : last };
      }),
  };
}
