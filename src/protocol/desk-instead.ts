import { z } from 'zod';

/** What may be sent instead of words that a platform's rules hold back: see `docs/guides/channels/README.md`. */
const way = z.enum(['template', 'email']);

/** GET /api/desk/conversations/:conv/instead */
export const deskInsteadSchema = z.object({
  /** Words that wait now; with none of them nothing is offered. */
  waiting: z.int(),
  ways: z.array(
    z.object({
      way,
      /** Where a letter goes, masked; null for what goes to the platform itself. */
      to: z.string().nullable(),
      /** Within the last day. */
      sentAtMs: z.int().nullable(),
      /** Null: now. */
      againAtMs: z.int().nullable(),
    }),
  ),
});
export type DeskInstead = z.infer<typeof deskInsteadSchema>;

/** POST /api/desk/conversations/:conv/instead */
export const deskInsteadRequestSchema = z.strictObject({ way });
export type DeskInsteadRequest = z.infer<typeof deskInsteadRequestSchema>;
export const deskInsteadReplySchema = z.object({ sentAtMs: z.int() });
export type DeskInsteadReply = z.infer<typeof deskInsteadReplySchema>;
