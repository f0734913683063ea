import type { ConversationId } from '../core/index.ts';

/** One stretch of the conversations, in the order in which they were made. */
export interface QuietStretch {
  /** Not written to since, with the bot or closed, nothing of theirs under way, and not erased yet. */
  readonly quiet: readonly { readonly conversationId: ConversationId; readonly lastAtMs: number }[];
  /** Dedupe keys that were removed. */
  readonly keys: number;
  /** Where the next stretch begins; undefined at the end. */
  readonly next: number | undefined;
}

export interface RetentionBounds {
  /** Conversations last written before this are quiet. */
  readonly quietBeforeMs: number;
  /** Of conversations last written before this the dedupe keys go: no client sends a message again after so long. */
  readonly keysBeforeMs: number;
}

/** What has been kept for long enough. Everything in stretches of a named length, so that nobody waits for it. */
export interface RetentionStore {
  conversations(after: number, rows: number, bounds: RetentionBounds): Promise<QuietStretch>;
  /** Done work of the outbox and given-up deliveries that were due before; gives how many rows went and where to go on. */
  work(
    after: number,
    rows: number,
    beforeMs: number,
  ): Promise<{ readonly removed: number; readonly next: number | undefined }>;
}
