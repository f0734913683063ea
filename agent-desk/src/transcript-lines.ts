import { dayOf } from './format.ts';
import type { DeskEvent } from './protocol.ts';
import { isSmallTalk } from './status.ts';
import type { StatusEvent } from './status.ts';
import type { Outgoing, Thread } from './threads.ts';

export type Spoken = Exclude<DeskEvent, StatusEvent>;

/**
 * What a transcript draws: events, status lines in a row as one block, days, and what is on its way. `pos` is the last
 * position of the log in it; it never falls from one line to the next.
 */
export type Line = { readonly key: string; readonly pos: number } & (
  | { readonly kind: 'day'; readonly atMs: number }
  | { readonly kind: 'statuses'; readonly events: readonly StatusEvent[] }
  | {
      readonly kind: 'event';
      readonly event: Spoken;
      readonly first: boolean;
      readonly answer: string | null;
    }
  | { readonly kind: 'mark'; readonly seen: boolean }
  | { readonly kind: 'outgoing'; readonly entry: Outgoing }
  | { readonly kind: 'typing' }
);

/** Behind everything that the log has. */
const toCome = Number.POSITIVE_INFINITY;

export type Said = Pick<Thread, 'events' | 'outgoing' | 'typing' | 'readSeq'>;

export function linesOf(said: Said): readonly Line[] {
  const { events, outgoing } = said;
  const lines: Line[] = [];
  let day = '';
  let speaker = '';
  for (const [index, event] of events.entries()) {
    if (event.type === 'status' && isSmallTalk(event)) continue;
    const { pos, atMs } = event;
    if (dayOf(atMs) !== day) {
      day = dayOf(atMs);
      speaker = '';
      lines.push({ kind: 'day', key: `day${day}`, pos, atMs });
    }
    if (event.type === 'status') {
      addStatus(lines, event);
      continue;
    }
    const now = 'agentName' in event ? `${event.type} ${event.agentName}` : event.type;
    const lastIsSpoken = lines.at(-1)?.kind === 'event';
    const first = now !== speaker || !lastIsSpoken;
    speaker = now;
    const answer = event.type === 'bot' ? answerTo(events, index) : null;
    lines.push({ kind: 'event', key: `e${pos}`, pos, event, first, answer });
  }
  const mark = readMark(said);
  if (mark) lines.push(mark);
  for (const entry of outgoing)
    lines.push({ kind: 'outgoing', key: entry.cid, pos: toCome, entry });
  if (said.typing) lines.push({ kind: 'typing', key: 'typing', pos: toCome });
  return lines;
}

function addStatus(lines: Line[], event: StatusEvent): void {
  const { pos } = event;
  const last = lines.at(-1);
  if (last?.kind === 'statuses') {
    lines[lines.length - 1] = { ...last, pos, events: [...last.events, event] };
  } else lines.push({ kind: 'statuses', key: `e${pos}`, pos, events: [event] });
}

/** Under the last reply, until the customer answers: an answer says more than a mark. */
function readMark({ events, readSeq }: Said): Line | null {
  const last = events.findLast(({ type }) => type === 'agent' || type === 'customer');
  if (last?.type !== 'agent' || last.seq === undefined) return null;
  return { kind: 'mark', key: 'mark', pos: toCome, seen: last.seq <= readSeq };
}

/** The customer's next words, if nobody else spoke before. */
function answerTo(events: readonly DeskEvent[], index: number): string | null {
  for (let at = index + 1; at < events.length; at += 1) {
    const event = events[at];
    if (event?.type === 'customer') return event.text;
    if (event?.type === 'bot' || event?.type === 'agent') return null;
  }
  return null;
}
