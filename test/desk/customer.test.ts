import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type {
  DeskCanned,
  DeskConversation,
  DeskCustomer,
  DeskFlows,
  DeskListReply,
  DeskSearchReply,
} from '../../src/protocol/index.ts';
import { deskService, type DeskService } from '../support/desk-service.ts';
import { deskClient } from '../support/desk-world.ts';

let service: DeskService;
type Person = Awaited<ReturnType<DeskService['agent']>>;
let ann: Person;
let bo: Person;
let sue: Person;

beforeAll(async () => {
  service = await deskService();
  ann = await service.agent('Ann');
  bo = await service.agent('Bo');
  sue = await service.agent('Sue', 'supervisor');
}, 120_000);

afterAll(() => service.stop());

const panel = async (agent: Person, conv: ConversationId) =>
  (await agent.get(`/conversations/${conv}/customer`)).body as unknown as DeskCustomer;
const find = async (q: string) =>
  (await ann.get(`/search?q=${encodeURIComponent(q)}`)).body as unknown as DeskSearchReply;

/** A customer who asked for a refund, gave the payment, and then wanted a person. */
async function asked(customerId: string): Promise<ConversationId> {
  const conv = await service.conversation(customerId);
  await service.log(
    conv,
    {
      type: 'message.received',
      cid: `${customerId}-1`,
      text: 'I want my money back for the kettle',
    },
    { type: 'flow.started', flow: 'refund_request', version: '1', slots: {} },
    { type: 'slots.set', slots: { amount: { minor: 12900n, currency: 'CNY' }, reason: 'broken' } },
    {
      type: 'action.requested',
      effectId: `${customerId}-e1`,
      action: 'requestRefund',
      args: { transactionId: 'P-1', amount: { minor: 12900n, currency: 'CNY' } },
      consent: 'd',
      level: 'verified',
      flow: 'refund_request',
      flowVersion: '1',
      step: 's',
    },
    {
      type: 'action.ended',
      effectId: `${customerId}-e1`,
      outcome: { kind: 'refused', reason: 'too_old' },
    },
    { type: 'turn.taken', upTo: 99 },
    {
      type: 'handoff.requested',
      reason: 'refund_refused',
      priority: 'money',
      queue: 'default',
      by: 'customer',
    },
  );
  return conv;
}

test('within a second of the acceptance the agent has card, summary, slots, actions and language', async () => {
  const conv = await asked('lin-wei');
  await ann.command(conv, { type: 'accept' });
  const startedMs = performance.now();
  const { wallet, summary } = await panel(ann, conv);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(wallet).toMatchObject({
    kind: 'card',
    card: { masked: false, name: '林薇', status: 'active' },
  });
  if (wallet.kind !== 'card') throw new Error('no card');
  expect(wallet.card.balances?.length).toBeGreaterThan(0);
  expect(wallet.card.transactions.length).toBeGreaterThan(2);
  expect(summary).toMatchObject({
    language: 'en',
    reason: 'refund_refused',
    priority: 'money',
    lastAsked: 'I want my money back for the kettle',
    slots: [
      { flow: 'refund_request', name: 'amount', value: '129.00 CNY' },
      { flow: 'refund_request', name: 'reason', value: 'broken' },
    ],
    actions: [
      {
        action: 'requestRefund',
        by: 'bot',
        state: 'refused',
        reason: 'too_old',
        detail: 'P-1 · 129.00 CNY',
      },
    ],
    moodSigns: ['asked_for_person'],
    mood: 'calm',
  });
});

test('a look-up that succeeded is told without a receipt; what changed something with its own', async () => {
  const conv = await service.conversation('omar');
  const call = { consent: 'd', level: 'verified', flow: 'f', flowVersion: '1', step: 's' } as const;
  const done = { kind: 'ok', result: true } as const;
  await service.log(
    conv,
    { ...call, type: 'action.requested', effectId: 'r1', action: 'getAccount', args: {} },
    { type: 'action.ended', effectId: 'r1', outcome: { ...done, receipt: 'read-b798' } },
    { ...call, type: 'action.requested', effectId: 'w1', action: 'freezeAccount', args: {} },
    { type: 'action.ended', effectId: 'w1', outcome: { ...done, receipt: 'F-1' } },
  );
  const page = await ann.get(`/conversations/${conv}`);
  const { events } = page.body as unknown as DeskConversation;
  expect(
    events.filter((event) => event.type === 'status' && event.what.startsWith('action.')),
  ).toEqual([
    expect.objectContaining({ what: 'action.requested' }),
    expect.objectContaining({ what: 'action.looked_up', values: { action: 'getAccount' } }),
    expect.objectContaining({ what: 'action.requested' }),
    expect.objectContaining({ values: { action: 'freezeAccount', receipt: 'F-1' } }),
  ]);
  const { summary } = await panel(ann, conv);
  expect(summary.actions).toMatchObject([
    { action: 'getAccount', looksUp: true, state: 'ok', receipt: null },
    { action: 'freezeAccount', looksUp: false, state: 'ok', receipt: 'F-1' },
  ]);
});

test('topics to return to are those that the bot has now, titled in the language that is asked for; others are refused', async () => {
  const { flows } = (await ann.get('/flows?language=es')).body as unknown as DeskFlows;
  const ids = flows.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain('greet');
  expect(ids).not.toContain('talk_to_agent');
  const spanish = service.core.library.current.phrasebook.text('es', 'topics.refund_request');
  expect(flows).toContainEqual({ id: 'refund_request', topic: 'payments', title: spanish });
  expect((await ann.get('/flows?language=xx')).body).toMatchObject({ language: 'en' });
  const conv = await asked('maria');
  await ann.command(conv, { type: 'accept' });
  const wrong = { type: 'return_to_bot', flow: 'no_such_topic' };
  expect((await ann.command(conv, wrong)).body).toMatchObject({ error: { code: 'bad_request' } });
  const back = { type: 'return_to_bot', flow: 'refund_request' };
  expect((await ann.command(conv, back)).status).toBe(200);
});

test('who has not got the conversation sees no amount, no name and no contact; a supervisor does', async () => {
  const conv = await asked('maria');
  await ann.command(conv, { type: 'accept' });
  const other = (await panel(bo, conv)).wallet;
  expect(other).toMatchObject({
    kind: 'card',
    card: {
      masked: true,
      name: 'M. S.',
      phone: '',
      email: '',
      balances: null,
      transactions: [],
      withdrawals: [],
    },
  });
  expect(JSON.stringify(other)).not.toContain('Maria');
  expect((await panel(sue, conv)).wallet).toMatchObject({
    card: { masked: false, name: 'Maria Silva' },
  });
});

test('of a stranger there is no card, and of a wallet that does not answer the rest of the panel stands', async () => {
  const conv = await service.conversation();
  expect((await panel(ann, conv)).wallet).toEqual({ kind: 'anonymous' });
  const { kind } = (await panel(sue, await asked('omar'))).wallet;
  expect(kind).toBe('card');
  expect((await ann.get('/conversations/none/customer')).status).toBe(404);
});

test('anger shows in the mood, with the signs that it was read from', async () => {
  const conv = await service.conversation('sofia');
  for (const n of [1, 2]) {
    await service.log(conv, {
      type: 'message.received',
      cid: `s-${n}`,
      text: 'WHERE IS MY WITHDRAWAL!!!',
    });
  }
  await service.log(
    conv,
    { type: 'attempt.missed', at: 'ladder' },
    { type: 'attempt.missed', at: 'ladder' },
  );
  const { summary } = await panel(sue, conv);
  expect(summary.mood).toBe('upset');
  expect(summary.moodSigns).toEqual(['not_understood', 'repeated', 'loud']);
});

test('tags are set, found, offered for completion, and kept in the log', async () => {
  const conv = await asked('chen-jie');
  const set = await ann.post(`/conversations/${conv}/tags`, { add: ['VIP', 'kettle'], remove: [] });
  expect(set.body).toEqual({ tags: ['vip', 'kettle'] });
  await ann.post(`/conversations/${conv}/tags`, { remove: ['vip'] });
  expect((await panel(ann, conv)).tags).toEqual(['kettle']);
  await expect
    .poll(async () => (await find('kettle')).hits[0])
    .toMatchObject({ conv, found: 'tag' });
  await expect
    .poll(async () => (await ann.get('/workspace')).body)
    .toMatchObject({ tags: ['kettle'] });
  expect((await ann.post(`/conversations/${conv}/tags`, { add: ['a b'] })).status).toBe(400);
  const events = (await service.events(conv)).filter(({ type }) => type === 'conversation.tagged');
  expect(events).toMatchObject([
    { agentName: 'Ann', tags: ['vip', 'kettle'] },
    { tags: ['kettle'] },
  ]);
});

test('words are found with the place where they stand', async () => {
  const conv = await service.conversation('zhang-min');
  await service.says(conv, 'the teapot from the harbour shop never came');
  await expect.poll(async () => (await find('harbour')).hits[0]?.conv).toBe(conv);
  expect((await find('harbour kettle')).hits).toEqual([]);
  const [found] = (await find('harbour')).hits;
  const [start = 0, end = 0] = found?.marks[0] ?? [];
  expect(found?.excerpt.slice(start, end)).toBe('harbour');
  expect((await find('zhang-min')).hits[0]).toMatchObject({ conv, found: 'customer' });
  expect((await ann.get('/search?q=')).status).toBe(400);
});

test('a customer is found by name, or from any word of it on, once a card of theirs was read, and who has not got the conversation is told initials', async () => {
  const conv = await asked('maria');
  await panel(sue, conv);
  await expect.poll(async () => (await find('maria silva')).hits[0]?.customerId).toBe('maria');
  const [hit] = (await find('SIL')).hits.filter(({ customerId }) => customerId === 'maria');
  expect(hit).toMatchObject({ found: 'customer', excerpt: 'maria' });
  // Bo has not got it: to him the name is no more than its initials.
  const { hits } = (await bo.get('/search?q=silva')).body as unknown as DeskSearchReply;
  expect(hits.find((each) => each.conv === conv)?.customerName).toBe('M. S.');
  expect(JSON.stringify(hits)).not.toMatch(/Silva/);
  await panel(sue, await asked('lin-wei'));
  await expect.poll(async () => (await find('林薇')).hits[0]?.customerId).toBe('lin-wei');
  expect((await find('silvan')).hits).toEqual([]);
});

test('canned replies come in the conversation’s language with what is known filled in', async () => {
  await service.core.workspace.change((draft) => {
    draft.cannedReplies = [
      {
        id: 'hello',
        title: 'Hello',
        texts: {
          en: 'Hello {{customer.name}}, this is {{agent.name}} of {{ workspace.brand }}. {{order.id}}',
          'zh-CN': '您好，我是{{agent.name}}。',
        },
      },
    ];
  });
  const conv = await asked('new-user');
  await ann.command(conv, { type: 'accept' });
  const { replies } = (await ann.get(`/conversations/${conv}/canned`))
    .body as unknown as DeskCanned;
  expect(replies[0]?.text).toMatch(/^Hello \S.+, this is Ann of OKPay\. \{\{order\.id\}\}$/);
  expect(replies[0]?.missing).toEqual(['order.id']);
  const other = (await ann.get(`/conversations/${conv}/canned?language=zh-CN`)).body;
  expect(other).toMatchObject({
    replies: [{ language: 'zh-CN', text: '您好，我是Ann。', missing: [] }],
  });
});

test('a reply that asks for a secret, be it over two messages, is refused with its reason and never reaches the log; a warning goes out', async () => {
  const conv = await asked('dana');
  await ann.command(conv, { type: 'accept' });
  const bad = { type: 'say', cid: 'w1', text: 'Please send me the code that you just got.' };
  expect((await deskClient(service.origin).command(conv, bad)).status).toBe(401);
  const refused = await ann.command(conv, bad);
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ error: { code: 'words_refused', reason: 'code' } });
  const spanish = { type: 'say', cid: 'w2', text: '¿Me dice su contraseña?' };
  expect((await ann.command(conv, spanish)).body).toMatchObject({ error: { reason: 'password' } });
  const begun = { type: 'say', cid: 'w5', text: 'please send me' };
  expect((await ann.command(conv, begun)).status).toBe(200);
  const ended = { type: 'say', cid: 'w6', text: 'the 6-digit code' };
  expect((await ann.command(conv, ended)).body).toMatchObject({ error: { reason: 'code' } });
  // Sent again after a lost answer, the first half is what it was.
  expect((await ann.command(conv, begun)).body).toMatchObject({ duplicate: true });
  const good = { type: 'say', cid: 'w3', text: 'Never give your code to anyone, not even to us.' };
  expect((await ann.command(conv, good)).status).toBe(200);
  const note = { type: 'note', cid: 'w4', text: 'asked for the code; card 4242 4242 4242 4242' };
  expect((await ann.command(conv, note)).status).toBe(200);
  const text = encode(await service.events(conv));
  expect(text).not.toContain('that you just got');
  expect(text).not.toContain('4242 4242 4242 4242');
  expect(text).toContain('•••• 4242');
});

test('the queue and the conversation tell what is owed and until when, in hours of live agents', async () => {
  await service.core.workspace.change((draft) => {
    draft.agents.hours = [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
    ];
    draft.serviceLevels = { firstReplyMinutes: 10, nextReplyMinutes: 5, resolutionHours: 8 };
  });
  const conv = await service.conversation();
  const askedMs = Date.now();
  await service.log(conv, {
    type: 'handoff.requested',
    reason: 'asked',
    priority: 'normal',
    queue: 'default',
    by: 'customer',
  });
  const due = async () => {
    const { body } = await ann.get(`/conversations/${conv}`);
    const { due: told } = body as unknown as DeskConversation;
    return told && { kind: told.kind, minutes: Math.round((told.dueAtMs - askedMs) / 60_000) };
  };
  await expect.poll(due).toEqual({ kind: 'first_reply', minutes: 10 });
  await ann.command(conv, { type: 'accept' });
  await ann.command(conv, { type: 'say', cid: 'due-1', text: 'Hello!' });
  await expect.poll(due).toEqual({ kind: 'resolution', minutes: 480 });
  await service.says(conv, 'are you there');
  await expect.poll(due).toEqual({ kind: 'next_reply', minutes: 5 });
  const { rows } = (await ann.get('/conversations?list=mine')).body as unknown as DeskListReply;
  expect(rows.find((row) => row.conv === conv)?.due?.kind).toBe('next_reply');
  await ann.command(conv, { type: 'close', disposition: 'solved' });
  await expect.poll(due).toBeUndefined();
});
