import { Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { LoggedEvent } from '../../dialogue/index.ts';
import type { WireEvent } from '../../protocol/index.ts';
import type { ConversationReads, WebLimits } from './ports.ts';
import { toWireEvent } from './wire-event.ts';

/** Where a reader goes on: behind what it has, or afresh behind `after` because what it has is worth nothing. */
export interface ResumePoint {
  readonly reset: boolean;
  readonly after: number;
}

export interface Cursor {
  readonly after: number;
  /** Of the store in which `after` was seen; '' when nothing was seen. */
  readonly epoch: string;
}

/**
 * A reset when the number is of another store, beyond its head (a restored backup), or too far behind
 * to be worth catching up with; then the last `resetTailLength` events are enough to go on with.
 */
export function resumePoint(
  cursor: Cursor,
  head: { readonly seq: number; readonly epoch: string },
  limits: Pick<WebLimits, 'resumeEventsMax' | 'resetTailLength'>,
): ResumePoint {
  const sawNothing = cursor.epoch === '' && cursor.after === 0;
  const isOther = !sawNothing && cursor.epoch !== head.epoch;
  const isTooFar = head.seq - cursor.after > limits.resumeEventsMax;
  if (!isOther && !isTooFar && cursor.after <= head.seq)
    return { reset: false, after: cursor.after };
  return { reset: true, after: Math.max(0, head.seq - limits.resetTailLength) };
}

/** A page of visible events behind `after`. The store promises that their numbers have no gap; here it is checked, because a client that is shown a gap asks for it for ever. */
export async function readPage(
  conversations: ConversationReads,
  id: ConversationId,
  after: number,
  length: number,
): Promise<readonly WireEvent[]> {
  const logged = await conversations.readVisible(id, after, length);
  return logged.map((event, index) => visibleAt(event, after + index + 1));
}

function visibleAt(logged: LoggedEvent, seq: number): WireEvent {
  const event = toWireEvent(logged);
  if (event?.seq === seq) return event;
  throw new Fault(
    'internal',
    `the log shows no visible event number ${seq} where there must be one`,
  );
}

export async function headSeq(
  conversations: ConversationReads,
  id: ConversationId,
): Promise<number> {
  return (await conversations.heads([id])).get(id)?.seq ?? 0;
}
