import { z } from 'zod';
import type { Block } from '../core/index.ts';

const option = z.object({
  value: z.string(),
  label: z.string(),
  detail: z.string().exactOptional(),
});

/** Blocks as they cross the wire; the same shapes as `core/blocks.ts`. */
export const blockSchema: z.ZodType<Block> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('choices'), id: z.string(), options: z.array(option) }),
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
    rows: z.array(z.object({ label: z.string(), value: z.string() })),
    state: z
      .object({ label: z.string(), tone: z.enum(['good', 'wait', 'bad', 'plain']) })
      .exactOptional(),
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
]);
