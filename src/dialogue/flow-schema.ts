import { z } from 'zod';
import { entityTypes, limits, priorities } from '../core/index.ts';

/** The YAML form of a flow, one strict schema a step kind: `parse-flow.ts` reads by it, editors get it as JSON Schema. */
const name = z.string().regex(/^[a-z][a-z0-9_]{0,60}$/, 'small letters, digits and _ only');
const target = name.describe('id of a step, or end, cancel, fail, agent');
const textKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(?<!_(?:zero|one|two|few|many|other))$/,
    'small letters, digits, _ and dots only, and not an ending that marks a plural (_one, _many …)',
  )
  .describe('text key: <flow id>.<key>, or absolute when it has a dot');
const expression = z
  .json()
  .describe('a literal, or $slot, $slot.field, $now, $customer, $workspace.path, $expectedWait');
const expressions = z.record(z.string(), expression);
const reference = z.string().regex(/^\$/, 'a reference: $slot or $slot.field');
const level = z.enum(['identified', 'verified']);
const attempts = z.int().min(1).max(5);
const common = { id: name.exactOptional(), next: target.exactOptional() };

export const cardKinds = [
  'transaction',
  'refund',
  'withdrawal',
  'ticket',
  'dispute',
  'consent',
  'account',
] as const;

/** Found in a message by what they look like, whatever the message is about. */
export const readSlotTypes = [
  'number',
  'amount',
  'date',
  'email',
  'phone',
  'contact',
  'transaction_id',
  'refund_id',
  'withdrawal_id',
  'ticket_id',
  'language',
  'currency',
] as const;

export const slotTypes = [
  'text',
  ...readSlotTypes,
  'choice',
  'yes_no',
  'record',
  'list',
  'files',
] as const;

const slot = z.strictObject({
  type: z.enum(slotTypes),
  options: z.array(name).min(1).max(10).exactOptional(),
  from: z.enum(entityTypes).exactOptional(),
  opening: z.boolean().exactOptional(),
  private: z.boolean().exactOptional(),
});

const figure = z.union([z.number(), reference]);
const moment = reference.describe('a point in time: $now or $slot.field');

const comparison = z.strictObject({
  of: reference.exactOptional(),
  is: z.json().describe('a literal, or $slot.field to compare two values').exactOptional(),
  in: z.array(z.json()).exactOptional(),
  filled: z.boolean().exactOptional(),
  atLeast: figure.exactOptional(),
  below: figure.exactOptional(),
  before: moment.exactOptional(),
  after: moment.exactOptional(),
  level: level.exactOptional(),
  staffed: z.boolean().exactOptional(),
});

const condition = comparison.extend({
  any: reference.describe('a list').exactOptional(),
  where: comparison.describe('what one record of that list, $item, must meet').exactOptional(),
});

export const stepSchemas = {
  say: z.strictObject({
    ...common,
    say: textKey,
    card: z.strictObject({ kind: z.enum(cardKinds), of: reference }).exactOptional(),
    quote: reference.describe('a fee or exchange quote, shown as a table').exactOptional(),
    steps: textKey.describe('key of a text with one step a line').exactOptional(),
    topics: z.array(name).min(1).max(6).exactOptional(),
  }),
  each: z.strictObject({
    ...common,
    each: name.describe('a list slot'),
    as: name.describe('the slot that holds one record after another'),
    key: textKey,
    cases: z
      .array(z.strictObject({ when: condition, key: textKey }))
      .min(1)
      .max(6)
      .exactOptional(),
    max: z.int().min(1).max(10).exactOptional(),
    more: textKey.exactOptional(),
  }),
  ask: z.strictObject({
    ...common,
    ask: name,
    key: textKey.exactOptional(),
    again: textKey.exactOptional(),
    attempts: attempts.exactOptional(),
    failed: target.exactOptional(),
    form: z.boolean().exactOptional(),
    field: z.enum(['text', 'amount', 'date', 'email', 'phone']).exactOptional(),
    optional: z.boolean().exactOptional(),
  }),
  files: z.strictObject({
    ...common,
    files: name.describe('slot of type files'),
    key: textKey.exactOptional(),
    again: textKey.exactOptional(),
    max: z.int().min(1).max(limits.filesPerMessageMax).exactOptional(),
    optional: z.boolean().exactOptional(),
    attempts: attempts.exactOptional(),
    failed: target.exactOptional(),
  }),
  choose: z.strictObject({
    ...common,
    choose: name,
    key: textKey.exactOptional(),
    again: textKey.exactOptional(),
    from: name.exactOptional(),
    empty: target.exactOptional(),
    none: target.exactOptional(),
    on: z.record(z.string(), target).exactOptional(),
    attempts: attempts.exactOptional(),
    failed: target.exactOptional(),
  }),
  verify: z.strictObject({ ...common, verify: level, failed: target.exactOptional() }),
  confirm: z.strictObject({
    ...common,
    confirm: name.describe('id of the act step that this guards'),
    key: textKey.exactOptional(),
    shows: expressions.exactOptional(),
    no: target.exactOptional(),
  }),
  act: z.strictObject({
    ...common,
    act: z.string().regex(/^[a-z][A-Za-z]*$/, 'name of an account action'),
    args: expressions.exactOptional(),
    save: name.exactOptional(),
    on: z.record(z.string(), target).exactOptional(),
    else: target.exactOptional(),
    pending: target.exactOptional(),
  }),
  branch: z.strictObject({
    id: name.exactOptional(),
    branch: z.array(z.strictObject({ when: condition, next: target })).min(1),
    else: target,
  }),
  ticket: z.strictObject({
    ...common,
    ticket: name.describe('type of the ticket'),
    details: expressions.exactOptional(),
    save: name,
    else: target.exactOptional(),
  }),
  handoff: z.strictObject({
    ...common,
    handoff: name.describe('why, as the agents read it'),
    priority: z.enum(priorities).exactOptional(),
    queue: name.exactOptional(),
  }),
  call: z.strictObject({ ...common, call: name, with: expressions.exactOptional() }),
  set: z.strictObject({ ...common, set: expressions }),
  language: z.strictObject({ ...common, language: expression }),
  end: z.strictObject({
    id: name.exactOptional(),
    end: z.enum(['done', 'cancelled', 'failed']),
  }),
} as const;

export type StepKind = keyof typeof stepSchemas;
export type StepSource<K extends StepKind> = z.infer<(typeof stepSchemas)[K]>;
export const stepKinds = Object.keys(stepSchemas) as readonly StepKind[];

/** All but the steps, which are read one by one so that an error speaks of the step's own kind. */
export const flowHeadSchema = z.strictObject({
  urgency: z.enum(priorities).exactOptional(),
  skills: z
    .array(name)
    .min(1)
    .max(5)
    .describe('what an agent should be able to do who gets it')
    .exactOptional(),
  opensOn: z
    .enum(entityTypes)
    .describe('a message that is nothing but such an id is about this flow')
    .exactOptional(),
  answers: z
    .record(name, textKey)
    .describe('intent → text: questions beside the point that mean the matter at hand')
    .exactOptional(),
  slots: z.record(name, slot).exactOptional(),
  steps: z.array(z.unknown()).min(1).max(200),
});

/** JSON Schema for editors: `docs/reference/flow.schema.json` is held equal to it by a test. */
export function flowJsonSchema(): unknown {
  const steps = z
    .array(z.union(Object.values(stepSchemas)))
    .min(1)
    .max(200);
  const whole = flowHeadSchema.extend({ steps }).describe('A flow of the bot');
  return z.toJSONSchema(whole, { target: 'draft-7', reused: 'ref' });
}
