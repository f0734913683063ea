import type {
  CardBlock,
  EntityType,
  FormField,
  IdentityLevel,
  Priority,
  Value,
} from '../core/index.ts';

/** A checked flow, as `intents/<topic>/<id>/flow.yaml` says it. `version` is the hash of its source. */
export interface Flow {
  readonly id: string;
  readonly topic: string;
  readonly version: string;
  /** Serves security before money before the rest when one message asks for several things. */
  readonly urgency: Priority;
  /** What an agent should be able to do who gets the conversation out of this flow. */
  readonly skills?: readonly string[];
  /** A message that is nothing but an id of this kind is about this flow. */
  readonly opensOn?: EntityType;
  /**
   * Intent → text key: a question beside the point that this flow answers itself, for it means the matter at hand
   * ("how long does it take?" about a withdrawal), where its own flow would speak of something else.
   */
  readonly answers?: { readonly [intent: string]: string };
  readonly slots: { readonly [name: string]: SlotSpec };
  readonly steps: readonly Step[];
}

/** What a slot holds and how an answer becomes its value. */
export interface SlotSpec {
  readonly type: SlotType;
  /** For `choice`: the values that there are; labels are text keys `<flow>.<slot>.<value>`. */
  readonly options?: readonly string[];
  /** Filled at once from an entity of the message that began the flow. Default: the type's own entity. */
  readonly from?: EntityType;
  /**
   * False: not taken from the message that began the flow, only from an answer or a correction. Default true, but for
   * a `choice`: only with `true` a label or another name of a value in that message is taken for the answer.
   */
  readonly opening?: boolean;
  /** Kept out of summaries and logs' views: shown as dots. */
  readonly private?: boolean;
}

export type SlotType =
  | 'text'
  | 'number'
  | 'amount'
  | 'date'
  | 'email'
  | 'phone'
  /** An email address or a phone number. */
  | 'contact'
  | 'transaction_id'
  | 'refund_id'
  | 'withdrawal_id'
  | 'ticket_id'
  | 'choice'
  /** One of the offered languages' tags. */
  | 'language'
  /** A currency named in words or by its code: `EUR`. */
  | 'currency'
  | 'yes_no'
  /** A record the wallet gave (a transaction, a list of them …): filled by `act`, picked by `choose`. */
  | 'record'
  | 'list'
  /** Files that the customer sent: filled by the step of the same name. */
  | 'files';

/**
 * A literal, or `$slot`, `$slot.field`, `$now`, `$customer`, `$workspace.path`, `$expectedWait`; money as `{ decimal: '100', currency: $slot }`;
 * `{ repeatsIn: $list, same: [fields], withinHours: 24 }`: the records of a list that repeat an earlier one.
 */
export type Expression = Value;

interface StepBase {
  /** Unique in its flow; given by the author where another step points at it, otherwise `s1`, `s2` … by position. */
  readonly id: string;
  /** Line in `flow.yaml`, for errors and traces. */
  readonly line: number;
  /** The step after this one; by default the next in the list, `end` for the last. */
  readonly next?: string;
}

export type Step =
  | SayStep
  | EachStep
  | AskStep
  | FilesStep
  | ChooseStep
  | VerifyStep
  | ConfirmStep
  | ActStep
  | BranchStep
  | TicketStep
  | HandoffStep
  | CallStep
  | SetStep
  | LanguageStep
  | EndStep;

/** Says one text, and may show a record as a card below it, or topics (ids of flows) as buttons. */
export interface SayStep extends StepBase {
  readonly kind: 'say';
  /** Absolute, as everywhere in a compiled flow: `<flow id>.<key>`. */
  readonly key: string;
  readonly card?: { readonly kind: CardBlock['kind']; readonly of: Expression };
  /** A fee or exchange quote, as a table below the text. */
  readonly quote?: Expression;
  /** Key of a text whose lines are steps, as a numbered list below the text. */
  readonly steps?: string;
  readonly topics?: readonly string[];
}

/** Says one text for each record of a list, which stands in `slot` meanwhile: the first of `cases` that holds, else `key`. */
export interface EachStep extends StepBase {
  readonly kind: 'each';
  readonly from: string;
  readonly slot: string;
  readonly key: string;
  readonly cases: readonly { readonly when: Condition; readonly key: string }[];
  readonly itemsMax: number;
  /** Said once when the list is longer than that. */
  readonly more?: string;
}

/** Asks for a slot until a valid answer comes; skipped when the slot is filled. After `attemptsMax` misses goes to `failed`. */
export interface AskStep extends StepBase {
  readonly kind: 'ask';
  readonly slot: string;
  readonly key: string;
  /** Said instead of `key` after an answer that does not fit. */
  readonly again: string;
  readonly form?: boolean;
  readonly field?: FormField['kind'];
  readonly optional?: boolean;
  readonly attemptsMax: number;
  readonly failed: string;
}

/** Asks for files until some come; skipped when the slot has some. Without `optional` the customer cannot go on without. */
export interface FilesStep extends StepBase {
  readonly kind: 'files';
  readonly slot: string;
  readonly key: string;
  readonly again: string;
  /** In one message. */
  readonly filesMax: number;
  readonly optional: boolean;
  readonly attemptsMax: number;
  /** After so many answers that are none; without it the flow goes on without files. */
  readonly failed?: string;
}

/** Offers a slot's options, or the records of a list slot; `none` is where "none of these" leads. */
export interface ChooseStep extends StepBase {
  readonly kind: 'choose';
  readonly slot: string;
  readonly key: string;
  readonly again: string;
  readonly from?: string;
  readonly empty?: string;
  readonly none?: string;
  /** Option value → step, in place of `next`. */
  readonly on?: { readonly [value: string]: string };
  readonly attemptsMax: number;
  readonly failed: string;
}

/** Makes sure of an identity level: asks to sign in, or sends a one-time code and takes it in a secret field. */
export interface VerifyStep extends StepBase {
  readonly kind: 'verify';
  readonly level: IdentityLevel;
  readonly failed: string;
}

/** Shows what the act step `act` will do and asks for yes or no; the consent is the digest of that step's action and arguments. */
export interface ConfirmStep extends StepBase {
  readonly kind: 'confirm';
  readonly act: string;
  readonly key: string;
  /** Slots or paths shown on the consent card: row label key → expression. */
  readonly shows: { readonly [labelKey: string]: Expression };
  readonly no: string;
}

/** One account action. `on` maps refusal reasons to steps, `else` takes the others, `pending` an unknown outcome. */
export interface ActStep extends StepBase {
  readonly kind: 'act';
  readonly action: string;
  readonly args: { readonly [name: string]: Expression };
  readonly save?: string;
  readonly on: { readonly [reason: string]: string };
  readonly else: string;
  readonly pending?: string;
}

export interface BranchStep extends StepBase {
  readonly kind: 'branch';
  readonly cases: readonly { readonly when: Condition; readonly next: string }[];
  readonly else: string;
}

/**
 * Every part given must hold. `of` is an expression; without it `level` or `staffed` is asked. What `of` is held
 * against may be a literal or a `$path`; a comparison with something that is not there does not hold.
 */
export interface Condition {
  readonly of?: Expression;
  /** A list of which at least one record, standing in `$item`, meets `where`. */
  readonly any?: Expression;
  readonly where?: Condition;
  readonly is?: Value;
  readonly in?: readonly Value[];
  readonly filled?: boolean;
  readonly atLeast?: number | string;
  readonly below?: number | string;
  /** Points in time, such as `$now`: strictly earlier, strictly later. A period counts from its beginning. */
  readonly before?: Expression;
  readonly after?: Expression;
  readonly level?: IdentityLevel;
  /** Live agents are there: it is within their hours, and somebody attends. */
  readonly staffed?: boolean;
}

/** Opens a ticket through the wallet's `openTicket` with these details; the ticket lands in `save`. */
export interface TicketStep extends StepBase {
  readonly kind: 'ticket';
  readonly type: string;
  readonly details: { readonly [name: string]: Expression };
  readonly save: string;
  readonly else: string;
}

/** Gives the conversation to people. The flow ends here unless a `next` names where a return to the bot goes on. */
export interface HandoffStep extends StepBase {
  readonly kind: 'handoff';
  readonly reason: string;
  readonly priority: Priority;
  readonly queue?: string;
}

/** Runs another flow; this one goes on when that ends. */
export interface CallStep extends StepBase {
  readonly kind: 'call';
  readonly flow: string;
  readonly with: { readonly [slot: string]: Expression };
}

export interface SetStep extends StepBase {
  readonly kind: 'set';
  readonly slots: { readonly [slot: string]: Expression };
}

/** Speaks the language from here on; a tag that is not offered changes nothing. */
export interface LanguageStep extends StepBase {
  readonly kind: 'language';
  readonly to: Expression;
}

export interface EndStep extends StepBase {
  readonly kind: 'end';
  readonly outcome: FlowOutcome;
}

export type FlowOutcome = 'done' | 'cancelled' | 'failed' | 'handed_off';

/** Where a path may lead beside the flow's own steps. `agent`: hand-off for the flow's reason, at its urgency. */
export const reservedTargets = ['end', 'cancel', 'fail', 'agent'] as const;
export type ReservedTarget = (typeof reservedTargets)[number];

export function isReserved(target: string): target is ReservedTarget {
  return (reservedTargets as readonly string[]).includes(target);
}
