import { decode } from '../core/index.ts';
import type { ConversationEvent, LoggedEvent } from '../dialogue/index.ts';

export interface EventRow {
  readonly pos: number;
  readonly seq: number | null;
  readonly atMs: number;
  readonly body: string;
}

export function readLogged(row: EventRow): LoggedEvent {
  return {
    pos: row.pos,
    ...(row.seq === null ? {} : { seq: row.seq }),
    atMs: row.atMs,
    event: decode<ConversationEvent>(row.body),
  };
}
