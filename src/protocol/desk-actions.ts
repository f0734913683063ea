import { z } from 'zod';
import { deskMoneySchema } from './desk-customer.ts';

/** Account actions that agents take for a customer. Session only: no token can take or approve one. */

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
const reason = z.string().trim().min(3).max(500);

/** What the form for an argument offers. `amount` travels as `{amount, currency}`, everything else as text. */
export const deskActionFieldSchema = z.object({
  name: z.string(),
  kind: z.enum(['transaction', 'withdrawal', 'amount', 'choice', 'line', 'text']),
  required: z.boolean(),
  options: z.array(z.string()),
});

/** GET /api/desk/conversations/:conv/actions: what may be done here and what was. */
export const deskActionRecordSchema = z.object({
  requestId: id,
  conv: id,
  action: z.string(),
  args: z.record(z.string(), z.string()),
  reason: z.string(),
  amount: deskMoneySchema.nullable(),
  agentId: z.string(),
  agentName: z.string(),
  customerId: z.string(),
  atMs: z.number(),
  state: z.enum([
    'awaits_approval',
    'declined',
    'expired',
    'requested',
    'pending',
    'ok',
    'refused',
  ]),
  /** Why a second person is needed: `amount`, `not_verified`, `account_change`, `amount_unknown`. Empty: none is. */
  approvalFor: z.array(z.string()),
  expiresAtMs: z.number().nullable(),
  decidedBy: z.string().nullable(),
  decidedReason: z.string().nullable(),
  receipt: z.string().nullable(),
  /** Reason of a refusal, a code of the wallet's table. */
  refusal: z.string().nullable(),
});
export type DeskActionRecord = z.infer<typeof deskActionRecordSchema>;

export const deskActionsSchema = z.object({
  /** Null, or why nothing may be done: `not_owner`, `anonymous`, `own_account`, `closed`. */
  barred: z.enum(['not_owner', 'anonymous', 'own_account', 'closed']).nullable(),
  offered: z.array(z.object({ action: z.string(), fields: z.array(deskActionFieldSchema) })),
  records: z.array(deskActionRecordSchema),
});
export type DeskActions = z.infer<typeof deskActionsSchema>;

const args = z.record(
  z.string().max(64),
  z.union([
    z.string().max(4000),
    z.strictObject({ amount: z.string().max(20), currency: z.string().max(3) }),
  ]),
);

/** POST /api/desk/conversations/:conv/actions/preview: what would be done, to be shown before the agent confirms it. */
export const deskActionPreviewRequestSchema = z.strictObject({ action: z.string().max(64), args });
export const deskActionPreviewSchema = z.object({
  action: z.string(),
  args: z.record(z.string(), z.string()),
  amount: deskMoneySchema.nullable(),
  approvalFor: z.array(z.string()),
  /** Sent back as `confirm`: what is done is then exactly what was shown. */
  confirm: z.string(),
});
export type DeskActionPreview = z.infer<typeof deskActionPreviewSchema>;

/** POST /api/desk/conversations/:conv/actions. `requestId` is made by the page and makes a repeat harmless. */
export const deskActionRequestSchema = z.strictObject({
  requestId: id,
  action: z.string().max(64),
  args,
  confirm: z.string().max(128),
  reason,
});
/** The reply of a request and of a decision. */
export const deskActionReplySchema = z.object({
  record: deskActionRecordSchema,
  duplicate: z.boolean(),
});
export type DeskActionReply = z.infer<typeof deskActionReplySchema>;

/** GET /api/desk/approvals (supervisor, admin): requests that wait for a second person, oldest first. */
export const deskApprovalsSchema = z.object({ waiting: z.array(deskActionRecordSchema) });
export type DeskApprovals = z.infer<typeof deskApprovalsSchema>;

/** POST /api/desk/conversations/:conv/actions/:requestId/decision (supervisor, admin; never who asked, never on one's own account). */
export const deskActionDecisionSchema = z.strictObject({ approve: z.boolean(), reason });
