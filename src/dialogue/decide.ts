import type { HandoffReleased } from './desk-events.ts';
import { repeat } from './again.ts';
import { consent, decline, miss, pick, pressAsk, submitAsk } from './answers.ts';
import { dropFlows, goTo, isRunnable, startFlow } from './control.ts';
import type { Decide, DecideInput } from './decide-types.ts';
import {
  awaits,
  current,
  draftOf,
  finish,
  flowNamed,
  say,
  stepNamed,
  top,
  topicOf,
  type Draft,
} from './draft.ts';
import type {
  ActionEnded,
  ActionPended,
  IdentityBound,
  IdentityChallenged,
  IdentityChecked,
  MessageReceived,
} from './events.ts';
import type { Flow } from './flow.ts';
import { pressFiles, takeFiles } from './evidence.ts';
import { begin, cancel, chooseTopic, listen, resend } from './listen.ts';
import { run } from './run.ts';
import type { ActionRecord, Pending } from './state.ts';
import { timerFired, watchSilence } from './silence.ts';
import { refusalKey } from './steps.ts';
import { leaveVerification, putCodeForm, requestCode } from './verify.ts';

/**
 * What the bot does about one logged event. Pure and total: any event in any state gives a decision, and
 * while an agent owns the conversation that decision says nothing and asks for nothing. The state is the
 * fold of the whole log, which may already hold events after this one.
 */
export const decide: Decide = (state, input, context) => {
  const draft = draftOf(state, context);
  if (state.owner.by !== 'agent') {
    letGo(draft);
    react(draft, input);
    watchSilence(draft);
  }
  return finish(draft, input.logged.pos);
};

/** A flow whose version was taken away for good cannot go on. */
function letGo(draft: Draft): void {
  const frame = top(draft);
  if (!frame || isRunnable(draft)) return;
  if (flowNamed(draft, frame.flow))
    say(draft, 'common.failed', { topic: topicOf(draft, frame.flow) });
  dropFlows(draft, 'failed');
}

function react(draft: Draft, { logged, understanding }: DecideInput): void {
  const { event } = logged;
  switch (event.type) {
    case 'conversation.started':
      welcome(draft);
      return;
    case 'message.received':
      catchUp(draft);
      if (event.files && takeFiles(draft, event.files, event.text)) return;
      if (event.choice) press(draft, event.choice);
      else if (event.form) submit(draft, event.form);
      else if (!isMasked(event)) listen(draft, { text: event.text, understanding });
      return;
    case 'identity.bound':
      bound(draft, event);
      return;
    case 'identity.challenged':
      challenged(draft, event);
      return;
    case 'identity.checked':
      checked(draft, event);
      return;
    case 'action.pended':
      pended(draft, event);
      return;
    case 'action.ended':
      ended(draft, event);
      return;
    case 'timer.fired':
      timerFired(draft, event);
      return;
    case 'handoff.released':
      released(draft, event);
      return;
    default:
  }
}

/** A code that was typed as a message: it was checked on the way in, and the outcome is an event of its own. */
function isMasked({ text }: MessageReceived): boolean {
  return /^[•·*\s]+$/.test(text);
}

function welcome(draft: Draft): void {
  if (draft.state.stack.length > 0 || draft.state.owner.by !== 'bot') return;
  if (startFlow(draft, 'welcome', {})) run(draft);
}

interface Pressed {
  readonly id: string;
  readonly value: string;
}

/** A button. Of an earlier question it is explained and the open one is put again; an earlier topic may still be picked. */
function press(draft: Draft, choice: Pressed): void {
  const { pending } = draft.state;
  if (pending && isOfQuestion(draft, pending, choice)) {
    if (pressed(draft, pending, choice.value)) return;
  } else if (isEarlierTopic(draft, choice.value)) {
    begin(draft, choice.value, { text: '', understanding: undefined });
    return;
  }
  repeat(draft, 'common.stale_choice');
}

/** The open question's buttons, the latest ones or some that it showed before; a yes counts only to what is shown now. */
function isOfQuestion(draft: Draft, pending: Pending, { id, value }: Pressed): boolean {
  if ('choiceId' in pending && pending.choiceId === id) return true;
  if (!('step' in pending)) return false;
  const shown = top(draft)?.shown?.find((one) => one.id === id);
  if (shown?.step !== pending.step) return false;
  return pending.kind !== 'confirm' || value !== 'yes' || shown.digest === pending.digest;
}

function isEarlierTopic(draft: Draft, value: string): boolean {
  const { pending, stack } = draft.state;
  const isIdle = stack.length === 0 && (pending === null || pending.kind === 'clarify');
  return value === 'talk_to_agent' || (isIdle && flowNamed(draft, value) !== undefined);
}

/** False when the value is none of the options. */
function pressed(draft: Draft, pending: Pending, value: string): boolean {
  const at = current(draft);
  const options = 'options' in pending ? pending.options : undefined;
  const option = options?.find((one) => one.value === value);
  if (pending.kind === 'clarify') {
    if (option) chooseTopic(draft, pending, value);
    return option !== undefined;
  }
  if (!at) return false;
  const { step } = at;
  if (pending.kind === 'choose' && step.kind === 'choose' && option) {
    pick(draft, { ...at, step }, option);
    return true;
  }
  if (pending.kind === 'files' && step.kind === 'files') {
    return pressFiles(draft, { ...at, step }, value);
  }
  if (pending.kind === 'ask' && step.kind === 'ask' && option) {
    pressAsk(draft, { ...at, step }, value);
    return true;
  }
  if (
    pending.kind === 'confirm' &&
    step.kind === 'confirm' &&
    (value === 'yes' || value === 'no')
  ) {
    if (value === 'yes') consent(draft, { ...at, step }, pending);
    else decline(draft, { ...at, step }, pending);
    return true;
  }
  return (
    (pending.kind === 'code' || pending.kind === 'sign_in') && pressBeside(draft, pending, value)
  );
}

/** The ways around a code or a sign-in. */
function pressBeside(draft: Draft, { step }: { readonly step: string }, value: string): boolean {
  if (value === 'person') begin(draft, 'talk_to_agent', { text: '', understanding: undefined });
  else if (value === 'cancel') cancel(draft);
  else if (value === 'resend') resend(draft, step);
  else return false;
  return true;
}

function submit(
  draft: Draft,
  form: { readonly id: string; readonly fields: { readonly [name: string]: string } },
): void {
  const { pending } = draft.state;
  const at = current(draft);
  const isOpen =
    pending?.kind === 'ask' && isOfQuestion(draft, pending, { id: form.id, value: '' });
  if (!isOpen || pending.formId === undefined || at?.step.kind !== 'ask') {
    repeat(draft, 'common.stale_form');
  } else if (!submitAsk(draft, { ...at, step: at.step }, form.fields)) miss(draft);
}

function bound(draft: Draft, { customerId }: IdentityBound): void {
  const { pending } = draft.state;
  if (pending?.kind === 'sign_in' && draft.state.customerId !== null) {
    say(draft, 'sign_in.done');
    awaits(draft, null);
    run(draft);
  } else if (customerId === null) say(draft, 'sign_in.ended');
}

function challenged(draft: Draft, { challengeId }: IdentityChallenged): void {
  const { pending, challenge } = draft.state;
  if (pending?.kind !== 'code' || challenge?.challengeId !== challengeId) return;
  putCodeForm(draft, pending.step, 'code.sent');
}

function checked(draft: Draft, { result, attemptsLeft }: IdentityChecked): void {
  const { pending } = draft.state;
  if (pending?.kind !== 'code') return;
  switch (result) {
    case 'passed':
      say(draft, 'code.passed');
      awaits(draft, null);
      break;
    case 'wrong':
      putCodeForm(draft, pending.step, 'code.wrong', attemptsLeft);
      return;
    case 'expired':
      say(draft, 'code.expired');
      requestCode(draft, pending.step);
      break;
    case 'locked':
      // Without a form there was no code to try: identity sends no more of them.
      say(draft, pending.formId === undefined ? 'code.no_more' : 'code.locked');
      leaveVerification(draft);
      break;
    case 'not_sent':
      say(draft, 'code.not_sent');
      leaveVerification(draft);
  }
  run(draft);
}

function pended(draft: Draft, { effectId }: ActionPended): void {
  const { pending, actions } = draft.state;
  if (pending?.kind !== 'action' || pending.effectId !== effectId) return;
  if (actions[effectId]?.state === 'ended') return;
  const step = current(draft)?.step;
  if (step?.kind === 'act' && step.pending !== undefined) {
    goTo(draft, step.pending);
    run(draft);
  } else say(draft, 'action.pending');
}

function ended(draft: Draft, { effectId }: ActionEnded): void {
  const { pending, actions, stack } = draft.state;
  if (pending?.kind === 'action' && pending.effectId === effectId) {
    awaits(draft, null);
    run(draft);
    return;
  }
  // A flow that waits below another takes the outcome up when it goes on.
  if (stack.some((frame) => frame.effectId === effectId)) return;
  const record = actions[effectId];
  if (record?.untold === true) tellLater(draft, effectId, record);
}

/** What ended while an agent had the word, or in a flow that was dropped, is told as soon as the bot speaks again. */
function catchUp(draft: Draft): void {
  const { owner, actions, pending, stack } = draft.state;
  if (owner.by !== 'bot') return;
  for (const [effectId, record] of Object.entries(actions)) {
    const isAwaited =
      (pending?.kind === 'action' && pending.effectId === effectId) ||
      stack.some((frame) => frame.effectId === effectId);
    if (record.untold === true && !isAwaited) tellLater(draft, effectId, record);
  }
}

/** The flow has gone on or ended: the outcome is told by itself. Nobody waits for a lookup any more. */
function tellLater(draft: Draft, effectId: string, record: ActionRecord): void {
  const { action, flow, flowVersion, step, outcome } = record;
  draft.told.add(effectId);
  const spec = Object.hasOwn(draft.context.actions, action)
    ? draft.context.actions[action]
    : undefined;
  if (!outcome || flow === undefined || spec?.read === true) return;
  const topic = topicOf(draft, flow);
  if (outcome.kind === 'refused') {
    const { phrasebook } = draft.context;
    const why = phrasebook.text(draft.state.language, refusalKey(draft, action, outcome.reason));
    say(draft, 'action.refused_later', { topic, why });
    return;
  }
  say(draft, 'action.done_later', { topic });
  const { versions } = draft.context.content;
  const from = versions[`${flow}@${flowVersion ?? ''}`] ?? flowNamed(draft, flow);
  const kind = from && cardOf(from, step ?? '');
  const { result } = outcome;
  if (kind && typeof result === 'object' && result !== null && !Array.isArray(result)) {
    draft.says.push({ type: 'card', kind, of: result as { readonly id: string } });
  }
}

/** As what the flow would have shown the result. */
function cardOf(flow: Flow, stepId: string) {
  const act = stepNamed(flow, stepId);
  const save = act && 'save' in act ? act.save : undefined;
  for (const step of flow.steps) {
    if (step.kind === 'say' && step.card && step.card.of === `$${save}`) return step.card.kind;
  }
  return undefined;
}

/** An agent gives the customer back: to a flow that they named, with what had been given for it, or to the question what else. */
function released(draft: Draft, { to, flow }: HandoffReleased): void {
  if (to !== 'bot' || draft.state.owner.by !== 'bot') return;
  if (top(draft)) dropFlows(draft, 'handed_off');
  if (flow !== undefined && flowNamed(draft, flow)) {
    catchUp(draft);
    say(draft, 'handoff.goes_on');
    startFlow(draft, flow, draft.state.handedOff?.[flow] ?? {});
    run(draft);
    return;
  }
  say(draft, 'handoff.returned');
  catchUp(draft);
}
