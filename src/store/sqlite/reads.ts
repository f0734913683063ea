import type { DatabaseSync } from 'node:sqlite';
import { decode } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationState } from '../../dialogue/index.ts';
import type { ConversationStore, Head } from '../ports.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import { many, one } from './rows.ts';

export type LogReads = Pick<
  ConversationStore,
  'load' | 'readVisible' | 'readAll' | 'heads' | 'findByCustomer' | 'findByVisitor' | 'unhandled'
>;

/** Reads see what is committed, and all of one call from one moment: nothing else runs on the connection meanwhile. */
export function createLogReads(database: DatabaseSync): LogReads {
  const of = (sql: string) => database.prepare(sql);
  const events = 'SELECT pos, seq, at_ms AS atMs, body FROM event';
  const here = 'conversation = (SELECT n FROM conversation WHERE id = ?)';
  const visible = of(`${events} WHERE ${here} AND seq > ? ORDER BY seq LIMIT ?`);
  const all = of(`${events} WHERE ${here} AND pos > ? ORDER BY pos LIMIT ?`);
  const heads = of(
    'SELECT id, version, seq FROM conversation WHERE id IN (SELECT value FROM json_each(?))',
  );
  // The latest is the one with the latest event; of two at the same moment, the younger.
  const latest = 'ORDER BY last_at_ms DESC, n DESC LIMIT 1';
  const byCustomer = of(`SELECT id FROM conversation WHERE customer_id = ? ${latest}`);
  const byCustomerOn = of(
    `SELECT id FROM conversation WHERE customer_id = ? AND channel = ? ${latest}`,
  );
  const byVisitor = of(`SELECT id FROM conversation WHERE visitor_id = ? ${latest}`);
  const unhandled = of(
    'SELECT id FROM conversation WHERE unhandled = 1 AND (last_at_ms < ? OR last_at_ms > ?) ORDER BY last_at_ms, n LIMIT ?',
  );
  return {
    load: createLoad(database),
    readVisible: async (id, after, limit) =>
      many<EventRow>(visible, id, after, limit).map(readLogged),
    readAll: async (id, after, limit) => many<EventRow>(all, id, after, limit).map(readLogged),
    heads: async (ids) => {
      const rows = many<Head & { id: ConversationId }>(heads, JSON.stringify(ids));
      return new Map(rows.map(({ id, version, seq }) => [id, { version, seq }]));
    },
    findByCustomer: async (id, channel) =>
      channel === undefined
        ? one<{ id: ConversationId }>(byCustomer, id)?.id
        : one<{ id: ConversationId }>(byCustomerOn, id, channel)?.id,
    findByVisitor: async (id) => one<{ id: ConversationId }>(byVisitor, id)?.id,
    unhandled: async (beforeMs, limit, aheadMs = Number.MAX_SAFE_INTEGER) =>
      many<{ id: ConversationId }>(unhandled, beforeMs, aheadMs, limit).map(({ id }) => id),
  };
}

interface HeadRow {
  readonly n: number;
  readonly version: number;
  readonly seq: number;
  readonly snapshotVersion: number | null;
  readonly body: string | null;
}

function createLoad(database: DatabaseSync): LogReads['load'] {
  const head = database.prepare(
    'SELECT c.n, c.version, c.seq, s.version AS snapshotVersion, s.body FROM conversation c LEFT JOIN snapshot s ON s.conversation = c.n WHERE c.id = ?',
  );
  const tail = database.prepare(
    'SELECT pos, seq, at_ms AS atMs, body FROM event WHERE conversation = ? AND pos > ? ORDER BY pos',
  );
  return async (id) => {
    const row = one<HeadRow>(head, id);
    if (!row) return undefined;
    const snapshotVersion = row.snapshotVersion ?? 0;
    return {
      id,
      version: row.version,
      seq: row.seq,
      ...(row.body === null ? {} : { snapshot: decode<ConversationState>(row.body) }),
      snapshotVersion,
      tail: many<EventRow>(tail, row.n, snapshotVersion).map(readLogged),
    };
  };
}
