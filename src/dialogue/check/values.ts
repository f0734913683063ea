import type { Condition, Expression, Flow, SlotSpec, Step } from '../flow.ts';
import type { ContentFault } from '../faults.ts';
import { readSlotTypes } from '../flow-schema.ts';
import { rootOf, type Fact, type Specs } from './edges.ts';
import { fault, knownAt, type FlowFile, type Known } from './graph.ts';

const filledByMessages = new Set<SlotSpec['type']>(readSlotTypes);
const given = new Set(['now', 'customer', 'workspace', 'expectedWait', 'item']);

interface Checked extends FlowFile {
  readonly specs: Specs;
  readonly known: Known;
}

/** Slots are declared and can be filled where they are used; actions have their arguments, level and consent. */
export function checkValues(
  { flow, file }: FlowFile,
  specs: Specs,
  given: ReadonlySet<string>,
): readonly ContentFault[] {
  const known = knownAt(flow, openingFacts(flow, given));
  return flow.steps.flatMap((step) => {
    const here = known.get(step.id);
    return here ? checkStep(step, { flow, file, specs, known: here }) : [];
  });
}

/** Filled before the first step: by the opening message, or by a flow that calls this one. */
export function openingFacts(flow: Flow, given: ReadonlySet<string>): ReadonlySet<Fact> {
  const opened = Object.entries(flow.slots)
    .filter(([, spec]) => isOpened(spec))
    .map(([name]) => name);
  return new Set([...opened, ...given].map((name): Fact => `slot:${name}`));
}

function isOpened({ type, from, opening }: SlotSpec): boolean {
  if (type === 'choice') return opening === true;
  return opening !== false && (from !== undefined || filledByMessages.has(type));
}

function checkStep(step: Step, at: Checked): readonly ContentFault[] {
  const used = expressionsOf(step).flatMap((one) => checkReferences(step, one, at));
  return [...used, ...checkSlots(step, at), ...checkAction(step, at), ...checkConfirm(step, at)];
}

function expressionsOf(step: Step): readonly Expression[] {
  switch (step.kind) {
    case 'say':
      return [step.card?.of, step.quote].filter((one) => one !== undefined);
    case 'confirm':
      return Object.values(step.shows);
    case 'act':
      return Object.values(step.args);
    case 'branch':
      return step.cases.flatMap(({ when }) => comparedIn(when));
    case 'each':
      return [`$${step.from}`, ...step.cases.flatMap(({ when }) => comparedIn(when, step.slot))];
    case 'ticket':
      return Object.values(step.details);
    case 'call':
      return Object.values(step.with);
    case 'set':
      return Object.values(step.slots);
    case 'language':
      return [step.to];
    default:
      return [];
  }
}

/** `of` and everything that it is held against. */
function comparedIn(condition: Condition, own?: string): readonly Expression[] {
  const { of, any, where, is, atLeast, below, before, after, ...when } = condition;
  const all = [of, any, is, atLeast, below, before, after, ...(when.in ?? [])];
  return [
    ...all
      .filter((one) => one !== undefined)
      .filter((one) => own === undefined || rootOf(one) !== own),
    ...(where ? comparedIn(where, own) : []),
  ];
}

function checkReferences(
  step: Step,
  expression: Expression,
  { flow, file, known }: Checked,
): readonly ContentFault[] {
  const root = rootOf(expression);
  if (root === undefined || given.has(root)) return [];
  if (!Object.hasOwn(flow.slots, root)) return [unknownSlot(file, step, root)];
  if (known.may.has(`slot:${root}`)) return [];
  const what = `"$${root}" is used before anything can have filled it`;
  return [fault(file, step, what, 'ask for it, choose it or save it in a step before')];
}

function unknownSlot(file: string, step: Step, name: string): ContentFault {
  return fault(file, step, `there is no slot "${name}"`, 'declare it under slots');
}

/** Slots that a step fills or picks from. */
function checkSlots(step: Step, { flow, file, known }: Checked): readonly ContentFault[] {
  const names = slotNames(step);
  const lost = names.filter((name) => !Object.hasOwn(flow.slots, name));
  if (lost.length > 0) return lost.map((name) => unknownSlot(file, step, name));
  if (step.kind === 'files' && flow.slots[step.slot]?.type !== 'files') {
    const what = `the slot "${step.slot}" does not hold files`;
    return [fault(file, step, what, 'give it the type files')];
  }
  if (step.kind !== 'choose') return [];
  return step.from === undefined
    ? checkOptions(step, flow, file)
    : checkList(step, step.from, { flow, file, known });
}

function slotNames(step: Step): readonly string[] {
  switch (step.kind) {
    case 'ask':
    case 'files':
      return [step.slot];
    case 'choose':
      return step.from === undefined ? [step.slot] : [step.slot, step.from];
    case 'act':
      return step.save === undefined ? [] : [step.save];
    case 'each':
      return [step.from, step.slot];
    case 'ticket':
      return [step.save];
    case 'set':
      return Object.keys(step.slots);
    default:
      return [];
  }
}

function checkOptions(
  step: Extract<Step, { kind: 'choose' }>,
  flow: Flow,
  file: string,
): readonly ContentFault[] {
  const spec = flow.slots[step.slot];
  if (spec?.type === 'language') return [];
  const options = spec?.options ?? [];
  if (options.length === 0) {
    const what = `"${step.slot}" has no options to choose from`;
    return [fault(file, step, what, 'give the slot options, or this step a list with "from"')];
  }
  const lost = Object.keys(step.on ?? {}).filter((value) => !options.includes(value));
  return lost.map((value) =>
    fault(file, step, `"${value}" is none of the options`, `one of: ${options.join(', ')}`),
  );
}

function checkList(
  step: Step,
  from: string,
  { flow, file, known }: Omit<Checked, 'specs'>,
): readonly ContentFault[] {
  if (flow.slots[from]?.type !== 'list') {
    return [fault(file, step, `the slot "${from}" is no list`, 'choose from a slot of type list')];
  }
  if (known.may.has(`slot:${from}`)) return [];
  const what = `the list "${from}" is used before anything can have filled it`;
  return [fault(file, step, what, 'save a result in it in a step before')];
}

/** An account action: it exists, has what it needs, and stands behind its level and consent on every path. */
function checkAction(step: Step, at: Checked): readonly ContentFault[] {
  if (step.kind !== 'act' && step.kind !== 'ticket') return [];
  const { file, specs, known } = at;
  const name = step.kind === 'act' ? step.action : 'openTicket';
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (!spec) {
    const names = Object.keys(specs).join(', ');
    return [fault(file, step, `there is no account action "${name}"`, `one of: ${names}`)];
  }
  const faults =
    step.kind === 'act'
      ? [...checkArguments(step, spec.args, at), ...checkReasons(step, spec.refusals, file)]
      : [];
  if (spec.level !== 'anyone' && !known.must.has(`level:${spec.level}`)) {
    const what = `"${name}" needs the level ${spec.level}, and a path leads here without it`;
    faults.push(fault(file, step, what, `put "verify: ${spec.level}" before it on every path`));
  }
  if (spec.consent && !known.must.has(`consent:${step.id}`)) {
    const what = `"${name}" needs a consent, and a path leads here without one`;
    faults.push(fault(file, step, what, `put "confirm: ${step.id}" before it on every path`));
  }
  return faults;
}

function checkArguments(
  step: Extract<Step, { kind: 'act' }>,
  args: { readonly [name: string]: { readonly required: boolean } },
  { file, known }: Checked,
): ContentFault[] {
  const faults: ContentFault[] = [];
  for (const name of Object.keys(step.args)) {
    if (Object.hasOwn(args, name)) continue;
    const names = Object.keys(args).join(', ') || 'none';
    faults.push(
      fault(file, step, `"${step.action}" has no argument "${name}"`, `it has: ${names}`),
    );
  }
  for (const [name, { required }] of Object.entries(args)) {
    if (!required) continue;
    const expression = step.args[name];
    if (expression === undefined || expression === null) {
      const what = `"${step.action}" needs the argument "${name}"`;
      faults.push(fault(file, step, what, 'give it under args'));
      continue;
    }
    const root = rootOf(expression);
    if (root === undefined || given.has(root) || known.must.has(`slot:${root}`)) continue;
    const what = `"${step.action}" needs "${name}", and on some path "$${root}" is not filled`;
    faults.push(fault(file, step, what, 'fill it on every path, or branch on "filled"'));
  }
  return faults;
}

function checkReasons(
  step: Extract<Step, { kind: 'act' }>,
  refusals: readonly string[],
  file: string,
): readonly ContentFault[] {
  const lost = Object.keys(step.on).filter((reason) => !refusals.includes(reason));
  return lost.map((reason) =>
    fault(
      file,
      step,
      `"${step.action}" is never refused with "${reason}"`,
      `one of: ${refusals.join(', ')}`,
    ),
  );
}

function checkConfirm(step: Step, { flow, file }: Checked): readonly ContentFault[] {
  if (step.kind !== 'confirm') return [];
  const act = flow.steps.find(({ id }) => id === step.act);
  if (act?.kind === 'act') return [];
  const what = `"${step.act}" is no act step of this flow`;
  return [fault(file, step, what, 'name the id of the act step that this guards')];
}
