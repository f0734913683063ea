import type {
  Block,
  FileRef,
  IdentityLevel,
  Say,
  Understanding,
  Value,
  Values,
} from '../core/index.ts';
import type { AgentActionEvent } from './agent-actions.ts';
import type { DeskEvent } from './desk-events.ts';
import type { FlowOutcome } from './flow.ts';
import type { Pending } from './state.ts';

/**
 * A recorded fact of one conversation. The store gives every event a position (`pos`, gapless over all of
 * them) and, when the customer may see it, a sequence number (`seq`, gapless over those): see `isVisible`.
 */
export type ConversationEvent =
  | ConversationStarted
  | MessageReceived
  | MessageUnderstood
  | BotSaid
  | LanguageChanged
  | IdentityBound
  | IdentityChallenged
  | IdentityChecked
  | FlowStarted
  | FlowMoved
  | FlowEnded
  | SlotsSet
  | AttemptMissed
  | TurnTaken
  | BotAwaits
  | IntentsParked
  | ConsentAsked
  | ConsentAnswered
  | ActionRequested
  | ActionPended
  | ActionEnded
  | TimerSet
  | TimerFired
  | DeliveryFailed
  | DeliveryResent
  | DeliveryOffered
  | MessageWithdrawn
  | AgentActionEvent
  | DeskEvent;

/** An event where it stands in its log. */
export interface LoggedEvent {
  readonly pos: number;
  /** Undefined for what only the desk may see. */
  readonly seq?: number;
  readonly atMs: number;
  readonly event: ConversationEvent;
}

export interface ConversationStarted {
  readonly type: 'conversation.started';
  readonly channel: string;
  readonly language: string;
  readonly visitorId: string;
  /** The visitor's, as their device names it (IANA). */
  readonly timeZone?: string;
}

/** The customer's words or answer, masked of card numbers and codes. */
export interface MessageReceived {
  readonly type: 'message.received';
  readonly cid: string;
  readonly text: string;
  /** Answer to a choices block. */
  readonly choice?: { readonly id: string; readonly value: string };
  /** Answer to a form block that is not secret. */
  readonly form?: { readonly id: string; readonly fields: { readonly [name: string]: string } };
  readonly files?: readonly FileRef[];
}

export interface MessageUnderstood {
  readonly type: 'message.understood';
  /** Position of the message. */
  readonly of: number;
  readonly understanding: Understanding;
}

export interface BotSaid {
  readonly type: 'bot.said';
  readonly language: string;
  readonly says: readonly Say[];
  /** The very words that were read. */
  readonly blocks: readonly Block[];
}

export interface LanguageChanged {
  readonly type: 'language.changed';
  readonly language: string;
  readonly by: 'request' | 'detected' | 'channel';
}

/** The host page or platform vouched for the customer, or they signed out (`customerId` null). */
export interface IdentityBound {
  readonly type: 'identity.bound';
  readonly customerId: string | null;
}

/** A one-time code went out; the code itself is nowhere in the log. */
export interface IdentityChallenged {
  readonly type: 'identity.challenged';
  readonly challengeId: string;
  readonly expiresAtMs: number;
  /** Where it went, masked, such as `···5678`. */
  readonly tail: string;
}

export interface IdentityChecked {
  readonly type: 'identity.checked';
  readonly challengeId: string;
  readonly result: 'passed' | 'wrong' | 'expired' | 'locked' | 'not_sent';
  readonly attemptsLeft: number;
  /** Given when passed: the level holds until then. */
  readonly verifiedUntilMs?: number;
}

export interface FlowStarted {
  readonly type: 'flow.started';
  readonly flow: string;
  readonly version: string;
  readonly slots: Values;
  /** The flow that is on top goes on when this one ends. */
  readonly over?: 'call' | 'digression';
}

export interface FlowMoved {
  readonly type: 'flow.moved';
  readonly step: string;
}

export interface FlowEnded {
  readonly type: 'flow.ended';
  readonly flow: string;
  readonly outcome: FlowOutcome;
  /** The outermost flow, whatever stands above it going on; without it the innermost. */
  readonly outermost?: true;
}

export interface SlotsSet {
  readonly type: 'slots.set';
  readonly slots: Values;
}

/**
 * An answer that fitted nothing: counts towards the step's bound (`step`) or the ladder's rung (`ladder`); a turn
 * that only put the question again (`aside`) has a wider bound of its own.
 */
export interface AttemptMissed {
  readonly type: 'attempt.missed';
  readonly at: 'step' | 'ladder' | 'aside';
}

/** The bot has dealt with everything up to this position. */
export interface TurnTaken {
  readonly type: 'turn.taken';
  readonly upTo: number;
  /** Effect ids of account actions whose outcome the customer now knows. */
  readonly told?: readonly string[];
  /** Who was there to help, if the decision looked at it. */
  readonly floor?: FloorSeen;
}

export interface FloorSeen {
  readonly staffed: boolean;
  readonly unattended?: true;
  readonly expectedWait?: WaitMinutes;
}

/** Whole minutes, both at least 1. */
export interface WaitMinutes {
  readonly from: number;
  readonly to: number;
}

/** What the bot now waits for; null when nothing. */
export interface BotAwaits {
  readonly type: 'bot.awaits';
  readonly pending: Pending | null;
}

/** Further requests read in one message, kept for after the one being served; replaces the former list. */
export interface IntentsParked {
  readonly type: 'intents.parked';
  readonly intents: readonly string[];
  /** What their part of the message already says, by intent. */
  readonly slots?: { readonly [intent: string]: Values };
}

export interface ConsentAsked {
  readonly type: 'consent.asked';
  readonly choiceId: string;
  readonly step: string;
  readonly digest: string;
  readonly shown: Values;
}

export interface ConsentAnswered {
  readonly type: 'consent.answered';
  readonly digest: string;
  readonly answer: 'yes' | 'no' | 'void';
}

/** In the log before the wallet hears of it; `effectId` is the idempotency key. */
export interface ActionRequested {
  readonly type: 'action.requested';
  readonly effectId: string;
  readonly action: string;
  readonly args: Values;
  /** Digest of the consent, when the action needs one. */
  readonly consent?: string;
  readonly level: IdentityLevel;
  readonly flow: string;
  readonly flowVersion: string;
  readonly step: string;
}

/** The wallet gave no answer in time: the outcome is unknown and is being reconciled. */
export interface ActionPended {
  readonly type: 'action.pended';
  readonly effectId: string;
}

export interface ActionEnded {
  readonly type: 'action.ended';
  readonly effectId: string;
  readonly outcome: ActionOutcome;
}

export type ActionOutcome =
  | { readonly kind: 'ok'; readonly result: Value; readonly receipt: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** The conversation is woken when nothing has been heard for so long; at most one such timer is under way. */
export interface TimerSet {
  readonly type: 'timer.set';
  readonly effectId: string;
  readonly purpose: TimerPurpose;
  readonly dueAtMs: number;
}

export interface TimerFired {
  readonly type: 'timer.fired';
  readonly effectId: string;
  readonly purpose: TimerPurpose;
}

export type TimerPurpose = 'reminder' | 'close';

/** Words that a messaging platform would not take for good, or that its rules do not let us send now. The desk's to see. */
export interface DeliveryFailed {
  readonly type: 'delivery.failed';
  /** Position of the words. */
  readonly of: number;
  readonly channel: string;
  /** A fixed word (`window_closed`, `blocked`, `too_many` …) or the platform's own code. */
  readonly reason: string;
  /** What may be sent instead. */
  readonly offers: readonly ('template' | 'human_agent' | 'link' | 'email')[];
  /** The words wait until the customer writes again. */
  readonly held?: true;
  /** The customer was sent a message that the platform approved beforehand, which asks them to write. */
  readonly invited?: true;
}

/** Words that were held back went out after all. The desk's to see. */
export interface DeliveryResent {
  readonly type: 'delivery.resent';
  /** Position of the words. */
  readonly of: number;
  readonly channel: string;
}

/**
 * While words wait, an agent had something else sent: the message that the platform approved beforehand, or a letter that says
 * where the words can be read. The desk's to see.
 */
export interface DeliveryOffered {
  readonly type: 'delivery.offered';
  readonly channel: string;
  readonly way: 'template' | 'email';
  readonly agentId: string;
  readonly agentName: string;
}

/** The customer took a message back on their platform. What was acknowledged stays in the log. */
export interface MessageWithdrawn {
  readonly type: 'message.withdrawn';
  readonly cid: string;
}

const visible: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'message.received',
  'bot.said',
  'language.changed',
  'identity.bound',
  'identity.checked',
  'handoff.requested',
  'handoff.accepted',
  'handoff.released',
  'handoff.transferred',
  'handoff.dropped',
  'ticket.changed',
  'satisfaction.asked',
  'satisfaction.given',
  'agent.said',
]);

/** Whether the customer may see it; such events carry a `seq`. Everything else is the desk's and the machine's. */
export function isVisible(event: ConversationEvent): boolean {
  return visible.has(event.type);
}

const asking: ReadonlySet<ConversationEvent['type']> = new Set<ConversationEvent['type']>([
  'conversation.started',
  'message.received',
  'identity.bound',
  'identity.challenged',
  'identity.checked',
  'action.pended',
  'action.ended',
  'timer.fired',
  'handoff.released',
]);

/** Whether the bot has to deal with it; the rest is its own doing, the desk's, or told by itself. */
export function asksForTurn(event: ConversationEvent): boolean {
  return asking.has(event.type);
}
