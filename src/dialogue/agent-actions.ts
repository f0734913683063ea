import type { IdentityLevel, Money, Values } from '../core/index.ts';
import type { ActionOutcome } from './events.ts';
import type { ConversationState } from './state.ts';

/**
 * An account action that an agent takes for the customer: requested, approved by a second person where one is needed, and then
 * like any other: asked of the wallet under `effectId`, pending while the outcome is unknown, ended once.
 */
export type AgentActionEvent =
  AgentActionRequested | AgentActionDecided | AgentActionPended | AgentActionEnded;

export interface AgentActionRequested {
  readonly type: 'agent_action.requested';
  readonly effectId: string;
  /** As the agent's page made it; names the request at the desk. */
  readonly requestId: string;
  readonly action: string;
  readonly args: Values;
  /** Digest of action and arguments that the agent was shown and confirmed: what stands in for the customer's consent. */
  readonly confirmed: string;
  readonly reason: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly customerId: string;
  /** How sure it was then who the customer is. */
  readonly level: IdentityLevel;
  readonly amount: Money | null;
  /** Why a second person must approve; empty when none must. */
  readonly approvalFor: readonly string[];
  /** An approval after this is refused; null when none is needed. */
  readonly expiresAtMs: number | null;
}

export interface AgentActionDecided {
  readonly type: 'agent_action.decided';
  readonly effectId: string;
  readonly approved: boolean;
  readonly agentId: string;
  readonly agentName: string;
  readonly reason: string;
}

export interface AgentActionPended {
  readonly type: 'agent_action.pended';
  readonly effectId: string;
}

export interface AgentActionEnded {
  readonly type: 'agent_action.ended';
  readonly effectId: string;
  readonly outcome: ActionOutcome;
}

/** What became of one request; `expired` is not a fact of the log but of the clock: see `expiresAtMs`. */
export interface AgentActionRecord {
  readonly requested: AgentActionRequested;
  readonly atMs: number;
  readonly state: 'awaits_approval' | 'declined' | 'requested' | 'pending' | 'ended';
  readonly decided?: Pick<AgentActionDecided, 'agentId' | 'agentName' | 'reason'>;
  readonly outcome?: ActionOutcome;
}

/** Kept for the panel and for adding up amounts; the log has all of them. */
const recordsMax = 50;

export function evolveAgentAction(
  state: ConversationState,
  event: AgentActionEvent,
  atMs: number,
): ConversationState {
  if (event.type === 'agent_action.requested') {
    const needsApproval = event.approvalFor.length > 0;
    const record: AgentActionRecord = {
      requested: event,
      atMs,
      state: needsApproval ? 'awaits_approval' : 'requested',
    };
    const others = withRoom(Object.entries(state.agentActions ?? {}));
    return { ...state, agentActions: Object.fromEntries([...others, [event.effectId, record]]) };
  }
  const record = state.agentActions?.[event.effectId];
  const next = record && after(record, event);
  if (!next || next === record) return state;
  return { ...state, agentActions: { ...state.agentActions, [event.effectId]: next } };
}

type Entry = readonly [effectId: string, record: AgentActionRecord];

/** Room for one more: what moved no money and is over goes first, so that it pushes out no amount that counts against a limit. */
function withRoom(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length < recordsMax) return entries;
  const isSpent = ([, { state, requested }]: Entry): boolean =>
    (state === 'ended' || state === 'declined') && requested.amount === null;
  const goes = entries.find(isSpent) ?? entries[0];
  return entries.filter((entry) => entry !== goes);
}

/** Each move counts once; a repeat changes nothing. */
function after(
  record: AgentActionRecord,
  event: Exclude<AgentActionEvent, AgentActionRequested>,
): AgentActionRecord {
  switch (event.type) {
    case 'agent_action.decided': {
      if (record.state !== 'awaits_approval') return record;
      const { agentId, agentName, reason } = event;
      const state = event.approved ? 'requested' : 'declined';
      return { ...record, state, decided: { agentId, agentName, reason } };
    }
    case 'agent_action.pended':
      return record.state === 'requested' ? { ...record, state: 'pending' } : record;
    case 'agent_action.ended': {
      if (record.state !== 'requested' && record.state !== 'pending') return record;
      const { outcome } = event;
      // The log has the result; the state need not carry it along.
      const kept = outcome.kind === 'ok' ? { ...outcome, result: null } : outcome;
      return { ...record, state: 'ended', outcome: kept };
    }
  }
}
