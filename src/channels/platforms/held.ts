import type { ConversationId } from '../../core/index.ts';
import type { RecordStore } from '../../store/index.ts';

/** Words that a platform's rules do not let us send now. */
export interface HeldWords {
  readonly pos: number;
  /** The part of them that is next. */
  readonly from: number;
  /** The part before which they end; undefined: all that follow. */
  readonly to?: number;
}

export interface Held {
  /** In the order in which they were said. */
  readonly words: readonly HeldWords[];
  /** The customer's message after which we invited them to write again: once for each. */
  readonly invitedSinceMs?: number;
  /** When something else was last sent instead of the words, by its name. */
  readonly instead?: { readonly [way: string]: number };
}

const heldKind = 'platform-held';
/** More than a conversation collects while nobody answers; of more, the oldest stay in the log only. */
const heldMax = 100;
const nothingHeld: Held = { words: [] };

export async function heldOf(records: RecordStore, id: ConversationId): Promise<Held> {
  return parsed(await records.get(heldKind, id));
}

/** Keeps words for later, once; false when they wait already. */
export async function holdBack(
  records: RecordStore,
  id: ConversationId,
  words: HeldWords,
): Promise<boolean> {
  let isNew = false;
  await change(records, id, (held) => {
    isNew = !held.words.some((one) => covers(one, words));
    if (!isNew) return held;
    const all = [...held.words, words].sort((a, b) => a.pos - b.pos || a.from - b.from);
    return { ...held, words: all.slice(-heldMax) };
  });
  return isNew;
}

/** The words at this place go on with their part `from`; undefined: they wait no longer. */
export function moveHeld(
  records: RecordStore,
  id: ConversationId,
  words: HeldWords,
  from: number | undefined,
): Promise<void> {
  return change(records, id, (held) => ({
    ...held,
    words: held.words.flatMap((one) => {
      if (one.pos !== words.pos || one.from !== words.from) return [one];
      return from === undefined ? [] : [{ ...one, from }];
    }),
  }));
}

export function keepInvited(
  records: RecordStore,
  id: ConversationId,
  invitedSinceMs: number,
  atMs: number,
): Promise<void> {
  return change(records, id, ({ instead, ...held }) => ({
    ...held,
    invitedSinceMs,
    instead: { ...instead, template: atMs },
  }));
}

/** Takes the right to send something instead, for so long; false while it is taken. */
export async function markInstead(
  records: RecordStore,
  id: ConversationId,
  way: string,
  { atMs, everyMs }: { readonly atMs: number; readonly everyMs: number },
): Promise<boolean> {
  let isMine = false;
  await change(records, id, (held) => {
    const last = held.instead?.[way];
    isMine = last === undefined || atMs - last >= everyMs;
    return isMine ? { ...held, instead: { ...held.instead, [way]: atMs } } : held;
  });
  return isMine;
}

/** It was not sent after all. */
export function unmarkInstead(
  records: RecordStore,
  id: ConversationId,
  way: string,
  atMs: number,
): Promise<void> {
  return change(records, id, (held) => {
    const { [way]: marked, ...instead } = held.instead ?? {};
    return marked === atMs ? { ...held, instead } : held;
  });
}

function covers(one: HeldWords, other: HeldWords): boolean {
  return one.pos === other.pos && one.from <= other.from && other.from < (one.to ?? Infinity);
}

/** A delivery and a platform's later word of a failure may both change it. */
async function change(
  records: RecordStore,
  id: ConversationId,
  make: (held: Held) => Held,
): Promise<void> {
  for (;;) {
    const former = await records.get(heldKind, id);
    const body = JSON.stringify(make(parsed(former)));
    if (former === body || (former === undefined && body === JSON.stringify(nothingHeld))) return;
    const isKept =
      former === undefined
        ? await records.insert(heldKind, id, body)
        : await records.replace(heldKind, id, former, body);
    if (isKept) return;
  }
}

function parsed(body: string | undefined): Held {
  return body === undefined ? nothingHeld : (JSON.parse(body) as Held);
}
