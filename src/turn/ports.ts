import type {
  ClientMessageId,
  ConversationId,
  CustomerId,
  ErrorCode,
  Understanding,
  UnderstandHint,
  VisitorId,
} from '../core/index.ts';
import type { LoggedEvent } from '../dialogue/index.ts';

/** The one holder of a conversation's thread: everything that changes a conversation goes through here. */
export interface Turns {
  /** The conversation of this visitor or customer: found, bound to the customer when it was anonymous, or begun with the bot's greeting. */
  open(who: Principal, channel: string, language: string): Promise<ConversationId>;
  /**
   * A customer's message or answer: durable when this resolves; the bot's turn follows by itself.
   * The same cid with the same content again gives the first result with `duplicate: true`.
   */
  receive(inbound: Inbound): Promise<Received>;
  /** Checks a one-time code outside the log; the outcome is logged, the code never is. */
  submitSecret(inbound: SecretInbound): Promise<Received>;
  setLanguage(conversationId: ConversationId, language: string): Promise<void>;
  /** What an agent does. Ownership is compared and appended in one step: of two, one is told who was first. */
  command(
    conversationId: ConversationId,
    agent: AgentRef,
    command: AgentCommand,
  ): Promise<Commanded>;
  /** Starts the pump and takes up whatever was committed and not yet done. */
  start(): Promise<void>;
  /** Finishes running turns and effects, takes no new ones. */
  drain(): Promise<void>;
}

export interface Principal {
  readonly visitorId: VisitorId;
  readonly customerId?: CustomerId;
}

export interface Inbound {
  readonly conversationId: ConversationId;
  readonly cid: ClientMessageId;
  readonly text: string;
  readonly choice?: { readonly id: string; readonly value: string };
  readonly form?: { readonly id: string; readonly fields: { readonly [name: string]: string } };
}

export interface SecretInbound {
  readonly conversationId: ConversationId;
  readonly cid: ClientMessageId;
  readonly formId: string;
  readonly code: string;
}

export type Received =
  | { readonly kind: 'accepted'; readonly seq: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

export interface AgentRef {
  readonly agentId: string;
  readonly agentName: string;
}

export type AgentCommand =
  | { readonly type: 'accept' }
  | { readonly type: 'say'; readonly cid: ClientMessageId; readonly text: string }
  | { readonly type: 'note'; readonly cid: ClientMessageId; readonly text: string }
  | { readonly type: 'return_to_bot' }
  | { readonly type: 'close'; readonly disposition?: string };

export type Commanded =
  | { readonly kind: 'done'; readonly events: readonly LoggedEvent[]; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: 'already_taken' | 'not_owner'; readonly by: string }
  | {
      readonly kind: 'refused';
      readonly code: 'not_found' | 'conflict' | 'cid_conflict' | 'overloaded';
    };

/** The door to understanding, as the turn is given it; a promise while the model is still being made. */
export type Understand = (
  text: string,
  hint: UnderstandHint,
) => Understanding | Promise<Understanding>;
