import { z } from 'zod';
import { blockSchema, fileRefSchema } from './blocks.ts';

/** Ids of conversations, messages and the like, as they are sent. */
export const deskIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);

export const deskAgentSchema = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
  /** Language tags that the agent answers in; empty: any. */
  languages: z.array(z.string()).exactOptional(),
  /** What the agent can do that not everyone can, as flows ask for it. */
  skills: z.array(z.string()).exactOptional(),
  /** Teams (queues of the workspace) that the agent serves; empty: all. */
  queues: z.array(z.string()).exactOptional(),
});
export type DeskAgent = z.infer<typeof deskAgentSchema>;

/**
 * `queue`: waiting, in the order of service. `mine`: the agent's own, longest first, with those being written up. `team`: open ones
 * of every agent. `bot`: the bot's, those most likely to need a person first. `snoozed`: the agent's own, next to wake first
 * (of everyone for a supervisor). `closed`: newest first.
 */
export const deskListNames = ['queue', 'mine', 'team', 'bot', 'snoozed', 'closed'] as const;

/**
 * Where a conversation stands. `offered`: queued and shown to one agent until the offer's deadline; `wrap_up`: closed for the
 * customer, its agent still writes up what came of it.
 */
export const deskStates = [
  'bot',
  'queued',
  'offered',
  'agent',
  'snoozed',
  'wrap_up',
  'closed',
] as const;
export type DeskState = (typeof deskStates)[number];

export const deskOfferSchema = z.object({
  offerId: deskIdSchema,
  agentId: z.string(),
  agentName: z.string(),
  /** Accept or decline before this. */
  untilMs: z.number(),
});
export type DeskOffer = z.infer<typeof deskOfferSchema>;

/** What people owe the customer next, and until when, in hours of live agents. */
export const deskDueSchema = z.object({
  kind: z.enum(['first_reply', 'next_reply', 'resolution']),
  dueAtMs: z.number(),
});
export type DeskDue = z.infer<typeof deskDueSchema>;

/** What hand-off knows of a conversation: the same in rows and heads. */
const standing = {
  /** Absent when nothing is owed. */
  due: deskDueSchema.exactOptional(),
  state: z.enum(deskStates),
  /** Team that it waits for or came through. */
  queue: z.string().nullable(),
  offer: deskOfferSchema.nullable(),
  snoozedUntilMs: z.number().nullable(),
  wrapUpUntilMs: z.number().nullable(),
  /** 0 to 100: how likely it needs a person soon (money at risk, misunderstandings, anger). */
  risk: z.int(),
};

/**
 * GET /api/desk/conversations?list&after&limit&queue&language&channel&tag: `queue` narrows the lists queue and team, the
 * last three any list; of a list narrowed by them a page may be short, or empty, and still have a `next`.
 */
export const deskRowSchema = z.object({
  ...standing,
  agentName: z.string().nullable(),
  /** The latest words of the customer or an agent, cut to a line; null when there are none. */
  preview: z.string().nullable(),
  previewBy: z.enum(['customer', 'agent']).nullable(),
  conv: deskIdSchema,
  customerId: z.string().nullable(),
  /**
   * What the customer is called, as far as a card of theirs was read at the desk: the whole name for supervisors and for who
   * has the conversation, initials for others. Absent when it is not known.
   */
  customerName: z.string().exactOptional(),
  channel: z.string(),
  language: z.string(),
  owner: z.enum(['bot', 'queue', 'agent']),
  agentId: z.string().nullable(),
  priority: z.enum(['security', 'money', 'normal']).nullable(),
  reason: z.string().nullable(),
  sinceMs: z.number(),
  lastAtMs: z.number(),
  closed: z.boolean(),
  cursor: z.string(),
});
export type DeskRow = z.infer<typeof deskRowSchema>;
export type DeskListName = (typeof deskListNames)[number];

export const deskListReplySchema = z.object({
  rows: z.array(deskRowSchema),
  /** `after` of the next page; null when this is the last. */
  next: z.string().nullable(),
});
export type DeskListReply = z.infer<typeof deskListReplySchema>;

/** GET /api/desk/counts: counted up to `deskCountMax`, which then means "that many or more". */
export const deskCountMax = 100;
export const deskCountsSchema = z.object({
  queue: z.int(),
  mine: z.int(),
  team: z.int(),
  bot: z.int(),
  snoozed: z.int(),
});
export type DeskCounts = z.infer<typeof deskCountsSchema>;

/** One line of a transcript as agents see it; `pos` orders, and includes what the customer does not see. */
export const deskEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('customer'),
    pos: z.int(),
    seq: z.int().exactOptional(),
    atMs: z.number(),
    text: z.string(),
    files: z.array(fileRefSchema).exactOptional(),
  }),
  z.object({
    type: z.literal('bot'),
    pos: z.int(),
    seq: z.int().exactOptional(),
    atMs: z.number(),
    blocks: z.array(blockSchema),
  }),
  z.object({
    type: z.literal('agent'),
    pos: z.int(),
    /** Its number for the customer: what read marks count in. */
    seq: z.int().exactOptional(),
    atMs: z.number(),
    cid: deskIdSchema,
    agentName: z.string(),
    text: z.string(),
    files: z.array(fileRefSchema).exactOptional(),
  }),
  /** Told by the service itself, as the customer saw it: a ticket has changed. */
  z.object({
    type: z.literal('notice'),
    pos: z.int(),
    seq: z.int().exactOptional(),
    atMs: z.number(),
    blocks: z.array(blockSchema),
  }),
  z.object({
    type: z.literal('note'),
    pos: z.int(),
    atMs: z.number(),
    cid: deskIdSchema,
    agentName: z.string(),
    text: z.string(),
    /** From a supervisor to the agent who has the conversation. */
    whisper: z.boolean().exactOptional(),
  }),
  /** Ownership, identity, actions, flows: told by the desk's own words for `what`, with values for them. */
  z.object({
    type: z.literal('status'),
    pos: z.int(),
    atMs: z.number(),
    what: z.string(),
    values: z.record(z.string(), z.string()),
  }),
]);
export type DeskEvent = z.infer<typeof deskEventSchema>;

/** What a conversation is now; comes with every page and with every batch of events. */
const head = {
  ...standing,
  /** Grows with every change of who has it. */
  epoch: z.int(),
  /** What an agent should be able to do for it; empty when anybody can. */
  skills: z.array(z.string()),
  /** Position of the log's last event among or before those given: `watch` goes on after it. */
  version: z.int(),
  language: z.string(),
  channel: z.string(),
  customerId: z.string().nullable(),
  level: z.enum(['anyone', 'identified', 'verified']),
  owner: z.enum(['bot', 'queue', 'agent']),
  /** Since when the owner has it, or it waits; null for the bot. */
  sinceMs: z.number().nullable(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  priority: z.enum(['security', 'money', 'normal']).nullable(),
  reason: z.string().nullable(),
  closed: z.boolean(),
};
export const deskHeadSchema = z.object(head);
export type DeskHead = z.infer<typeof deskHeadSchema>;

/** GET /api/desk/conversations/:conv?before: the events of one page, oldest first. */
export const deskConversationSchema = z.object({
  conv: deskIdSchema,
  ...head,
  /** The page begins here: with `from` as `before` comes the page above it; 1 when there is none. */
  from: z.int(),
  /** The customer has seen everything up to this `seq`; absent as long as nothing is known. */
  readSeq: z.int().exactOptional(),
  events: z.array(deskEventSchema),
});
export type DeskConversation = z.infer<typeof deskConversationSchema>;
