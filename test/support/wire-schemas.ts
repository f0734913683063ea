import { z } from 'zod';
import { eventsReplySchema, serverFrameSchema, wireEventSchema } from '../../src/protocol/index.ts';
import type { EventsReply, ServerFrame } from '../../src/protocol/index.ts';

/** A plain union of the documented events: it tries each, and so tells exactly what fits none. */
const events = z.array(z.union(wireEventSchema.options));

const frames = new Map<unknown, z.ZodType>(
  serverFrameSchema.options.map((option) => [
    option.shape.t.value,
    'events' in option.shape ? z.strictObject({ ...option.shape, events }) : option.strict(),
  ]),
);

/** Throws when it is not a documented frame, to the last key. */
export function parseServerFrame(value: unknown): ServerFrame {
  const t = typeof value === 'object' && value !== null && 't' in value ? value.t : undefined;
  const schema = frames.get(t);
  if (!schema) throw new Error(`no such frame: ${String(t)}`);
  return schema.parse(value) as ServerFrame;
}

export function parseEventsReply(value: unknown): EventsReply {
  return z.strictObject({ ...eventsReplySchema.shape, events }).parse(value);
}
