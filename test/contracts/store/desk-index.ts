import { expect, test } from 'vitest';
import { parseConversationId } from '../../../src/core/index.ts';
import type { ConversationId } from '../../../src/core/index.ts';
import { evolve, initialState } from '../../../src/dialogue/index.ts';
import type { ConversationEvent } from '../../../src/dialogue/index.ts';
import type { Begin } from './support.ts';

function idOf(text: string): ConversationId {
  const id = parseConversationId(text);
  if (id === undefined) throw new Error('not an id');
  return id;
}

async function openIndexed(begin: Begin) {
  let nowMs = 1000;
  const opened = await begin();
  let { store } = opened;
  const level = async () => {
    while ((await store.deskIndex.follow(50)) > 0);
  };
  const add = async (conv: string, ...events: ConversationEvent[]) => {
    const id = idOf(conv);
    const stored = await store.conversations.load(id);
    const version = stored?.version ?? 0;
    nowMs += 1000;
    const former = stored?.tail.reduce(evolve, stored.snapshot ?? initialState) ?? initialState;
    const snapshot = events.reduce(
      (state, event, index) => evolve(state, { pos: version + index + 1, atMs: nowMs, event }),
      former,
    );
    const create = { visitorId: `v-${conv}`, channel: 'web' };
    await store.conversations.append({
      conversationId: id,
      create,
      expect: version,
      atMs: nowMs,
      events,
      snapshot,
    });
  };
  return {
    add,
    level,
    /** Of the bot's conversations, those with this tag. */
    tagged: async (tag: string) => {
      await level();
      const query = { list: 'bot', limit: 20 } as const;
      const { rows } = await store.conversations.inboxSifted(query, { tag });
      return rows.map(({ conversationId }) => conversationId);
    },
    index: () => store.deskIndex,
    search: async (text: string, limit = 20, after?: string) => {
      await level();
      return store.deskIndex.search({ text, limit, ...(after !== undefined && { after }) });
    },
    found: async (text: string) => {
      await level();
      const { hits } = await store.deskIndex.search({ text, limit: 20 });
      return hits.map(({ row }) => row.conversationId);
    },
    reopen: async () => {
      store = await opened.reopen();
    },
  };
}

let cids = 0;
const bound = (customerId: string): ConversationEvent => ({ type: 'identity.bound', customerId });
const says = (text: string): ConversationEvent => ({
  type: 'message.received',
  cid: `m${(cids += 1)}`,
  text,
});
const agent = { agentId: 'a1', agentName: 'Ana' };
const replies = (text: string): ConversationEvent => ({
  type: 'agent.said',
  cid: `m${(cids += 1)}`,
  ...agent,
  text,
});
const asks: ConversationEvent = {
  type: 'handoff.requested',
  reason: 'asked',
  priority: 'normal',
  queue: 'default',
  by: 'customer',
};

/** What the desk looks things up by. */
export function deskIndexContract(begin: Begin): void {
  test('words are found in every language, whatever their case, accents and vowel signs', async () => {
    const { add, found } = await openIndexed(begin);
    await add('en', says('My Refund has not arrived'));
    await add('zh', says('我的退款还没有到账'));
    await add('es', says('¿Dónde está mi devolución?'));
    await add('ar', says('أين المبلغ المُستردّ؟'));
    expect(await found('refund ARRIVED')).toEqual(['en']);
    expect(await found('退款')).toEqual(['zh']);
    expect(await found('款退')).toEqual([]);
    expect(await found('devolucion')).toEqual(['es']);
    expect(await found('اين المسترد')).toEqual(['ar']);
  });

  test('the last word may be only begun, and all words must be in one message', async () => {
    const { add, found } = await openIndexed(begin);
    await add('one', says('the withdrawal failed'), says('my bank is closed'));
    expect(await found('withdr')).toEqual(['one']);
    expect(await found('withdrawal bank')).toEqual([]);
  });

  test('replies and notes of agents are found, what the bot says is not', async () => {
    const { add, found } = await openIndexed(begin);
    await add('one', replies('I have looked at the ledger'));
    await add('two', { type: 'agent.noted', cid: 'n1', ...agent, text: 'a ledger note' });
    const blocks = [{ type: 'text', text: 'ledger of the bot' } as const];
    await add('three', { type: 'bot.said', language: 'en', says: [], blocks });
    expect(await found('ledger')).toEqual(['two', 'one']);
  });

  test('identifiers and tags lead to their conversations, whole or begun', async () => {
    const { tagged, add, found, search } = await openIndexed(begin);
    await add('conv-7f', { type: 'identity.bound', customerId: 'Lin-Wei' });
    await add('b', {
      type: 'action.requested',
      effectId: 'e1',
      action: 'requestRefund',
      args: { transactionId: 'P-20261101-0042', amount: { minor: 5n, currency: 'CNY' } },
      level: 'verified',
      flow: 'f',
      flowVersion: '1',
      step: 's',
    });
    const result = { id: 'T-20261122-0007', state: 'open' };
    await add('b', {
      type: 'action.ended',
      effectId: 'e1',
      outcome: { kind: 'ok', result, receipt: 'rc-9' },
    });
    await add('c', { type: 'conversation.tagged', ...agent, tags: ['vip', 'chargeback'] });
    expect(await found('lin-wei')).toEqual(['conv-7f']);
    expect(await found('conv-7')).toEqual(['conv-7f']);
    expect(await found('p-20261101-0042')).toEqual(['b']);
    expect(await found('T-20261122')).toEqual(['b']);
    expect(await found('chargeb')).toEqual(['c']);
    expect(await tagged('VIP')).toEqual(['c']);
    expect(await tagged('vi')).toEqual([]);
    expect((await search('vip')).hits[0]).toMatchObject({ found: 'tag', text: 'vip' });
    await add('c', { type: 'conversation.tagged', ...agent, tags: ['chargeback'] });
    expect(await found('vip')).toEqual([]);
  });

  test('nothing that is typed is read as syntax', async () => {
    const { add, search } = await openIndexed(begin);
    await add('one', says('plain words'));
    const odd = [
      '"',
      "'; DROP TABLE event; --",
      'a" OR "b',
      'NEAR(a b)',
      '*',
      'body:plain',
      '^plain',
      '%',
      '_',
      '\\',
      '(((',
    ];
    for (const text of odd) expect((await search(text)).hits.length).toBeLessThanOrEqual(1);
    expect((await search('plain')).hits.length).toBe(1);
    await expect(search('plain', 20, "1' OR 1=1")).rejects.toMatchObject({ code: 'bad_request' });
  });

  test('a customer’s conversations are found by the name, begun at any of its words, and no longer by a former one', async () => {
    const { add, found, index, search } = await openIndexed(begin);
    await add('c1', bound('cust-1'));
    await add('c2', bound('cust-2'));
    await add('c3', bound('cust-3'), says('maria has nothing to do with it'));
    await index().named('cust-1', 'María José  Silva');
    await index().named('cust-2', 'Silvana Meier');
    await index().named('cust-3', '林薇');
    expect(await found('silva')).toEqual(['c1', 'c2']);
    expect(await found('Jose silv')).toEqual(['c1']);
    expect(await found('maria')).toEqual(['c1', 'c3']);
    expect(await found('林薇')).toEqual(['c3']);
    // Too little to tell one from the others, and no part of the inside of a word.
    expect([await found('si'), await found('ilva'), await found('silva maria')]).toEqual([
      [],
      [],
      [],
    ]);
    const [hit] = (await search('silva')).hits;
    expect(hit).toMatchObject({ found: 'customer', text: 'cust-1', words: [] });
    await index().named('cust-1', 'María José Meier');
    await index().named('cust-1', 'María José Meier');
    expect(await index().namesOf(['cust-1', 'cust-3', 'cust-9'])).toEqual(
      new Map([
        ['cust-1', 'María José Meier'],
        ['cust-3', '林薇'],
      ]),
    );
    // Spelt another way it is found by the same words, and shown as it is spelt now.
    await index().named('cust-3', '林 薇');
    await index().named('cust-1', 'MARÍA JOSÉ MEIER');
    expect((await index().namesOf(['cust-1'])).get('cust-1')).toBe('MARÍA JOSÉ MEIER');
    expect(await found('silva')).toEqual(['c2']);
    expect([...(await found('meier'))].toSorted()).toEqual(['c1', 'c2']);
  });

  test('pages follow each other without a gap or a repeat, one row a conversation', async () => {
    const { add, search } = await openIndexed(begin);
    for (let n = 0; n < 25; n += 1)
      await add(`c${n}`, says('same words'), says('same words again'));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await search('same words', 10, after);
      seen.push(...page.hits.map(({ row }) => row.conversationId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `c${24 - n}`));
  });

  test('an index that stopped anywhere goes on without a gap after a restart', async () => {
    const { add, index, reopen, found } = await openIndexed(begin);
    await add('one', says('alpha'), says('beta'), says('gamma'));
    expect(await index().follow(2)).toBe(2);
    await reopen();
    await add('two', says('gamma'));
    expect(await found('gamma')).toEqual(['two', 'one']);
    expect(await found('alpha')).toEqual(['one']);
  });

  test('what people owe a conversation begins with asking for them and ends with the hand-back', async () => {
    const { add, level, index } = await openIndexed(begin);
    const facts = async () => {
      await level();
      return (await index().serviceLevels([idOf('one')])).get(idOf('one'));
    };
    await add('one', says('hello'));
    expect(await facts()).toBeUndefined();
    await add('one', asks);
    expect(await facts()).toMatchObject({ askedMs: 3000, firstReplyMs: null, waitingMs: null });
    await add('one', replies('hi'));
    expect(await facts()).toMatchObject({ askedMs: 3000, firstReplyMs: 4000, waitingMs: null });
    await add('one', says('and?'));
    await add('one', says('hello?'));
    expect(await facts()).toMatchObject({ waitingMs: 5000 });
    await add('one', replies('yes'));
    expect(await facts()).toMatchObject({ waitingMs: null, firstReplyMs: 4000 });
    await add('one', { type: 'handoff.released', to: 'closed', by: 'a1' });
    expect(await facts()).toMatchObject({ askedMs: null, firstReplyMs: null });
    await add('one', { type: 'satisfaction.given', cid: 's1', score: 4 });
    expect(await facts()).toMatchObject({ score: 4 });
  });

  test('a request waits for approval until it is decided or has expired', async () => {
    const { add, level, index } = await openIndexed(begin);
    const requested = (effectId: string, expiresAtMs: number): ConversationEvent => ({
      type: 'agent_action.requested',
      effectId,
      requestId: effectId,
      action: 'requestRefund',
      args: {},
      confirmed: 'd',
      reason: 'r',
      ...agent,
      customerId: 'c',
      level: 'verified',
      amount: null,
      approvalFor: ['amount'],
      expiresAtMs,
    });
    await add('one', requested('e1', 10_000), requested('e2', 50_000));
    await level();
    const waiting = async (nowMs: number) =>
      (await index().approvals(nowMs, 10)).map(({ effectId }) => effectId);
    expect(await waiting(5000)).toEqual(['e1', 'e2']);
    expect(await waiting(10_000)).toEqual(['e2']);
    await add('one', {
      type: 'agent_action.decided',
      effectId: 'e2',
      approved: false,
      ...agent,
      reason: 'no',
    });
    await level();
    expect(await waiting(5000)).toEqual(['e1']);
  });

  test('a customer has their conversations of every visit, a visitor their own', async () => {
    const { add, level, index } = await openIndexed(begin);
    await add('one', { type: 'identity.bound', customerId: 'lin' }, asks);
    await add('two', { type: 'identity.bound', customerId: 'lin' });
    await add('three', says('hello'));
    await level();
    const of = async (customerId: string | null, visitorId: string) =>
      (await index().conversationsOf({ customerId, visitorId }, 10)).map(
        (row) => row.conversationId,
      );
    expect(await of('lin', 'v-x')).toEqual(['two', 'one']);
    expect(await of(null, 'v-three')).toEqual(['three']);
  });
}
