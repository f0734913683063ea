import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import {
  decide,
  evolve,
  initialState,
  type ConversationEvent,
  type ConversationState,
  type Flow,
  type Step,
} from '../../src/dialogue/index.ts';
import { refusalReasons } from '../../src/wallet/index.ts';
import { sha256, shipped, storyStartMs } from '../support/story-deps.ts';

const from = await shipped();
const languages = Object.keys(from.texts);
const flows = Object.values(from.content.flows);

function actionOf(step: Step): string | undefined {
  if (step.kind === 'act') return step.action;
  return step.kind === 'ticket' ? 'openTicket' : undefined;
}

const asking = flows.flatMap((flow) =>
  flow.steps.flatMap((step) => {
    const action = actionOf(step);
    return action === undefined ? [] : [{ flow, step, action }];
  }),
);

const cases = asking.flatMap(({ flow, step, action }) =>
  (actionSpecs[action]?.refusals ?? []).map((reason) => ({
    title: `${flow.id}.${step.id}, ${action}: ${reason}`,
    flow,
    step,
    action,
    reason,
  })),
);

/** The customer stands in the queue and was told so a moment before; that the wallet wants no further ticket is no news. */
const quiet: ReadonlySet<string> = new Set(['talk_to_agent.case, openTicket: too_many_requests']);

const effectId = 'x:a1';

/** A conversation that waits for the wallet's answer at this step. */
function waiting(flow: Flow, step: Step, action: string, language: string): ConversationState {
  const events: readonly ConversationEvent[] = [
    { type: 'conversation.started', channel: 'web', language, visitorId: 'v' },
    { type: 'identity.bound', customerId: 'anna' },
    { type: 'flow.started', flow: flow.id, version: flow.version, slots: {} },
    { type: 'flow.moved', step: step.id },
    {
      type: 'action.requested',
      effectId,
      action,
      args: {},
      level: 'verified',
      flow: flow.id,
      flowVersion: flow.version,
      step: step.id,
    },
    { type: 'bot.awaits', pending: { kind: 'action', step: step.id, effectId } },
  ];
  return events.reduce(
    (state, event, index) => evolve(state, { pos: index + 1, atMs: storyStartMs, event }),
    initialState,
  );
}

function refused(one: (typeof cases)[number], language: string) {
  const event: ConversationEvent = {
    type: 'action.ended',
    effectId,
    outcome: { kind: 'refused', reason: one.reason },
  };
  const logged = { pos: 7, atMs: storyStartMs, event };
  const state = evolve(waiting(one.flow, one.step, one.action, language), logged);
  const { events, effects } = decide(
    state,
    { logged },
    {
      conversationId: 'x',
      content: from.content,
      phrasebook: from.phrasebook,
      actions: actionSpecs,
      workspace: from.workspace,
      nowMs: storyStartMs,
      staffed: true,
      digest: sha256,
    },
  );
  const said = events.flatMap((told) => (told.type === 'bot.said' ? [told] : []));
  return {
    keys: said.flatMap(({ says }) => says.flatMap((say) => (say.type === 'text' ? [say.key] : []))),
    words: said.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
    ),
    /** Something else is looked up first. */
    goesOn: effects.some(({ kind }) => kind === 'action' || kind === 'send_code'),
  };
}

test('there is a refusal of every reason somewhere', () => {
  const told = new Set(cases.map(({ reason }) => reason));
  const unused = refusalReasons.filter((reason) => !told.has(reason));
  expect(unused).toEqual([]);
  expect(cases.length).toBeGreaterThan(150);
});

test.for(cases)('$title is answered in every language', (one) => {
  for (const language of languages) {
    const { keys, words, goesOn } = refused(one, language);
    expect({ language, keys }).not.toMatchObject({ keys: ['refusals.other'] });
    expect(keys).not.toContain('refusals.other');
    expect(words.every((text) => text.trim() !== '')).toBe(true);
    // Silence only where the flow at once tries another way.
    expect({ language, isAnswered: words.length > 0 || goesOn || quiet.has(one.title) }).toEqual({
      language,
      isAnswered: true,
    });
  }
});

test.for(languages)('no two reasons are told in the same words in %s', (language) => {
  const words = refusalReasons.map((reason) =>
    from.phrasebook.text(language, `refusals.${reason}`),
  );
  const general = from.phrasebook.text(language, 'refusals.other');
  expect(new Set([...words, general]).size).toBe(words.length + 1);
});
