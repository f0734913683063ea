import { isMap, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { ContentFault } from './faults.ts';
import { absolute, compileStep, type CompileContext } from './compile-step.ts';
import type { Flow, Step } from './flow.ts';
import { flowHeadSchema, stepKinds, stepSchemas, type StepKind } from './flow-schema.ts';

export interface FlowSource {
  readonly id: string;
  readonly topic: string;
  /** As shown in faults. */
  readonly file: string;
  readonly source: string;
  /** Hash of the source: the flow's version. */
  readonly version: string;
}

export type ParsedFlow = { readonly flow: Flow } | { readonly faults: readonly ContentFault[] };

/** Reads one `flow.yaml`. Every fault found names its line; what the steps mean together is `checkFlow`'s matter. */
export function parseFlow(from: FlowSource): ParsedFlow {
  const lines = new LineCounter();
  const document = parseDocument(from.source, { lineCounter: lines });
  const place = new Places(from.file, lines, document);
  const broken = document.errors.map((error) =>
    place.fault([], error.message.split('\n')[0] ?? 'not YAML', 'mend the YAML', error.pos[0]),
  );
  if (broken.length > 0) return { faults: broken };
  const head = flowHeadSchema.safeParse(toPlain(document));
  if (!head.success) return { faults: place.issues([], head.error) };
  const context: CompileContext = { flow: from.id, urgency: head.data.urgency ?? 'normal' };
  const read = head.data.steps.map((raw, index) => readStep(raw, index, place, context));
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []));
  if (faults.length > 0) return { faults };
  const steps = read.flatMap((one) => ('step' in one ? [one.step] : []));
  const doubles = doubleIds(steps, place);
  if (doubles.length > 0) return { faults: doubles };
  return { flow: assemble(from, context, head.data, steps) };
}

function assemble(
  { id, topic, version }: FlowSource,
  context: CompileContext,
  { slots = {}, skills, opensOn, answers }: z.infer<typeof flowHeadSchema>,
  steps: readonly Step[],
): Flow {
  const keys = Object.entries(answers ?? {}).map(([intent, key]) => [
    intent,
    absolute(key, context),
  ]);
  return {
    id,
    topic,
    version,
    urgency: context.urgency,
    slots,
    steps,
    ...(skills && { skills }),
    ...(opensOn && { opensOn }),
    ...(keys.length > 0 && { answers: Object.fromEntries(keys) }),
  };
}

/** Aliases are refused by `maxAliasCount`, which throws: a flow has no use for them. */
function toPlain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

type ReadStep = { readonly step: Step } | { readonly faults: readonly ContentFault[] };

function readStep(raw: unknown, index: number, place: Places, context: CompileContext): ReadStep {
  const path = ['steps', index];
  const kind = kindOf(raw);
  if (kind === undefined) {
    const what = 'this step is of no known kind, or of two at once';
    return { faults: [place.fault(path, what, `give it exactly one of: ${stepKinds.join(', ')}`)] };
  }
  const parsed = stepSchemas[kind].safeParse(raw);
  if (!parsed.success) return { faults: place.issues(path, parsed.error) };
  const at = { id: parsed.data.id ?? `s${index + 1}`, line: place.line(path) };
  return { step: compileStep(kind, parsed.data, at, context) };
}

function kindOf(raw: unknown): StepKind | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const found = stepKinds.filter((kind) => Object.hasOwn(raw, kind));
  return found.length === 1 ? found[0] : undefined;
}

function doubleIds(steps: readonly Step[], place: Places): readonly ContentFault[] {
  return steps.flatMap((step, index) => {
    const first = steps.findIndex(({ id }) => id === step.id);
    if (first === index) return [];
    const what = `the step id "${step.id}" is used twice`;
    return [place.fault(['steps', index], what, 'give this step another id')];
  });
}

type Path = readonly (string | number)[];

/** Finds lines for paths in the parsed document. */
class Places {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #document: Document;

  constructor(file: string, lines: LineCounter, document: Document) {
    this.#file = file;
    this.#lines = lines;
    this.#document = document;
  }

  /** The line of the node at the path, or of the nearest one around it. */
  line(path: Path): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const start = startOf(this.#document.contents, path.slice(0, length));
      if (start !== undefined) return this.#lines.linePos(start).line;
    }
    return 1;
  }

  fault(path: Path, what: string, mend: string, offset?: number): ContentFault {
    const line = offset === undefined ? this.line(path) : this.#lines.linePos(offset).line;
    return { file: this.#file, line, what, mend };
  }

  issues(base: Path, error: z.ZodError): readonly ContentFault[] {
    return error.issues.map((issue) => {
      const path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? '' : part))];
      const where = path.length > 0 ? `${path.slice(base.length).join('.') || 'this'}: ` : '';
      return this.fault(path, `${where}${issue.message}`, 'see docs/reference/flow.schema.json');
    });
  }
}

function startOf(root: unknown, path: Path): number | undefined {
  let node: unknown = root;
  let start = rangeStart(root);
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => scalarText(key) === String(part));
      if (!pair) return undefined;
      start = rangeStart(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      start = rangeStart(node);
    } else return undefined;
  }
  return start;
}

function scalarText(key: unknown): string | undefined {
  if (typeof key === 'object' && key !== null && 'value' in key) return String(key.value);
  return undefined;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}
