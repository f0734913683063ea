import { decode } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationState } from '../../dialogue/index.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import type { ConversationStore, Head, OwnConversation } from '../ports.ts';
import type { Database } from './connection.ts';

export type LogReads = Pick<
  ConversationStore,
  | 'load'
  | 'readVisible'
  | 'readAll'
  | 'heads'
  | 'findByCustomer'
  | 'findByVisitor'
  | 'unhandled'
  | 'own'
>;

const events = 'SELECT pos, seq, at_ms AS "atMs", body FROM event WHERE conversation = $1';
const sql = {
  visible: `${events} AND seq > $2 ORDER BY seq LIMIT $3`,
  all: `${events} AND pos > $2 ORDER BY pos LIMIT $3`,
  heads: 'SELECT id, version, seq FROM head WHERE id = ANY($1::text[])',
  unhandled:
    'SELECT h.id FROM head h JOIN conversation c ON c.id = h.id WHERE h.unhandled = 1 AND (h.last_at_ms < $1 OR h.last_at_ms > $3) ORDER BY h.last_at_ms, c.n LIMIT $2',
  // One statement sees one moment, where two would not.
  load: "SELECT h.version, h.seq, s.version AS \"snapshotVersion\", s.body, (SELECT json_agg(json_build_object('pos', e.pos, 'seq', e.seq, 'atMs', e.at_ms, 'body', e.body) ORDER BY e.pos) FROM event e WHERE e.conversation = h.id AND e.pos > coalesce(s.version, 0)) AS tail FROM head h LEFT JOIN snapshot s ON s.conversation = h.id WHERE h.id = $1",
};

/** The latest is the one with the latest event; of two at the same moment, the younger. */
const latest = 'ORDER BY h.last_at_ms DESC, c.n DESC LIMIT';
const latestBy = (where: string) =>
  `SELECT c.id FROM conversation c JOIN head h ON h.id = c.id WHERE ${where} ${latest} 1`;
const byCustomer = latestBy('c.customer_id = $1');
const byCustomerOn = latestBy('c.customer_id = $1 AND c.channel = $2');
const byVisitor = latestBy('c.visitor_id = $1');
const ownOf = (where: string) =>
  `SELECT c.id AS "conversationId", c.language, c.closed = 1 AS closed, h.last_at_ms AS "lastAtMs", h.seq FROM conversation c JOIN head h ON h.id = c.id WHERE ${where} ${latest} $2`;

interface Id {
  readonly id: ConversationId;
}

interface Loaded {
  readonly version: number;
  readonly seq: number;
  readonly snapshotVersion: number | null;
  readonly body: string | null;
  readonly tail: readonly EventRow[] | null;
}

/** Reads see what is committed on any node. */
export function createLogReads({ again }: Database): LogReads {
  return {
    load: async (id) => {
      const [row] = await again<Loaded>(sql.load, id);
      if (!row) return undefined;
      return {
        id,
        version: row.version,
        seq: row.seq,
        ...(row.body === null ? {} : { snapshot: decode<ConversationState>(row.body) }),
        snapshotVersion: row.snapshotVersion ?? 0,
        tail: (row.tail ?? []).map(readLogged),
      };
    },
    readVisible: async (id, after, limit) =>
      (await again<EventRow>(sql.visible, id, after, limit)).map(readLogged),
    readAll: async (id, after, limit) =>
      (await again<EventRow>(sql.all, id, after, limit)).map(readLogged),
    heads: async (ids) => {
      const rows = await again<Head & Id>(sql.heads, ids);
      return new Map(rows.map(({ id, version, seq }) => [id, { version, seq }]));
    },
    findByCustomer: async (id, channel) => {
      const rows =
        channel === undefined
          ? await again<Id>(byCustomer, id)
          : await again<Id>(byCustomerOn, id, channel);
      return rows[0]?.id;
    },
    findByVisitor: async (id) => (await again<Id>(byVisitor, id))[0]?.id,
    own: ({ visitorId, customerId }, limit) =>
      customerId === undefined
        ? again<OwnConversation>(
            ownOf('c.visitor_id = $1 AND c.customer_id IS NULL'),
            visitorId,
            limit,
          )
        : again<OwnConversation>(ownOf('c.customer_id = $1'), customerId, limit),
    unhandled: async (beforeMs, limit, aheadMs = Number.MAX_SAFE_INTEGER) =>
      (await again<Id>(sql.unhandled, beforeMs, limit, aheadMs)).map(({ id }) => id),
  };
}
