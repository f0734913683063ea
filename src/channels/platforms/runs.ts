import type { LoggedEvent } from '../../dialogue/index.ts';
import type { Facts, TextPiece } from './driver.ts';
import type { Piece } from './pieces.ts';
import { lengthOf } from './split.ts';

/** One part of what was said. `again`: it was tried before, so a new key tells it from that try. */
export interface Part {
  readonly logged: LoggedEvent;
  readonly index: number;
  readonly piece: Piece;
  readonly again?: true;
}

/** Parts that go out as one message, and that message. */
export interface Run<P extends Part = Part> {
  readonly parts: readonly [P, ...P[]];
  readonly piece: Piece;
}

/**
 * The messages that parts become. Where a platform counts our messages, texts that are due one behind the other are one, as
 * long as it holds them: the customer reads the same and more of it. Elsewhere each part is its own.
 */
export function runsOf<P extends Part>(parts: readonly P[], facts: Facts): readonly Run<P>[] {
  const runs: Run<P>[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    const joined = last && facts.window?.messagesMax !== undefined && join(last, part, facts);
    if (last && joined) runs[runs.length - 1] = { parts: [...last.parts, part], piece: joined };
    else runs.push({ parts: [part], piece: part.piece });
  }
  return runs;
}

/** That somebody joined is told with their first words where messages are counted: by itself it is not worth one. */
export function isForLater({ parts }: Run, { window }: Facts): boolean {
  if (window?.messagesMax === undefined) return false;
  return parts.every(({ logged }) => logged.event.type === 'handoff.accepted');
}

/** Undefined when they do not go into one: beside a file, below buttons, too long, or the bot's words behind an agent's. */
function join({ parts, piece }: Run, next: Part, facts: Facts): TextPiece | undefined {
  if (piece.kind !== 'text' || next.piece.kind !== 'text' || piece.choices) return undefined;
  const isBackToBot = parts.at(-1)?.logged.event.type === 'agent.said';
  if (isBackToBot && next.logged.event.type !== 'agent.said') return undefined;
  const text = `${piece.text}\n\n${next.piece.text}`;
  const { text: limit, choiceTextMax = limit.max } = facts;
  const max = next.piece.choices ? choiceTextMax : limit.max;
  return lengthOf(text, limit.unit) <= max ? { ...next.piece, text } : undefined;
}
