import { isReserved, type Flow, type Step } from '../flow.ts';
import type { ContentFault } from '../faults.ts';
import { edgesOf, type Fact } from './edges.ts';

export interface FlowFile {
  readonly flow: Flow;
  /** As shown in faults. */
  readonly file: string;
}

/** Where the steps lead: to steps that there are, to every step, and at last to an end. */
export function checkGraph({ flow, file }: FlowFile): readonly ContentFault[] {
  const lost = unknownTargets(flow, file);
  if (lost.length > 0) return lost;
  const circle = circleIn(flow);
  return [...unreachable(flow, file), ...(circle ? [circleFault(circle, file)] : [])];
}

function unknownTargets(flow: Flow, file: string): readonly ContentFault[] {
  const ids = new Set(flow.steps.map(({ id }) => id));
  return flow.steps.flatMap((step) => {
    const own = isReserved(step.id)
      ? [fault(file, step, `"${step.id}" is a reserved target`, 'give the step another id')]
      : [];
    const targets = new Set(edgesOf(flow, step).map(({ to }) => to));
    const lost = [...targets].filter((to) => !ids.has(to) && !isReserved(to));
    const faults = lost.map((to) =>
      fault(file, step, `there is no step "${to}"`, `add it, or lead to one of: ${named(flow)}`),
    );
    return [...own, ...faults];
  });
}

function named({ steps }: Flow): string {
  const ids = steps.map(({ id }) => id).filter((id) => !/^s\d+$/.test(id));
  return [...ids, 'end', 'cancel', 'fail', 'agent'].join(', ');
}

function unreachable(flow: Flow, file: string): readonly ContentFault[] {
  const reached = new Set<string>();
  const open = flow.steps.slice(0, 1);
  for (let step = open.pop(); step; step = open.pop()) {
    if (reached.has(step.id)) continue;
    reached.add(step.id);
    for (const { to } of edgesOf(flow, step)) {
      const next = flow.steps.find(({ id }) => id === to);
      if (next) open.push(next);
    }
  }
  return flow.steps
    .filter(({ id }) => !reached.has(id))
    .map((step) =>
      fault(file, step, `no path leads to the step "${step.id}"`, 'lead to it, or take it out'),
    );
}

/** Steps in an order in which every edge leads forward; a circle, when there is one. */
function circleIn(flow: Flow): readonly Step[] | undefined {
  const done = new Set<string>();
  const path: Step[] = [];
  const visit = (step: Step): readonly Step[] | undefined => {
    if (done.has(step.id)) return undefined;
    const before = path.indexOf(step);
    if (before >= 0) return path.slice(before);
    path.push(step);
    for (const { to } of edgesOf(flow, step)) {
      const next = flow.steps.find(({ id }) => id === to);
      const circle = next && visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(step.id);
    return undefined;
  };
  for (const step of flow.steps) {
    const circle = visit(step);
    if (circle) return circle;
  }
  return undefined;
}

function circleFault(circle: readonly Step[], file: string): ContentFault {
  const way = [...circle, ...circle.slice(0, 1)].map(({ id }) => id).join(' → ');
  const last = circle.at(-1);
  const what = `this path has no end: it goes round in a circle, ${way}`;
  const mend = 'lead on to a later step; a question asks again by itself (attempts)';
  return { file, line: last?.line ?? 1, what, mend };
}

export interface Known {
  /** Holds on some path that leads here. */
  readonly may: ReadonlySet<Fact>;
  /** Holds on every path that leads here. */
  readonly must: ReadonlySet<Fact>;
}

/** What is known at each step. Only for a flow without circles and lost targets. */
export function knownAt(flow: Flow, atStart: ReadonlySet<Fact>): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const first = flow.steps[0];
  if (first) known.set(first.id, { may: atStart, must: new Set() });
  for (const step of inOrder(flow)) {
    const here = known.get(step.id);
    if (!here) continue;
    for (const { to, facts } of edgesOf(flow, step)) {
      const may = new Set([...here.may, ...facts]);
      const must = new Set([...here.must, ...facts]);
      const there = known.get(to);
      known.set(to, {
        may: there ? there.may.union(may) : may,
        must: there ? there.must.intersection(must) : must,
      });
    }
  }
  return known;
}

function inOrder(flow: Flow): readonly Step[] {
  const done = new Set<string>();
  const order: Step[] = [];
  const visit = (step: Step): void => {
    if (done.has(step.id)) return;
    done.add(step.id);
    for (const { to } of edgesOf(flow, step)) {
      const next = flow.steps.find(({ id }) => id === to);
      if (next) visit(next);
    }
    order.unshift(step);
  };
  for (const step of flow.steps.slice(0, 1)) visit(step);
  return order;
}

export function fault(file: string, step: Step, what: string, mend: string): ContentFault {
  return { file, line: step.line, what, mend };
}
