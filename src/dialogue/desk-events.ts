import type { Block, FileRef, Priority } from '../core/index.ts';

/** What happens between the queue, the people at the desk and the customer whom they serve. */
export type DeskEvent =
  | HandoffRequested
  | HandoffOffered
  | HandoffOfferEnded
  | HandoffAccepted
  | HandoffReleased
  | HandoffTransferred
  | HandoffRerouted
  | HandoffDropped
  | HandoffSnoozed
  | HandoffWoken
  | HandoffWrappedUp
  | TicketChanged
  | SatisfactionAsked
  | SatisfactionGiven
  | AgentSaid
  | AgentNoted
  | ConversationTagged;

export interface HandoffRequested {
  readonly type: 'handoff.requested';
  readonly reason: string;
  readonly priority: Priority;
  readonly queue: string;
  readonly by: 'bot' | 'customer' | 'agent';
  /** What an agent should be able to do for it. */
  readonly skills?: readonly string[];
}

/** Shown to one agent, who has until then to accept. The customer sees nothing of it. */
export interface HandoffOffered {
  readonly type: 'handoff.offered';
  readonly offerId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly untilMs: number;
}

/** Not accepted: it waits on at the same place. `withdrawn`: somebody took it, or moved it, meanwhile. */
export interface HandoffOfferEnded {
  readonly type: 'handoff.offer_ended';
  readonly offerId: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly why: 'declined' | 'expired' | 'disconnected' | 'withdrawn';
  /** Until when this agent is not offered it again. */
  readonly passUntilMs: number;
}

export interface HandoffAccepted {
  readonly type: 'handoff.accepted';
  readonly agentId: string;
  readonly agentName: string;
  /** The offer that it answers; without one the agent took it by hand. */
  readonly offerId?: string;
  /** Name of the agent from whom a supervisor took it over. */
  readonly tookFrom?: string;
}

export interface HandoffReleased {
  readonly type: 'handoff.released';
  readonly to: 'bot' | 'closed' | 'queue';
  readonly by: string;
  /** The agent's name, as the customer knows it; absent in older logs. */
  readonly byName?: string;
  readonly disposition?: string;
  /** The flow that the bot goes on with, with the slots that it had when it was handed over. */
  readonly flow?: string;
  readonly tags?: readonly string[];
  /** Closed, and until then its agent still writes up what came of it. */
  readonly wrapUp?: {
    readonly agentId: string;
    readonly agentName: string;
    readonly untilMs: number;
  };
}

/** Its agent gave it to a colleague or a team: back in the queue, at its place by time. */
export interface HandoffTransferred {
  readonly type: 'handoff.transferred';
  readonly agentId: string;
  readonly agentName: string;
  readonly to:
    | { readonly kind: 'agent'; readonly agentId: string; readonly agentName: string }
    | { readonly kind: 'queue'; readonly queue: string };
}

/** A supervisor changed where a waiting conversation goes, or how urgent it is. What is not named stays. */
export interface HandoffRerouted {
  readonly type: 'handoff.rerouted';
  readonly by: string;
  readonly byName: string;
  readonly queue?: string;
  readonly priority?: Priority;
  readonly wanted?: { readonly agentId: string; readonly agentName: string };
}

/** Its agent was gone beyond the grace: back in the queue at the place that it had. */
export interface HandoffDropped {
  readonly type: 'handoff.dropped';
  readonly agentId: string;
  readonly agentName: string;
  readonly why: 'disconnected' | 'disabled';
}

export interface HandoffSnoozed {
  readonly type: 'handoff.snoozed';
  readonly agentId: string;
  readonly untilMs: number;
}

export interface HandoffWoken {
  readonly type: 'handoff.woken';
  readonly why: 'time' | 'customer' | 'agent';
}

/** The time for writing up ended. */
export interface HandoffWrappedUp {
  readonly type: 'handoff.wrapped_up';
  readonly agentId: string;
  readonly why: 'done' | 'time';
  readonly disposition?: string;
  readonly tags?: readonly string[];
}

/** The wallet moved a ticket of this customer. Told by the service, whoever has the word; the bot does not deal with it. */
export interface TicketChanged {
  readonly type: 'ticket.changed';
  readonly ticketId: string;
  readonly state: string;
  readonly language: string;
  readonly blocks: readonly Block[];
}

/** A person's help has ended: how was it? */
export interface SatisfactionAsked {
  readonly type: 'satisfaction.asked';
}

export interface SatisfactionGiven {
  readonly type: 'satisfaction.given';
  readonly cid: string;
  /** 1 to 5, 5 is best. */
  readonly score: number;
  readonly comment?: string;
}

export interface AgentSaid {
  readonly type: 'agent.said';
  readonly cid: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly text: string;
  readonly files?: readonly FileRef[];
}

/** Never in anything that a customer can fetch. */
export interface AgentNoted {
  readonly type: 'agent.noted';
  readonly cid: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly text: string;
  /** From a supervisor to the agent who has the conversation. */
  readonly whisper?: true;
}

/** The tags that the conversation has from now on. */
export interface ConversationTagged {
  readonly type: 'conversation.tagged';
  readonly agentId: string;
  readonly agentName: string;
  readonly tags: readonly string[];
}
