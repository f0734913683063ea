import { failedOf } from './answers.ts';
import { goTo } from './control.ts';
import { awaits, current, emit, say, type Draft } from './draft.ts';
import type { Heard } from './heard.ts';
import { climb } from './ladder.ts';
import { isPhrase } from './phrases.ts';
import { putTopics, run } from './run.ts';
import { putCodeForm } from './verify.ts';

/** A question is put again so often without an answer; whoever asks beyond it is no person, or needs one. */
const asidesMax = 8;

/** False when the question has been put again often enough: the flow then goes where unanswered questions lead. */
export function aside(draft: Draft): boolean {
  emit(draft, { type: 'attempt.missed', at: 'aside' });
  const at = current(draft);
  if (!at) {
    if (draft.state.owner.by === 'bot' && draft.state.ladder <= asidesMax) return true;
    climb(draft, undefined);
    return false;
  }
  if ((at.frame.asides ?? 0) <= asidesMax) return true;
  // What has gone to the wallet is waited for, in silence.
  if (draft.state.pending?.kind !== 'action') {
    goTo(draft, failedOf(at));
    run(draft);
  }
  return false;
}

/** Says why, and puts the open question again. */
export function repeat(
  draft: Draft,
  key: 'common.cannot_go_back' | 'common.stale_choice' | 'common.stale_form',
): void {
  if (!aside(draft)) return;
  say(draft, key);
  putAgain(draft);
}

/** Puts the open question once more. */
export function putAgain(draft: Draft): void {
  const { pending } = draft.state;
  if (pending?.kind === 'action') return;
  if (pending?.kind === 'code' && pending.formId === undefined) return;
  if (pending?.kind === 'clarify') return;
  awaits(draft, null);
  run(draft);
}

/** "What did you say?" and "I don't understand": the open question once more, in its next wording and with its buttons. */
export function sayAgain(draft: Draft, heard: Heard): boolean {
  const isRephrase = isPhrase(draft, 'words.rephrase', heard.text);
  if (!isRephrase && !isPhrase(draft, 'words.repeat', heard.text)) return false;
  if (!aside(draft)) return true;
  const { pending, lastText } = draft.state;
  if (pending?.kind === 'clarify') {
    say(draft, isRephrase ? 'common.rephrase' : 'common.repeat');
    putTopics(draft, pending.options);
  } else if (current(draft) && pending && pending.kind !== 'action') {
    say(draft, isRephrase ? 'common.rephrase' : 'common.repeat');
    if (pending.kind !== 'code') putAgain(draft);
    else if (pending.formId !== undefined) putCodeForm(draft, pending.step, 'code.waiting');
  } else if (isRephrase || lastText === '') say(draft, 'common.rephrase');
  else say(draft, 'common.last_words', { words: lastText });
  return true;
}
