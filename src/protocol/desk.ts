import { z } from 'zod';
import { limits } from '../core/index.ts';
import { blockSchema } from './blocks.ts';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);

export const signInRequestSchema = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(1024),
});

export const deskAgentSchema = z.object({
  agentId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
});
export type DeskAgent = z.infer<typeof deskAgentSchema>;

export const deskListNames = ['queue', 'mine', 'bot', 'closed'] as const;

/** GET /api/desk/conversations?list&after */
export const deskRowSchema = z.object({
  conv: id,
  customerId: z.string().nullable(),
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
export const deskCountsSchema = z.object({ queue: z.int(), mine: z.int(), bot: z.int() });
export type DeskCounts = z.infer<typeof deskCountsSchema>;

/** One line of a transcript as agents see it; `pos` orders, and includes what the customer does not see. */
export const deskEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('customer'), pos: z.int(), atMs: z.number(), text: z.string() }),
  z.object({
    type: z.literal('bot'),
    pos: z.int(),
    atMs: z.number(),
    blocks: z.array(blockSchema),
  }),
  z.object({
    type: z.literal('agent'),
    pos: z.int(),
    atMs: z.number(),
    cid: id,
    agentName: z.string(),
    text: z.string(),
  }),
  z.object({
    type: z.literal('note'),
    pos: z.int(),
    atMs: z.number(),
    cid: id,
    agentName: z.string(),
    text: z.string(),
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
  conv: id,
  ...head,
  /** The page begins here: with `from` as `before` comes the page above it; 1 when there is none. */
  from: z.int(),
  events: z.array(deskEventSchema),
});
export type DeskConversation = z.infer<typeof deskConversationSchema>;

/** POST /api/desk/conversations/:conv/commands */
export const deskCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('accept') }),
  z.strictObject({
    type: z.literal('say'),
    cid: id,
    text: z.string().trim().min(1).max(limits.textLengthMax),
  }),
  z.strictObject({
    type: z.literal('note'),
    cid: id,
    text: z.string().trim().min(1).max(limits.textLengthMax),
  }),
  z.strictObject({ type: z.literal('return_to_bot') }),
  z.strictObject({ type: z.literal('close'), disposition: z.string().max(64).exactOptional() }),
]);
export type DeskCommand = z.infer<typeof deskCommandSchema>;

/** What the command added to the log; with `duplicate`, what it had added the first time. */
export const deskCommandReplySchema = z.object({
  events: z.array(deskEventSchema),
  duplicate: z.boolean(),
});
export type DeskCommandReply = z.infer<typeof deskCommandReplySchema>;

/** Client → server on /api/desk/socket; signed in by the session cookie, Origin checked. */
export const deskClientFrameSchema = z.discriminatedUnion('t', [
  /** Watch one conversation (the former one is let go): events with `pos > after` come as `events`. */
  z.strictObject({ t: z.literal('watch'), conv: id, after: z.int().min(0) }),
  z.strictObject({ t: z.literal('unwatch') }),
  z.strictObject({ t: z.literal('typing'), conv: id, on: z.boolean() }),
  z.strictObject({ t: z.literal('pong'), n: z.int() }),
]);
export type DeskClientFrame = z.infer<typeof deskClientFrameSchema>;

export const deskServerFrameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('welcome'), agent: deskAgentSchema, nowMs: z.number() }),
  /** Some list may have changed: fetch the one that is shown. Coalesced to a few a second. */
  z.object({ t: z.literal('lists') }),
  z.object({ t: z.literal('events'), conv: id, ...head, events: z.array(deskEventSchema) }),
  z.object({ t: z.literal('typing'), conv: id, on: z.boolean() }),
  z.object({ t: z.literal('ping'), n: z.int() }),
  z.object({ t: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type DeskServerFrame = z.infer<typeof deskServerFrameSchema>;

const errorReplySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    /** Name of the agent who has the conversation, with `already_taken` and `not_owner`. */
    by: z.string().exactOptional(),
  }),
});
/** Body of every refused request. */
export type ErrorReply = z.infer<typeof errorReplySchema>;
