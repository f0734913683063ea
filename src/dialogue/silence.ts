import { dropFlows } from './control.ts';
import type { DecideContext, Silence } from './decide-types.ts';
import {
  awaits,
  effectId,
  emit,
  flowNamed,
  isSmallTalk,
  requestOf,
  requestTopic,
  say,
  type Draft,
} from './draft.ts';
import type { TimerFired, TimerPurpose } from './events.ts';
import { unpark } from './requests.ts';
import { run } from './run.ts';
import type { Pending } from './state.ts';
import { putCodeForm } from './verify.ts';

const minuteMs = 60_000;
const defaults: Silence = { reminderMs: 10 * minuteMs, closeMs: 50 * minuteMs };

/** The context's durations, else the workspace's (`silence`, in minutes), else ours. */
function silenceOf({ silence, workspace }: DecideContext): Silence {
  if (silence) return silence;
  const own = Object.hasOwn(workspace, 'silence') ? workspace['silence'] : undefined;
  return {
    reminderMs: minutesIn(own, 'reminderMinutes') ?? defaults.reminderMs,
    closeMs: minutesIn(own, 'closeMinutes') ?? defaults.closeMs,
  };
}

function minutesIn(from: unknown, name: string): number | undefined {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) return undefined;
  const minutes: unknown = Reflect.get(from, name);
  return typeof minutes === 'number' && minutes > 0 ? minutes * minuteMs : undefined;
}

/**
 * Sees to it that the customer is reminded of a question that stays open. One timer a conversation is enough: when it
 * fires and the customer has been heard meanwhile, it is set anew for the rest.
 */
export function watchSilence(draft: Draft): void {
  if (!draft.state.timer && isOpen(draft)) {
    arm(draft, 'reminder', silenceOf(draft.context).reminderMs);
  }
}

/** A request is under way and it is the customer's turn, with the bot alone. */
function isOpen(draft: Draft): boolean {
  const { owner, closed, pending } = draft.state;
  if (owner.by !== 'bot' || closed || !isCustomers(pending)) return false;
  const asked = requestOf(draft);
  return asked !== undefined && !isSmallTalk(flowNamed(draft, asked));
}

function isCustomers(pending: Pending | null): boolean {
  switch (pending?.kind) {
    case 'ask':
    case 'choose':
    case 'files':
    case 'confirm':
    case 'sign_in':
      return true;
    case 'code':
      return pending.formId !== undefined;
    default:
      return false;
  }
}

function arm(draft: Draft, purpose: TimerPurpose, dueInMs: number): void {
  const id = effectId(draft, 't');
  emit(draft, {
    type: 'timer.set',
    effectId: id,
    purpose,
    dueAtMs: draft.context.nowMs + dueInMs,
  });
  draft.effects.push({ kind: 'timer', effectId: id, dueInMs, purpose });
}

/**
 * Nothing was heard, perhaps: one reminder with the question put again, and after a further while the request is put
 * aside. Whatever the customer did meanwhile counts; a timer of a state that is gone does nothing.
 */
export function timerFired(draft: Draft, { purpose }: TimerFired): void {
  if (draft.state.timer || !isOpen(draft)) return;
  const { reminderMs, closeMs } = silenceOf(draft.context);
  const quietMs = draft.context.nowMs - (draft.state.heardAtMs ?? 0);
  if (quietMs < reminderMs) arm(draft, 'reminder', reminderMs - quietMs);
  else if (purpose === 'reminder' || quietMs < reminderMs + closeMs) remind(draft, closeMs);
  else close(draft);
}

function remind(draft: Draft, closeMs: number): void {
  arm(draft, 'close', closeMs);
  say(draft, 'silence.reminder', { topic: requestTopic(draft) });
  const { pending } = draft.state;
  // Running the step again would have another code sent.
  if (pending?.kind === 'code') putCodeForm(draft, pending.step, 'code.waiting');
  else {
    awaits(draft, null);
    run(draft);
  }
}

function close(draft: Draft): void {
  say(draft, 'silence.closed', { topic: requestTopic(draft) });
  unpark(draft);
  dropFlows(draft, 'cancelled');
}
