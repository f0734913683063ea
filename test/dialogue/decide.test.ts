import { expect, test } from 'vitest';
import { decide, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { fieldValue } from '../../src/dialogue/slots.ts';
import { happen } from '../../src/content/story-world.ts';
import { flowFrom, specs } from '../support/flows.ts';
import {
  contentOf,
  heard,
  keysFrom,
  keysOnly,
  ok,
  press,
  requested,
  startMs,
  talkOver,
  tell,
  verify,
  wants,
} from '../support/plain-talk.ts';

const amount = (minor: bigint, currency = 'EUR') =>
  ({ type: 'amount', start: 0, end: 1, text: '', value: { minor, currency } }) as const;
const email = (value: string) => ({ type: 'email', start: 0, end: 1, text: value, value }) as const;

test('an action that needs a consent is never requested where a flow leads around it', async () => {
  const around = flowFrom('around', 'steps:\n  - act: payOut\n    args: { amount: 5 }\n');
  const world = talkOver(contentOf(around));
  await verify(world);
  const keys = await tell(world, 'go', wants('around'));
  expect(requested(world)).toEqual([]);
  expect(keys).toEqual(['common.failed']);
});

const payNow = `slots: { paid: { type: record } }
steps:
  - confirm: pay
  - id: pay
    act: payOut
    args: { amount: 5, note: $now }
    save: paid
  - say: done
`;

test('a yes to arguments that have changed since is void, and asked for again', async () => {
  const world = talkOver(contentOf(flowFrom('pay', payNow)));
  await verify(world);
  expect(await tell(world, 'go', wants('pay'))).toEqual(['pay.confirm']);
  world.nowMs += 1;
  expect(await press(world, 'yes')).toEqual(['consent.changed', 'pay.confirm']);
  expect(requested(world)).toEqual([]);
  expect(await press(world, 'yes')).toEqual(['pay.done']);
  expect(requested(world)).toEqual(['payOut']);
});

test('an outcome that is told twice counts once', async () => {
  const world = talkOver(contentOf(flowFrom('pay', payNow)), ok({ id: 'x' }));
  await verify(world);
  await tell(world, 'go', wants('pay'));
  await press(world, 'yes');
  const from = world.log.length;
  const effectId = world.log.flatMap(({ event }) =>
    event.type === 'action.requested' ? [event.effectId] : [],
  )[0];
  const before = world.state.actions;
  const outcome = { kind: 'refused', reason: 'not_found' } as const;
  await happen(world, { type: 'action.ended', effectId: effectId ?? '', outcome });
  await happen(world, { type: 'action.ended', effectId: 'nobody', outcome });
  expect(world.state.actions).toEqual(before);
  expect(keysFrom(world, from).filter((key) => key === 'action.refused_later')).toEqual([]);
});

test('a flow without end that nobody checked comes to rest', async () => {
  const circle = flowFrom('circle', 'steps:\n  - id: a\n    say: a\n    next: a\n');
  const world = talkOver(contentOf(circle));
  const keys = await tell(world, 'go', wants('circle'));
  expect(keys.at(-1)).toBe('common.failed');
  expect(world.state.stack).toEqual([]);
});

test('a flow that asks the wallet round and round is given to a person', async () => {
  const circle = flowFrom('circle', 'steps:\n  - id: a\n    act: listThings\n    next: a\n');
  const world = talkOver(contentOf(circle));
  await tell(world, 'go', wants('circle'));
  expect(world.broken).toEqual([]);
  expect(requested(world).length).toBeLessThan(30);
  expect(world.state.owner.by).toBe('queue');
});

const questions = `slots:
  email: { type: email }
  sure: { type: yes_no }
  note: { type: text }
  size: { type: choice, options: [small, large] }
steps:
  - ask: email
  - ask: sure
  - ask: note
    optional: true
  - choose: size
  - say: done
`;

test('answers fill slots: by entity, yes or no, skipping, number of the option', async () => {
  const world = talkOver(contentOf(flowFrom('q', questions)));
  expect(await tell(world, 'go', wants('q'))).toEqual(['q.ask_email']);
  expect(await tell(world, 'dunno')).toEqual(['again.email']);
  expect(await tell(world, 'a@b.co', { entities: [email('a@b.co')] })).toEqual(['q.ask_sure']);
  expect(await tell(world, 'maybe')).toEqual(['again.yes_no']);
  expect(await tell(world, 'yes')).toEqual(['q.ask_note']);
  expect(await tell(world, 'skip')).toEqual(['q.ask_size']);
  expect(world.state.stack[0]?.slots).toEqual({ email: 'a@b.co', sure: true });
  expect(await tell(world, '2.')).toEqual(['q.done']);
});

test('an earlier answer given anew is taken, and the open question is put again', async () => {
  const world = talkOver(contentOf(flowFrom('q', questions)));
  await tell(world, 'go', wants('q'));
  await tell(world, 'a@b.co', { entities: [email('a@b.co')] });
  const keys = await tell(world, 'sorry, c@d.co', { entities: [email('c@d.co')] });
  expect(keys).toEqual(['common.changed', 'q.ask_sure']);
  expect(world.state.stack[0]?.slots).toEqual({ email: 'c@d.co' });
});

test('going back asks the last answered question again, and says when there is none', async () => {
  const world = talkOver(contentOf(flowFrom('q', questions)));
  await tell(world, 'go', wants('q'));
  expect(await tell(world, 'back')).toEqual(['common.cannot_go_back', 'q.ask_email']);
  await tell(world, 'a@b.co', { entities: [email('a@b.co')] });
  expect(await tell(world, 'back')).toEqual(['q.ask_email']);
});

test('a form fills its slot; a wrong field is asked again; an old form of the same question still counts', async () => {
  const source =
    'slots: { email: { type: email } }\nsteps:\n  - ask: email\n    form: true\n  - say: done\n';
  const world = talkOver(contentOf(flowFrom('f', source)));
  await tell(world, 'go', wants('f'));
  const submit = async (id: string, text: string) => {
    const from = world.log.length;
    const form = { id, fields: { email: text } };
    await happen(world, { type: 'message.received', cid: 'm', text: '', form });
    return keysFrom(world, from);
  };
  const formId = () => {
    const { pending } = world.state;
    return pending?.kind === 'ask' ? (pending.formId ?? '') : '';
  };
  const first = formId();
  expect(await submit(first, 'nothing')).toEqual(['again.email']);
  expect(formId()).not.toBe(first);
  expect(await submit('nowhere', 'a@b.co')).toEqual(['common.stale_form', 'f.ask_email']);
  expect(await submit(first, 'A@b.co')).toEqual(['f.done']);
  expect(world.state.stack).toEqual([]);
});

test.each([
  ['12.50 eur', 1_250n],
  ['EUR 12', 1_200n],
  ['1,234.56 EUR', 123_456n],
  ['１２.５０ EUR', 1_250n],
  ['١٢٫٥٠ EUR', 1_250n],
  ['1,234 EUR', undefined],
  ['1.234,56 EUR', undefined],
  ['1 000 EUR', undefined],
  ['-5 EUR', undefined],
  ['5 or 50 EUR', undefined],
  ['12.505 EUR', undefined],
  ['12 euros', undefined],
  ['0 EUR', undefined],
  ['12', undefined],
] as const)('the field of an amount takes “%s” as %s and never a part of it', (typed, minor) => {
  const amount = minor === undefined ? undefined : { minor, currency: 'EUR' };
  expect(fieldValue({ type: 'amount' }, typed, null)).toEqual(amount);
});

test('an amount typed without its currency has the one that was spoken of', () => {
  const former = { minor: 500n, currency: 'CNY' };
  expect(fieldValue({ type: 'amount' }, '12', former)).toEqual({ minor: 1_200n, currency: 'CNY' });
});

test('a called flow comes back to its caller; when it fails, so does the caller', async () => {
  const caller = flowFrom('caller', 'steps:\n  - call: child\n  - say: after\n');
  const good = flowFrom('child', 'steps:\n  - say: inside\n');
  const bad = flowFrom('child', 'steps:\n  - say: inside\n  - end: failed\n');
  expect(await tell(talkOver(contentOf(caller, good)), 'go', wants('caller'))).toEqual([
    'child.inside',
    'caller.after',
  ]);
  expect(await tell(talkOver(contentOf(caller, bad)), 'go', wants('caller'))).toEqual([
    'child.inside',
  ]);
});

test('of two requests in one message the urgent one comes first, then the other', async () => {
  const slow = flowFrom('slow', 'urgency: normal\nsteps:\n  - say: slow\n');
  const urgent = flowFrom('urgent', 'urgency: security\nsteps:\n  - say: urgent\n');
  const world = talkOver(contentOf(slow, urgent));
  expect(await tell(world, 'both', wants('slow', 'urgent'))).toEqual([
    'common.several',
    'urgent.urgent',
    'common.next_request',
    'slow.slow',
  ]);
  expect(world.state.waitingIntents).toEqual([]);
});

test('a conversation stays on the version that it began with, and survives its removal', async () => {
  const old = flowFrom('q', questions);
  const fresh = { ...flowFrom('q', 'steps:\n  - say: new\n'), version: 'v2' };
  const world = talkOver(contentOf(old));
  await tell(world, 'go', wants('q'));
  const both = { flows: { q: fresh }, versions: { 'q@v1': old, 'q@v2': fresh } };
  const newer = { ...world, deps: { ...world.deps, content: both } };
  expect(await tell(newer, 'a@b.co', { entities: [email('a@b.co')] })).toEqual(['q.ask_sure']);
  const gone = { ...newer, deps: { ...world.deps, content: contentOf(fresh) } };
  expect(await tell(gone, 'yes')).toEqual(['common.failed', 'common.idle_yes']);
  expect(gone.state.stack).toEqual([]);
});

test('codes are sent so often and no more, then a person is offered', async () => {
  const flow = flowFrom('v', 'steps:\n  - verify: verified\n  - say: done\n');
  const world = talkOver(contentOf(flow));
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  expect(await tell(world, 'go', wants('v'))).toEqual(['code.sent']);
  for (const expected of [1, 2, 3].map(() => ['code.resending', 'code.sent'])) {
    expect(await press(world, 'resend')).toEqual(expected);
  }
  expect(await press(world, 'resend')).toEqual([
    'code.resending',
    'code.no_more',
    'handoff.queued',
  ]);
  expect(world.state.owner.by).toBe('queue');
});

test('a code that was typed as a message is answered only by the outcome of its check', async () => {
  const flow = flowFrom('v', 'steps:\n  - verify: verified\n  - say: done\n');
  const world = talkOver(contentOf(flow));
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  await tell(world, 'go', wants('v'));
  expect(await tell(world, '••••••')).toEqual([]);
});

test('a figure without a currency keeps the one that was spoken of; nothing below one cent is taken', async () => {
  const source = `slots: { sum: { type: amount }, paid: { type: record } }
steps:
  - ask: sum
  - confirm: pay
    shows: { sum: $sum }
  - id: pay
    act: payOut
    args: { amount: $sum }
    save: paid
`;
  const world = talkOver(contentOf(flowFrom('p', source)));
  await verify(world);
  await tell(world, 'go', { ...wants('p'), entities: [amount(900n)] });
  expect(await tell(world, 'no, 5', { entities: [amount(500n, '')] })).toEqual([
    'consent.changed',
    'p.confirm',
  ]);
  expect(world.state.stack[0]?.slots['sum']).toEqual({ minor: 500n, currency: 'EUR' });
  expect(await tell(world, 'no, 0', { entities: [amount(0n)] })).toEqual(['consent.again']);
  expect(requested(world)).toEqual([]);
});

test('the language follows the customer, when it is sure and more than a word', async () => {
  const world = talkOver(contentOf());
  const chinese = { language: 'zh-CN', languageConfidence: 0.99 };
  await tell(world, 'ok', chinese);
  expect(world.state.language).toBe('en');
  await tell(world, '你好吗', { ...chinese, languageConfidence: 0.4 });
  expect(world.state.language).toBe('en');
  await tell(world, '你好吗', chinese);
  expect(world.state.language).toBe('zh-CN');
  await tell(world, 'hei på deg', { language: 'nb', languageConfidence: 1 });
  expect(world.state.language).toBe('zh-CN');
});

test('what the bot itself wrote down asks for nothing', () => {
  const own: readonly ConversationEvent[] = [
    { type: 'bot.said', language: 'en', says: [], blocks: [] },
    { type: 'turn.taken', upTo: 3 },
    { type: 'flow.ended', flow: 'x', outcome: 'done' },
    { type: 'message.understood', of: 1, understanding: heard('x') },
    { type: 'agent.noted', cid: 'c', agentId: 'a', agentName: 'A', text: 'x' },
  ];
  for (const event of own) {
    const context = {
      conversationId: 'c',
      content: contentOf(),
      phrasebook: keysOnly,
      actions: specs,
      workspace: {},
      nowMs: startMs,
      staffed: true,
      digest: (text: string) => text,
    };
    const decision = decide(initialState, { logged: { pos: 9, atMs: startMs, event } }, context);
    expect(decision).toEqual({ events: [{ type: 'turn.taken', upTo: 9 }], effects: [] });
  }
});
