import { z } from 'zod';

/** Agents' own accounts, their administration, personal access tokens and webhooks. */

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
const role = z.enum(['agent', 'supervisor', 'admin']);
const newPassword = z.string().min(12).max(1024);
const names = z.array(z.string().trim().min(1).max(64)).max(100);
const code = z.string().trim().max(32);

/**
 * POST /api/desk/sign-in. Without `code` an account that has a second factor answers `code_required` (401): ask and send again.
 * `code` is six digits of the app or one of the recovery codes.
 */
export const deskSignInSchema = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(1024),
  code: code.exactOptional(),
});

/** GET /api/desk/account */
export const deskAccountSchema = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  secondFactor: z.boolean(),
  recoveryCodesLeft: z.int(),
  sessions: z.array(
    z.object({
      /** Names the session in `DELETE /account/sessions/:id`; not the token. */
      id: z.string(),
      current: z.boolean(),
      createdAtMs: z.number(),
      lastSeenAtMs: z.number(),
      expiresAtMs: z.number(),
      address: z.string(),
      client: z.string(),
    }),
  ),
});
export type DeskAccount = z.infer<typeof deskAccountSchema>;

/** POST /api/desk/account/password: ends every other session. */
export const deskPasswordChangeSchema = z.strictObject({
  password: z.string().max(1024),
  next: newPassword,
});

/** POST /api/desk/account/totp → the secret to scan; in force only after the confirmation. */
export const deskTotpBeginSchema = z.strictObject({ password: z.string().max(1024) });
export const deskTotpBegunSchema = z.object({ secret: z.string(), uri: z.string() });
/** POST /api/desk/account/totp/confirm → recovery codes, shown once. */
export const deskTotpConfirmSchema = z.strictObject({ code });
export const deskTotpConfirmedSchema = z.object({ recoveryCodes: z.array(z.string()) });
/** POST /api/desk/account/totp/remove */
export const deskTotpRemoveSchema = z.strictObject({ password: z.string().max(1024), code });

/** GET /api/desk/agents (supervisor, admin) */
export const deskAgentAccountSchema = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  disabled: z.boolean(),
  secondFactor: z.boolean(),
  /** The wallet account of the agent in person: they may not act on it. */
  customerId: z.string().nullable(),
  /** Empty: any, all. */
  languages: z.array(z.string()),
  skills: z.array(z.string()),
  queues: z.array(z.string()),
  /** Conversations at a time; null: the workspace's number. */
  capacity: z.int().nullable(),
});
export type DeskAgentAccount = z.infer<typeof deskAgentAccountSchema>;
export const deskAgentsSchema = z.object({ agents: z.array(deskAgentAccountSchema) });

/** POST /api/desk/agents (admin) → the account and a first password, shown once. */
export const deskAgentCreateSchema = z.strictObject({
  email: z.email().max(254),
  name: z.string().trim().min(1).max(100),
  role,
  customerId: id.exactOptional(),
});
export const deskAgentCreatedSchema = z.object({
  agent: deskAgentAccountSchema,
  password: z.string(),
});
/** PATCH /api/desk/agents/:agentId (admin). Disabling ends the agent's sessions and tokens at once. */
export const deskAgentChangeSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).exactOptional(),
  role: role.exactOptional(),
  disabled: z.boolean().exactOptional(),
  customerId: id.nullable().exactOptional(),
  languages: names.exactOptional(),
  skills: names.exactOptional(),
  queues: names.exactOptional(),
  capacity: z.int().min(1).max(100).nullable().exactOptional(),
});
/** POST /api/desk/agents/:agentId/password (admin) → a new password, shown once; sessions end, the second factor goes. */
export const deskPasswordResetSchema = z.object({ password: z.string() });

/** What a personal access token may do. None of them reaches account actions, approvals, sessions or tokens. */
export const deskScopes = [
  'conversations:read',
  'conversations:write',
  'customers:read',
  'agents:read',
  'webhooks',
] as const;
export type DeskScope = (typeof deskScopes)[number];

/** GET /api/desk/tokens: one's own. */
export const deskTokenSchema = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.enum(deskScopes)),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  lastUsedAtMs: z.number().nullable(),
});
export type DeskToken = z.infer<typeof deskTokenSchema>;
export const deskTokensSchema = z.object({ tokens: z.array(deskTokenSchema) });
/** POST /api/desk/tokens → the token itself, shown once; sent as `Authorization: Bearer kefu_pat_…`. */
export const deskTokenCreateSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(z.enum(deskScopes)).min(1).max(deskScopes.length),
  expiresInDays: z.int().min(1).max(365).default(90),
});
export const deskTokenCreatedSchema = z.object({ token: z.string(), record: deskTokenSchema });

/** Events that a webhook can ask for; `conversation.*` and the like stand for all of a kind. */
export const deskWebhookTopics = [
  'conversation.started',
  'conversation.queued',
  'conversation.assigned',
  'conversation.returned',
  'conversation.closed',
  'conversation.tagged',
  'message.customer',
  'message.bot',
  'message.agent',
  'ticket.opened',
] as const;
export type DeskWebhookTopic = (typeof deskWebhookTopics)[number];

/** GET /api/desk/webhooks (admin) */
export const deskWebhookSchema = z.object({
  id,
  url: z.string(),
  topics: z.array(z.enum(deskWebhookTopics)),
  enabled: z.boolean(),
  createdAtMs: z.number(),
  waiting: z.int(),
  dead: z.int(),
  lastError: z.string().nullable(),
});
export type DeskWebhook = z.infer<typeof deskWebhookSchema>;
export const deskWebhooksSchema = z.object({ webhooks: z.array(deskWebhookSchema) });
/** POST /api/desk/webhooks (admin) → the signing secret, shown once. */
export const deskWebhookCreateSchema = z.strictObject({
  url: z.url().max(2000),
  topics: z.array(z.enum(deskWebhookTopics)).min(1).max(deskWebhookTopics.length),
});
export const deskWebhookCreatedSchema = z.object({
  webhook: deskWebhookSchema,
  secret: z.string(),
});
/** PATCH /api/desk/webhooks/:id (admin) */
export const deskWebhookChangeSchema = z.strictObject({ enabled: z.boolean() });
/** GET /api/desk/webhooks/:id/deliveries?state=dead|waiting|done (admin) */
export const deskDeliverySchema = z.object({
  id,
  topic: z.enum(deskWebhookTopics),
  conv: id,
  state: z.enum(['waiting', 'done', 'dead']),
  attempts: z.int(),
  dueAtMs: z.number(),
  error: z.string().nullable(),
});
export type DeskDelivery = z.infer<typeof deskDeliverySchema>;
export const deskDeliveriesSchema = z.object({ deliveries: z.array(deskDeliverySchema) });
/** POST /api/desk/webhooks/:id/replay (admin): dead ones are tried again, all or those that are named. */
export const deskReplaySchema = z.strictObject({
  deliveries: z.array(id).max(1000).exactOptional(),
});
export const deskReplayedSchema = z.object({ replayed: z.int() });
