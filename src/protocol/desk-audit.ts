import { z } from 'zod';

/** Where the audit chain stands: to be noted elsewhere, so that a chain cut short is found. */
export const deskAuditHeadSchema = z.object({ n: z.int(), hash: z.string() });

export const deskAuditQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** A kind such as `sign_in.failed`, or a family such as `sign_in.`. */
  kind: z
    .string()
    .regex(/^[a-z_.-]{1,64}$/)
    .optional(),
  actor: z.string().max(160).optional(),
  subject: z.string().max(160).optional(),
});

export const deskAuditSchema = z.object({
  entries: z.array(
    z.object({
      n: z.int(),
      atMs: z.int(),
      kind: z.string(),
      actor: z.string(),
      subject: z.string(),
      /** JSON, in the very text that the hash is over. */
      details: z.string(),
      previous: z.string(),
      hash: z.string(),
    }),
  ),
});
