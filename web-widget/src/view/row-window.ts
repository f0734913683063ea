import type { ChatState } from '../chat/index.ts';
import { keepSame, toRows } from './rows.ts';
import type { Row } from './rows.ts';
import { dayNumber } from './texts.ts';

/** Rows that leave at once: one at a time would have the browser move and paint all the others at every message. */
const leaveTogether = 50;
/** More than are meant to be shown may stand while somebody reads further up: nothing is taken away from above their eyes. */
const readingMore = 300;

export interface RowsOf {
  readonly chat: ChatState;
  /** At most so many are drawn. */
  readonly shown: number;
  readonly rating: boolean;
}

/** The newest rows of a conversation however long, and the same object for each that shows the same as before. */
export interface RowWindow {
  /** `atEnd`: the newest is being looked at, so that those at the top can leave. */
  rows(of: RowsOf, atEnd: boolean): readonly Row[];
  /** There are older events than those that `rows` gave. */
  readonly cut: boolean;
}

export function createRowWindow(): RowWindow {
  let former: readonly Row[] = [];
  /** First seq that is drawn. */
  let from = 0;
  let cut = false;
  let most = 0;
  const dayOf = (atMs: number) => String(dayNumber(atMs));
  return {
    rows({ chat, shown, rating }, atEnd) {
      const { transcript, outgoing, readSeq, secret } = chat;
      const { events, last } = transcript;
      const room = atEnd ? shown : shown + readingMore;
      // More is wanted, or it is another conversation: begin anew.
      if (shown > most || last < from) from = last - shown + 1;
      else if (last - from >= room) from = last - shown + 1 + leaveTogether;
      from = Math.max(from, transcript.from);
      most = shown;
      const start = from - transcript.from;
      cut = start > 0;
      const rows = toRows(events.slice(start), outgoing, dayOf, { readSeq, secret, rating });
      former = keepSame(former, rows);
      return former;
    },
    get cut() {
      return cut;
    },
  };
}
