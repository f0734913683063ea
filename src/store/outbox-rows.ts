import { decode } from '../core/index.ts';
import type { ConversationId } from '../core/index.ts';
import type { OutboxRow } from './ports.ts';

/** A row of the outbox as both databases give it. */
export interface StoredOutboxRow {
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
export const isFirstInLine =
  "NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'open' AND p.conversation = o.conversation AND p.kind = o.kind AND (p.order_at_ms, p.n) < (o.order_at_ms, o.n))";

export function toOutboxRow(stored: StoredOutboxRow): OutboxRow {
  const { n: _, payload, ...row } = stored;
  return { ...row, payload: decode<unknown>(payload) };
}

export function capReason(error: string): string {
  return error.slice(0, errorLengthMax);
}
