import type { Block, OutgoingShown, WireEvent } from '../chat/index.ts';

/** One line of the transcript as it is drawn. `key` stays the same when an unsent message becomes a stored one. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | {
      readonly kind: 'notice';
      readonly key: string;
      readonly notice: Notice;
      readonly name?: string;
    }
  | MessageRow;

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly atMs: number;
  readonly from: 'customer' | 'bot' | 'agent';
  readonly blocks: readonly Block[];
  readonly name?: string;
  /** Begins a run of messages by the same speaker. */
  readonly first: boolean;
  /** Of a message that is not in the log yet. */
  readonly sending?: OutgoingShown;
  /** Its choices and forms may be answered. */
  readonly live: boolean;
  /** Words with which the customer went on: marks the choice that was taken. */
  readonly answer?: string;
}

export type Notice =
  | 'queued'
  | 'accepted'
  | 'returned'
  | 'closed'
  | 'identified'
  | 'signed_out'
  | 'code_passed'
  | 'code_wrong'
  | 'code_expired'
  | 'code_locked';

/** Who the customer is talking to, as far as the held events tell. */
export interface Counterpart {
  readonly by: 'bot' | 'queue' | 'agent';
  readonly name?: string;
}

export function counterpart(events: readonly WireEvent[]): Counterpart {
  for (const event of events.toReversed()) {
    if (event.type === 'message' && event.from === 'agent') {
      return { by: 'agent', name: event.agentName };
    }
    if (event.type !== 'handoff') continue;
    if (event.state === 'queued') return { by: 'queue' };
    if (event.state !== 'accepted') return { by: 'bot' };
    return event.agentName === undefined ? { by: 'agent' } : { by: 'agent', name: event.agentName };
  }
  return { by: 'bot' };
}

/**
 * The seq of the bot message whose choices or form may be answered: the latest one, as long as the customer
 * has not gone on in words and no person has taken over.
 */
export function liveSeq(
  events: readonly WireEvent[],
  outgoing: readonly OutgoingShown[],
): number | undefined {
  if (outgoing.some((item) => item.state !== 'failed')) return undefined;
  for (const event of events.toReversed()) {
    if (event.type === 'message') {
      if (event.from === 'customer') return undefined;
      if (event.from === 'bot' && event.blocks.some(isInteractive)) return event.seq;
    } else if (event.type === 'handoff' && event.state === 'accepted') return undefined;
    else if (event.type === 'code' && event.result !== 'wrong' && event.result !== 'not_sent') {
      return undefined;
    }
  }
  return undefined;
}

function isInteractive(block: Block): boolean {
  return block.type === 'choices' || block.type === 'form';
}

/** Rows in order: stored events, then what is on its way. `dayOf` names the calendar day of a time. */
export function toRows(
  events: readonly WireEvent[],
  outgoing: readonly OutgoingShown[],
  dayOf: (atMs: number) => string,
): readonly Row[] {
  const rows: Row[] = [];
  const live = liveSeq(events, outgoing);
  let day = '';
  let speaker = '';
  const push = (row: Row, atMs: number) => {
    const today = dayOf(atMs);
    if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}`, atMs });
      speaker = '';
    }
    day = today;
    const by = row.kind === 'message' ? `${row.from} ${row.name ?? ''}` : '';
    rows.push(row.kind === 'message' ? { ...row, first: by !== speaker } : row);
    speaker = by;
  };
  for (const event of events) {
    const row = toRow(event, event.seq === live);
    if (row) push(row, event.atMs);
  }
  for (const item of outgoing) {
    const { cid, atMs, text } = item.message;
    push({ ...customerRow(cid, atMs, text), sending: item }, atMs);
  }
  return withAnswers(rows);
}

function customerRow(cid: string, atMs: number, text: string): MessageRow {
  const blocks = [{ type: 'text' as const, text }];
  return { kind: 'message', key: cid, atMs, from: 'customer', blocks, first: true, live: false };
}

function toRow(event: WireEvent, live: boolean): Row | undefined {
  const key = `seq-${event.seq}`;
  switch (event.type) {
    case 'message': {
      const { atMs, from } = event;
      if (from === 'customer') return customerRow(event.cid, atMs, event.text);
      const base = { kind: 'message' as const, key, atMs, from, first: true, live };
      return from === 'bot'
        ? { ...base, blocks: event.blocks }
        : { ...base, blocks: [{ type: 'text', text: event.text }], name: event.agentName };
    }
    case 'handoff': {
      const name = event.agentName;
      return { kind: 'notice', key, notice: event.state, ...(name !== undefined && { name }) };
    }
    case 'identity':
      return { kind: 'notice', key, notice: event.customer ? 'identified' : 'signed_out' };
    case 'code':
      // That a code could not be sent is said by the bot in full.
      if (event.result === 'not_sent') return undefined;
      return { kind: 'notice', key, notice: `code_${event.result}` };
    default:
      return undefined;
  }
}

/** Tells each bot message with choices what the customer said next. */
function withAnswers(rows: readonly Row[]): readonly Row[] {
  let answer: string | undefined;
  const answered: Row[] = [];
  for (const row of rows.toReversed()) {
    if (row.kind === 'message' && row.from === 'customer') {
      const [block] = row.blocks;
      answer = block?.type === 'text' ? block.text : undefined;
    }
    const asks = row.kind === 'message' && row.blocks.some(isInteractive);
    answered.push(asks && answer !== undefined ? { ...row, answer } : row);
  }
  return answered.reverse();
}
