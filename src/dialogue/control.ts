import { priorities, type Priority, type Values } from '../core/index.ts';
import {
  awaits,
  current,
  emit,
  flowNamed,
  floorOf,
  flowOf,
  following,
  isSmallTalk,
  requestOf,
  say,
  stepNamed,
  top,
  topicOf,
  type Draft,
} from './draft.ts';
import type { FlowOutcome, ReservedTarget } from './flow.ts';
import { isReserved } from './flow.ts';

/** Flows that wait for others to end; a further request drops all of them. */
const stackDepthMax = 5;
const waitingIntentsMax = 3;

/** Puts a flow on top. It runs when the interpreter's loop gets there. False when there is no such flow. */
export function startFlow(
  draft: Draft,
  id: string,
  slots: Values,
  over?: 'call' | 'digression',
): boolean {
  const flow = flowNamed(draft, id);
  const first = flow?.steps[0];
  if (!flow || !first) return false;
  if (draft.state.stack.length >= stackDepthMax) dropFlows(draft, 'cancelled');
  const isOver = draft.state.stack.length > 0 && over !== undefined;
  awaits(draft, null);
  emit(draft, {
    type: 'flow.started',
    flow: flow.id,
    version: flow.version,
    slots,
    ...(isOver && { over }),
  });
  emit(draft, { type: 'flow.moved', step: first.id });
  return true;
}

/** Ends every flow, innermost first, saying nothing. */
export function dropFlows(draft: Draft, outcome: FlowOutcome): void {
  for (let frame = top(draft); frame; frame = top(draft)) {
    emit(draft, { type: 'flow.ended', flow: frame.flow, outcome });
  }
  awaits(draft, null);
}

/** Ends what the request at hand was begun over: people have it now, and nobody asks about it any more. */
function dropBelow(draft: Draft): void {
  const { stack } = draft.state;
  let first = stack.length - 1;
  while (first > 0 && stack[first]?.over === 'call') first -= 1;
  for (const { flow } of stack.slice(0, Math.max(0, first))) {
    emit(draft, { type: 'flow.ended', flow, outcome: 'handed_off', outermost: true });
  }
}

/** Leads the top flow on. */
export function goTo(draft: Draft, target: string): void {
  awaits(draft, null);
  if (isReserved(target)) leave(draft, target);
  else emit(draft, { type: 'flow.moved', step: target });
}

function leave(draft: Draft, target: ReservedTarget): void {
  switch (target) {
    case 'end':
      endFlow(draft, 'done');
      return;
    case 'cancel':
      cancelFlow(draft);
      return;
    case 'fail':
      failFlow(draft);
      return;
    case 'agent': {
      const frame = top(draft);
      const urgency = (frame && flowOf(draft, frame)?.urgency) ?? 'normal';
      handOver(draft, { reason: frame?.flow ?? 'customer_asked', priority: urgency });
    }
  }
}

/** The customer's request is dropped, with the flows that it called. */
export function cancelFlow(draft: Draft): void {
  const asked = requestOf(draft);
  if (asked !== undefined) say(draft, 'common.cancelled', { topic: topicOf(draft, asked) });
  endFlow(draft, 'cancelled');
}

/** A flow that could not do what it is for; where it has said nothing itself, the bot says so. */
function failFlow(draft: Draft): void {
  const asked = requestOf(draft);
  if (asked !== undefined && draft.says.length === 0) {
    say(draft, 'common.failed', { topic: topicOf(draft, asked) });
  }
  endFlow(draft, 'failed');
}

/** Ends the top flow; its caller goes on (or ends likewise), or what it digressed from is taken up again. */
export function endFlow(draft: Draft, outcome: FlowOutcome): void {
  const frame = top(draft);
  if (!frame) return;
  emit(draft, { type: 'flow.ended', flow: frame.flow, outcome });
  const below = current(draft);
  if (!below) {
    nextRequest(draft, frame.flow);
    return;
  }
  if (frame.over === 'call') {
    if (outcome === 'done') goTo(draft, following(below.flow, below.step));
    else endFlow(draft, outcome);
  } else if (!isSmallTalk(below.flow)) {
    say(draft, 'common.resume', { topic: topicOf(draft, below.frame.flow) });
  }
}

/** What else the customer asked for in the same breath. */
function nextRequest(draft: Draft, ended: string): void {
  const { waitingIntents, waitingSlots = {} } = draft.state;
  const [next, ...rest] = waitingIntents;
  if (next === undefined || draft.state.owner.by !== 'bot') return;
  const { [next]: slots = {}, ...others } = waitingSlots;
  emit(draft, {
    type: 'intents.parked',
    intents: rest,
    ...(Object.keys(others).length > 0 && { slots: others }),
  });
  if (next === ended || !flowNamed(draft, next)) return;
  say(draft, 'common.next_request', { topic: topicOf(draft, next) });
  startFlow(draft, next, slots);
}

/** Keeps requests for later with what is known for each, the most urgent first. */
export function parkedSlots(draft: Draft, more: { readonly [intent: string]: Values }): void {
  const known = { ...draft.state.waitingSlots, ...more };
  const all = [...new Set([...draft.state.waitingIntents, ...Object.keys(more)])];
  const rank = (id: string) => priorities.indexOf(flowNamed(draft, id)?.urgency ?? 'normal');
  all.sort((a, b) => rank(a) - rank(b));
  const intents = all.slice(0, waitingIntentsMax);
  const slots = intents.flatMap((id): readonly [string, Values][] => {
    const own = known[id];
    return own && Object.keys(own).length > 0 ? [[id, own]] : [];
  });
  emit(draft, {
    type: 'intents.parked',
    intents,
    ...(slots.length > 0 && { slots: Object.fromEntries(slots) }),
  });
}

export interface HandOver {
  readonly reason: string;
  readonly priority: Priority;
  readonly queue?: string;
  /** The flow goes on while the customer waits, instead of ending here. */
  readonly goesOn?: boolean;
}

/** Gives the conversation to people: the flows end, and the gravest of their urgencies counts. */
export function handOver(draft: Draft, over: HandOver): void {
  const { reason, priority, queue = 'default', goesOn = false } = over;
  const urgencies = draft.state.stack.map((frame) => flowOf(draft, frame)?.urgency ?? 'normal');
  const gravest = gravestOf([priority, ...urgencies]);
  const skills = draft.state.stack.flatMap((frame) => flowOf(draft, frame)?.skills ?? []);
  if (goesOn) dropBelow(draft);
  else dropFlows(draft, 'handed_off');
  if (draft.state.waitingIntents.length > 0) emit(draft, { type: 'intents.parked', intents: [] });
  const { owner } = draft.state;
  if (owner.by === 'agent') return;
  if (owner.by === 'queue') {
    say(draft, 'handoff.already_queued');
    if (priorities.indexOf(gravest) >= priorities.indexOf(owner.priority)) return;
  } else {
    sayWhoComes(draft);
  }
  emit(draft, {
    type: 'handoff.requested',
    reason,
    priority: gravest,
    queue,
    by: 'bot',
    ...(skills.length > 0 && { skills: [...new Set(skills)] }),
  });
}

function sayWhoComes(draft: Draft): void {
  const { staffed, unattended } = floorOf(draft);
  if (staffed) {
    say(draft, 'handoff.queued');
    return;
  }
  say(draft, unattended ? 'handoff.nobody_here' : 'handoff.off_hours');
  const { localHours } = draft.context.workspace;
  // There where the visitor's clock shows another time than ours.
  if (!unattended && localHours !== undefined) {
    say(draft, 'handoff.local_hours', { hours: localHours });
  }
  // Who is signed in gets a ticket; nobody else has an account that one could be kept with.
  if (draft.state.customerId === null) {
    say(draft, 'handoff.reference', { number: requestNumber(draft.context.conversationId) });
  }
}

/** The beginning of the conversation's id: short enough to read out, and what the desk's search finds it by. */
function requestNumber(conversationId: string): string {
  return conversationId.slice(0, 10).toUpperCase();
}

function gravestOf(all: readonly Priority[]): Priority {
  return priorities.find((one) => all.includes(one)) ?? 'normal';
}

/** Whether the frame can go on at all: a flow version that is gone cannot. */
export function isRunnable(draft: Draft): boolean {
  const frame = top(draft);
  const flow = frame && flowOf(draft, frame);
  return frame !== undefined && flow !== undefined && stepNamed(flow, frame.step) !== undefined;
}
