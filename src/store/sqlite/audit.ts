import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ConversationId } from '../../core/index.ts';
import type { AuditPlace, AuditQuery, AuditRow, AuditStore } from '../audit-ports.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import { many, one } from './rows.ts';
import type { Writer } from './writer.ts';

const follower = 'audit';
const columns = 'n, at_ms AS atMs, kind, actor, subject, details, previous, hash';
const none: AuditPlace = { n: 0, hash: '' };

/** See `AuditStore`. */
export function createAuditStore(database: DatabaseSync, writer: Writer): AuditStore {
  const of = (sql: string) => database.prepare(sql);
  const last = of('SELECT n, hash FROM audit_entry ORDER BY n DESC LIMIT 1');
  const anchored = of('SELECT n, hash FROM audit_anchor WHERE one = 1');
  const before = of('SELECT n, hash FROM audit_entry WHERE at_ms < ? ORDER BY n DESC LIMIT 1');
  const followed = of('SELECT event FROM follower WHERE name = ?');
  const events = of(
    'SELECT e.n, c.id AS conversationId, c.customer_id AS customerId, e.pos, e.seq, e.at_ms AS atMs, e.body FROM event e JOIN conversation c ON c.n = e.conversation WHERE e.n > ? ORDER BY e.n LIMIT ?',
  );
  const anchor = (): AuditPlace => one<AuditPlace>(anchored) ?? none;
  const cursor = (): number => one<{ event: number }>(followed, follower)?.event ?? 0;
  const head = (): AuditPlace => one<AuditPlace>(last) ?? anchor();
  return {
    head: async () => ({ ...head() }),
    anchor: async () => ({ ...anchor() }),
    append: createAuditAppend(database, writer, { head, cursor }),
    read: async (query) => readEntries(database, query),
    cursor: async () => cursor(),
    eventsAfter: async (n, limit) =>
      many<EventRow & { n: number; conversationId: ConversationId; customerId: string | null }>(
        events,
        n,
        limit,
      ).map((row) => ({
        n: row.n,
        conversationId: row.conversationId,
        customerId: row.customerId,
        logged: readLogged(row),
      })),
    prune: createPrune(database, writer),
    lastBefore: async (atMs) => one<AuditPlace>(before, atMs),
  };
}

function createAuditAppend(
  database: DatabaseSync,
  writer: Writer,
  at: { readonly head: () => AuditPlace; readonly cursor: () => number },
): AuditStore['append'] {
  const insert = database.prepare(
    'INSERT INTO audit_entry (n, at_ms, kind, actor, subject, details, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const move = database.prepare(
    'INSERT INTO follower (name, event) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET event = excluded.event',
  );
  return (expect, rows, follow) =>
    writer.write(() => {
      const { n, hash } = at.head();
      if (n !== expect.n || hash !== expect.hash) return false;
      if (follow && at.cursor() !== follow.from) return false;
      for (const row of rows) {
        const { kind, actor, subject, details, previous } = row;
        insert.run(row.n, row.atMs, kind, actor, subject, details, previous, row.hash);
      }
      if (follow) move.run(follower, follow.to);
      return true;
    });
}

function createPrune(database: DatabaseSync, writer: Writer): AuditStore['prune'] {
  const range = database.prepare('SELECT n, hash FROM audit_entry WHERE n <= ? ORDER BY n LIMIT ?');
  const remove = database.prepare('DELETE FROM audit_entry WHERE n <= ?');
  const keep = database.prepare(
    'INSERT INTO audit_anchor (one, n, hash) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET n = excluded.n, hash = excluded.hash',
  );
  return (n, limit) =>
    writer.write(() => {
      const rows = many<AuditPlace>(range, n, limit);
      const lastGone = rows.at(-1);
      if (!lastGone) return 0;
      keep.run(lastGone.n, lastGone.hash);
      remove.run(lastGone.n);
      return rows.length;
    });
}

function readEntries(database: DatabaseSync, query: AuditQuery): readonly AuditRow[] {
  const { after, limit, kind, actor, subject, fromMs, untilMs } = query;
  const wheres = ['n > ?'];
  const values: SQLInputValue[] = [after];
  const where = (sql: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    wheres.push(sql);
    values.push(value);
  };
  const isFamily = kind?.endsWith('.') ?? false;
  where(isFamily ? 'substr(kind, 1, length(?)) = ?' : 'kind = ?', kind);
  if (isFamily && kind !== undefined) values.push(kind);
  where('actor = ?', actor);
  where('subject = ?', subject);
  where('at_ms >= ?', fromMs);
  where('at_ms < ?', untilMs);
  const statement = database.prepare(
    `SELECT ${columns} FROM audit_entry WHERE ${wheres.join(' AND ')} ORDER BY n LIMIT ?`,
  );
  return many<AuditRow>(statement, ...values, limit).map((row) => ({ ...row }));
}
