import { limits, type Priority } from '../core/index.ts';
import type { Condition, Step } from './flow.ts';
import type { StepKind, StepSource } from './flow-schema.ts';

export interface CompileContext {
  readonly flow: string;
  readonly urgency: Priority;
}

interface At {
  readonly id: string;
  readonly line: number;
}

/** An unanswered question is put at most this often unless the author says otherwise. */
const attemptsDefault = 3;
/** Who has nothing to show is not pressed for it. */
const filesAttemptsDefault = 2;
/** A list longer than this is not read out. */
const itemsDefault = 5;

type Compile<K extends StepKind> = (from: StepSource<K>, at: At, context: CompileContext) => Step;

/** Writes out every default of the YAML form, so that the interpreter meets none. */
export function compileStep(kind: StepKind, from: object, at: At, context: CompileContext): Step {
  // The schema of this very kind has just accepted it.
  const compile = compilers[kind] as (from: object, at: At, context: CompileContext) => Step;
  return compile(from, { ...at, ...nextOf(from) }, context);
}

function nextOf(from: object): { readonly next?: string } {
  return 'next' in from && typeof from.next === 'string' ? { next: from.next } : {};
}

/** A key without a dot is the flow's own. */
export function absolute(key: string, { flow }: CompileContext): string {
  return key.includes('.') ? key : `${flow}.${key}`;
}

const compilers: { readonly [K in StepKind]: Compile<K> } = {
  say: (from, at, context) => ({
    ...at,
    kind: 'say',
    key: absolute(from.say, context),
    ...(from.card && { card: from.card }),
    ...(from.quote !== undefined && { quote: from.quote }),
    ...(from.steps !== undefined && { steps: absolute(from.steps, context) }),
    ...(from.topics && { topics: from.topics }),
  }),
  each: (from, at, context) => ({
    ...at,
    kind: 'each',
    from: from.each,
    slot: from.as,
    key: absolute(from.key, context),
    cases: (from.cases ?? []).map(({ when, key }) => ({ when, key: absolute(key, context) })),
    itemsMax: from.max ?? itemsDefault,
    ...(from.more !== undefined && { more: absolute(from.more, context) }),
  }),
  ask: (from, at, context) => ({
    ...at,
    kind: 'ask',
    slot: from.ask,
    key: absolute(from.key ?? `ask_${from.ask}`, context),
    // Empty: the interpreter says `again.<type of the slot>`.
    again: from.again === undefined ? '' : absolute(from.again, context),
    attemptsMax: from.attempts ?? attemptsDefault,
    failed: from.failed ?? 'agent',
    ...(from.form !== undefined && { form: from.form }),
    ...(from.field !== undefined && { field: from.field }),
    ...(from.optional !== undefined && { optional: from.optional }),
  }),
  files: (from, at, context) => ({
    ...at,
    kind: 'files',
    slot: from.files,
    key: absolute(from.key ?? `ask_${from.files}`, context),
    again: from.again === undefined ? 'again.files' : absolute(from.again, context),
    filesMax: from.max ?? limits.filesPerMessageMax,
    optional: from.optional ?? true,
    attemptsMax: from.attempts ?? filesAttemptsDefault,
    ...(from.failed !== undefined && { failed: from.failed }),
  }),
  choose: (from, at, context) => ({
    ...at,
    kind: 'choose',
    slot: from.choose,
    key: absolute(from.key ?? `ask_${from.choose}`, context),
    again: from.again === undefined ? 'common.again' : absolute(from.again, context),
    attemptsMax: from.attempts ?? attemptsDefault,
    failed: from.failed ?? 'agent',
    ...(from.from !== undefined && { from: from.from }),
    ...(from.empty !== undefined && { empty: from.empty }),
    ...(from.none !== undefined && { none: from.none }),
    ...(from.on && { on: from.on }),
  }),
  verify: (from, at) => ({
    ...at,
    kind: 'verify',
    level: from.verify,
    failed: from.failed ?? (from.verify === 'verified' ? 'agent' : 'fail'),
  }),
  confirm: (from, at, context) => ({
    ...at,
    kind: 'confirm',
    act: from.confirm,
    key: absolute(from.key ?? 'confirm', context),
    shows: from.shows ?? {},
    no: from.no ?? 'cancel',
  }),
  act: (from, at) => ({
    ...at,
    kind: 'act',
    action: from.act,
    args: from.args ?? {},
    on: from.on ?? {},
    else: from.else ?? 'fail',
    ...(from.save !== undefined && { save: from.save }),
    ...(from.pending !== undefined && { pending: from.pending }),
  }),
  branch: (from, at) => ({
    ...at,
    kind: 'branch',
    cases: from.branch.map(({ when, next }) => ({ when: when satisfies Condition, next })),
    else: from.else,
  }),
  ticket: (from, at) => ({
    ...at,
    kind: 'ticket',
    type: from.ticket,
    details: from.details ?? {},
    save: from.save,
    else: from.else ?? 'fail',
  }),
  handoff: (from, at, { urgency }) => ({
    ...at,
    kind: 'handoff',
    reason: from.handoff,
    priority: from.priority ?? urgency,
    ...(from.queue !== undefined && { queue: from.queue }),
  }),
  call: (from, at) => ({ ...at, kind: 'call', flow: from.call, with: from.with ?? {} }),
  set: (from, at) => ({ ...at, kind: 'set', slots: from.set }),
  language: (from, at) => ({ ...at, kind: 'language', to: from.language }),
  end: (from, at) => ({ ...at, kind: 'end', outcome: from.end }),
};
