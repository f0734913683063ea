import type { RankedIntent } from '../core/index.ts';
import { outOfScope, type Engine } from '../nlu/index.ts';

/** A text with the intent that an editor says it has. */
export interface LabelledText {
  readonly language: string;
  readonly intent: string;
  readonly text: string;
  /** Where it stands, for an editor to find: `file:line`. */
  readonly place: string;
}

/** A labelled text and what the engine made of it. */
export interface Judged extends LabelledText {
  readonly languageFound: string;
  /** Best first, `out_of_scope` among them where it ranks. */
  readonly ranked: readonly RankedIntent[];
  readonly verdict: 'answer' | 'clarify' | 'refuse';
  /** An id of the wallet's or an amount was read in it. */
  readonly holdsFigures: boolean;
}

const figureTypes: ReadonlySet<string> = new Set([
  'transaction_id',
  'refund_id',
  'withdrawal_id',
  'ticket_id',
  'amount',
]);

/**
 * Reads every text as the first message of a conversation, without a hint of its language: the whole way that a
 * message takes is measured, not the classifier alone. Dates play no part in it, so any clock does.
 */
export function judge(engine: Engine, lines: readonly LabelledText[]): readonly Judged[] {
  return lines.map((line) => {
    const read = engine.understand(line.text, { nowMs: 0, timeZone: 'UTC' });
    return {
      ...line,
      languageFound: read.language,
      ranked: read.intents,
      verdict: read.verdict,
      holdsFigures: read.entities.some(({ type }) => figureTypes.has(type)),
    };
  });
}

export function isInside({ intent }: LabelledText): boolean {
  return intent !== outOfScope;
}

/** What the engine holds likeliest, `out_of_scope` included. */
export function predictedOf({ ranked }: Judged): string {
  return ranked[0]?.intent ?? outOfScope;
}

/** The ranked intents that can be served. */
export function servedOf({ ranked }: Judged): readonly RankedIntent[] {
  return ranked.filter(({ intent }) => intent !== outOfScope);
}

export function isFirstRight(one: Judged): boolean {
  return isInside(one) && servedOf(one)[0]?.intent === one.intent;
}

export function isListed(one: Judged): boolean {
  return (
    isInside(one) &&
    servedOf(one)
      .slice(0, 3)
      .some(({ intent }) => intent === one.intent)
  );
}

/** What the customer gets without another question is right: the request answered, or the foreign one refused. */
export function isSettledRight(one: Judged): boolean {
  if (!isInside(one)) return one.verdict === 'refuse';
  return one.verdict === 'answer' && isFirstRight(one);
}

export function confidenceIn({ ranked }: Judged, intent: string): number {
  return ranked.find((one) => one.intent === intent)?.confidence ?? 0;
}
