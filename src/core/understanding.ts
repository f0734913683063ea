import type { Value } from './value.ts';

/** What was read out of one text. Pure data: stored in the log, so that a replay needs no model. */
export interface Understanding {
  /** The text as understood: capped at `limits.textLengthMax`, otherwise as typed; entity spans count in it. */
  readonly text: string;
  /** BCP 47 tag, one of the offered languages. */
  readonly language: string;
  /** Calibrated probability that the language is right, 0 to 1. */
  readonly languageConfidence: number;
  /** Ranked, best first, at most five, `out_of_scope` among them where it ranks. Confidences are calibrated and sum to at most 1. */
  readonly intents: readonly RankedIntent[];
  /** `answer`: the first intent is safe to act on; `clarify`: ask which of the first two or three; `refuse`: out of scope. */
  readonly verdict: 'answer' | 'clarify' | 'refuse';
  /** Of a message that is likeliest out of scope: the named topic it is nearest to, such as `loans`. */
  readonly topic?: string;
  /** When the message asks for two or more things: each with its span, in order of `start`. */
  readonly requests?: readonly RequestSpan[];
  /** In order of `start`, not overlapping. */
  readonly entities: readonly Entity[];
}

export interface RankedIntent {
  readonly intent: string;
  readonly confidence: number;
}

/** One of several requests in a message; offsets as in `Entity`. */
export interface RequestSpan extends RankedIntent {
  readonly start: number;
  readonly end: number;
}

/** `value` is normalised: Money for `amount` (currency '' when none was said), `Instant` or `{fromMs,toMs}` for `date`, E.164 for `phone`, lower case for `email`, upper case for ids; the last digits for `card_tail`, a bank's own name for `bank`, and for `one_time_code` never the code. */
export interface Entity {
  readonly type: EntityType;
  /** UTF-16 offsets in `Understanding.text`; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly value: Value;
}

export const entityTypes = [
  'transaction_id',
  'refund_id',
  'withdrawal_id',
  'ticket_id',
  'amount',
  'date',
  'email',
  'phone',
  'card_tail',
  'one_time_code',
  'bank',
  'number',
] as const;
export type EntityType = (typeof entityTypes)[number];

export interface UnderstandHint {
  /** The conversation's language so far; sticky. */
  readonly language?: string;
  /** For relative dates. */
  readonly nowMs: number;
  readonly timeZone: string;
  /** ISO 3166 countries as which a phone number without its code is read, in order; else the engine's own. */
  readonly phoneCountries?: readonly string[];
}
