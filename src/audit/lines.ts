import type { AuditPlace, AuditRow } from '../store/index.ts';
import type { Verified } from './audit.ts';

/** `41:9f86d0…`: what is noted elsewhere, and given back to `verify`. */
export function placeText({ n, hash }: AuditPlace): string {
  return `${n}:${hash}`;
}

/** Undefined when it is no such place. */
export function parsePlace(text: string): AuditPlace | undefined {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim());
  return match?.[1] !== undefined && match[2] !== undefined
    ? { n: Number(match[1]), hash: match[2] }
    : undefined;
}

/** One entry in one line of a terminal. */
export function lineOf({ n, atMs, kind, actor, subject, details }: AuditRow): string {
  return [n, new Date(atMs).toISOString(), kind, actor, subject, details].join('  ');
}

const whyText = {
  missing: 'is missing',
  changed: 'is not as it was written',
  unlinked: 'does not follow the one before',
  cut: 'is missing: the chain ends before the head that was noted',
} as const;

/** What came of a check, for the operator. */
export function verifiedLines(verified: Verified): readonly string[] {
  if (verified.kind === 'broken') {
    return [`The audit chain is broken: entry ${verified.n} ${whyText[verified.why]}.`];
  }
  const { after, head } = verified;
  const began = after === 0 ? '' : ` Entries up to ${after} were removed by retention.`;
  return [
    `The audit chain is whole: ${head.n - after} entries.${began}`,
    `Head ${placeText(head)}  (note it elsewhere; "audit verify --head" then finds a chain cut short)`,
  ];
}
