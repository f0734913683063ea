import { createHash } from 'node:crypto';
import { canonical } from '../core/index.ts';
import type { AuditPlace, AuditRow } from '../store/index.ts';

/** Facts about an entry: identifiers, counts and digests; never anyone's words, a token or a code. */
export type AuditDetails = {
  readonly [name: string]: string | number | boolean | null | readonly string[];
};

/** Something that happened, before it has its place in the chain. */
export interface AuditEntry {
  /** `family.what`, such as `sign_in.failed`. */
  readonly kind: string;
  /** `agent:ID`, `customer:ID`, `operator`, `bot`, `service` or `anyone`. */
  readonly actor: string;
  /** What it was done to, such as `conversation:ID`. */
  readonly subject: string;
  readonly details: AuditDetails;
}

/** The entries behind `place`, linked each to the one before. */
export function link(
  place: AuditPlace,
  entries: readonly (AuditEntry & { readonly atMs: number })[],
): readonly AuditRow[] {
  let { n, hash: previous } = place;
  return entries.map(({ atMs, kind, actor, subject, details }) => {
    n += 1;
    const open = { n, atMs, kind, actor, subject, details: canonical(details), previous };
    const row = { ...open, hash: hashOf(open) };
    previous = row.hash;
    return row;
  });
}

/** Over every column but itself; a list keeps two neighbours from lending each other a character. */
function hashOf({ n, atMs, kind, actor, subject, details, previous }: Omit<AuditRow, 'hash'>) {
  const text = JSON.stringify([n, atMs, kind, actor, subject, details, previous]);
  return createHash('sha256').update(text).digest('hex');
}

export type Break = 'missing' | 'changed' | 'unlinked';

/** What is wrong with the entry that should follow `place`; undefined when nothing is. */
export function breakAt(place: AuditPlace, row: AuditRow): Break | undefined {
  if (row.n !== place.n + 1) return 'missing';
  if (row.hash !== hashOf(row)) return 'changed';
  return row.previous === place.hash ? undefined : 'unlinked';
}
