import { z } from 'zod';

/** Shapes of what stands beside a conversation on the desk: the customer, the summary, search, tags, canned replies. */

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);

/** An amount as a plain decimal, such as `"12.50"` `"CNY"`: exact, for `Intl.NumberFormat`. */
export const deskMoneySchema = z.object({ amount: z.string(), currency: z.string() });
export type DeskMoney = z.infer<typeof deskMoneySchema>;

const ticketSchema = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(['open', 'in_progress', 'solved']),
  openedAtMs: z.number(),
});

const transactionSchema = z.object({
  id: z.string(),
  kind: z.enum(['payment', 'transfer_out', 'transfer_in', 'top_up']),
  state: z.enum(['pending', 'completed', 'failed', 'cancelled', 'refunded', 'disputed']),
  amount: deskMoneySchema.nullable(),
  /** Masked when it is a person's name and the reader's role does not reach. */
  counterparty: z.string(),
  method: z.enum(['balance', 'card', 'bank']),
  atMs: z.number(),
  failureReason: z.string().nullable(),
  refundable: z.boolean(),
});

const withdrawalSchema = z.object({
  id: z.string(),
  state: z.enum(['processing', 'arrived', 'failed', 'returned']),
  amount: deskMoneySchema.nullable(),
  bank: z.string(),
  accountTail: z.string(),
  requestedAtMs: z.number(),
  overdue: z.boolean(),
  failureReason: z.string().nullable(),
});

/** The wallet card. `masked`: amounts, names and contacts are left out, because the reader does not have the conversation. */
export const deskWalletCardSchema = z.object({
  masked: z.boolean(),
  customerId: z.string(),
  name: z.string(),
  phone: z.string(),
  email: z.string(),
  status: z.enum(['active', 'locked', 'restricted', 'frozen', 'closed']),
  statusReason: z.string().nullable(),
  kycLevel: z.int(),
  /** Null when masked. */
  balances: z.array(z.object({ available: deskMoneySchema, held: deskMoneySchema })).nullable(),
  transactions: z.array(transactionSchema),
  withdrawals: z.array(withdrawalSchema),
  tickets: z.array(ticketSchema),
});
export type DeskWalletCard = z.infer<typeof deskWalletCardSchema>;

/** `anonymous`: nobody vouched for who it is. `unavailable`: the wallet gave no answer in time; the rest of the panel stands. */
export const deskWalletSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), card: deskWalletCardSchema }),
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('not_found') }),
  z.object({ kind: z.literal('unavailable') }),
]);

export const deskMoodSchema = z.enum(['calm', 'uneasy', 'upset']);

/** What the bot knows when a person takes over; computed from the log, so it is the same for everyone and at every time. */
export const deskSummarySchema = z.object({
  language: z.string(),
  /** Why it was handed over, as a code; null while it was not. */
  reason: z.string().nullable(),
  priority: z.enum(['security', 'money', 'normal']).nullable(),
  /** The last time the customer asked for something in their own words. */
  lastAsked: z.string().nullable(),
  mood: deskMoodSchema,
  /** What the mood was read from, as codes: `asked_for_person`, `repeated`, `not_understood`, `hard_words`, `loud`, `waited_long`. */
  moodSigns: z.array(z.string()),
  /** Flows that were begun, oldest first, the last ten. */
  flows: z.array(
    z.object({ flow: z.string(), outcome: z.string().nullable(), step: z.string().nullable() }),
  ),
  /** Given by the customer in the last flow; amounts and dates in plain text. */
  slots: z.array(z.object({ flow: z.string(), name: z.string(), value: z.string() })),
  /** Account actions tried, by the bot and by agents, oldest first, the last twenty. */
  actions: z.array(
    z.object({
      action: z.string(),
      by: z.enum(['bot', 'agent']),
      atMs: z.number(),
      /** `awaits_approval`, `declined` and `expired` only for an agent's. */
      state: z.enum([
        'requested',
        'pending',
        'ok',
        'refused',
        'awaits_approval',
        'declined',
        'expired',
      ]),
      detail: z.string(),
      /** It changes nothing: that it succeeded is seldom worth a word. */
      looksUp: z.boolean(),
      /** Of what changed something. */
      receipt: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  level: z.enum(['anyone', 'identified', 'verified']),
});
export type DeskSummary = z.infer<typeof deskSummarySchema>;

export const deskPastConversationSchema = z.object({
  conv: id,
  channel: z.string(),
  language: z.string(),
  lastAtMs: z.number(),
  owner: z.enum(['bot', 'queue', 'agent']),
  reason: z.string().nullable(),
  closed: z.boolean(),
  tags: z.array(z.string()),
  /** 1 to 5, the latest answer; null when nobody was asked or answered. */
  satisfaction: z.int().nullable(),
});

/** GET /api/desk/conversations/:conv/customer */
export const deskCustomerSchema = z.object({
  conv: id,
  wallet: deskWalletSchema,
  summary: deskSummarySchema,
  tags: z.array(z.string()),
  satisfaction: z.object({ score: z.int(), comment: z.string().nullable() }).nullable(),
  /** Other conversations of the same customer (or visitor), latest first, at most 20. */
  past: z.array(deskPastConversationSchema),
});
export type DeskCustomer = z.infer<typeof deskCustomerSchema>;

const tag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u, 'must be letters, digits, - and _, 40 at most');
/** Tags of one conversation at most. */
export const deskTagsMax = 20;

/** POST /api/desk/conversations/:conv/tags; the reply is the command's reply. */
export const deskTagRequestSchema = z.strictObject({
  add: z.array(tag).max(deskTagsMax).default([]),
  remove: z.array(tag).max(deskTagsMax).default([]),
});
export const deskTagReplySchema = z.object({ tags: z.array(z.string()) });
export type DeskTagReply = z.infer<typeof deskTagReplySchema>;

/** GET /api/desk/search?q&after: newest hit first, one row a conversation. */
export const deskSearchQuerySchema = z.object({
  q: z.string().trim().min(1).max(200),
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const deskSearchHitSchema = z.object({
  conv: id,
  customerId: z.string().nullable(),
  /** As in rows of lists. */
  customerName: z.string().exactOptional(),
  channel: z.string(),
  language: z.string(),
  owner: z.enum(['bot', 'queue', 'agent']),
  agentId: z.string().nullable(),
  closed: z.boolean(),
  lastAtMs: z.number(),
  tags: z.array(z.string()),
  /** What was found: an exact id or tag, or words of a message at `pos`. */
  found: z.enum(['conversation', 'customer', 'reference', 'tag', 'text']),
  pos: z.int().nullable(),
  atMs: z.number(),
  /** Plain text around the hit (or the id, or the tag), with the spans that matched as UTF-16 offsets. */
  excerpt: z.string(),
  marks: z.array(z.tuple([z.int(), z.int()])),
});
export type DeskSearchHit = z.infer<typeof deskSearchHitSchema>;
export const deskSearchReplySchema = z.object({
  hits: z.array(deskSearchHitSchema),
  next: z.string().nullable(),
});
export type DeskSearchReply = z.infer<typeof deskSearchReplySchema>;

/** GET /api/desk/workspace: what the operator has set, as far as agents need it. */
export const deskWorkspaceSchema = z.object({
  brand: z.string(),
  timeZone: z.string(),
  languages: z.array(z.string()),
  queues: z.array(z.object({ id: z.string(), name: z.string() })),
  dispositions: z.array(z.object({ id: z.string(), labels: z.record(z.string(), z.string()) })),
  /** Tags in use or set by the operator, for completion. */
  tags: z.array(z.string()),
  /** Where customers can write: the web chat and the platforms that are connected. */
  channels: z.array(z.string()).exactOptional(),
});
export type DeskWorkspace = z.infer<typeof deskWorkspaceSchema>;

/** GET /api/desk/flows?language: what a conversation can be returned to the bot with, in the order of the content. */
export const deskFlowsQuerySchema = z.object({ language: z.string().max(35).optional() });
export const deskFlowsSchema = z.object({
  /** Of the titles: the language that was asked for when the bot has it, else the workspace's own. */
  language: z.string(),
  flows: z.array(z.object({ id, topic: z.string(), title: z.string() })),
});
export type DeskFlows = z.infer<typeof deskFlowsSchema>;

/**
 * GET /api/desk/conversations/:conv/canned: replies in the conversation's language (else the default's), variables filled
 * in. `missing` names variables that have no value here; the agent fills them in by hand.
 */
export const deskCannedSchema = z.object({
  replies: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      language: z.string(),
      text: z.string(),
      missing: z.array(z.string()),
    }),
  ),
});
export type DeskCanned = z.infer<typeof deskCannedSchema>;
