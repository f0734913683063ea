import type { AgentInput } from '../actions/index.ts';
import type { ConversationId, Money, Values } from '../core/index.ts';
import type { AgentActionRecord } from '../dialogue/index.ts';
import type { Wallet } from '../wallet/index.ts';

/** What agents do to a conversation beside speaking in it. */
export interface DeskTurns {
  /** Sets tags; gives those that it has now. Undefined when there is no such conversation. */
  tag(
    id: ConversationId,
    agent: ActingAgent,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<readonly string[] | undefined>;
  /** What an action would be, before anybody confirms it. */
  previewAction(
    id: ConversationId,
    agent: ActingAgent,
    asked: AskedAction,
  ): Promise<ActionPreview | DeskRefusal>;
  /**
   * In the log before anything is done, under an idempotency key made of conversation and `requestId`. Done at once, or when a
   * second person has approved it.
   */
  requestAction(
    id: ConversationId,
    agent: ActingAgent,
    asked: AskedAction & {
      readonly requestId: string;
      readonly confirm: string;
      readonly reason: string;
    },
  ): Promise<ActionTaken | DeskRefusal>;
  decideAction(
    id: ConversationId,
    agent: ActingAgent,
    decision: { readonly requestId: string; readonly approve: boolean; readonly reason: string },
  ): Promise<ActionTaken | DeskRefusal>;
}

export interface ActingAgent {
  readonly agentId: string;
  readonly agentName: string;
  /** The agent's own wallet account. */
  readonly customerId?: string;
}

export interface AskedAction {
  readonly action: string;
  readonly input: AgentInput;
}

export interface ActionPreview {
  readonly kind: 'preview';
  readonly args: Values;
  readonly amount: Money | null;
  readonly approvalFor: readonly string[];
  /** Digest of action and arguments: what is requested must be what was shown. */
  readonly confirm: string;
}

export interface ActionTaken {
  readonly kind: 'done';
  readonly record: AgentActionRecord;
  readonly duplicate: boolean;
}

export interface DeskRefusal {
  readonly kind: 'refused';
  readonly code:
    'not_found' | 'not_owner' | 'forbidden' | 'bad_request' | 'conflict' | 'overloaded';
  readonly message: string;
}

/** Without it agents take no account actions. */
export interface AgentActionPolicy {
  readonly wallet: Pick<Wallet, 'getTransaction' | 'getWithdrawal'>;
  /** Above the amount of its currency a second person approves. */
  readonly limits: () => readonly Money[];
}
