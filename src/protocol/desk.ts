import { z } from 'zod';
import { limits } from '../core/index.ts';
import { blockSchema, fileRefSchema } from './blocks.ts';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);

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
  offerId: id,
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

/** GET /api/desk/conversations?list&after&limit&queue (`queue` narrows the lists queue and team) */
export const deskRowSchema = z.object({
  ...standing,
  agentName: z.string().nullable(),
  /** The latest words of the customer or an agent, cut to a line; null when there are none. */
  preview: z.string().nullable(),
  previewBy: z.enum(['customer', 'agent']).nullable(),
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
    cid: id,
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
    cid: id,
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
  conv: id,
  ...head,
  /** The page begins here: with `from` as `before` comes the page above it; 1 when there is none. */
  from: z.int(),
  /** The customer has seen everything up to this `seq`; absent as long as nothing is known. */
  readSeq: z.int().exactOptional(),
  events: z.array(deskEventSchema),
});
export type DeskConversation = z.infer<typeof deskConversationSchema>;

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
  /** Since when the customer waits. */
  sinceMs: z.number(),
  preview: z.string().nullable(),
});
export type DeskOffered = z.infer<typeof deskOfferedSchema>;

export const deskServerFrameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('welcome'), agent: deskAgentSchema, nowMs: z.number() }),
  /** Some list may have changed: fetch the one that is shown. Coalesced to a few a second. */
  z.object({ t: z.literal('lists') }),
  z.object({ t: z.literal('events'), conv: id, ...head, events: z.array(deskEventSchema) }),
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
