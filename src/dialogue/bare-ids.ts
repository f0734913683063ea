import { limits, type Entity } from '../core/index.ts';
import { awaits, emit, flowNamed, say, type Draft } from './draft.ts';
import { isFilled } from './expression.ts';
import type { Flow, Step } from './flow.ts';
import type { Heard } from './heard.ts';
import { plainForm } from './phrases.ts';
import { run } from './run.ts';
import { openingSlots } from './slots.ts';
import type { Pending } from './state.ts';
import type { At } from './steps.ts';

/** "order no. P20261103-4471" is still an id and nothing else. */
const besideMax = 16;
const topicsMax = 3;

/** The id that the message is all about: nothing but it, or hardly a word beside it that says what is wanted. */
export function bareId(draft: Draft, heard: Heard): Entity | undefined {
  const ids = draft.entities.filter(isId);
  const [first] = ids;
  if (!first) return undefined;
  const rest = ids.reduce((text, { text: id }) => text.replace(id, ' '), heard.text);
  const beside = plainForm(rest).length;
  const { verdict, intents = [] } = heard.understanding ?? {};
  // "What about P…?" is probably a question about just that.
  const isLookUp = verdict === 'clarify' && intents[0]?.intent === flowFor(draft, first);
  const isShort = beside <= besideMax && (verdict === 'refuse' || isLookUp);
  return beside === 0 || isShort ? first : undefined;
}

function isId({ type }: Entity): boolean {
  return type.endsWith('_id');
}

/** The flow that says it is about such an id. */
export function flowFor(draft: Draft, { type }: Entity): string | undefined {
  const flows = Object.values(draft.context.content.flows);
  return flows.find(({ opensOn }) => opensOn === type)?.id;
}

/** The flows that can do something with such an id, the one that looks it up first, then the most urgent. */
export function topicsFor(draft: Draft, entity: Entity): readonly string[] {
  const first = flowFor(draft, entity);
  const others = Object.values(draft.context.content.flows)
    .filter(({ id, slots }) => id !== first && slotFor(slots, entity) !== undefined)
    .filter(({ urgency }) => urgency === 'money')
    .map(({ id }) => id);
  return [...(first === undefined ? [] : [first]), ...featuredFirst(draft, others)].slice(
    0,
    topicsMax,
  );
}

/** What the greeting offers is what people mostly want. */
function featuredFirst(draft: Draft, ids: readonly string[]): readonly string[] {
  const steps = flowNamed(draft, 'welcome')?.steps ?? [];
  const shown = steps.flatMap((step) => (step.kind === 'say' ? (step.topics ?? []) : []));
  return ids.toSorted((a, b) => Number(shown.includes(b)) - Number(shown.includes(a)));
}

function slotFor(slots: Flow['slots'], { type }: Entity): string | undefined {
  const found = Object.entries(slots).find(
    ([, spec]) => spec.type === type && spec.opening !== false,
  );
  return found?.[0];
}

/**
 * An id that the flow at hand can use, given while it asks for something else: at a list on which it does not stand it
 * is looked up, at a sign-in or a code it is kept for afterwards. False when the flow has no use for it.
 */
export function takeId(draft: Draft, at: At, pending: Pending): boolean {
  const { flow, step } = at;
  const entity = draft.entities.find(isId);
  const slot = entity && slotFor(flow.slots, entity);
  if (!entity || slot === undefined) return false;
  const isWaiting = pending.kind === 'sign_in' || pending.kind === 'code';
  const branch = flow.steps.find((one) => asksWhetherFilled(one, slot));
  const isBehind = branch !== undefined && flow.steps.indexOf(branch) < flow.steps.indexOf(step);
  const isOpenList = step.kind === 'choose' && step.from !== undefined && isBehind;
  // Before it was looked up, another id may take its place.
  if (!isOpenList && (!isWaiting || isBehind)) return false;
  awaits(draft, null);
  emit(draft, { type: 'slots.set', slots: { [slot]: entity.value } });
  if (isOpenList && branch) emit(draft, { type: 'flow.moved', step: branch.id });
  else say(draft, 'common.noted_id', { id: entity.value });
  run(draft);
  return true;
}

/**
 * Something said that is no answer to the choice at hand but to a question still to come ("100 EUR", asked how it is
 * paid): taken, and the choice is put again; where the flow asks at a fork whether it is there, it goes on from the fork.
 */
export function takeEarly(draft: Draft, at: At, text: string): boolean {
  const { flow, frame, step } = at;
  if (step.kind !== 'choose') return false;
  const all = Object.entries(openingSlots(draft, flow, text.slice(0, limits.textLengthMax)));
  const open = all.filter(([slot]) => !isFilled(frame.slots[slot]));
  const [first] = open;
  if (!first) return false;
  const here = flow.steps.indexOf(step);
  const fork = flow.steps.slice(0, here).find((one) => asksWhetherFilled(one, first[0]));
  awaits(draft, null);
  emit(draft, { type: 'slots.set', slots: Object.fromEntries(open) });
  if (fork) emit(draft, { type: 'flow.moved', step: fork.id });
  else say(draft, 'common.noted_that');
  run(draft);
  return true;
}

function asksWhetherFilled(step: Step, slot: string): boolean {
  if (step.kind !== 'branch') return false;
  return step.cases.some(({ when }) => when.of === `$${slot}` && when.filled === true);
}
