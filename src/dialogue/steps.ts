import {
  isMoney,
  type ActionSpec,
  type EntityType,
  type Value,
  type Values,
} from '../core/index.ts';
import { consentTo, digestOf, putAsk, putChoice, putConsent, putFiles } from './ask.ts';
import { endFlow, goTo, handOver, startFlow } from './control.ts';
import { awaits, effectId, emit, flowNamed, following, say, sayText, type Draft } from './draft.ts';
import { evaluate, evaluateAll, holds, holdsIn, isFilled } from './expression.ts';
import type { ActionOutcome } from './events.ts';
import type {
  ActStep,
  ChooseStep,
  ConfirmStep,
  EachStep,
  Expression,
  Flow,
  LanguageStep,
  SayStep,
  Step,
  TicketStep,
} from './flow.ts';
import { levelAt, type Frame } from './state.ts';
import { hasLevel, putVerification } from './verify.ts';

/** Where a flow stands. */
export interface At<S extends Step = Step> {
  readonly frame: Frame;
  readonly flow: Flow;
  readonly step: S;
}

/** Does one step: leads the flow on, or leaves the draft waiting for someone. */
export function doStep(draft: Draft, at: At): void {
  const { frame, flow, step } = at;
  switch (step.kind) {
    case 'say':
      doSay(draft, step);
      goOn(draft, at);
      return;
    case 'each':
      doEach(draft, frame, step);
      goOn(draft, at);
      return;
    case 'ask':
      if (isFilled(frame.slots[step.slot])) goOn(draft, at);
      else putAsk(draft, flow, step, false);
      return;
    case 'files':
      if (isFilled(frame.slots[step.slot])) goOn(draft, at);
      else putFiles(draft, step, false);
      return;
    case 'choose':
      doChoose(draft, { frame, flow, step });
      return;
    case 'verify':
      if (hasLevel(draft, step.level)) goOn(draft, at);
      else putVerification(draft, step.id);
      return;
    case 'confirm':
      doConfirm(draft, { frame, flow, step });
      return;
    case 'act':
    case 'ticket':
      doAct(draft, { frame, flow, step: step.kind === 'act' ? step : ticketAct(step) });
      return;
    case 'branch':
      goTo(draft, step.cases.find(({ when }) => holds(draft, when))?.next ?? step.else);
      return;
    case 'handoff':
      handOver(draft, { ...step, goesOn: step.next !== undefined });
      if (step.next !== undefined) goTo(draft, step.next);
      return;
    case 'call':
      if (!startFlow(draft, step.flow, evaluateAll(draft, step.with), 'call')) goTo(draft, 'fail');
      return;
    case 'set':
      emit(draft, { type: 'slots.set', slots: newSlots(draft, step.slots) });
      goOn(draft, at);
      return;
    case 'language':
      doLanguage(draft, step);
      goOn(draft, at);
      return;
    case 'end':
      awaits(draft, null);
      endFlow(draft, step.outcome);
  }
}

function goOn(draft: Draft, { flow, step }: At): void {
  goTo(draft, following(flow, step));
}

function doSay(draft: Draft, step: SayStep): void {
  sayText(draft, step.key);
  const record = step.card && evaluate(draft, step.card.of);
  if (step.card && isRecord(record)) {
    draft.says.push({ type: 'card', kind: step.card.kind, of: record });
  }
  const quote = step.quote === undefined ? undefined : evaluate(draft, step.quote);
  if (isRecord(quote)) draft.says.push({ type: 'quote', of: quote });
  if (step.steps !== undefined) draft.says.push({ type: 'steps', key: step.steps });
  if (!step.topics) return;
  draft.topics = step.topics.filter((id) => flowNamed(draft, id) !== undefined);
  if (step.card && isRecord(record)) remember(draft, step.card.kind, record);
}

const idTypes = {
  transaction: 'transaction_id',
  refund: 'refund_id',
  withdrawal: 'withdrawal_id',
  ticket: 'ticket_id',
} as const satisfies { readonly [kind: string]: EntityType };

/** What is offered below a card is offered for what the card shows: nobody is asked again which payment it is. */
function remember(draft: Draft, kind: string, { id }: Values): void {
  const type = Object.hasOwn(idTypes, kind) ? idTypes[kind as keyof typeof idTypes] : undefined;
  if (type === undefined || typeof id !== 'string') return;
  const others = draft.entities.filter((one) => one.type !== type);
  draft.entities = [{ type, start: 0, end: 0, text: id, value: id }, ...others];
}

/** The slot holds the last record afterwards; the text is said with the one that it is about. */
function doEach(draft: Draft, frame: Frame, step: EachStep): void {
  const list = frame.slots[step.from];
  const items: readonly Value[] = Array.isArray(list) ? list : [];
  for (const item of items.slice(0, step.itemsMax)) {
    const slots = { ...frame.slots, [step.slot]: item };
    const found = step.cases.find(({ when }) => holdsIn(draft, when, slots));
    sayText(draft, found?.key ?? step.key, { [step.slot]: item });
  }
  if (step.more !== undefined && items.length > step.itemsMax) sayText(draft, step.more);
}

function isRecord(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMoney(value);
}

function doChoose(draft: Draft, at: At<ChooseStep>): void {
  const { frame, flow, step } = at;
  const chosen = frame.slots[step.slot];
  if (isFilled(chosen)) {
    goTo(
      draft,
      (typeof chosen === 'string' ? step.on?.[chosen] : undefined) ?? following(flow, step),
    );
  } else if (!putChoice(draft, flow, step, wasJustRead(draft, step) ? 'short' : 'first')) {
    goTo(draft, step.empty ?? step.failed);
  }
}

/** The options were the open question when the message came, and nothing but a word beside it came between. */
function wasJustRead({ state, openBefore, languageBefore }: Draft, { id }: ChooseStep): boolean {
  if (openBefore?.kind !== 'choose' || openBefore.step !== id) return false;
  const isSame = state.stack.at(-1)?.shown?.some((one) => one.id === openBefore.choiceId) === true;
  return isSame && state.language === languageBefore;
}

function doConfirm(draft: Draft, at: At<ConfirmStep>): void {
  const { frame, flow, step } = at;
  const act = flow.steps.find((one) => one.kind === 'act' && one.id === step.act);
  if (act?.kind !== 'act') {
    goTo(draft, step.no);
    return;
  }
  const digest = digestOf(draft, act);
  const consent = consentTo(draft, digest);
  if (consent === 'given') goOn(draft, at);
  else if (consent === 'late') putConsent(draft, step, digest, 'expired');
  else putConsent(draft, step, digest, frame.consents ? 'changed' : 'first');
}

/** A ticket is an account action whose name and shape are known. */
function ticketAct({ id, line, next, type, details, save, else: otherwise }: TicketStep): ActStep {
  return {
    kind: 'act',
    id,
    line,
    action: 'openTicket',
    args: { type, details },
    save,
    on: {},
    else: otherwise,
    ...(next !== undefined && { next }),
  };
}

function doAct(draft: Draft, at: At<ActStep>): void {
  const { frame, step } = at;
  const record = frame.effectId === undefined ? undefined : draft.state.actions[frame.effectId];
  if (frame.effectId === undefined || !record) requestAction(draft, at);
  else if (record.outcome) {
    draft.told.add(frame.effectId);
    takeOutcome(draft, at, record.outcome);
  } else awaits(draft, { kind: 'action', step: step.id, effectId: frame.effectId });
}

/** Flows ask for a handful; going back and choosing anew asks again. Beyond this something is wrong. */
const actionsPerFlowMax = 25;

/** Nothing goes out without the level and, where the action needs one, a consent to these very arguments. */
function requestAction(draft: Draft, at: At<ActStep>): void {
  const { frame, flow, step } = at;
  const spec = specOf(draft, step.action);
  if (!spec) {
    refuse(draft, at, 'unavailable');
    return;
  }
  if (!hasLevel(draft, spec.level)) {
    putVerification(draft, step.id);
    return;
  }
  if ((frame.acted ?? 0) >= actionsPerFlowMax) {
    handOver(draft, { reason: frame.flow, priority: flow.urgency });
    return;
  }
  const digest = digestOf(draft, step);
  if (spec.consent && consentTo(draft, digest) !== 'given') {
    const confirm = flow.steps.find((one) => one.kind === 'confirm' && one.act === step.id);
    goTo(draft, confirm?.id ?? 'fail');
    return;
  }
  const id = effectId(draft, 'a');
  const args = evaluateAll(draft, step.args);
  const asked = {
    effectId: id,
    action: step.action,
    args,
    ...(spec.consent && { consent: digest }),
  };
  emit(draft, {
    type: 'action.requested',
    ...asked,
    level: levelAt(draft.state, draft.context.nowMs),
    flow: frame.flow,
    flowVersion: frame.version,
    step: step.id,
  });
  draft.effects.push({ kind: 'action', ...asked });
  awaits(draft, { kind: 'action', step: step.id, effectId: id });
}

function specOf({ context }: Draft, action: string): ActionSpec | undefined {
  return Object.hasOwn(context.actions, action) ? context.actions[action] : undefined;
}

function takeOutcome(draft: Draft, at: At<ActStep>, outcome: ActionOutcome): void {
  if (outcome.kind === 'refused') {
    refuse(draft, at, outcome.reason);
    return;
  }
  const { save } = at.step;
  if (save !== undefined) emit(draft, { type: 'slots.set', slots: { [save]: outcome.result } });
  goOn(draft, at);
}

function refuse(draft: Draft, { step }: At<ActStep>, reason: string): void {
  const own = Object.hasOwn(step.on, reason) ? step.on[reason] : undefined;
  if (own === undefined) sayText(draft, refusalKey(draft, step.action, reason));
  goTo(draft, own ?? step.else);
}

/** Reasons that no text is written for get a general one. */
export function refusalKey(draft: Draft, action: string, reason: string): string {
  const known = reason === 'unavailable' || specOf(draft, action)?.refusals.includes(reason);
  return `refusals.${known === true ? reason : 'other'}`;
}

function newSlots(draft: Draft, slots: { readonly [slot: string]: Expression }): Values {
  const entries = Object.entries(slots).map(([name, value]): [string, Value] => [
    name,
    evaluate(draft, value),
  ]);
  return Object.fromEntries(entries);
}

function doLanguage(draft: Draft, step: LanguageStep): void {
  const language = evaluate(draft, step.to);
  const isOffered =
    typeof language === 'string' && draft.context.phrasebook.languages.includes(language);
  if (isOffered && language !== draft.state.language) {
    emit(draft, { type: 'language.changed', language, by: 'request' });
  }
  const isNew = draft.state.language !== draft.languageBefore;
  say(draft, isNew ? 'language.switched' : 'language.unchanged');
}
