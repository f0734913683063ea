import type { Understanding } from '../core/index.ts';
import { handOver } from './control.ts';
import { emit, flowNamed, say, sayText, type Draft } from './draft.ts';
import { isTopic } from './heard.ts';
import { hasText } from './phrases.ts';
import { offerTopics } from './run.ts';

const nearestCount = 3;
/** From here an alternative is worth a button. */
const alternativeFrom = 0.05;

/**
 * What the bot does when it does not understand, one rung a miss: says so and asks for other words, with the
 * nearest topics; asks which of two or three; shows its topics; gives the conversation to a person.
 * Any request that is served brings it back to the foot.
 */
export function climb(draft: Draft, understanding: Understanding | undefined): void {
  if (draft.state.owner.by === 'queue') {
    noteForAgents(draft);
    return;
  }
  const rung = draft.state.ladder;
  emit(draft, { type: 'attempt.missed', at: 'ladder' });
  const nearest = nearestTopics(draft, understanding);
  const refusal = refusalOf(draft, understanding);
  if (refusal !== undefined && rung < 3) {
    sayText(draft, refusal);
    offerTopics(draft, nearest, 'person');
    return;
  }
  switch (rung) {
    case 0:
      say(draft, 'ladder.out_of_scope');
      offerTopics(draft, nearest, 'person');
      return;
    case 1:
      say(draft, 'ladder.did_you_mean');
      offerTopics(draft, nearest, 'none');
      return;
    case 2:
      say(draft, 'ladder.nearest_topics');
      offerTopics(draft, featured(draft), 'person');
      return;
    default:
      say(draft, 'ladder.person');
      handOver(draft, { reason: 'not_understood', priority: 'normal' });
  }
}

/** What says of a topic that it is not ours; once, then the ladder goes on. */
export function refusalOf(
  draft: Draft,
  understanding: Understanding | undefined,
): string | undefined {
  if (understanding?.topic === undefined) return undefined;
  const key = `out_of_scope.${understanding.topic}`;
  return hasText(draft, key) && !draft.state.lastKeys.includes(key) ? key : undefined;
}

/** Two or three readings of one message: which is it? */
export function askWhich(draft: Draft, understanding: Understanding): void {
  const likely = understanding.intents
    .filter(({ confidence }) => confidence >= alternativeFrom)
    .map(({ intent }) => intent)
    .filter((intent) => isTopic(draft, intent) || intent === 'talk_to_agent')
    .slice(0, nearestCount);
  if (likely.length === 0 || draft.state.owner.by === 'queue') {
    climb(draft, understanding);
    return;
  }
  say(draft, 'ladder.did_you_mean');
  offerTopics(draft, likely, 'none');
}

/** None of the readings offered: the next rung, said as an answer to that. */
export function noneFits(draft: Draft): void {
  if (draft.state.ladder >= 2) {
    climb(draft, undefined);
    return;
  }
  emit(draft, { type: 'attempt.missed', at: 'ladder' });
  say(draft, 'ladder.none_fits');
  offerTopics(draft, featured(draft), 'person');
}

/** What the customer adds while waiting is there for the agent; said once, not after every line. */
export function noteForAgents(draft: Draft): void {
  if (!draft.state.lastKeys.includes('handoff.noted')) say(draft, 'handoff.noted');
}

function nearestTopics(draft: Draft, understanding: Understanding | undefined): readonly string[] {
  const ranked = (understanding?.intents ?? []).map(({ intent }) => intent);
  const all = [...ranked, ...featured(draft)].filter((intent) => isTopic(draft, intent));
  return [...new Set(all)].slice(0, nearestCount);
}

/** The topics that the greeting shows. */
function featured(draft: Draft): readonly string[] {
  const steps = flowNamed(draft, 'welcome')?.steps ?? [];
  const shown = steps.flatMap((step) => (step.kind === 'say' ? (step.topics ?? []) : []));
  const topics = shown.length > 0 ? shown : Object.keys(draft.context.content.flows);
  return topics.filter((id) => isTopic(draft, id)).slice(0, 4);
}
