import type { Value } from '../core/index.ts';
import { noneValue, optionsOf } from './ask.ts';
import { awaits, emit, say, type Draft } from './draft.ts';
import { isFilled, same } from './expression.ts';
import type { ChooseStep, Flow, Step } from './flow.ts';
import type { Heard } from './heard.ts';
import { optionNamed } from './options.ts';
import { isPhrase } from './phrases.ts';
import { run } from './run.ts';
import { correctionIn } from './slots.ts';
import type { At } from './steps.ts';

/**
 * An earlier answer given anew while something else is asked ("no, x@example.com", "the other one"). Only where
 * nothing has been done with it yet: an account action between the two questions has used the former value. The open
 * question is put again, so `mayPutAgain` bounds it: whoever corrects for ever is no person, or needs one.
 */
export function correctEarlier(
  draft: Draft,
  at: At,
  heard: Heard,
  mayPutAgain: () => boolean,
): boolean {
  const { flow, frame, step } = at;
  const here = flow.steps.indexOf(step);
  const lastAct = flow.steps.findLastIndex((one, index) => index < here && isAct(one));
  const open = flow.steps.slice(lastAct + 1, here);
  const asked = open.flatMap((one) => (one.kind === 'ask' ? [one.slot] : []));
  const slots = correctionIn(draft, flow, frame.slots, new Set(asked));
  if (!slots) return correctChoice(draft, at, heard);
  if (!mayPutAgain()) return true;
  awaits(draft, null);
  emit(draft, { type: 'slots.set', slots });
  say(draft, 'common.changed');
  run(draft);
  return true;
}

function isAct({ kind }: Step): boolean {
  return kind === 'act' || kind === 'ticket';
}

/**
 * Another of the options that an earlier choice had. The flow goes on from there, so that whatever was looked up or
 * worked out from the former one is done anew; a consent that was asked for meanwhile is void.
 */
export function correctChoice(draft: Draft, at: At, heard: Heard): boolean {
  if (isPhrase(draft, 'words.yes', heard.text) || isPhrase(draft, 'words.no', heard.text)) {
    return false;
  }
  const isOther = isPhrase(draft, 'words.another', heard.text);
  const choices = earlierChoices(draft, at);
  // In front of a consent, "the other one" is a payment rather than a reason for it.
  if (isOther && at.step.kind === 'confirm') choices.sort((a, b) => rankOf(a) - rankOf(b));
  for (const step of choices) {
    const value = valueMeant(draft, at, step, { heard, isOther });
    if (value === undefined) continue;
    chooseAnew(draft, step, value);
    return true;
  }
  return false;
}

function rankOf({ from }: ChooseStep): number {
  return from === undefined ? 1 : 0;
}

/** The latest first. A write between the choice and here has used it. */
function earlierChoices(draft: Draft, { flow, frame, step }: At): ChooseStep[] {
  const here = flow.steps.indexOf(step);
  const lastWrite = flow.steps.findLastIndex((one, at) => at < here && isWrite(draft, one, step));
  return flow.steps
    .slice(lastWrite + 1, here)
    .filter((one) => one.kind === 'choose')
    .filter((one) => isFilled(frame.slots[one.slot]))
    .toReversed();
}

function isWrite({ context }: Draft, step: Step, open: Step): boolean {
  if (step.kind === 'ticket') return true;
  if (step.kind !== 'act' || (open.kind === 'confirm' && open.act === step.id)) return false;
  const { actions } = context;
  const spec = Object.hasOwn(actions, step.action) ? actions[step.action] : undefined;
  return spec?.read !== true;
}

/** The option's value; null to ask again which; undefined when the words are about something else. */
function valueMeant(
  draft: Draft,
  { flow, frame }: { readonly flow: Flow; readonly frame: At['frame'] },
  step: ChooseStep,
  { heard, isOther }: { readonly heard: Heard; readonly isOther: boolean },
): Value | undefined {
  const former = frame.slots[step.slot] ?? null;
  const options = optionsOf(draft, flow, step).filter(({ value }) => value !== noneValue);
  if (isOther) {
    const others = options.filter((one) => !same(valueOf(one), former));
    if (others.length === 0 || others.length === options.length) return undefined;
    const [only] = others;
    return only && others.length === 1 ? valueOf(only) : null;
  }
  const offered = { options, ...(step.from === undefined && { flow, slot: step.slot }) };
  const option = optionNamed(draft, offered, heard.text, draft.entities);
  const value = option && valueOf(option);
  return value === undefined || same(value, former) ? undefined : value;
}

function valueOf(option: { readonly value: string; readonly item?: Value }): Value {
  return option.item ?? option.value;
}

function chooseAnew(draft: Draft, step: ChooseStep, value: Value): void {
  const { pending } = draft.state;
  if (pending?.kind === 'confirm') {
    emit(draft, { type: 'consent.answered', digest: pending.digest, answer: 'void' });
  }
  awaits(draft, null);
  emit(draft, { type: 'slots.set', slots: { [step.slot]: value } });
  emit(draft, { type: 'flow.moved', step: step.id });
  if (value !== null) say(draft, 'common.changed');
  run(draft);
}
