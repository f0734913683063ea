import { z } from 'zod';
import { lineOf, parsePlace, placeText, verifiedLines, type Audit } from '../audit/index.ts';
import { Fault } from '../core/index.ts';

const listMax = 1000;

/** What an operator may ask of the audit chain. */
export const auditOrderSchemas = [
  z.strictObject({ do: z.literal('audit.head') }),
  z.strictObject({ do: z.literal('audit.verify'), head: z.string().max(100).exactOptional() }),
  z.strictObject({
    do: z.literal('audit.list'),
    kind: z.string().max(64).exactOptional(),
    actor: z.string().max(160).exactOptional(),
    subject: z.string().max(160).exactOptional(),
    after: z.int().min(0).default(0),
    limit: z.int().min(1).max(listMax).default(200),
    fromMs: z.int().exactOptional(),
    untilMs: z.int().exactOptional(),
  }),
] as const;

export type AuditOrder = z.infer<(typeof auditOrderSchemas)[number]>;

/** Lines for the terminal; `failed` when the chain is not whole. Faults: not_found without a chain, bad_request for a head that is none. */
export async function obeyAudit(
  audit: Audit | undefined,
  order: AuditOrder,
): Promise<{ readonly lines: string[]; readonly failed?: true }> {
  if (!audit) throw new Fault('not_found', 'This store keeps no audit chain.');
  switch (order.do) {
    case 'audit.head':
      return { lines: [placeText(await audit.head())] };
    case 'audit.verify': {
      const noted = order.head === undefined ? undefined : parsePlace(order.head);
      if (order.head !== undefined && !noted) {
        throw new Fault('bad_request', '--head must be as "audit head" prints it: NUMBER:HASH.');
      }
      const verified = await audit.verify(noted);
      const lines = [...verifiedLines(verified)];
      return verified.kind === 'whole' ? { lines } : { lines, failed: true };
    }
    case 'audit.list': {
      const { do: _, ...query } = order;
      const rows = await audit.list(query);
      return { lines: rows.map(lineOf) };
    }
  }
}
