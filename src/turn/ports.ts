import type {
  ClientMessageId,
  ConversationId,
  CustomerId,
  ErrorCode,
  FileRef,
  Priority,
  Understanding,
  UnderstandHint,
  VisitorId,
} from '../core/index.ts';
import type {
  DeliveryFailed,
  DeliveryOffered,
  DeliveryResent,
  LoggedEvent,
  MessageWithdrawn,
  TicketChanged,
} from '../dialogue/index.ts';
import type { DeskTurns } from './desk-ports.ts';

/** The one holder of a conversation's thread: everything that changes a conversation goes through here. */
export interface Turns {
  readonly desk: DeskTurns;
  readonly chats: ChatTurns;
  /** The conversation of this visitor or customer: found, bound to the customer when it was anonymous, or begun with the bot's greeting. */
  open(
    who: Principal,
    channel: string,
    language: string,
    timeZone?: string,
  ): Promise<ConversationId>;
  /**
   * A customer's message or answer: durable when this resolves; the bot's turn follows by itself.
   * The same cid with the same content again gives the first result with `duplicate: true`.
   */
  receive(inbound: Inbound): Promise<Received>;
  /** Checks a one-time code outside the log; the outcome is logged, the code never is. */
  submitSecret(inbound: SecretInbound): Promise<Received>;
  /** How a person's help was: taken once each time that it is asked, `conflict` otherwise. */
  rate(inbound: RatingInbound): Promise<Received>;
  setLanguage(conversationId: ConversationId, language: string): Promise<void>;
  /** What the service itself tells, whoever has the word: once for each key, for good. */
  announce(conversationId: ConversationId, key: string, event: TicketChanged): Promise<void>;
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

/** What the channels of messaging platforms need beyond the widget's: a person there is known by the platform alone. */
export interface ChatTurns {
  /** The conversation of this platform user, whosever it has become, or begun anew. */
  open(visitorId: VisitorId, channel: string, language: string): Promise<ConversationId>;
  /** Ties the platform user to a customer, or unties them (null); once when it is so already. */
  bind(conversationId: ConversationId, customerId: CustomerId | null): Promise<void>;
  /**
   * Words of an operator's plugin, once for each key. Said only while the bot has the word: false when a person has it or
   * the conversation moved on too often meanwhile.
   */
  tell(conversationId: ConversationId, key: string, text: string): Promise<boolean>;
  /** What became of a message on the platform, for the desk; once for each key. */
  note(
    conversationId: ConversationId,
    key: string,
    event: DeliveryFailed | DeliveryResent | DeliveryOffered | MessageWithdrawn,
  ): Promise<void>;
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
  /** Uploaded by the sender and checked to be theirs. */
  readonly files?: readonly FileRef[];
}

export interface RatingInbound {
  readonly conversationId: ConversationId;
  readonly cid: ClientMessageId;
  /** 1 to 5, 5 is best. */
  readonly score: number;
  readonly comment?: string;
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
  /** Supervisors and admins may act on what is another agent's. */
  readonly supervises?: boolean;
}

export type AgentCommand =
  | { readonly type: 'accept'; readonly offerId?: string }
  | { readonly type: 'decline'; readonly offerId: string }
  | {
      readonly type: 'say';
      readonly cid: ClientMessageId;
      readonly text: string;
      readonly files?: readonly FileRef[];
    }
  | {
      readonly type: 'note';
      readonly cid: ClientMessageId;
      readonly text: string;
      readonly whisper?: boolean;
    }
  | {
      readonly type: 'transfer';
      readonly to:
        | { readonly kind: 'agent'; readonly agentId: string; readonly agentName: string }
        | { readonly kind: 'queue'; readonly queue: string };
      readonly note?: string;
    }
  | { readonly type: 'snooze'; readonly untilMs: number }
  | { readonly type: 'wake' }
  | { readonly type: 'return_to_bot'; readonly flow?: string }
  | { readonly type: 'close'; readonly disposition?: string; readonly tags?: readonly string[] }
  | { readonly type: 'wrap_up'; readonly disposition?: string; readonly tags?: readonly string[] }
  | { readonly type: 'take_over' }
  | {
      readonly type: 'reroute';
      readonly queue?: string;
      readonly priority?: Priority;
      readonly wanted?: { readonly agentId: string; readonly agentName: string };
    };

export type Commanded =
  | { readonly kind: 'done'; readonly events: readonly LoggedEvent[]; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly code: 'already_taken' | 'not_owner'; readonly by: string }
  | {
      readonly kind: 'refused';
      /** `conflict`: an offer that is over, or nothing of the kind to do in the state that it is in. */
      readonly code:
        'not_found' | 'conflict' | 'cid_conflict' | 'overloaded' | 'forbidden' | 'bad_request';
    };

/** The door to understanding, as the turn is given it; a promise while the model is still being made. */
export type Understand = (
  text: string,
  hint: UnderstandHint,
) => Understanding | Promise<Understanding>;
