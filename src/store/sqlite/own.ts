import type { DatabaseSync } from 'node:sqlite';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationStore } from '../ports.ts';
import { many } from './rows.ts';

interface Row {
  readonly id: ConversationId;
  readonly language: string;
  readonly closed: 0 | 1;
  readonly lastAtMs: number;
  readonly seq: number;
}

const columns = 'id, language, closed, last_at_ms AS lastAtMs, seq';

/** A customer's conversations are the customer's from every device; an anonymous one is its visitor's. */
export function createOwnReads(database: DatabaseSync): Pick<ConversationStore, 'own'> {
  const of = (where: string) =>
    database.prepare(
      `SELECT ${columns} FROM conversation WHERE ${where} ORDER BY last_at_ms DESC, n DESC LIMIT ?`,
    );
  const ofCustomer = of('customer_id = ?');
  const ofVisitor = of('visitor_id = ? AND customer_id IS NULL');
  return {
    own: async ({ visitorId, customerId }, limit) => {
      const rows =
        customerId === undefined
          ? many<Row>(ofVisitor, visitorId, limit)
          : many<Row>(ofCustomer, customerId, limit);
      return rows.map(({ id, closed, ...row }) => ({
        ...row,
        conversationId: id,
        closed: closed === 1,
      }));
    },
  };
}
