import { limits, type SayOption, type Value, type Values } from '../core/index.ts';
import {
  digestOf,
  isStale,
  noneValue,
  personValue,
  putAsk,
  putChoice,
  putConsent,
  putFiles,
  skipValue,
  slotOf,
} from './ask.ts';
import { cancelFlow, goTo, startFlow } from './control.ts';
import { awaits, current, emit, following, type Draft } from './draft.ts';
import { isFilled } from './expression.ts';
import type { ActStep, AskStep, ChooseStep, ConfirmStep } from './flow.ts';
import { consents, isBesidePoint, saysNo, saysYes, type Heard } from './heard.ts';
import { correctChoice } from './corrections.ts';
import { optionBegunBy, optionMeant, type Offered } from './options.ts';
import { isPhrase } from './phrases.ts';
import { run } from './run.ts';
import { answerFor, correctionIn, fieldValue, openingSlots } from './slots.ts';
import type { Pending } from './state.ts';
import type { At } from './steps.ts';

type Awaited<K extends Pending['kind']> = Extract<Pending, { kind: K }>;

/** An answer in words to an open question. False when it does not fit. */
export function answerAsk(draft: Draft, at: At<AskStep>, heard: Heard): boolean {
  const { step, flow } = at;
  const spec = slotOf(flow, step.slot);
  if (step.optional === true && isPhrase(draft, 'words.skip', heard.text)) {
    skip(draft, at);
    return true;
  }
  if (spec.type === 'yes_no') {
    const yes = saysYes(draft, heard);
    if (yes || saysNo(draft, heard)) fill(draft, step.slot, yes);
    return yes || saysNo(draft, heard);
  }
  if (spec.type === 'text' && isBesidePoint(draft, heard)) return false;
  const value = answerFor(draft, spec, heard.text, at.frame.slots[step.slot] ?? null);
  if (value !== undefined) fill(draft, step.slot, value);
  return value !== undefined;
}

function fill(draft: Draft, slot: string, value: Value, beside: Values = {}): void {
  emit(draft, { type: 'slots.set', slots: { ...beside, [slot]: value } });
  awaits(draft, null);
  run(draft);
}

function skip(draft: Draft, { flow, step }: At<AskStep>): void {
  goTo(draft, following(flow, step));
  run(draft);
}

/** The button below an open question. */
export function pressAsk(draft: Draft, at: At<AskStep>, value: string): void {
  if (value === skipValue) skip(draft, at);
  else fill(draft, at.step.slot, value === 'yes');
}

export function submitAsk(
  draft: Draft,
  at: At<AskStep>,
  fields: { readonly [name: string]: string },
): boolean {
  const { slot } = at.step;
  const raw = Object.hasOwn(fields, slot) ? (fields[slot] ?? '') : '';
  const value = fieldValue(slotOf(at.flow, slot), raw, at.frame.slots[slot] ?? null);
  if (value !== undefined) fill(draft, slot, value);
  return value !== undefined;
}

/** An answer in words to a choice. */
export function answerChoose(
  draft: Draft,
  at: At<ChooseStep>,
  pending: Awaited<'choose'>,
  heard: Heard,
): boolean {
  const { options } = pending;
  const none = options.find(({ value }) => value === noneValue || value === otherValue);
  const isNone = none !== undefined && isPhrase(draft, 'words.none', heard.text);
  const { flow, step } = at;
  const offered = { options, ...(step.from === undefined && { flow, slot: step.slot }) };
  const option: SayOption | undefined = isNone
    ? none
    : (optionMeant(draft, offered, heard.text, draft.entities) ?? briefly(draft, offered, heard));
  if (option) pick(draft, at, option, step.from === undefined ? besides(draft, at, heard) : {});
  return option !== undefined;
}

/** "That one" of a list of one, and a bare yes or no where just one option begins so. */
function briefly(draft: Draft, offered: Offered, heard: Heard): SayOption | undefined {
  const yes = saysYes(draft, heard);
  if (offered.flow === undefined) {
    const real = offered.options.filter(({ value }) => !value.startsWith('_'));
    const isThis = yes || isPhrase(draft, 'words.that', heard.text);
    return isThis && real.length === 1 ? real[0] : undefined;
  }
  if (yes) return optionBegunBy(draft, offered, 'words.yes');
  return saysNo(draft, heard) ? optionBegunBy(draft, offered, 'words.no') : undefined;
}

/** Where a choice has no "none of these" it may have an "other". */
const otherValue = 'other';

/** What the same sentence says about questions still to come: "by card, abroad". */
function besides(draft: Draft, { flow, frame }: At, heard: Heard): Values {
  const all = openingSlots(draft, flow, heard.text.slice(0, limits.textLengthMax));
  const open = Object.entries(all).filter(([slot]) => !isFilled(frame.slots[slot]));
  return Object.fromEntries(open);
}

/** The option becomes the slot's value: a record from a list as it is, otherwise its name. */
export function pick(
  draft: Draft,
  { step }: At<ChooseStep>,
  option: SayOption,
  beside: Values = {},
): void {
  if (option.value === noneValue) {
    goTo(draft, step.none ?? step.failed);
    run(draft);
    return;
  }
  if (option.value === personValue) {
    startFlow(draft, 'talk_to_agent', {}, 'digression');
    run(draft);
    return;
  }
  fill(draft, step.slot, 'item' in option ? option.item : option.value, beside);
}

/** An answer in words to the question whether to do what is shown. */
export function answerConfirm(
  draft: Draft,
  at: At<ConfirmStep>,
  pending: Awaited<'confirm'>,
  heard: Heard,
): boolean {
  if (correctChoice(draft, at, heard) || correct(draft, at, pending)) return true;
  if (saysNo(draft, heard)) {
    decline(draft, at, pending);
    return true;
  }
  const yes = consents(draft, at.flow, heard.text);
  if (yes) consent(draft, at, pending);
  return yes;
}

/** Another figure than the one shown voids the question; it is put again with what is meant. */
function correct(draft: Draft, at: At<ConfirmStep>, pending: Awaited<'confirm'>): boolean {
  const { flow, frame, step } = at;
  const act = actOf(at);
  if (!act) return false;
  const among = rootsOf([...Object.values(act.args), ...Object.values(step.shows)]);
  const slots = correctionIn(draft, flow, frame.slots, among);
  if (!slots || isTooOften(frame)) return false;
  emit(draft, { type: 'consent.answered', digest: pending.digest, answer: 'void' });
  emit(draft, { type: 'slots.set', slots });
  awaits(draft, null);
  putConsent(draft, step, digestOf(draft, act), 'changed');
  return true;
}

/** Whoever changes it again and again is no person, or needs one: further changes count as no answer. */
const changesMax = 6;

function isTooOften({ voided = 0 }: At['frame']): boolean {
  return voided >= changesMax;
}

/** The slots that the expressions look at. */
function rootsOf(expressions: readonly Value[]): ReadonlySet<string> {
  const roots = expressions.flatMap((one) =>
    typeof one === 'string' && one.startsWith('$') ? [one.slice(1).split('.')[0] ?? ''] : [],
  );
  return new Set(roots);
}

export function actOf({ flow, step }: At<ConfirmStep>): ActStep | undefined {
  const found = flow.steps.find(({ id }) => id === step.act);
  return found?.kind === 'act' ? found : undefined;
}

export function consent(draft: Draft, at: At<ConfirmStep>, pending: Awaited<'confirm'>): void {
  const act = actOf(at);
  if (!act) return;
  const digest = digestOf(draft, act);
  const isOld = isStale(draft, pending.askedAtMs ?? 0);
  if (digest !== pending.digest || isOld) {
    emit(draft, { type: 'consent.answered', digest: pending.digest, answer: 'void' });
    awaits(draft, null);
    putConsent(draft, at.step, digest, isOld ? 'expired' : 'changed');
    return;
  }
  emit(draft, { type: 'consent.answered', digest, answer: 'yes' });
  goTo(draft, following(at.flow, at.step));
  run(draft);
}

export function decline(
  draft: Draft,
  { step }: At<ConfirmStep>,
  pending: Awaited<'confirm'>,
): void {
  emit(draft, { type: 'consent.answered', digest: pending.digest, answer: 'no' });
  if (step.no === 'cancel') {
    awaits(draft, null);
    cancelFlow(draft);
  } else goTo(draft, step.no);
  run(draft);
}

/** An answer that fits nothing: asked again in other words, up to the step's bound. */
export function miss(draft: Draft): void {
  const at = current(draft);
  if (!at) return;
  emit(draft, { type: 'attempt.missed', at: 'step' });
  const { flow, step } = at;
  const attempts = current(draft)?.frame.attempts ?? 0;
  if (attempts >= boundOf(at)) {
    goTo(draft, failedOf(at));
    run(draft);
    return;
  }
  if (step.kind === 'ask') putAsk(draft, flow, step, true);
  else if (step.kind === 'files') putFiles(draft, step, true);
  else if (step.kind === 'choose') putChoice(draft, flow, step, 'again');
  else if (step.kind === 'confirm') {
    const act = actOf({ ...at, step });
    if (act) putConsent(draft, step, digestOf(draft, act), 'again');
  }
}

const attemptsMax = 3;

function boundOf({ step }: At): number {
  return 'attemptsMax' in step ? step.attemptsMax : attemptsMax;
}

export function failedOf({ flow, step }: At): string {
  switch (step.kind) {
    case 'ask':
    case 'choose':
    case 'verify':
      return step.failed;
    case 'files':
      return step.failed ?? following(flow, step);
    case 'confirm':
      return step.no;
    default:
      return 'agent';
  }
}

/** Back to the last question that the customer answered. False when there is none. */
export function goBack(draft: Draft): boolean {
  const at = current(draft);
  const step = at?.flow.steps.find(({ id }) => id === at.frame.answered?.at(-1));
  if (!step || !('slot' in step)) return false;
  awaits(draft, null);
  emit(draft, { type: 'slots.set', slots: { [step.slot]: null } });
  emit(draft, { type: 'flow.moved', step: step.id });
  run(draft);
  return true;
}
