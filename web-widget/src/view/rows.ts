import type { Block, FileRef, OutgoingShown, SecretShown, WireEvent } from '../chat/index.ts';

/** One line of the transcript as it is drawn. `key` stays the same when an unsent message becomes a stored one. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | {
      readonly kind: 'notice';
      readonly key: string;
      readonly notice: Notice;
      readonly name?: string;
    }
  | RateRow
  | MessageRow;

/** Asks how a person's help was; once answered it thanks. */
export interface RateRow {
  readonly kind: 'rate';
  readonly key: string;
  readonly state: 'asked' | 'sending' | 'given';
  readonly score?: number;
}

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly atMs: number;
  readonly from: 'customer' | 'bot' | 'agent';
  readonly blocks: readonly Block[];
  readonly name?: string;
  /** Begins a run of messages by the same speaker. */
  readonly first: boolean;
  /** Ends one: its time is always to be seen. */
  readonly last: boolean;
  readonly files?: readonly FileRef[];
  /** Of a message that is not in the log yet. */
  readonly sending?: OutgoingShown;
  /** Of the customer's latest message: whether the agent has seen it. */
  readonly receipt?: 'delivered' | 'read';
  /** How the check of this live form's code stands. */
  readonly secret?: SecretShown;
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
  // From the end, without a copy: this is asked at every change, however long the conversation is.
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (!event) continue;
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
  return block.type === 'choices' || block.type === 'form' || block.type === 'file_request';
}

/** What rows depend on beside the events. */
export interface RowsAround {
  readonly readSeq?: number;
  readonly secret?: SecretShown | undefined;
  /** A rating is on its way. */
  readonly rating?: boolean;
}

/** Rows in order: stored events, then what is on its way. `dayOf` names the calendar day of a time. */
export function toRows(
  events: readonly WireEvent[],
  outgoing: readonly OutgoingShown[],
  dayOf: (atMs: number) => string,
  around: RowsAround = {},
): readonly Row[] {
  const rows: Writable<Row>[] = [];
  const live = liveSeq(events, outgoing);
  const rate = rateSeq(events);
  let quarter = Number.NaN;
  let day = '';
  let speaker = '';
  const push = (row: Writable<Row>, atMs: number) => {
    // No day begins amid a quarter of an hour, in any time zone: dates cost more than all the rest here.
    const now = Math.floor(atMs / 900_000);
    const today = now === quarter ? day : dayOf(atMs);
    if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}`, atMs });
      speaker = '';
    }
    quarter = now;
    day = today;
    const by = row.kind === 'message' ? `${row.from} ${row.name ?? ''}` : '';
    if (row.kind === 'message') row.first = by !== speaker;
    rows.push(row);
    speaker = by;
  };
  for (const event of events) {
    const row = toRow(event, event.seq === live);
    if (event.type === 'satisfaction') {
      if (event.seq === rate) push(rateRow(event, around.rating ?? false), event.atMs);
    } else if (row) {
      if (row.kind === 'message' && row.live && around.secret) row.secret = around.secret;
      push(row, event.atMs);
    }
  }
  for (const item of outgoing) {
    push({ ...customerRow(item.message), sending: item }, item.message.atMs);
  }
  lookBack(rows);
  withReceipt(rows, events, around.readSeq ?? 0);
  return rows;
}

/** While the rows are made. */
type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What a row can tell only from those after it: whether it ends a run, and what the customer answered. */
function lookBack(rows: readonly Writable<Row>[]): void {
  let next: Row | undefined;
  let answer: string | undefined;
  for (const row of rows.toReversed()) {
    if (row.kind === 'message') {
      row.last = next?.kind !== 'message' || next.first;
      const [block] = row.blocks;
      if (row.from === 'customer') answer = block?.type === 'text' ? block.text : undefined;
      if (answer !== undefined && row.blocks.some(isInteractive)) row.answer = answer;
    }
    next = row;
  }
}

function customerRow(message: {
  readonly cid: string;
  readonly atMs: number;
  readonly text: string;
  readonly files?: readonly FileRef[];
}): MessageRow {
  const { cid, atMs, text, files } = message;
  return {
    kind: 'message',
    key: cid,
    atMs,
    from: 'customer',
    blocks: textBlocks(text),
    first: true,
    last: false,
    live: false,
    ...(files && { files }),
  };
}

/** Files may come without a word. */
function textBlocks(text: string): readonly Block[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** The last question or answer about how it was; a question that the customer has gone on from is over. */
function rateSeq(events: readonly WireEvent[]): number | undefined {
  for (const event of events.toReversed()) {
    if (event.type === 'satisfaction') return event.seq;
    if (event.type === 'handoff' || (event.type === 'message' && event.from === 'customer')) {
      return undefined;
    }
  }
  return undefined;
}

function rateRow(event: Extract<WireEvent, { type: 'satisfaction' }>, rating: boolean): RateRow {
  const { seq, state, score } = event;
  const shown = state === 'asked' && rating ? 'sending' : state;
  const scored = score !== undefined && { score };
  return { kind: 'rate', key: `seq-${seq}`, state: shown, ...scored };
}

/** Marks the customer's latest message, as long as nobody has answered it: then that is plain. */
function withReceipt(
  rows: readonly Writable<Row>[],
  events: readonly WireEvent[],
  readSeq: number,
): void {
  const row = rows.findLast(({ kind }) => kind === 'message');
  if (row?.kind !== 'message' || row.from !== 'customer' || row.sending) return;
  const event = events.findLast((one) => one.type === 'message');
  row.receipt = event && event.seq <= readSeq ? 'read' : 'delivered';
}

/**
 * Takes the former object for each row that shows the same: a view that is given the same object need not be
 * drawn again.
 */
export function keepSame(former: readonly Row[], rows: readonly Row[]): readonly Row[] {
  const byKey = new Map(former.map((row) => [row.key, row]));
  return rows.map((row) => {
    const known = byKey.get(row.key);
    return known && isSame(known, row) ? known : row;
  });
}

function isSame(a: Row, b: Row): boolean {
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  for (const name in a) {
    const [one, other] = [a[name as keyof Row] as unknown, b[name as keyof Row] as unknown];
    if (one !== other && !(name === 'blocks' && sameText(one, other))) return false;
  }
  return true;
}

/** A person's words are wrapped in a block anew each time. */
function sameText(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b] as [readonly Block[], readonly Block[]];
  const [first] = one;
  const [second] = other;
  return (
    one.length === 1 &&
    other.length === 1 &&
    first?.type === 'text' &&
    second?.type === 'text' &&
    first.text === second.text
  );
}

function toRow(event: WireEvent, live: boolean): Writable<Row> | undefined {
  const key = `seq-${event.seq}`;
  switch (event.type) {
    case 'message': {
      const { atMs, from } = event;
      if (from === 'customer') return customerRow(event);
      const base = { kind: 'message' as const, key, atMs, from, first: true, last: false, live };
      return from === 'bot'
        ? { ...base, blocks: event.blocks }
        : {
            ...base,
            blocks: textBlocks(event.text),
            name: event.agentName,
            ...(event.files && { files: event.files }),
          };
    }
    case 'notice': {
      const { atMs, blocks } = event;
      const from = 'bot';
      return { kind: 'message', key, atMs, from, blocks, first: true, last: false, live: false };
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
