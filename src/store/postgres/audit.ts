import type { ConversationId } from '../../core/index.ts';
import type { AuditPlace, AuditQuery, AuditRow, AuditStore } from '../audit-ports.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import type { Database, Run, SqlValue } from './connection.ts';
import { horizon } from './horizon.ts';

const none: AuditPlace = { n: 0, hash: '' };
const columns = 'n, at_ms AS "atMs", kind, actor, subject, details, previous, hash';

const sql = {
  last: 'SELECT n, hash FROM audit_entry ORDER BY n DESC LIMIT 1',
  anchor: 'SELECT n, hash FROM audit_anchor WHERE one = 1',
  before: 'SELECT n, hash FROM audit_entry WHERE at_ms < $1 ORDER BY n DESC LIMIT 1',
  cursor: "SELECT event FROM follower WHERE name = 'audit'",
  lock: "SELECT event FROM follower WHERE name = 'audit' FOR UPDATE",
  move: "UPDATE follower SET event = $1 WHERE name = 'audit'",
  events: `SELECT e.n, e.conversation AS "conversationId", c.customer_id AS "customerId", e.pos, e.seq, e.at_ms AS "atMs", e.body FROM event e JOIN conversation c ON c.id = e.conversation WHERE e.n > $1 AND e.n < ${horizon} ORDER BY e.n LIMIT $2`,
  insert:
    'INSERT INTO audit_entry (n, at_ms, kind, actor, subject, details, previous, hash) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])',
  range: 'SELECT n, hash FROM audit_entry WHERE n <= $1 ORDER BY n LIMIT $2',
  remove: 'DELETE FROM audit_entry WHERE n <= $1',
  keep: 'INSERT INTO audit_anchor (one, n, hash) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET n = excluded.n, hash = excluded.hash',
};

/** See `AuditStore`. */
export function createAuditStore({ again, transaction }: Database): AuditStore {
  return {
    head: () => headOf(again),
    anchor: () => anchorOf(again),
    append: (expect, rows, follow) =>
      transaction(async (run) => {
        const [at] = await run<{ event: number }>(sql.lock);
        const head = await headOf(run);
        if (head.n !== expect.n || head.hash !== expect.hash) return false;
        if (follow && at?.event !== follow.from) return false;
        if (rows.length > 0) await run(sql.insert, ...columnsOf(rows));
        if (follow) await run(sql.move, follow.to);
        return true;
      }),
    read: (query) => readEntries(again, query),
    cursor: async () => (await again<{ event: number }>(sql.cursor))[0]?.event ?? 0,
    eventsAfter: async (n, limit) => {
      const rows = await again<
        EventRow & { n: number; conversationId: ConversationId; customerId: string | null }
      >(sql.events, n, limit);
      return rows.map((row) => ({
        n: row.n,
        conversationId: row.conversationId,
        customerId: row.customerId,
        logged: readLogged(row),
      }));
    },
    prune: (n, limit) =>
      transaction(async (run) => {
        await run(sql.lock);
        const rows = await run<AuditPlace>(sql.range, n, limit);
        const last = rows.at(-1);
        if (!last) return 0;
        await run(sql.keep, last.n, last.hash);
        await run(sql.remove, last.n);
        return rows.length;
      }),
    lastBefore: async (atMs) => (await again<AuditPlace>(sql.before, atMs))[0],
  };
}

async function anchorOf(run: Run): Promise<AuditPlace> {
  return (await run<AuditPlace>(sql.anchor))[0] ?? none;
}

async function headOf(run: Run): Promise<AuditPlace> {
  return (await run<AuditPlace>(sql.last))[0] ?? (await anchorOf(run));
}

function columnsOf(rows: readonly AuditRow[]): SqlValue[] {
  return [
    rows.map(({ n }) => n),
    rows.map(({ atMs }) => atMs),
    rows.map(({ kind }) => kind),
    rows.map(({ actor }) => actor),
    rows.map(({ subject }) => subject),
    rows.map(({ details }) => details),
    rows.map(({ previous }) => previous),
    rows.map(({ hash }) => hash),
  ];
}

function readEntries(run: Run, query: AuditQuery): Promise<readonly AuditRow[]> {
  const { after, limit, kind, actor, subject, fromMs, untilMs } = query;
  const values: SqlValue[] = [after];
  const wheres = ['n > $1'];
  const where = (condition: (at: string) => string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    values.push(value);
    wheres.push(condition(`$${values.length}`));
  };
  where((at) => ((kind ?? '').endsWith('.') ? `starts_with(kind, ${at})` : `kind = ${at}`), kind);
  where((at) => `actor = ${at}`, actor);
  where((at) => `subject = ${at}`, subject);
  where((at) => `at_ms >= ${at}`, fromMs);
  where((at) => `at_ms < ${at}`, untilMs);
  values.push(limit);
  return run<AuditRow>(
    `SELECT ${columns} FROM audit_entry WHERE ${wheres.join(' AND ')} ORDER BY n LIMIT $${values.length}`,
    ...values,
  );
}
