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

/** GET /api/desk/conversations/:conv and the `conversation` frame. */
export const deskConversationSchema = z.object({
  conv: id,
  version: z.int(),
  language: z.string(),
  channel: z.string(),
  customerId: z.string().nullable(),
  level: z.enum(['anyone', 'identified', 'verified']),
  owner: z.enum(['bot', 'queue', 'agent']),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  reason: z.string().nullable(),
  closed: z.boolean(),
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
  z.object({
    t: z.literal('events'),
    conv: id,
    events: z.array(deskEventSchema),
    /** Ownership after these events. */
    owner: z.enum(['bot', 'queue', 'agent']),
    agentId: z.string().nullable(),
    agentName: z.string().nullable(),
    closed: z.boolean(),
    version: z.int(),
  }),
  z.object({ t: z.literal('typing'), conv: id, on: z.boolean() }),
  z.object({ t: z.literal('ping'), n: z.int() }),
  z.object({ t: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type DeskServerFrame = z.infer<typeof deskServerFrameSchema>;

/** Body of every refused request. */
export const errorReplySchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});
