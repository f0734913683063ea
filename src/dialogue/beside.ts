import type { Entity } from '../core/index.ts';
import { aside, putAgain } from './again.ts';
import { sayText, type Draft } from './draft.ts';
import type { Heard } from './heard.ts';
import { refusalOf } from './ladder.ts';
import { listed, nameAt } from './phrases.ts';
import type { At } from './steps.ts';

/** Within a question; outside one, a did-you-mean is what an angry customer needs least. */
const angerFrom = { within: 0.6, outside: 0.3 };

/** Probably anger, and no answer to what was asked: better one apology too many than the question put again. */
export function anger({ understanding }: Heard, where: keyof typeof angerFrom): string | undefined {
  const [first] = understanding?.intents ?? [];
  const isAngry = first?.intent === 'frustrated' && first.confidence >= angerFrom[where];
  return isAngry && understanding?.verdict === 'clarify' ? 'frustrated' : undefined;
}

/** An id of a kind that the flow at hand has no use for. */
export function isOther({ flow }: At, { type }: Entity): boolean {
  return Object.values(flow.slots).every((spec) => spec.type !== type);
}

/** Amid the matter even a probable reading is a question about it. */
const ownFrom = 0.3;

export function ownAnswer(
  draft: Draft,
  { flow }: At,
  { text, understanding }: Heard,
): string | undefined {
  const [first] = understanding?.intents ?? [];
  // How long people take to answer is no question about the matter.
  if (listed(draft, 'words.reply').some((word) => nameAt(text, word) >= 0)) return undefined;
  return first && first.confidence >= ownFrom ? flow.answers?.[first.intent] : undefined;
}

/**
 * What is known not to be ours, asked for amid a question: said in a sentence, and the question is put again; that is no
 * wrong answer. False when the words may be one, or have just been answered so.
 */
export function refuseBeside(draft: Draft, { understanding }: Heard): boolean {
  if (understanding?.topic === undefined) return false;
  const key = refusalOf(draft, understanding) ?? 'common.not_here';
  if (draft.state.lastKeys.includes(key)) return false;
  answerBeside(draft, key);
  return true;
}

/** A question that the flow at hand answers itself; then its own is put again. */
export function answerBeside(draft: Draft, key: string): void {
  if (!aside(draft)) return;
  sayText(draft, key);
  putAgain(draft);
}
