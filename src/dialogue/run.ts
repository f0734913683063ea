import type { SayOption } from '../core/index.ts';
import { dropFlows, isRunnable } from './control.ts';
import { awaits, current, nextId, requestTopic, say, top, type Draft } from './draft.ts';
import { doStep } from './steps.ts';

/** Kept of an unclear message. */
const entitiesMax = 10;
/** Far above what any checked flow does in one turn: flows have no loops, and calls end. */
const stepsPerTurnMax = 400;

/**
 * Runs the flow on top, and whatever it leads to, until someone must do something or nothing is left.
 * Ends by construction; the ceiling guards against content that the checker never saw.
 */
export function run(draft: Draft): void {
  for (let done = 0; done < stepsPerTurnMax; done += 1) {
    const at = current(draft);
    if (draft.state.pending !== null) return;
    if (!at) {
      rest(draft);
      return;
    }
    doStep(draft, at);
  }
  say(draft, 'common.failed', { topic: requestTopic(draft) });
  dropFlows(draft, 'failed');
}

/** Nothing is under way: topics that were shown may be picked. A frame whose flow is gone is let go. */
function rest(draft: Draft): void {
  if (top(draft) && !isRunnable(draft)) {
    say(draft, 'common.failed', { topic: requestTopic(draft) });
    dropFlows(draft, 'failed');
  }
  if (draft.topics.length > 0) offerTopics(draft, draft.topics);
}

/** Topics as buttons below what is said. */
export function offerTopics(
  draft: Draft,
  topics: readonly string[],
  last?: 'person' | 'none',
): void {
  putTopics(draft, [
    ...topics.map((value) => ({ value, key: `topics.${value}` })),
    ...(last === 'person' ? [{ value: 'talk_to_agent', key: 'common.person' }] : []),
    ...(last === 'none' ? [{ value: '_none', key: 'common.none_of_these' }] : []),
  ]);
}

export function putTopics(draft: Draft, options: readonly SayOption[]): void {
  const choiceId = nextId(draft, 'c');
  draft.says.push({ type: 'choices', id: choiceId, options });
  awaits(draft, {
    kind: 'clarify',
    choiceId,
    options,
    ...(draft.entities.length > 0 && { entities: draft.entities.slice(0, entitiesMax) }),
  });
}
