import type { WireEvent } from './wire.ts';

/** The events held of one conversation: gapless from `from` to `last`. Never persisted: the service is the truth. */
export interface Transcript {
  /** Of the store they were seen in; '' before the first. */
  readonly epoch: string;
  /** First seq held; whatever is before it can be fetched. */
  readonly from: number;
  readonly last: number;
  readonly events: readonly WireEvent[];
}

export const emptyTranscript: Transcript = { epoch: '', from: 1, last: 0, events: [] };

/**
 * Takes events that follow the last one, ignores those already held and stops at the first hole:
 * `gap` asks the caller to subscribe again after `last`.
 */
export function append(
  transcript: Transcript,
  incoming: readonly WireEvent[],
): {
  readonly transcript: Transcript;
  readonly added: readonly WireEvent[];
  readonly gap: boolean;
} {
  const added: WireEvent[] = [];
  let last = transcript.last;
  let gap = false;
  for (const event of incoming) {
    if (event.seq <= last) continue;
    if (event.seq > last + 1) {
      gap = true;
      break;
    }
    added.push(event);
    last = event.seq;
  }
  if (added.length === 0) return { transcript, added, gap };
  const events = [...transcript.events, ...added];
  return { transcript: { ...transcript, last, events }, added, gap };
}

/** Forgets what was held and takes these events as the conversation's end. */
export function restart(
  epoch: string,
  from: number,
  events: readonly WireEvent[],
): {
  readonly transcript: Transcript;
  readonly added: readonly WireEvent[];
  readonly gap: boolean;
} {
  const first = events[0]?.seq ?? Math.max(1, from);
  return append({ epoch, from: first, last: first - 1, events: [] }, events);
}

/** Puts an older page in front; anything that does not join on without a hole is left out. */
export function prepend(transcript: Transcript, older: readonly WireEvent[]): Transcript {
  const fitting: WireEvent[] = [];
  let from = transcript.from;
  for (const event of older.toReversed()) {
    if (event.seq >= from) continue;
    if (event.seq !== from - 1) break;
    fitting.push(event);
    from = event.seq;
  }
  return { ...transcript, from, events: [...fitting.reverse(), ...transcript.events] };
}
