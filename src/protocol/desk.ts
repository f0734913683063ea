import { z } from 'zod';
import { limits } from '../core/index.ts';
import {
  deskAgentSchema,
  deskEventSchema,
  deskHeadSchema,
  deskIdSchema as id,
} from './desk-conversation.ts';

export * from './desk-conversation.ts';

/** How far ahead a conversation may be put aside: 31 days. */
export const deskSnoozeMaxMs = 31 * 24 * 60 * 60_000;

const tags = z.array(z.string().trim().min(1).max(40)).max(20);

/** POST /api/desk/conversations/:conv/commands */
export const deskCommandSchema = z.discriminatedUnion('type', [
  /** Takes it from the queue (with or without an offer), from the bot, or a closed one. */
  z.strictObject({ type: z.literal('accept'), offerId: id.exactOptional() }),
  /** Lets an offer pass: it goes to the next agent at once. */
  z.strictObject({ type: z.literal('decline'), offerId: id }),
  z
    .strictObject({
      type: z.literal('say'),
      cid: id,
      /** May be empty beside files. */
      text: z.string().trim().max(limits.textLengthMax),
      /** Ids from `POST /api/desk/files?conv`, which takes and gives what the customer's does. */
      files: z.array(id).min(1).max(limits.filesPerMessageMax).exactOptional(),
    })
    .refine(({ text, files }) => text !== '' || files !== undefined, 'a text or files'),
  /** Agents only; `whisper`: a supervisor's word to the owner. */
  z.strictObject({
    type: z.literal('note'),
    cid: id,
    text: z.string().trim().min(1).max(limits.textLengthMax),
    whisper: z.boolean().exactOptional(),
  }),
  /** To a colleague, to whom it is offered first, or to a team. Its owner, or a supervisor. */
  z.strictObject({
    type: z.literal('transfer'),
    to: z.union([z.strictObject({ agentId: id }), z.strictObject({ queue: id })]),
    note: z.string().trim().max(limits.textLengthMax).exactOptional(),
  }),
  /** Put aside until then (at most `deskSnoozeMaxMs` ahead); a message of the customer wakes it before. */
  z.strictObject({ type: z.literal('snooze'), untilMs: z.int() }),
  z.strictObject({ type: z.literal('wake') }),
  /** To the bot, which goes on with `flow` and what had been given for it, or asks what it can do. */
  z.strictObject({ type: z.literal('return_to_bot'), flow: id.exactOptional() }),
  /** Without a disposition the time for writing up begins (see `wrap_up`); with one it ends at once. */
  z.strictObject({
    type: z.literal('close'),
    disposition: z.string().max(64).exactOptional(),
    tags: tags.exactOptional(),
  }),
  /** Says what came of a closed conversation and ends the time for it. */
  z.strictObject({
    type: z.literal('wrap_up'),
    disposition: z.string().max(64).exactOptional(),
    tags: tags.exactOptional(),
  }),
  /** Supervisors: takes it from another agent. */
  z.strictObject({ type: z.literal('take_over') }),
  /** Supervisors: changes where a waiting conversation goes; what is not named stays. */
  z.strictObject({
    type: z.literal('reroute'),
    queue: id.exactOptional(),
    priority: z.enum(['security', 'money', 'normal']).exactOptional(),
    agentId: id.exactOptional(),
  }),
]);
export type DeskCommand = z.infer<typeof deskCommandSchema>;

/** What the command added to the log; with `duplicate`, what it had added the first time. */
export const deskCommandReplySchema = z.object({
  events: z.array(deskEventSchema),
  duplicate: z.boolean(),
});
export type DeskCommandReply = z.infer<typeof deskCommandReplySchema>;

/** `offline` is what an agent without an open page is, after the grace. */
export const presenceStatuses = ['available', 'away', 'offline'] as const;
export type PresenceStatus = (typeof presenceStatuses)[number];

export const deskPresenceSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  role: z.enum(['agent', 'supervisor', 'admin']),
  status: z.enum(presenceStatuses),
  /** Why, when the agent did not choose it: offers were missed, or the page is gone. */
  why: z.enum(['chosen', 'missed_offers', 'disconnected']),
  sinceMs: z.number(),
  /** Conversations that count towards the capacity: open, offered and being written up. */
  load: z.int(),
  capacity: z.int(),
  languages: z.array(z.string()),
  skills: z.array(z.string()),
  queues: z.array(z.string()),
});
export type DeskPresence = z.infer<typeof deskPresenceSchema>;

/** GET /api/desk/presence: everyone, for transfers and supervision. */
export const deskPresenceReplySchema = z.object({ agents: z.array(deskPresenceSchema) });
export type DeskPresenceReply = z.infer<typeof deskPresenceReplySchema>;

/** POST /api/desk/presence: what the agent chooses; gives the agent's own `DeskPresence`. */
export const deskPresenceRequestSchema = z.strictObject({ status: z.enum(['available', 'away']) });
export type DeskPresenceRequest = z.infer<typeof deskPresenceRequestSchema>;

/** GET /api/desk/queues: how the teams are doing, in the workspace's order. */
export const deskQueueSchema = z.object({
  queue: z.string(),
  name: z.string(),
  waiting: z.int(),
  offered: z.int(),
  /** Of those waiting, since when the first has; null when nobody waits. */
  oldestSinceMs: z.number().nullable(),
  /** Waiting by priority. */
  security: z.int(),
  money: z.int(),
  normal: z.int(),
  /** Agents who serve it: available ones, those away, and how many more conversations they could take. */
  available: z.int(),
  away: z.int(),
  freeCapacity: z.int(),
});
export type DeskQueue = z.infer<typeof deskQueueSchema>;
export const deskQueuesReplySchema = z.object({
  queues: z.array(deskQueueSchema),
  /** Live agents are on duty by the workspace's hours, and when they are next when not. */
  staffed: z.boolean(),
  nextOpeningMs: z.number().nullable(),
});
export type DeskQueuesReply = z.infer<typeof deskQueuesReplySchema>;

/** Client → server on /api/desk/socket; signed in by the session cookie, Origin checked. */
export const deskClientFrameSchema = z.discriminatedUnion('t', [
  /** Watch one conversation (the former one is let go): events with `pos > after` come as `events`. */
  z.strictObject({ t: z.literal('watch'), conv: id, after: z.int().min(0) }),
  z.strictObject({ t: z.literal('unwatch') }),
  z.strictObject({ t: z.literal('typing'), conv: id, on: z.boolean() }),
  z.strictObject({ t: z.literal('pong'), n: z.int() }),
]);
export type DeskClientFrame = z.infer<typeof deskClientFrameSchema>;

/** What an offer shows before it is accepted. */
export const deskOfferedSchema = z.object({
  conv: id,
  offerId: id,
  untilMs: z.number(),
  priority: z.enum(['security', 'money', 'normal']),
  reason: z.string(),
  queue: z.string(),
  language: z.string(),
  channel: z.string(),
  customerId: z.string().nullable(),
  /** As in rows of lists. */
  customerName: z.string().exactOptional(),
  /** Since when the customer waits. */
  sinceMs: z.number(),
  preview: z.string().nullable(),
});
export type DeskOffered = z.infer<typeof deskOfferedSchema>;

export const deskServerFrameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('welcome'), agent: deskAgentSchema, nowMs: z.number() }),
  /** Some list may have changed: fetch the one that is shown. Coalesced to a few a second. */
  z.object({ t: z.literal('lists') }),
  z.object({
    t: z.literal('events'),
    conv: id,
    ...deskHeadSchema.shape,
    events: z.array(deskEventSchema),
  }),
  z.object({
    t: z.literal('typing'),
    conv: id,
    on: z.boolean(),
    who: z.enum(['customer', 'agent']).exactOptional(),
    name: z.string().exactOptional(),
  }),
  /** The customer has seen everything up to this `seq`; sent after `watch` when something is known, and as it moves. */
  z.object({ t: z.literal('read'), conv: id, seq: z.int() }),
  /** Who else looks at the watched conversation, and whether they type; sent at every change. */
  z.object({
    t: z.literal('viewers'),
    conv: id,
    viewers: z.array(z.object({ agentId: z.string(), name: z.string(), typing: z.boolean() })),
  }),
  /** All offers that this agent may accept now, newest last; sent at every change and after `welcome`. */
  z.object({ t: z.literal('offers'), offers: z.array(deskOfferedSchema) }),
  /** The agent's own presence; sent at every change and after `welcome`. */
  z.object({ t: z.literal('presence'), me: deskPresenceSchema }),
  /** Somebody's presence or load may have changed: fetch what is shown. Coalesced. */
  z.object({ t: z.literal('presences') }),
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
    /** The secret that was asked for, with `words_refused`. */
    reason: z.string().exactOptional(),
  }),
});
/** Body of every refused request. */
export type ErrorReply = z.infer<typeof errorReplySchema>;
