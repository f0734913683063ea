import type { Readable } from 'node:stream';
import type { FileRef } from '../core/index.ts';

/** What customers and agents attach to messages. Kept private under the data folder; whom a file concerns is decided by its conversation. */
export interface Files {
  /**
   * Reads the body to its end, or throws and keeps nothing: `too_large` (bytes, or pixels of an image), `unsupported_type`,
   * `overloaded` (too many uploads at once, or the disk is nearly full). Durable when it resolves.
   */
  put(upload: Upload): Promise<FileRef>;
  /**
   * Binds uploads to the one message that names them, in that order; asked again for the same message it gives the same.
   * Undefined when one of them is not this sender's in this conversation, or is another message's: nobody learns which.
   */
  claim(ids: readonly string[], message: Claim): Promise<readonly FileRef[] | undefined>;
  /** Undefined when there is none; whether the asker may have it is the caller's to decide by `conversationId`. */
  find(id: string): Promise<StoredFile | undefined>;
  /** Deletes the bytes, then what is known of them; nothing happens when there is no such file. */
  remove(id: string): Promise<void>;
  /** Deletes what nobody named in time and what a crash left behind. Returns how many files. */
  sweep(): Promise<number>;
}

export interface Upload {
  readonly conversationId: string;
  /** Who may name it: a visitor's or an agent's id. */
  readonly senderId: string;
  /** As the sender calls it; made harmless here. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Claim {
  readonly conversationId: string;
  readonly senderId: string;
  readonly cid: string;
}

export interface StoredFile {
  readonly ref: FileRef;
  readonly conversationId: string;
  /** Undefined until a message names it: until then it is its sender's alone. */
  readonly cid?: string;
  readonly senderId: string;
  open(): Readable;
}
