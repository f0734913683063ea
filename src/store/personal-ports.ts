import type { ConversationId } from '../core/index.ts';
import type { ConversationState, LoggedEvent } from '../dialogue/index.ts';

/**
 * What an operator needs to show or erase everything about one person. Reads whole tables: for rare orders, never for
 * a request of the service.
 */
export interface PersonalStore {
  /** Conversations that are or once were this customer's, oldest first, as far as the desk's index has followed the log. */
  conversationsOf(customerId: string): Promise<readonly ConversationId[]>;
  /** Records whose key is one of these ids or ends in `:` and it, or whose body holds it as a string of its own. */
  recordsNaming(ids: readonly string[]): Promise<readonly PersonalRecord[]>;
  /**
   * Puts other contents into the events of a whole conversation, and the snapshot that they fold to; which events there
   * are, where they stand and when they were stays. What was worked out from the former words goes with them: search,
   * preview, ratings' comments, fingerprints of messages, payloads of finished effects. All or nothing.
   */
  rewrite(rewrite: Rewrite): Promise<'rewritten' | 'stale' | 'not_found'>;
  /** Makes sure that what was rewritten or removed cannot be read from the store's files either. */
  scrub(): Promise<void>;
}

export interface PersonalRecord {
  readonly kind: string;
  readonly key: string;
  readonly body: string;
}

export interface Rewrite {
  readonly conversationId: ConversationId;
  /** Refused as stale unless the conversation's version is this. */
  readonly expect: number;
  /** All events of the conversation in order. */
  readonly events: readonly LoggedEvent[];
  readonly snapshot: ConversationState;
}
