import { expect, test } from 'vitest';
import type { Entity, Understanding } from '../../src/core/index.ts';
import type { StoryWorld } from '../../src/content/story-world.ts';
import { createWorld } from '../../src/content/story-world.ts';
import { flowFrom } from '../support/flows.ts';
import {
  contentOf,
  keysOnly,
  ok,
  press,
  requested,
  talkOver,
  tell,
  verify,
  wants,
} from '../support/plain-talk.ts';

const words: { readonly [key: string]: string } = {
  'words.yes': 'yes|ok|go ahead|好|确认',
  'words.consent': 'I authorise it|fine',
  'words.with_yes': 'please|thanks|吧',
  'words.cancel': 'stop it',
  'agree_words.order': 'pay it|stop it',
  'words.repeat': 'what did you say|你说什么',
  'words.rephrase': "I don't understand",
  'words.another': 'the other one|no the other one|另一个',
  'words.ordinals':
    '1 first|1 the first one|2 second one|2 第二个|2 la segunda|2 الثاني|-1 the last one',
  'words.not_wanted': "don't want|不想|不要",
  'words.none': 'none|none of these',
  'topic_words.pay': 'refund|退款',
  'said.q.method.card': 'credit card|by card',
  'said.q.place.abroad': 'abroad|overseas',
};
const said = Object.keys(words).filter((key) => !key.startsWith('words.'));

/** Over these flows, with word lists and labels as words. */
function talk(...flows: readonly ReturnType<typeof flowFrom>[]): StoryWorld {
  const base = talkOver(contentOf(...flows));
  const placeholders = Object.fromEntries(said.map((key) => [key, []]));
  const phrasebook: typeof keysOnly = {
    ...keysOnly,
    languages: ['en'],
    text: (language, key, params) => words[key] ?? keysOnly.text(language, key, params),
    label: (_language, option) =>
      'key' in option ? (option.key.split('.').at(-1) ?? '').replaceAll('_', ' ') : option.value,
  };
  const respond = () => Promise.resolve(ok({ id: 'x' })());
  const deps = {
    ...base.deps,
    phrasebook,
    respond,
    content: { ...base.deps.content, placeholders },
  };
  return createWorld(deps, 'conv', { staffed: true, lost: [] });
}

const entity = (type: Entity['type'], value: Entity['value'], at = 0): Entity => ({
  type,
  start: at,
  end: at + 1,
  text: '',
  value,
});

const asking = flowFrom(
  'q',
  `slots:
  method: { type: choice, options: [balance, card], opening: true }
  place: { type: choice, options: [at_home, abroad], opening: true }
  again: { type: choice, options: [failed_ones, pending_ones, other] }
steps:
  - choose: method
  - choose: place
  - choose: again
  - say: done
`,
);

test('a choice is filled by the opening message, and by a sentence that answers more than it was asked', async () => {
  const opened = talk(asking);
  expect(await tell(opened, 'fees when I pay by card?', wants('q'))).toEqual(['q.ask_place']);
  const later = talk(asking);
  await tell(later, 'go', wants('q'));
  expect(await tell(later, 'by card and overseas')).toEqual(['q.ask_again']);
  expect(later.state.stack[0]?.slots).toEqual({ method: 'card', place: 'abroad' });
});

test('a word of a label, its place in the list, or "none" where there is an "other" is an answer', async () => {
  const answer = async (text: string) => {
    const world = talk(asking);
    await tell(world, 'by card abroad', wants('q'));
    await tell(world, text);
    return world.log
      .flatMap(({ event }) => (event.type === 'slots.set' ? [event.slots['again']] : []))
      .at(-1);
  };
  expect(await answer('failed')).toBe('failed_ones');
  expect(await answer('the second one please')).toBe('pending_ones');
  expect(await answer('第二个')).toBe('pending_ones');
  expect(await answer('la segunda')).toBe('pending_ones');
  expect(await answer('الثاني')).toBe('pending_ones');
  expect(await answer('٢')).toBe('pending_ones');
  expect(await answer('the last one')).toBe('other');
  expect(await answer('none of these')).toBe('other');
  expect(await answer('one second')).toBeUndefined();
});

const euros = (minor: bigint) => ({ minor, currency: 'EUR' });
const day = Date.UTC(2026, 10, 20);
const things = [
  { id: 'P1', counterparty: 'Starbucks Coffee', amount: euros(29_900n), atMs: day + 5 },
  { id: 'P2', counterparty: '星禾数码', amount: euros(5000n), atMs: day + 90_000_000 },
];
const paying = flowFrom(
  'pay',
  `slots:
  things: { type: list }
  thing: { type: record }
  sum: { type: amount, opening: false }
  size: { type: choice, options: [small, large] }
  paid: { type: record }
steps:
  - act: listThings
    save: things
  - choose: thing
    from: things
  - set: { sum: $thing.amount }
  - choose: size
  - confirm: pay
    shows: { sum: $sum, size: $size }
  - id: pay
    act: payOut
    args: { amount: $sum, note: $thing.id }
    save: paid
  - say: done
`,
);

async function picking(): Promise<StoryWorld> {
  const world = talk(paying);
  const respond: StoryWorld['deps']['respond'] = ({ action }) =>
    Promise.resolve({
      kind: 'ok',
      result: action === 'listThings' ? things : { id: 'x' },
      receipt: 'r',
    });
  const listed = { ...world, deps: { ...world.deps, respond } };
  await verify(listed);
  expect(await tell(listed, 'go', wants('pay'))).toEqual(['pay.ask_thing']);
  return listed;
}

test.for([
  ['the one for 299', [entity('number', 299)]],
  ['the 299.00 one', [entity('amount', { minor: 29_900n, currency: '' })]],
  ['the starbucks one', []],
  ['the one from friday', [entity('date', { fromMs: day, toMs: day + 86_400_000 })]],
] as const)(
  'something listed is meant by its figure, payee or day: %s',
  async ([text, entities]) => {
    const world = await picking();
    expect(await tell(world, text, { entities })).toEqual(['pay.ask_size']);
    expect(world.state.stack[0]?.slots['thing']).toEqual(things[0]);
  },
);

test('"no, the other one" at the consent voids it, and everything worked out from the former one is done anew', async () => {
  const world = await picking();
  await tell(world, '星禾那笔');
  expect(world.state.stack[0]?.slots['sum']).toEqual(euros(5000n));
  expect(await press(world, 'large')).toEqual(['pay.confirm']);
  expect(await tell(world, 'no, the other one', wants('deny'))).toEqual([
    'common.changed',
    'pay.confirm',
  ]);
  expect(world.state.stack[0]?.slots).toMatchObject({ sum: euros(29_900n), size: 'large' });
  const answers = world.log.flatMap(({ event }) =>
    event.type === 'consent.answered' ? [event.answer] : [],
  );
  expect(answers).toEqual(['void']);
  expect(await tell(world, 'small, sorry')).toEqual(['common.changed', 'pay.confirm']);
  expect(requested(world)).toEqual(['listThings']);
  expect(await press(world, 'yes')).toEqual(['pay.done']);
});

test('"I meant 50" corrects the amount that was shown', async () => {
  const world = await picking();
  await tell(world, '1');
  await press(world, 'small');
  expect(await tell(world, 'I meant 40', { entities: [entity('number', 40)] })).toEqual([
    'consent.changed',
    'pay.confirm',
  ]);
  expect(world.state.stack[0]?.slots['sum']).toEqual(euros(4000n));
});

test('a question is said again, and in other words, with its buttons', async () => {
  const world = talk(asking);
  await tell(world, 'go', wants('q'));
  expect(await tell(world, 'what did you say?')).toEqual(['common.repeat', 'q.ask_method']);
  expect(await tell(world, "I don't understand")).toEqual(['common.rephrase', 'q.ask_method']);
  expect(world.state.stack[0]?.attempts).toBe(0);
  expect(await press(world, 'card')).toEqual(['q.ask_place']);
});

test('what was said last is said again outside any request', async () => {
  const world = talk(flowFrom('r', 'steps:\n  - say: r\n'));
  await tell(world, 'go', wants('r'));
  expect(await tell(world, 'what did you say?')).toEqual(['common.last_words']);
});

test('nobody can have a question put again for ever', async () => {
  const world = talk(asking, flowFrom('talk_to_agent', 'steps:\n  - handoff: asked\n'));
  await tell(world, 'go', wants('q'));
  for (let nth = 0; nth < 50; nth += 1) await tell(world, 'what did you say');
  expect(world.state.owner.by).toBe('queue');
});

test('what is not wanted is not begun, and called off when it is under way', async () => {
  const idle = talk(paying);
  expect(await tell(idle, "I don't want a refund", wants('pay'))).toEqual(['common.not_wanted']);
  expect(await tell(idle, '我不想退款', wants('pay'))).toEqual(['common.not_wanted']);
  const wanted = await tell(idle, "I don't want it any more, give me a refund", wants('pay'));
  expect(wanted).not.toContain('common.not_wanted');
  const under = await picking();
  expect(await tell(under, "actually I don't want the refund", wants('pay'))).toEqual([
    'common.cancelled',
  ]);
  expect(under.state.stack).toEqual([]);
});

function asks(
  ...parts: readonly (readonly [string, string])[]
): Partial<Understanding> & { text: string } {
  const text = parts.map(([, part]) => part).join(' and ');
  const requests = parts.map(([intent, part]) => {
    const start = text.indexOf(part);
    return { intent, confidence: 0.8, start, end: start + part.length };
  });
  return { ...wants(...parts.map(([intent]) => intent)), requests, text };
}

const slow = flowFrom(
  'slow',
  'urgency: normal\nslots: { email: { type: email }, note: { type: text } }\nsteps:\n  - ask: email\n  - say: slow\n',
);
const urgent = flowFrom(
  'urgent',
  'urgency: security\nslots: { email: { type: email }, note: { type: text } }\nsteps:\n  - ask: note\n  - ask: email\n  - say: urgent\n',
);

test('of several requests the urgent one comes first; each keeps what stands in its own words', async () => {
  const world = talk(slow, urgent);
  const message = asks(
    ['slow', 'send it to a@b.co please'],
    ['urgent', 'somebody is in my account'],
  );
  const entities = [entity('email', 'a@b.co', 11)];
  expect(await tell(world, message.text, { ...message, entities })).toEqual([
    'common.several',
    'urgent.ask_note',
  ]);
  await tell(world, 'yesterday');
  const own = [entity('email', 'me@b.co')];
  expect(await tell(world, 'me@b.co', { entities: own })).toEqual([
    'urgent.urgent',
    'common.next_request',
    'slow.slow',
  ]);
  expect(world.state.waitingIntents).toEqual([]);
  expect(world.state.waitingSlots).toBeUndefined();
});

test('several requests in the middle of another: they come in their order, then that one goes on, then the rest', async () => {
  const world = talk(asking, slow, urgent);
  await tell(world, 'go', wants('q'));
  const message = asks(['slow', 'send me the list'], ['urgent', 'somebody is in my account']);
  expect(await tell(world, message.text, message)).toEqual(['common.several', 'urgent.ask_note']);
  expect(world.state.waitingIntents).toEqual(['slow']);
});

test('half a sentence is no second request', async () => {
  const world = talk(slow, urgent);
  const message = asks(['slow', 'the app is so slow'], ['urgent', 'freezes']);
  expect(await tell(world, message.text, message)).toEqual(['slow.ask_email']);
});

test('of two requests the one that is not wanted is left out', async () => {
  const world = talk(paying, slow);
  const message = asks(['pay', "I don't want a refund"], ['slow', 'just send me the list']);
  expect(await tell(world, message.text, message)).toEqual(['slow.ask_email']);
});

test('one thing told in two halves is one request, but danger is never taken for an aside', async () => {
  const halves = (second: string): Partial<Understanding> & { text: string } => {
    const text = `I cannot get in, ${second}`;
    const [first, last] = [text.indexOf(','), text.length];
    const requests = [
      { intent: 'slow', confidence: 0.8, start: 0, end: first },
      {
        intent: second.includes('stole') ? 'urgent' : 'q',
        confidence: 0.8,
        start: first + 2,
        end: last,
      },
    ];
    return { ...wants('slow', 'q'), requests, text };
  };
  const one = talk(asking, slow, urgent);
  const told = halves('the page keeps loading');
  expect(await tell(one, told.text, told)).toEqual(['slow.ask_email']);
  const two = talk(asking, slow, urgent);
  const grave = halves('somebody stole my phone');
  expect(await tell(two, grave.text, grave)).toEqual(['common.several', 'urgent.ask_note']);
});

const order = () =>
  flowFrom(
    'order',
    'steps:\n  - confirm: pay\n  - id: pay\n    act: payOut\n    args: { amount: 5 }\n  - say: done\n',
  );

test.each([
  ['yes', true],
  ['Yes please, go ahead!', true],
  ['ok ok, pay it thanks', true],
  ['好的吧', false],
  ['好，确认吧', true],
  ['yes, stop it', true],
  ['Fine, I authorise it.', true],
  ['right?', false],
  ['yes？', false],
  ['please stop it', false],
  ['please', false],
  ['yes but wait', false],
  ['yes, do not pay it', false],
  ['yes?? why', false],
  ['yesterday', false],
  [`yes${' yes'.repeat(20)}`, false],
] as const)(
  'in front of money “%s” is a yes: %s, however sure the classifier is',
  async (text, isYes) => {
    const world = talk(order());
    await verify(world);
    await tell(world, 'go', wants('order'));
    await tell(world, text, wants('affirm'));
    expect(requested(world)).toEqual(isYes ? ['payOut'] : []);
  },
);
