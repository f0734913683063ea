import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ContentFault, FloorSeen } from '../dialogue/index.ts';

/**
 * A conversation as it must go, written by editors beside the flow: what the customer does, line by line, and
 * which texts (keys, so that polishing words breaks nothing), cards, buttons and fields the bot answers with.
 * Everything that the bot says must be named.
 */
export interface Story extends FloorSeen {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** Signed in from the start. */
  readonly customer?: string;
  /** Actions whose first answers are lost, as by a broken line, until a `reconcile` line. */
  readonly lost: readonly string[];
  readonly lines: readonly StoryLine[];
}

export type StoryLine = z.infer<typeof lineSchema> & { readonly at: number };

const keys = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const lineSchema = z.union([
  z.strictObject({
    customer: z.string(),
    intent: z.string().exactOptional().describe('read as this, whatever the classifier says'),
    unsure: z.array(z.string()).exactOptional().describe('read as one of these'),
  }),
  z.strictObject({ choose: z.string().describe('label, part of it, or value of a button') }),
  z.strictObject({ stale: z.string().describe('value pressed on a block that is not the latest') }),
  z.strictObject({ form: z.record(z.string(), z.string()) }),
  z.strictObject({
    files: z.array(z.string()).min(1).max(5).describe('names of pictures that the customer sends'),
    says: z.string().exactOptional(),
  }),
  z.strictObject({ code: z.enum(['right', 'wrong', 'late', 'locked']) }),
  z.strictObject({ sign_in: z.string() }),
  z.strictObject({ sign_out: z.literal(true) }),
  z.strictObject({ agent: z.enum(['accept', 'return', 'close', 'says']) }),
  z.strictObject({ reconcile: z.string().describe('the lost answer of this action arrives') }),
  z.strictObject({ minutes: z.int().min(1).describe('time that passes') }),
  z.strictObject({
    bot: keys,
    card: z.string().exactOptional(),
    choices: z.array(z.string()).exactOptional(),
    form: z.enum(['secret', 'open', 'files']).exactOptional(),
    language: z.string().exactOptional(),
    shows: keys.exactOptional().describe('words that the message must hold'),
  }),
  z.strictObject({
    state: z.strictObject({
      flow: z.string().nullable().exactOptional(),
      owner: z.enum(['bot', 'queue', 'agent']).exactOptional(),
      priority: z.string().exactOptional(),
      actions: z
        .array(z.string())
        .exactOptional()
        .describe('account actions so far, reads left out'),
    }),
  }),
]);

const storySchema = z.strictObject({
  story: z.string(),
  language: z.string(),
  customer: z.string().exactOptional(),
  staffed: z.boolean().exactOptional().describe('within the hours of live agents; default true'),
  attended: z.boolean().exactOptional().describe('somebody is there within them; default true'),
  wait: z
    .tuple([z.int().min(1), z.int().min(1)])
    .exactOptional()
    .describe('minutes that whoever asks for a person may wait, from … to; default: not known'),
  lost: z.array(z.string()).exactOptional(),
  lines: z.array(z.unknown()).min(1),
});

export type ParsedStories =
  { readonly stories: readonly Story[] } | { readonly faults: readonly ContentFault[] };

/** Reads one `stories.yaml`: a list of stories. */
export function parseStories(source: string, file: string): ParsedStories {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const fault = (line: number, what: string): ContentFault => ({
    file,
    line,
    what,
    mend: 'see docs/guides/stories.md',
  });
  const broken = document.errors.map(({ message, pos }) =>
    fault(lines.linePos(pos[0]).line, message.split('\n')[0] ?? 'not YAML'),
  );
  if (broken.length > 0) return { faults: broken };
  const root = document.contents;
  if (!isSeq(root)) return { faults: [fault(1, 'this is no list of stories')] };
  const lineOf = (node: unknown): number =>
    isMap(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  const faults: ContentFault[] = [];
  const stories = root.items.flatMap((item, index): Story[] => {
    const line = lineOf(item);
    const parsed = storySchema.safeParse(document.toJS()[index]);
    if (!parsed.success) {
      faults.push(
        ...parsed.error.issues.map(({ message, path }) =>
          fault(line, `${path.join('.')}: ${message}`),
        ),
      );
      return [];
    }
    const { story: name, language, customer, lost = [] } = parsed.data;
    const nodes = isMap(item) ? item.get('lines') : undefined;
    const read = parsed.data.lines.flatMap((raw, at): StoryLine[] => {
      const place = lineOf(isSeq(nodes) ? nodes.items[at] : undefined);
      const one = lineSchema.safeParse(raw);
      if (one.success) return [{ ...one.data, at: place }];
      faults.push(fault(place, `this is no line of a story: ${JSON.stringify(raw)}`));
      return [];
    });
    const base = { name, file, line, language, ...floorOf(parsed.data), lost, lines: read };
    return [{ ...base, ...(customer !== undefined && { customer }) }];
  });
  return faults.length > 0 ? { faults } : { stories };
}

/** Who is there to help while the story is played. */
function floorOf({
  staffed = true,
  attended = true,
  wait,
}: z.infer<typeof storySchema>): FloorSeen {
  return {
    staffed: staffed && attended,
    ...(staffed && !attended && { unattended: true }),
    ...(wait && { expectedWait: { from: wait[0], to: wait[1] } }),
  };
}
