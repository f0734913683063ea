import type { Entity, Say, Values } from '../core/index.ts';
import type { DecideContext, Decision, Effect } from './decide-types.ts';
import type { ConversationEvent, FloorSeen } from './events.ts';
import { evolve, lastTextLengthMax } from './evolve.ts';
import type { Flow, Step } from './flow.ts';
import type { ConversationState, Frame, Pending } from './state.ts';
import type { SystemText } from './system-texts.ts';

/**
 * A decision in the making. Every event is folded the moment it is written down, so that the state which
 * the interpreter looks at is by construction the fold of the events that it gives back.
 */
export interface Draft {
  state: ConversationState;
  readonly context: DecideContext;
  readonly events: ConversationEvent[];
  readonly effects: Effect[];
  readonly says: Say[];
  /** Topics to offer below the message, unless something else is asked in it. */
  topics: readonly string[];
  /** Entities of the message at hand. */
  entities: readonly Entity[];
  /** Account actions whose outcome this decision tells. */
  readonly told: Set<string>;
  readonly languageBefore: string;
  /** Whether it was looked at who is there to help: then the log tells what was seen. */
  sawFloor: boolean;
  /** What was waited for when the event came. */
  readonly openBefore: Pending | null;
}

export function draftOf(state: ConversationState, context: DecideContext): Draft {
  return {
    state,
    context,
    events: [],
    effects: [],
    says: [],
    topics: [],
    entities: [],
    told: new Set(),
    languageBefore: state.language,
    sawFloor: false,
    openBefore: state.pending,
  };
}

export function emit(draft: Draft, event: ConversationEvent): void {
  draft.events.push(event);
  draft.state = evolve(draft.state, { pos: 0, atMs: draft.context.nowMs, event });
}

/** An id that no other decision of this conversation makes, as long as the draft then emits a counted event. */
export function nextId(draft: Draft, prefix: string): string {
  return `${prefix}${draft.state.counter}`;
}

export function effectId(draft: Draft, kind: string): string {
  return `${draft.context.conversationId}:${kind}${draft.state.counter}`;
}

/** Who is there to help, as it is now; the only way to ask, so that a replay sees the same. */
export function floorOf(draft: Draft): FloorSeen {
  draft.sawFloor = true;
  const { staffed, unattended, expectedWait } = draft.context;
  return { staffed, ...(unattended && { unattended }), ...(expectedWait && { expectedWait }) };
}

export function awaits(draft: Draft, pending: Pending | null): void {
  if (pending === null && draft.state.pending === null) return;
  emit(draft, { type: 'bot.awaits', pending });
}

export function top(draft: Draft): Frame | undefined {
  return draft.state.stack.at(-1);
}

/** The flow of a frame in the version it began with; undefined when that version is gone. */
export function flowOf(draft: Draft, frame: Frame): Flow | undefined {
  const { versions } = draft.context.content;
  const exact = `${frame.flow}@${frame.version}`;
  if (Object.hasOwn(versions, exact)) return versions[exact];
  const newest = flowNamed(draft, frame.flow);
  return newest?.version === frame.version ? newest : undefined;
}

export function flowNamed(draft: Draft, id: string): Flow | undefined {
  const { flows } = draft.context.content;
  return Object.hasOwn(flows, id) ? flows[id] : undefined;
}

export function stepNamed(flow: Flow, id: string): Step | undefined {
  return flow.steps.find((step) => step.id === id);
}

/** The step that the top frame stands at. */
export function current(
  draft: Draft,
): { readonly frame: Frame; readonly flow: Flow; readonly step: Step } | undefined {
  const frame = top(draft);
  const flow = frame && flowOf(draft, frame);
  const step = frame && flow && stepNamed(flow, frame.step);
  return frame && flow && step ? { frame, flow, step } : undefined;
}

/** Where the step leads when nothing else is said: its `next`, the next in the list, or the end. */
export function following(flow: Flow, step: Step): string {
  if (step.next !== undefined) return step.next;
  const here = flow.steps.findIndex(({ id }) => id === step.id);
  return (here < 0 ? undefined : flow.steps[here + 1]?.id) ?? 'end';
}

/** Says one of the interpreter's own texts. */
export function say(draft: Draft, key: SystemText, params: Values = {}): void {
  sayText(draft, key, params);
}

export function sayText(draft: Draft, key: string, params: Values = {}): void {
  const turn = draft.state.wordings[key] ?? 0;
  const all = { ...slotsFor(draft, key), ...params, ...(turn > 0 && { turn }) };
  draft.says.push({
    type: 'text',
    key,
    ...(Object.keys(all).length > 0 && { params: all }),
  });
}

/** The slots that the text names, so that no more of them than was read stands in the log twice. */
function slotsFor(draft: Draft, key: string): Values {
  const slots = top(draft)?.slots ?? {};
  const { placeholders } = draft.context.content;
  const wanted = placeholders && Object.hasOwn(placeholders, key) ? placeholders[key] : undefined;
  const entries = Object.entries(slots).filter(
    ([name, value]) =>
      value !== null && (placeholders ? wanted?.includes(name) : !Array.isArray(value)),
  );
  return Object.fromEntries(entries);
}

/** A flow's short name in the conversation's language; empty for a flow that is not there any more. */
export function topicOf(draft: Draft, flow: string): string {
  if (!flowNamed(draft, flow)) return '';
  return draft.context.phrasebook.text(draft.state.language, `topics.${flow}`);
}

/** Topics whose flows are small talk: nothing to resume, nothing to park. */
export function isSmallTalk(flow: Flow | undefined): boolean {
  return flow?.topic === 'conversation';
}

/** Speaks what was gathered, as one message, and closes the decision. */
export function finish(draft: Draft, upTo: number): Decision {
  speak(draft);
  const told = [...draft.told].filter((id) => draft.state.actions[id]?.untold === true);
  const seen = draft.sawFloor && { floor: floorOf(draft) };
  emit(draft, { type: 'turn.taken', upTo, ...(told.length > 0 && { told }), ...seen });
  return { events: draft.events, effects: draft.effects };
}

function speak(draft: Draft): void {
  const says = liveOnly(draft);
  if (says.length === 0) return;
  const { phrasebook } = draft.context;
  const { language, lastText } = draft.state;
  let blocks = phrasebook.render(language, says);
  const words = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  let spoken: readonly Say[] = says;
  if (lastText !== '' && words.slice(0, lastTextLengthMax) === lastText) {
    const turn = draft.state.wordings['common.repeat'] ?? 0;
    spoken = [{ type: 'text', key: 'common.repeat', params: { turn } }, ...says];
    blocks = phrasebook.render(language, spoken);
  }
  emit(draft, { type: 'bot.said', language, says: spoken, blocks });
}

/** Only the question that the bot now waits for keeps its buttons and fields. */
function liveOnly(draft: Draft): readonly Say[] {
  const { pending } = draft.state;
  const ids = [
    pending && 'choiceId' in pending ? pending.choiceId : undefined,
    pending && 'formId' in pending ? pending.formId : undefined,
  ];
  return draft.says.filter((one) => !('id' in one) || ids.includes(one.id));
}

/** Name of the request being served: of the flow that the customer asked for, not of one that it calls. */
export function requestTopic(draft: Draft): string {
  const asked = requestOf(draft);
  return asked === undefined ? '' : topicOf(draft, asked);
}

/** The flow that the customer asked for: below the called ones on top. */
export function requestOf({ state }: Draft): string | undefined {
  let index = state.stack.length - 1;
  while (index > 0 && state.stack[index]?.over === 'call') index -= 1;
  return state.stack[index]?.flow;
}
