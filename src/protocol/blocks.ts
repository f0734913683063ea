import { z } from 'zod';
import { fileTypes } from '../core/index.ts';
import type { Block } from '../core/index.ts';

const option = z.object({
  value: z.string(),
  label: z.string(),
  detail: z.string().exactOptional(),
});

const labelled = z.object({ label: z.string(), value: z.string() });
const tone = z.enum(['good', 'wait', 'bad', 'plain']);

/** A file as it crosses the wire; the same shape as `core/files.ts`. */
export const fileRefSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(fileTypes),
  bytes: z.int().min(0),
  width: z.int().exactOptional(),
  height: z.int().exactOptional(),
});

/** Blocks as they cross the wire; the same shapes as `core/blocks.ts`. */
export const blockSchema: z.ZodType<Block> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('choices'),
    id: z.string(),
    options: z.array(option),
    again: z.boolean().exactOptional(),
  }),
  z.object({
    type: z.literal('card'),
    kind: z.enum([
      'transaction',
      'refund',
      'withdrawal',
      'ticket',
      'dispute',
      'consent',
      'account',
    ]),
    title: z.string(),
    rows: z.array(labelled),
    state: z.object({ label: z.string(), tone }).exactOptional(),
    timeline: z.array(z.object({ label: z.string(), time: z.string(), tone })).exactOptional(),
  }),
  z.object({
    type: z.literal('form'),
    id: z.string(),
    secret: z.boolean(),
    submit: z.string(),
    fields: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        kind: z.enum(['text', 'amount', 'date', 'email', 'phone', 'code']),
        required: z.boolean(),
        hint: z.string().exactOptional(),
      }),
    ),
  }),
  z.object({
    type: z.literal('steps'),
    title: z.string().exactOptional(),
    items: z.array(z.string()),
  }),
  z.object({
    type: z.literal('quote'),
    title: z.string(),
    rows: z.array(labelled),
    total: labelled,
    note: z.string().exactOptional(),
  }),
  z.object({
    type: z.literal('file_request'),
    id: z.string(),
    hint: z.string(),
    filesMax: z.int(),
    types: z.array(z.enum(fileTypes)),
    skip: z.string().exactOptional(),
  }),
]);
