import { encode, Fault } from '../core/index.ts';
import { asksForTurn, isVisible } from '../dialogue/index.ts';
import type { LoggedEvent } from '../dialogue/index.ts';
import type { Place } from './place.ts';
import type { AppendRequest } from './ports.ts';

/** What an append changes, as text: made before the transaction, which then only writes. */
export interface Prepared {
  readonly request: AppendRequest;
  readonly bodies: readonly string[];
  readonly snapshot: string | undefined;
  readonly payloads: readonly string[];
}

/** A conversation as the guards and the numbering of an append see it. */
export interface Head extends Place {
  readonly version: number;
  readonly seq: number;
  readonly inputPos: number;
  readonly handledPos: number;
}

export function prepare(request: AppendRequest): Prepared {
  if (request.snapshot && request.expect === undefined) {
    throw new Fault('internal', 'an append with a snapshot must say which version it expects');
  }
  return {
    request,
    bodies: request.events.map(encode),
    snapshot: request.snapshot && encode(request.snapshot),
    // JSON has no undefined: a row without a payload carries null.
    payloads: (request.outbox ?? []).map((row) => encode(row.payload ?? null)),
  };
}

/** Gives each event its position and, when the customer may see it, the next sequence number. */
export function number(head: Head, request: AppendRequest): readonly LoggedEvent[] {
  let seq = head.seq;
  return request.events.map((event, index) => ({
    pos: head.version + index + 1,
    ...(isVisible(event) ? { seq: (seq += 1) } : {}),
    atMs: request.atMs,
    event,
  }));
}

export interface Moved {
  readonly version: number;
  readonly seq: number;
  readonly inputPos: number;
  readonly handledPos: number;
  readonly unhandled: 0 | 1;
}

/** The numbers of the conversation after these events. */
export function moved(
  head: Head,
  request: AppendRequest,
  events: readonly LoggedEvent[],
  place: Place,
): Moved {
  const inputPos = events.findLast(({ event }) => asksForTurn(event))?.pos ?? head.inputPos;
  const handledPos = request.snapshot?.handledPos ?? head.handledPos;
  return {
    version: head.version + events.length,
    seq: events.findLast((logged) => logged.seq !== undefined)?.seq ?? head.seq,
    inputPos,
    handledPos,
    unhandled: inputPos > handledPos && place.owner !== 'agent' ? 1 : 0,
  };
}

/** A line of a list on any screen. */
const previewLengthMax = 140;

export interface Preview {
  readonly line: string;
  readonly by: 'agent' | 'customer';
}

/** The latest words among these events, cut to a line. */
export function previewOf(events: readonly LoggedEvent[]): Preview | undefined {
  const last = events.findLast(
    ({ event }) => event.type === 'message.received' || event.type === 'agent.said',
  )?.event;
  if (last?.type !== 'message.received' && last?.type !== 'agent.said') return undefined;
  const line = last.text.replaceAll(/\s+/g, ' ').trim().slice(0, previewLengthMax);
  return { line, by: last.type === 'agent.said' ? 'agent' : 'customer' };
}

/** Enough for every team's recent history; older ones tell nobody anything. */
export const waitsKept = 20_000;

export interface EndedWait {
  readonly queue: string;
  readonly priority: number;
  readonly waitedMs: number;
  readonly atMs: number;
}

/** How long who is taken from the queue by these events has waited, for those who wait after them. */
export function waitEnded(head: Head, events: readonly LoggedEvent[]): EndedWait | undefined {
  if (head.owner !== 'queue' || head.queue === null || head.priority === null) return undefined;
  const accepted = events.find(({ event }) => event.type === 'handoff.accepted');
  if (!accepted) return undefined;
  const waitedMs = Math.max(0, accepted.atMs - head.sinceMs);
  return { queue: head.queue, priority: head.priority, waitedMs, atMs: accepted.atMs };
}
