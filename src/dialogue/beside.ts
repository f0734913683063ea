import type { Entity } from '../core/index.ts';
import { aside, putAgain } from './again.ts';
import { sayText, type Draft } from './draft.ts';
import type { Heard } from './heard.ts';
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

export function ownAnswer({ flow }: At, { understanding }: Heard): string | undefined {
  const [first] = understanding?.intents ?? [];
  return first && first.confidence >= ownFrom ? flow.answers?.[first.intent] : undefined;
}

/** A question that the flow at hand answers itself; then its own is put again. */
export function answerBeside(draft: Draft, key: string): void {
  if (!aside(draft)) return;
  sayText(draft, key);
  putAgain(draft);
}
