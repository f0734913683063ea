import type { Flow, Step } from '../flow.ts';
import type { ContentFault } from '../faults.ts';
import type { Specs } from './edges.ts';
import { checkGraph, fault, type FlowFile } from './graph.ts';
import { checkOrphans } from './orphans.ts';
import { checkTexts, systemUses, usesOf, type TextSources } from './texts.ts';
import { checkValues } from './values.ts';

export interface ContentSources {
  readonly flows: readonly FlowFile[];
  readonly texts: TextSources;
  readonly actions: Specs;
}

/**
 * Whether the content can be trusted at run time: every path ends, every account action stands behind its
 * level and consent and has its arguments, every text is there in every language. Pure; no fault is only a
 * warning, for what is wrong here goes wrong before a customer.
 */
export function checkContent({ flows, texts, actions }: ContentSources): readonly ContentFault[] {
  const graph = flows.flatMap(checkGraph);
  const calls = [...checkNames(flows), ...checkCalls(flows)];
  // What is known at a step cannot be told where steps lead nowhere or in circles.
  const broken = new Set(graph.map(({ file }) => file));
  const sound = flows.filter(({ file }) => !broken.has(file));
  const values = sound.flatMap((one) => checkValues(one, actions, givenTo(one.flow, flows)));
  const uses = [
    ...systemUses(Object.keys(texts)),
    ...sound.flatMap((one) => usesOf(one, actions, givenTo(one.flow, flows))),
  ];
  // What a flow says is not told while its steps are broken.
  const orphans =
    broken.size > 0
      ? []
      : checkOrphans(
          texts,
          uses,
          flows.map(({ flow }) => flow),
        );
  return [...graph, ...calls, ...values, ...checkTexts(texts, uses), ...orphans].sort(byPlace);
}

function byPlace(a: ContentFault, b: ContentFault): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}

/** Slots that callers hand over. */
function givenTo({ id }: Flow, flows: readonly FlowFile[]): ReadonlySet<string> {
  const calls = flows.flatMap(({ flow }) =>
    flow.steps.filter((step) => step.kind === 'call' && step.flow === id),
  );
  return new Set(calls.flatMap((step) => (step.kind === 'call' ? Object.keys(step.with) : [])));
}

/** Flows that are called or offered as topics exist; callers fill slots that there are. */
function checkNames(flows: readonly FlowFile[]): readonly ContentFault[] {
  const byId = new Map(flows.map(({ flow }) => [flow.id, flow]));
  return flows.flatMap(({ flow, file }) =>
    flow.steps.flatMap((step) => {
      const lost = namedFlows(step).filter((id) => !byId.has(id));
      const faults = lost.map((id) =>
        fault(file, step, `there is no flow "${id}"`, `one of: ${[...byId.keys()].join(', ')}`),
      );
      return [...faults, ...checkGiven(step, byId, file)];
    }),
  );
}

function namedFlows(step: Step): readonly string[] {
  if (step.kind === 'call') return [step.flow];
  return step.kind === 'say' ? (step.topics ?? []) : [];
}

function checkGiven(
  step: Step,
  byId: ReadonlyMap<string, Flow>,
  file: string,
): readonly ContentFault[] {
  if (step.kind !== 'call') return [];
  const slots = byId.get(step.flow)?.slots ?? {};
  const lost = Object.keys(step.with).filter((name) => !Object.hasOwn(slots, name));
  return lost.map((name) =>
    fault(file, step, `"${step.flow}" has no slot "${name}"`, `declare it there, or leave it out`),
  );
}

/** A flow that calls itself, over however many others, never ends. */
function checkCalls(flows: readonly FlowFile[]): readonly ContentFault[] {
  const calls = new Map(
    flows.map(({ flow }) => [
      flow.id,
      flow.steps.flatMap((step) => (step.kind === 'call' ? [step.flow] : [])),
    ]),
  );
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    const next = calls.get(from) ?? [];
    return next.includes(to) || next.some((id) => reaches(id, to, seen));
  };
  return flows.flatMap(({ flow, file }) =>
    flow.steps.flatMap((step) => {
      if (step.kind !== 'call') return [];
      const comesBack = step.flow === flow.id || reaches(step.flow, flow.id, new Set());
      if (!comesBack) return [];
      const what = `calling "${step.flow}" here leads back to this flow without end`;
      return [fault(file, step, what, 'take one of the calls out')];
    }),
  );
}
