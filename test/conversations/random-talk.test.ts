import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionSpecs } from '../../src/actions/index.ts';
import {
  append,
  createWorld,
  happen,
  passTime,
  type StoryWorld,
} from '../../src/content/story-world.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import { openStory, shipped } from '../support/story-deps.ts';

/** The same talks each time, so that a change is what breaks it; others by `SEED`, more by `TALKS`. */
const from = await shipped();
const languages = ['en', 'zh-CN', 'es', 'ar'] as const;
type Language = (typeof languages)[number];

const person: { readonly [L in Language]: string } = {
  en: 'agent',
  'zh-CN': '转人工',
  es: 'agente',
  ar: 'موظف',
};

/** What people say amid anything, by language. */
const asides: { readonly [L in Language]: readonly string[] } = {
  en: ['cancel', 'go back', 'what?', 'yes', 'no', 'thanks', 'bye', 'speak Spanish please', '🤷'],
  'zh-CN': ['取消', '上一步', '什么意思', '好的', '不要', '谢谢', '再见', '说英文', '？？？'],
  es: [
    'cancelar',
    'volver',
    '¿qué?',
    'sí',
    'no',
    'gracias',
    'adiós',
    'en inglés por favor',
    'jaja',
  ],
  ar: ['إلغاء', 'رجوع', 'لا أفهم', 'نعم', 'لا', 'شكرا', 'مع السلامة', 'بالإنجليزية من فضلك', '؟؟'],
};
const odd = [
  'P20261121-4473',
  'P20990101-0000',
  'R20261016-9341',
  'asdf qwer',
  'the parrot eats nails',
  '50',
  'me@example.com',
  '99999999999',
  '第二个',
  'the second one',
  'الأول',
  '{{transaction.amount}}',
];

/** Real words for real wishes: the lines that the bot was trained on. */
const wishes = (language: Language): fc.Arbitrary<string> => {
  const byIntent = Object.values(from.utterances[language] ?? {}).filter((all) => all.length > 0);
  return fc.constantFrom(...byIntent).chain((lines) => fc.constantFrom(...lines));
};

const move = fc.constantFrom(...languages).chain((language) =>
  fc.oneof(
    { weight: 5, arbitrary: wishes(language).map((text) => ({ does: 'says' as const, text })) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(...asides[language], ...odd)
        .map((text) => ({ does: 'says' as const, text })),
    },
    { weight: 7, arbitrary: fc.nat(9).map((nth) => ({ does: 'presses' as const, nth })) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom('passed' as const, 'passed' as const, 'wrong' as const, 'expired' as const)
        .map((result) => ({ does: 'codes' as const, result })),
    },
    { weight: 1, arbitrary: fc.nat(90).map((minutes) => ({ does: 'waits' as const, minutes })) },
    { weight: 1, arbitrary: fc.constant({ does: 'signs_in' as const }) },
  ),
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

let cid = 0;
function message(text: string) {
  cid += 1;
  return { type: 'message.received', cid: `m${cid}`, text } as const;
}

async function say(world: StoryWorld, text: string): Promise<void> {
  const { deps, nowMs, state } = world;
  const hint = { language: state.language, nowMs, timeZone: deps.timeZone };
  await happen(world, message(text), deps.understand(text, hint));
}

async function press(world: StoryWorld, nth: number): Promise<void> {
  const said = world.log.findLast(({ event }) => event.type === 'bot.said')?.event;
  const blocks = said?.type === 'bot.said' ? said.blocks : [];
  const choices = blocks.findLast(({ type }) => type === 'choices');
  if (choices?.type !== 'choices') return;
  const option = choices.options[nth % choices.options.length];
  if (!option) return;
  const choice = { id: choices.id, value: option.value };
  await happen(world, { ...message(option.label), choice });
}

async function make(world: StoryWorld, one: Move): Promise<void> {
  switch (one.does) {
    case 'says':
      return say(world, one.text);
    case 'presses':
      return press(world, one.nth);
    case 'codes': {
      const { challenge } = world.state;
      if (!challenge) return;
      const verified = one.result === 'passed' && { verifiedUntilMs: world.nowMs + 600_000 };
      const { challengeId } = challenge;
      const checked = { type: 'identity.checked', challengeId, attemptsLeft: 2 } as const;
      return happen(world, { ...checked, result: one.result, ...verified });
    }
    case 'waits':
      return passTime(world, one.minutes);
    case 'signs_in':
      return happen(world, { type: 'identity.bound', customerId: 'lin-wei' });
  }
}

function unconsented({ log }: StoryWorld): readonly string[] {
  return log.flatMap(({ event }) =>
    event.type === 'action.requested' &&
    actionSpecs[event.action]?.consent === true &&
    event.consent === undefined
      ? [event.action]
      : [],
  );
}

/** Nonsense that never ends must come to a person or to rest, not to questions without end. */
const patience = 30;

async function tryPatience(world: StoryWorld): Promise<void> {
  for (let n = 0; n < patience && world.state.owner.by === 'bot'; n += 1) {
    await say(world, `zzz ${n}`);
  }
}

test(
  'in four languages, with whatever is said when: no fault, nothing said twice running, no action without a yes, a person one word away, and no question for ever',
  { timeout: 120_000 },
  async () => {
    let actions = 0;
    const flows = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...languages),
        fc.option(fc.constantFrom('lin-wei', 'maria', 'zhang-min', 'omar', 'sofia', 'new-user')),
        fc.array(move, { minLength: 3, maxLength: 22, size: 'max' }),
        fc.boolean(),
        async (language, customer, moves, isPatient) => {
          const { deps, wallet, close } = await openStory(from);
          try {
            const world = createWorld(deps, 'talk', { staffed: true, lost: [] });
            const visitor = { channel: 'web', language, visitorId: 'v' };
            await happen(world, { type: 'conversation.started', ...visitor });
            if (customer !== null) {
              await happen(world, { type: 'identity.bound', customerId: customer });
            }
            for (const one of moves) await make(world, one);
            if (isPatient) await tryPatience(world);
            else await say(world, person[language]);
            expect({ owner: world.state.owner.by, moves }).toEqual({ owner: 'queue', moves });
            append(world, { type: 'handoff.accepted', agentId: 'a', agentName: 'Ana' });
            await say(world, 'hello');
            expect(world.broken).toEqual([]);
            expect(unconsented(world)).toEqual([]);
            expect(world.log.reduce(evolve, initialState)).toEqual(world.state);
            expect(wallet.audit().balanced).toBe(true);
            for (const { event } of world.log) {
              if (event.type === 'action.requested') actions += 1;
              if (event.type === 'flow.started') flows.add(event.flow);
            }
          } finally {
            await close();
          }
        },
      ),
      {
        numRuns: Number(process.env['TALKS'] ?? 250),
        seed: Number(process.env['SEED'] ?? 20261123),
      },
    );
    // The talks went somewhere.
    expect(actions).toBeGreaterThan(150);
    expect(flows.size).toBeGreaterThan(40);
  },
);
