import type { Values } from '../core/index.ts';
import type { ConversationEvent, FlowStarted } from './events.ts';
import type { ConversationState, Frame, Pending, Shown } from './state.ts';

const answeredMax = 20;
const shownMax = 12;

export function awaiting(frame: Frame, pending: Pending | null): Frame {
  if (!pending || pending.kind === 'action' || pending.kind === 'clarify') return frame;
  if (pending.kind === 'code' && pending.formId === undefined) {
    return { ...frame, codesSent: (frame.codesSent ?? 0) + 1 };
  }
  const ids = [
    pending.choiceId,
    pending.kind === 'ask' || pending.kind === 'code' ? pending.formId : undefined,
  ].filter((id) => id !== undefined);
  if (ids.length === 0) return frame;
  const digest = pending.kind === 'confirm' ? { digest: pending.digest } : {};
  const now = ids.map((id): Shown => ({ id, step: pending.step, ...digest }));
  return { ...frame, shown: [...(frame.shown ?? []), ...now].slice(-shownMax) };
}

export function frameOf({ flow, version, slots, over }: FlowStarted): Frame {
  return { flow, version, step: '', slots, attempts: 0, ...(over !== undefined && { over }) };
}

/** What belonged to the step before goes; consents stay, for they are bound to their own step and arguments. */
export function moved(frame: Frame, step: string): Frame {
  const { flow, version, slots, over, consents, acted, voided, shown } = frame;
  const { answered = [], consentsShownAtMs } = frame;
  const before = answered.includes(step) ? answered.slice(0, answered.indexOf(step)) : answered;
  return {
    flow,
    version,
    step,
    slots,
    attempts: 0,
    ...(over !== undefined && { over }),
    ...(consents && { consents }),
    ...(consentsShownAtMs && { consentsShownAtMs }),
    ...(acted !== undefined && { acted }),
    ...(voided !== undefined && { voided }),
    ...(before.length > 0 && { answered: before }),
    ...(shown && { shown }),
  };
}

/** A slot set while its question is open is the customer's answer: "go back" may return to it. */
export function filled(frame: Frame, slots: Values, { pending }: ConversationState): Frame {
  const isAnswer =
    (pending?.kind === 'ask' || pending?.kind === 'choose' || pending?.kind === 'files') &&
    pending.step === frame.step;
  const answered = isAnswer
    ? [...(frame.answered ?? []).filter((step) => step !== frame.step), frame.step]
    : (frame.answered ?? []);
  const { asides, ...rest } = frame;
  return {
    ...rest,
    // An earlier answer given anew leaves the open question unanswered.
    ...(!isAnswer && asides !== undefined && { asides }),
    slots: { ...frame.slots, ...slots },
    ...(answered.length > 0 && { answered: answered.slice(-answeredMax) }),
  };
}

export function consented(
  frame: Frame,
  event: Extract<ConversationEvent, { type: 'consent.answered' }>,
  { pending }: ConversationState,
): Frame {
  const { consents = {}, ...former } = frame;
  const rest = event.answer === 'void' ? { ...former, voided: (former.voided ?? 0) + 1 } : former;
  const others = Object.entries(consents).filter(([, digest]) => digest !== event.digest);
  const isYes = event.answer === 'yes' && pending?.kind === 'confirm';
  if (!isYes || pending.digest !== event.digest) {
    return others.length > 0 ? { ...rest, consents: Object.fromEntries(others) } : rest;
  }
  const { step, askedAtMs } = pending;
  return {
    ...rest,
    consents: Object.fromEntries([...others, [step, event.digest]]),
    ...(askedAtMs !== undefined && {
      consentsShownAtMs: { ...rest.consentsShownAtMs, [step]: askedAtMs },
    }),
  };
}

/** One yes, one action. */
export function withoutConsent(frame: Frame, digest: string | undefined): Frame {
  const { consents = {}, ...rest } = frame;
  const others = Object.entries(consents).filter(([, one]) => one !== digest);
  return others.length > 0 ? { ...rest, consents: Object.fromEntries(others) } : rest;
}
