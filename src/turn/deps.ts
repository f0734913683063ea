import type { Clock, Phrasebook, RandomId, Values } from '../core/index.ts';
import type { Actions } from '../actions/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Content, ConversationState, Silence } from '../dialogue/index.ts';
import type { HandoffTimes } from '../handoff/index.ts';
import type { Store } from '../store/index.ts';
import type { Outlets } from './outlets.ts';
import type { AgentActionPolicy } from './desk-ports.ts';
import type { FloorPort } from './floor.ts';
import type { Understand } from './ports.ts';

/** Everything a turn needs, wired in one place. What can change while running is asked for each time. */
export interface TurnDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly actions: Actions;
  readonly codes: CodesPort;
  /** Messaging platforms that words are delivered to; without it there are none. */
  readonly outlets?: Outlets;
  readonly agentActions?: AgentActionPolicy;
  /** Default: whenever it is their time, people are there. */
  readonly floor?: FloorPort;
  readonly understand: Understand;
  /** Waits until this node has what `content` gives for this state: another node may know it sooner. Default: nothing. */
  readonly contentReady?: (state: ConversationState) => Promise<void> | undefined;
  /** What is in force; for a conversation in the middle of a flow the content that has this version of it. */
  readonly content: (state?: ConversationState) => Content;
  /** The words that belong to `content` of the same state, with moments in the visitor's time zone where it is known. */
  readonly phrasebook: (state?: ConversationState) => Phrasebook;
  readonly workspace: WorkspacePort;
  readonly clock: Clock;
  /** How long a question may stand unanswered; default: the workspace's or the dialogue's own durations. */
  readonly silence?: Silence;
  readonly randomId: RandomId;
  /** How long offers, graces and the rest last; default: handoff's own. */
  readonly handoff?: () => HandoffTimes;
  readonly log: TurnLog;
  /** Counts and times turns; default: nothing is measured. */
  readonly observe?: (measure: 'turn_ms' | 'action_ms', value: number) => void;
}

/** The part of the workspace that texts and flows see. */
export interface WorkspacePort {
  values(language: string): Values;
  /** It is within the hours of live agents. */
  staffed(nowMs: number): boolean;
  /** What is different for a visitor in this zone: `localHours`, the hours of live agents by the visitor's clock. */
  local?(timeZone: string, nowMs: number): Values;
  readonly timeZone: () => string;
  /** As which a phone number without its country's code is read; default: the engine's own. */
  readonly phoneCountries?: () => readonly string[];
}

/** One-time codes, as identity offers them. */
export interface CodesPort {
  send(
    customerId: string,
    conversationId: string,
    challengeId: string,
  ): Promise<
    | { readonly kind: 'sent'; readonly expiresAtMs: number; readonly tail: string }
    | { readonly kind: 'refused'; readonly reason: 'too_many' | 'not_sent' }
  >;
  check(
    challengeId: string,
    conversationId: string,
    code: string,
  ): Promise<
    | { readonly kind: 'passed' }
    | { readonly kind: 'wrong'; readonly attemptsLeft: number }
    | { readonly kind: 'expired' }
    | { readonly kind: 'locked' }
  >;
}

/** Never given a text, a code or a token. */
export interface TurnLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
