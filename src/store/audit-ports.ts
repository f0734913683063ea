import type { NumberedEvent } from './desk-ports.ts';

/** One entry of the audit chain as it is kept. What the hashes mean is the audit room's; the store only keeps the order. */
export interface AuditRow {
  /** From 1, without a gap. */
  readonly n: number;
  readonly atMs: number;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  /** Canonical JSON. */
  readonly details: string;
  readonly previous: string;
  readonly hash: string;
}

/** Where a chain stands: the number and the hash of an entry; 0 and '' before the first. */
export interface AuditPlace {
  readonly n: number;
  readonly hash: string;
}

export interface AuditQuery {
  /** Entries after this number, in order. */
  readonly after: number;
  readonly limit: number;
  /** Of this kind, or of the kinds that begin so when it ends in a dot. */
  readonly kind?: string;
  readonly actor?: string;
  readonly subject?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** An event for the chain, with whose conversation it is now. */
export interface AuditedEvent extends NumberedEvent {
  readonly customerId: string | null;
}

/**
 * Rows are appended and, at the old end, removed; never changed. `append` is all or nothing and synced when it resolves.
 * With `follow` how far the log was read is kept in the same transaction, so that a crash neither drops nor doubles an entry.
 */
export interface AuditStore {
  head(): Promise<AuditPlace>;
  /** The last entry that retention removed. */
  anchor(): Promise<AuditPlace>;
  /** False when the head is not `expect` any more, or the log was followed by somebody else meanwhile. */
  append(
    expect: AuditPlace,
    rows: readonly AuditRow[],
    follow?: { readonly from: number; readonly to: number },
  ): Promise<boolean>;
  read(query: AuditQuery): Promise<readonly AuditRow[]>;
  /** The last event of the log that the chain knows of. */
  cursor(): Promise<number>;
  eventsAfter(n: number, limit: number): Promise<readonly AuditedEvent[]>;
  /** Removes entries up to `n` and keeps it as the anchor; at most `limit` at a time. Gives how many. */
  prune(n: number, limit: number): Promise<number>;
  /** The last entry before this time; undefined when there is none. */
  lastBefore(atMs: number): Promise<AuditPlace | undefined>;
}
