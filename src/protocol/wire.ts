import { z } from 'zod';
import { fileTypes, limits } from '../core/index.ts';
import { blockSchema, fileRefSchema } from './blocks.ts';

/** Version of the wire; a peer with another one is closed with `unsupported_version`. */
export const protocolVersion = 1;

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
const seq = z.int().min(0);
const name = z.string().min(1).max(64);

/** What the customer sees, in order. Everything has a `seq`, gapless in its conversation. */
export const wireEventSchema = z.discriminatedUnion('type', [
  z.discriminatedUnion('from', [
    z.object({
      type: z.literal('message'),
      seq,
      atMs: z.number(),
      from: z.literal('customer'),
      cid: id,
      text: z.string(),
      files: z.array(fileRefSchema).exactOptional(),
    }),
    z.object({
      type: z.literal('message'),
      seq,
      atMs: z.number(),
      from: z.literal('bot'),
      language: z.string(),
      blocks: z.array(blockSchema),
    }),
    z.object({
      type: z.literal('message'),
      seq,
      atMs: z.number(),
      from: z.literal('agent'),
      cid: id,
      agentName: z.string(),
      text: z.string(),
      files: z.array(fileRefSchema).exactOptional(),
    }),
  ]),
  /** Told by the service itself, whoever has the word: a ticket has changed. */
  z.object({
    type: z.literal('notice'),
    seq,
    atMs: z.number(),
    about: z.enum(['ticket']),
    language: z.string(),
    blocks: z.array(blockSchema),
  }),
  /** After a close: the customer is asked how it was (`rate` answers), and has answered. */
  z.object({
    type: z.literal('satisfaction'),
    seq,
    atMs: z.number(),
    state: z.enum(['asked', 'given']),
    score: z.int().min(1).max(5).exactOptional(),
  }),
  z.object({ type: z.literal('language'), seq, atMs: z.number(), language: z.string() }),
  z.object({ type: z.literal('identity'), seq, atMs: z.number(), customer: z.boolean() }),
  z.object({
    type: z.literal('code'),
    seq,
    atMs: z.number(),
    result: z.enum(['passed', 'wrong', 'expired', 'locked', 'not_sent']),
    attemptsLeft: z.number(),
  }),
  z.object({
    type: z.literal('handoff'),
    seq,
    atMs: z.number(),
    state: z.enum(['queued', 'accepted', 'returned', 'closed']),
    /** Who joined, gave it back or closed it. */
    agentName: z.string().exactOptional(),
  }),
]);
export type WireEvent = z.infer<typeof wireEventSchema>;

/** Client → server. Unknown keys are refused, so a typo is an error and not a silence. */
export const clientFrameSchema = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('hello'), v: z.int(), token: z.string().max(4096) }),
  /** `after`: last seq seen, 0 for none; `epoch`: of the store it was seen in, '' for none. */
  z.strictObject({ t: z.literal('sub'), conv: id, after: seq, epoch: z.string().max(64) }),
  z.strictObject({
    t: z.literal('send'),
    conv: id,
    cid: id,
    text: z.string().max(limits.textLengthMax),
    choice: z.strictObject({ id, value: z.string().max(200) }).exactOptional(),
    form: z
      .strictObject({ id, fields: z.record(name, z.string().max(limits.fieldLengthMax)) })
      .exactOptional(),
    /** Ids of uploaded files, each sent once. */
    files: z.array(id).min(1).max(limits.filesPerMessageMax).exactOptional(),
  }),
  /** How it was, 5 is best: acknowledged like a message. */
  z.strictObject({
    t: z.literal('rate'),
    conv: id,
    cid: id,
    score: z.int().min(1).max(5),
    comment: z.string().max(limits.commentLengthMax).exactOptional(),
  }),
  /** The customer has seen everything up to this seq. */
  z.strictObject({ t: z.literal('read'), conv: id, seq }),
  /** A one-time code: never stored, never logged. */
  z.strictObject({ t: z.literal('secret'), conv: id, cid: id, form: id, code: z.string().max(64) }),
  z.strictObject({ t: z.literal('lang'), conv: id, language: z.string().max(35) }),
  z.strictObject({ t: z.literal('typing'), conv: id, on: z.boolean() }),
  z.strictObject({ t: z.literal('ping'), n: z.int() }),
  z.strictObject({ t: z.literal('pong'), n: z.int() }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** Server → client. */
export const serverFrameSchema = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    v: z.int(),
    epoch: z.string(),
    nowMs: z.number(),
    heartbeatMs: z.number(),
    conv: id,
    customer: z.boolean(),
  }),
  z.object({ t: z.literal('ack'), conv: id, cid: id, seq, dup: z.boolean() }),
  z.object({
    t: z.literal('refused'),
    conv: id,
    cid: id,
    code: z.string(),
    message: z.string(),
    /** The same frame may be sent again later. */
    again: z.boolean(),
  }),
  /** In seq order; the first seq is the last one seen plus one. */
  z.object({ t: z.literal('events'), conv: id, events: z.array(wireEventSchema) }),
  /** Too far behind or another epoch: drop what is held of this conversation and take these as its end. */
  z.object({
    t: z.literal('reset'),
    conv: id,
    epoch: z.string(),
    /** Events before this seq are not held; they can be fetched over HTTP. */
    from: seq,
    events: z.array(wireEventSchema),
  }),
  z.object({
    t: z.literal('typing'),
    conv: id,
    who: z.enum(['bot', 'agent']),
    name: z.string().exactOptional(),
    on: z.boolean(),
  }),
  /** Place in the queue, 1 is next. */
  z.object({
    t: z.literal('place'),
    conv: id,
    place: z.int(),
    /** How long it may take from now, from what the queue has lately been; absent while nobody can tell. */
    waitMinMs: z.int().exactOptional(),
    waitMaxMs: z.int().exactOptional(),
  }),
  /** The agent has seen everything up to this seq. */
  z.object({ t: z.literal('read'), conv: id, seq }),
  z.object({ t: z.literal('ping'), n: z.int() }),
  z.object({ t: z.literal('pong'), n: z.int() }),
  /** The last frame before a close, or an answer to a frame that could not be read. */
  z.object({ t: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;

/** POST /api/chat/session → SessionReply. One of three ways in: nothing, a visitor token, a host's user token (with or without a visitor token). */
export const sessionRequestSchema = z.strictObject({
  visitorToken: z.string().max(4096).exactOptional(),
  userToken: z.string().max(4096).exactOptional(),
  language: z.string().max(35).exactOptional(),
  /** IANA name, such as `Europe/Madrid`: hours are told in it too. */
  timeZone: z.string().max(64).exactOptional(),
});
export const sessionReplySchema = z.object({
  sessionToken: z.string(),
  visitorToken: z.string(),
  expiresAtMs: z.number(),
  conv: id,
  customer: z.boolean(),
  language: z.string(),
});
export type SessionReply = z.infer<typeof sessionReplySchema>;

/** GET /api/chat/events?conv&after&epoch&waitMs → EventsReply: the long poll, and paging backwards with `before`. */
export const eventsReplySchema = z.object({
  epoch: z.string(),
  reset: z.boolean(),
  from: seq,
  events: z.array(wireEventSchema),
});
export type EventsReply = z.infer<typeof eventsReplySchema>;

/** GET /api/chat/config: what the widget needs before a session. */
export const widgetConfigSchema = z.object({
  brand: z.string(),
  color: z.string(),
  languages: z.array(z.object({ tag: z.string(), name: z.string(), dir: z.enum(['ltr', 'rtl']) })),
  defaultLanguage: z.string(),
  /** What may be sent as a file; absent when none may. */
  files: z
    .object({ bytesMax: z.int(), perMessageMax: z.int(), types: z.array(z.enum(fileTypes)) })
    .exactOptional(),
  /** The operator's own welcome and suggested topics, by language. */
  greeting: z.record(z.string(), z.string()).exactOptional(),
  topics: z.record(z.string(), z.array(z.string())).exactOptional(),
  launcher: z
    .object({ position: z.enum(['left', 'right']), icon: z.enum(['chat', 'help', 'person']) })
    .exactOptional(),
  /** When people answer. */
  support: z
    .object({
      staffed: z.boolean(),
      timeZone: z.string(),
      /** ISO weekdays (1 is Monday), `HH:MM` in `timeZone`. */
      hours: z.array(z.object({ days: z.array(z.int()), from: z.string(), to: z.string() })),
      /** While nobody is on duty, when somebody will be. */
      opensAtMs: z.number().exactOptional(),
    })
    .exactOptional(),
});
export type WidgetConfig = z.infer<typeof widgetConfigSchema>;

/** POST /api/chat/files?conv, the file as the body, its name in `X-File-Name` (percent-encoded) → the file, to be named by a `send`. */
export const fileReplySchema = z.object({ file: fileRefSchema });
export type FileReply = z.infer<typeof fileReplySchema>;

/** GET /api/chat/tickets?language → the signed-in customer's tickets, newest first. */
export const ticketsReplySchema = z.object({
  tickets: z.array(
    z.object({ id: z.string(), state: z.string(), openedAtMs: z.number(), card: blockSchema }),
  ),
});
export type TicketsReply = z.infer<typeof ticketsReplySchema>;

/** GET /api/chat/conversations → one's own, newest first; `current` is the one that can be written in, all may be read. */
export const conversationsReplySchema = z.object({
  conversations: z.array(
    z.object({
      conv: id,
      current: z.boolean(),
      closed: z.boolean(),
      startedAtMs: z.number(),
      lastAtMs: z.number(),
      /** Of the last event. */
      seq,
      language: z.string(),
      /** The first words of the last message. */
      preview: z.string(),
    }),
  ),
});
export type ConversationsReply = z.infer<typeof conversationsReplySchema>;

/** `choice` of a `send` that asks for a person: understood at any time, whatever is being asked. */
export const personChoice = { id: 'person', value: 'talk_to_agent' } as const;
