import type { ActionSpec } from '../../core/index.ts';
import { following } from '../draft.ts';
import type { Condition, Flow, Step } from '../flow.ts';

/** Something that holds once an edge was taken. */
export type Fact = `slot:${string}` | `level:${string}` | `consent:${string}`;

/** One way on from a step, with what is known on it. */
export interface Edge {
  readonly to: string;
  readonly facts: readonly Fact[];
}

export type Specs = { readonly [name: string]: ActionSpec };

/** Every way on from a step, each named in the file or implied by a default. */
export function edgesOf(flow: Flow, step: Step): readonly Edge[] {
  const on = (facts: readonly Fact[] = []): Edge => ({ to: following(flow, step), facts });
  const to = (target: string | undefined, facts: readonly Fact[] = []): readonly Edge[] =>
    target === undefined ? [] : [{ to: target, facts }];
  switch (step.kind) {
    case 'say':
    case 'each':
    case 'language':
    case 'call':
      return [on()];
    case 'set':
      return [on(Object.keys(step.slots).map((name): Fact => `slot:${name}`))];
    case 'ask':
      return [
        on([`slot:${step.slot}`]),
        ...(step.optional === true ? [on()] : []),
        ...to(step.failed),
      ];
    case 'files':
      return [
        on([`slot:${step.slot}`]),
        ...(step.optional || step.failed === undefined ? [on()] : []),
        ...to(step.failed),
      ];
    case 'choose':
      return chooseEdges(flow, step, on);
    case 'verify':
      return [on(levelFacts(step.level)), ...to(step.failed)];
    case 'confirm':
      return [on([`consent:${step.act}`]), ...to(step.no)];
    case 'act':
      return [
        on(step.save === undefined ? [] : [`slot:${step.save}`]),
        ...Object.values(step.on).flatMap((target) => to(target)),
        ...to(step.else),
        ...to(step.pending),
      ];
    case 'ticket':
      return [on([`slot:${step.save}`]), ...to(step.else)];
    case 'branch':
      return [...step.cases.flatMap(({ when, next }) => to(next, factsOf(when))), ...to(step.else)];
    case 'handoff':
      return to(step.next);
    case 'end':
      return [];
  }
}

function chooseEdges(
  flow: Flow,
  step: Extract<Step, { kind: 'choose' }>,
  on: (facts: readonly Fact[]) => Edge,
): readonly Edge[] {
  const facts: readonly Fact[] = [`slot:${step.slot}`];
  const named = step.on ?? {};
  const options = step.from === undefined ? flow.slots[step.slot]?.options : undefined;
  const isAllNamed = options?.every((value) => Object.hasOwn(named, value)) ?? false;
  const others = [step.failed, step.empty, step.none].filter((target) => target !== undefined);
  return [
    ...Object.values(named).map((to) => ({ to, facts })),
    ...(isAllNamed ? [] : [on(facts)]),
    ...others.map((to) => ({ to, facts: [] })),
  ];
}

function levelFacts(level: string): readonly Fact[] {
  return level === 'verified' ? ['level:identified', 'level:verified'] : [`level:${level}`];
}

/** `filled: true` on a whole slot, or a level, is known on the way that the condition opens. */
function factsOf({ of, filled, level }: Condition): readonly Fact[] {
  const slot = filled === true && typeof of === 'string' ? rootOf(of) : undefined;
  return [
    ...(slot !== undefined && of === `$${slot}` ? [`slot:${slot}` as const] : []),
    ...(level === undefined ? [] : levelFacts(level)),
  ];
}

/** `$transaction.amount` → `transaction`; undefined for what is no reference. */
export function rootOf(expression: unknown): string | undefined {
  if (typeof expression !== 'string' || !expression.startsWith('$')) return undefined;
  return expression.slice(1).split('.')[0] ?? '';
}
