import { limits, reaches, type IdentityLevel, type SayOption } from '../core/index.ts';
import { goTo } from './control.ts';
import { awaits, current, effectId, nextId, requestTopic, say, type Draft } from './draft.ts';
import { levelAt } from './state.ts';

/** One code and the resends that identity grants. */
const codesMax = 1 + limits.codeResendsMax;

export function hasLevel({ state, context }: Draft, level: IdentityLevel): boolean {
  return reaches(levelAt(state, context.nowMs), level);
}

/** Asks for whatever is missing for the level at this step: signing in first, then a code. */
export function putVerification(draft: Draft, step: string): void {
  if (draft.state.customerId === null) putSignIn(draft, step, 'sign_in.needed');
  else if (isChallenged(draft)) putCodeForm(draft, step, 'code.waiting');
  else requestCode(draft, step);
}

export function putSignIn(
  draft: Draft,
  step: string,
  key: 'sign_in.needed' | 'sign_in.still_needed',
): void {
  say(draft, key, key === 'sign_in.needed' ? { topic: requestTopic(draft) } : {});
  const choiceId = nextId(draft, 'c');
  const options: readonly SayOption[] = [
    { value: 'person', key: 'common.person' },
    { value: 'cancel', key: 'common.cancel' },
  ];
  draft.says.push({ type: 'choices', id: choiceId, options });
  awaits(draft, { kind: 'sign_in', step, choiceId });
}

/** A code is on its way that still counts. */
function isChallenged({ state, context }: Draft): boolean {
  const { challenge } = state;
  return challenge !== null && !challenge.locked && challenge.expiresAtMs > context.nowMs;
}

/** Has a code sent. What is said of it waits until it is known to have gone out, and where to. */
export function requestCode(draft: Draft, step: string): void {
  const sent = current(draft)?.frame.codesSent ?? 0;
  if (sent >= codesMax) {
    say(draft, 'code.no_more');
    leaveVerification(draft);
    return;
  }
  draft.effects.push({ kind: 'send_code', effectId: effectId(draft, 'k') });
  awaits(draft, { kind: 'code', step });
}

/** The secret field, and ways around it. */
export function putCodeForm(
  draft: Draft,
  step: string,
  key: 'code.sent' | 'code.waiting' | 'code.wrong' | 'code.use_form',
  attemptsLeft = 0,
): void {
  const { challenge } = draft.state;
  const minutes = Math.max(
    1,
    Math.round(((challenge?.expiresAtMs ?? 0) - draft.context.nowMs) / 60_000),
  );
  if (key === 'code.sent') say(draft, key, { tail: challenge?.tail ?? '', count: minutes });
  else say(draft, key, key === 'code.wrong' ? { count: attemptsLeft } : {});
  const formId = nextId(draft, 'f');
  const choiceId = nextId(draft, 'c');
  draft.says.push({
    type: 'form',
    id: formId,
    secret: true,
    fields: [{ name: 'code', kind: 'code', key: 'code.label' }],
  });
  draft.says.push({
    type: 'choices',
    id: choiceId,
    options: [
      { value: 'resend', key: 'code.resend' },
      { value: 'person', key: 'common.person' },
      { value: 'cancel', key: 'common.cancel' },
    ],
  });
  awaits(draft, { kind: 'code', step, formId, choiceId });
}

/** The level was not reached: where the step says, or, at an action whose level ran out, a person. */
export function leaveVerification(draft: Draft): void {
  const step = current(draft)?.step;
  goTo(draft, step?.kind === 'verify' ? step.failed : 'agent');
}
