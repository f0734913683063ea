import type { Entity, IdentityLevel, Owner, Priority, SayOption, Values } from '../core/index.ts';
import type { AgentActionRecord } from './agent-actions.ts';
import type { ActionOutcome, TimerPurpose } from './events.ts';

/** What a conversation is now: the fold of its log by `evolve`, kept as a snapshot beside it. */
export interface ConversationState {
  readonly started: boolean;
  readonly channel: string;
  readonly language: string;
  readonly visitorId: string;
  /** The visitor's, as their device names it. */
  readonly timeZone?: string;
  readonly customerId: string | null;
  /** `verified` holds while `nowMs < verifiedUntilMs`: ask `levelAt`. */
  readonly verifiedUntilMs: number;
  readonly challenge: Challenge | null;
  readonly owner: Owner;
  readonly closed: boolean;
  /** Innermost last. */
  readonly stack: readonly Frame[];
  /** Position up to which the bot has dealt with the log. */
  readonly handledPos: number;
  /** What waits for the customer's answer, if anything. */
  readonly pending: Pending | null;
  /** Rung of the fallback ladder: misses in a row outside a flow. */
  readonly ladder: number;
  /** Text keys of the bot's last message, so that it never says the same twice running. */
  readonly lastKeys: readonly string[];
  /** Words of the bot's last message, capped: the second guard against saying the same twice running. */
  readonly lastText: string;
  /** How often each text was said, for taking its wordings in turn; the latest sixty keys. */
  readonly wordings: { readonly [key: string]: number };
  /** Where the conversation stood in the queue before an agent took it: an agent who drops puts it back there. */
  readonly queued: QueuedAt | null;
  /** Closed, and its agent still writes up what came of it. */
  readonly wrapUp?: WrapUp;
  /** Flow → what was given for it when people took over: an agent may return the customer to it. */
  readonly handedOff?: { readonly [flow: string]: Values };
  /** Who had it last: routing prefers whoever knows the customer. */
  readonly lastAgentId?: string;
  /** How likely it needs a person soon, 0 to 100: see `riskAfter`. */
  readonly risk?: number;
  /** Requests read in earlier messages and still to be served, most urgent first. */
  readonly waitingIntents: readonly string[];
  /** What the messages that held them said about these. */
  readonly waitingSlots?: { readonly [intent: string]: Values };
  /** Whether a person's help is being rated: asked once a day at the most. */
  readonly satisfaction?: { readonly askedAtMs: number; readonly isGiven: boolean };
  /** When the customer last did something. */
  readonly heardAtMs?: number;
  /** The timer under way, if any. */
  readonly timer?: Timer | null;
  readonly actions: { readonly [effectId: string]: ActionRecord };
  /** Account actions that agents asked for, the latest fifty. */
  readonly agentActions?: { readonly [effectId: string]: AgentActionRecord };
  readonly tags?: readonly string[];
  /** Counts that ids are made from, so that a replay makes the same ones. */
  readonly counter: number;
}

export interface Frame {
  readonly flow: string;
  readonly version: string;
  readonly step: string;
  readonly slots: Values;
  readonly attempts: number;
  readonly over?: 'call' | 'digression';
  /** Account action that the frame's step waits for or got its outcome from. */
  readonly effectId?: string;
  /** Confirm step → digest of what the customer said yes to and that has not been requested yet. */
  readonly consents?: { readonly [step: string]: string };
  /** Confirm step → when that was shown which the customer said yes to. */
  readonly consentsShownAtMs?: { readonly [step: string]: number };
  /** Steps that the customer answered, oldest first: where "go back" leads. */
  readonly answered?: readonly string[];
  /** Account actions that the flow has asked for: a ceiling, should a flow ever go round in circles. */
  readonly acted?: number;
  /** Codes sent for the step at hand. */
  readonly codesSent?: number;
  /** Consents that were changed instead of answered. */
  readonly voided?: number;
  /** Times that the question at hand was only put again: after a repeat, a stale button, small talk. */
  readonly asides?: number;
  /** The latest buttons and fields: one of the question at hand still counts when it is no longer the newest. */
  readonly shown?: readonly Shown[];
}

export interface Timer {
  readonly effectId: string;
  readonly purpose: TimerPurpose;
  readonly dueAtMs: number;
}

/** A set of buttons or fields that was shown for a step; for a confirmation with what it was about. */
export interface Shown {
  readonly id: string;
  readonly step: string;
  readonly digest?: string;
}

export interface QueuedAt {
  readonly sinceMs: number;
  readonly priority: Priority;
  readonly queue: string;
  readonly reason: string;
  readonly skills?: readonly string[];
}

export interface WrapUp {
  readonly agentId: string;
  readonly agentName: string;
  readonly untilMs: number;
}

export interface Challenge {
  readonly challengeId: string;
  readonly expiresAtMs: number;
  readonly tail: string;
  readonly locked: boolean;
}

export type Pending =
  | {
      readonly kind: 'ask';
      readonly step: string;
      readonly formId?: string;
      readonly choiceId?: string;
      readonly options?: readonly SayOption[];
    }
  | { readonly kind: 'files'; readonly step: string; readonly choiceId: string }
  | {
      readonly kind: 'choose';
      readonly step: string;
      readonly choiceId: string;
      readonly options: readonly SayOption[];
    }
  | {
      readonly kind: 'confirm';
      readonly step: string;
      readonly choiceId: string;
      readonly digest: string;
      readonly askedAtMs?: number;
    }
  | { readonly kind: 'sign_in'; readonly step: string; readonly choiceId?: string }
  | {
      readonly kind: 'code';
      readonly step: string;
      /** The secret form and the buttons below it, once the code is on its way. */
      readonly formId?: string;
      readonly choiceId?: string;
    }
  | { readonly kind: 'action'; readonly step: string; readonly effectId: string }
  /** Did-you-mean, outside any flow. */
  | {
      readonly kind: 'clarify';
      readonly choiceId: string;
      readonly options: readonly SayOption[];
      /** What the unclear message held: not asked for again once it is clear what it was about. */
      readonly entities?: readonly Entity[];
    };

export interface ActionRecord {
  readonly action: string;
  readonly state: 'requested' | 'pending' | 'ended';
  readonly outcome?: ActionOutcome;
  readonly flow?: string;
  readonly flowVersion?: string;
  readonly step?: string;
  /** It changed money or the account, so its end is told even when the flow has gone on. */
  readonly consented?: boolean;
  /** It has ended and the customer does not know yet. */
  readonly untold?: boolean;
}

/** The identity level now: a passed code counts until it expires, a bound customer is identified. */
export function levelAt(state: ConversationState, nowMs: number): IdentityLevel {
  if (state.customerId === null) return 'anyone';
  return nowMs < state.verifiedUntilMs ? 'verified' : 'identified';
}

export const initialState: ConversationState = {
  started: false,
  channel: 'web',
  language: 'en',
  visitorId: '',
  customerId: null,
  verifiedUntilMs: 0,
  challenge: null,
  owner: { by: 'bot', epoch: 0 },
  closed: false,
  stack: [],
  handledPos: 0,
  pending: null,
  ladder: 0,
  lastKeys: [],
  lastText: '',
  wordings: {},
  queued: null,
  waitingIntents: [],
  actions: {},
  counter: 0,
};
