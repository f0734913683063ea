import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConversationId, type ConversationId } from '../../src/core/index.ts';
import { initialState } from '../../src/dialogue/index.ts';
import { openSqliteStore, type Store } from '../../src/store/index.ts';
import { createTicketNews, ticketsOf, type TicketNews } from '../../src/service/ticket-news.ts';
import { openSandboxWallet, type Sandbox } from '../../src/wallet/index.ts';
import { keysOnly } from '../support/plain-talk.ts';

const customerId = 'lin-wei';

let folder: string;
let store: Store;
let wallet: Sandbox;
let news: TicketNews;
let conv: ConversationId;
let nowMs: number;
let asked: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-tickets-'));
  nowMs = 1_800_000_000_000;
  asked = 0;
  const clock = () => (nowMs += 1000);
  store = await openSqliteStore({ folder, clock });
  wallet = await openSandboxWallet({ folder, clock });
  const id = parseConversationId(`c_${randomUUID()}`);
  if (!id) throw new Error('no id');
  conv = id;
  await begin('es');
  news = newsOf();
});

afterEach(async () => {
  await news.stop();
  wallet.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** As a node makes it; a second one stands for a second node, or for this one after a restart. */
function newsOf(): TicketNews {
  return createTicketNews({
    wallet: {
      listTickets: (call) => {
        asked += 1;
        return wallet.listTickets(call);
      },
    },
    conversations: store.conversations,
    turns: {
      announce: async (conversationId, key, event) => {
        const dedupe = { key, fingerprint: '' };
        await store.conversations.append({ conversationId, dedupe, atMs: nowMs, events: [event] });
      },
    },
    phrasebook: () => keysOnly,
    clock: () => nowMs,
    log: { warn: () => undefined },
  });
}

async function begin(language: string): Promise<void> {
  const started = {
    type: 'conversation.started',
    channel: 'web',
    language,
    visitorId: 'v',
  } as const;
  await store.conversations.append({
    conversationId: conv,
    create: { visitorId: 'v', channel: 'web' },
    expect: 0,
    atMs: (nowMs += 1000),
    events: [started],
    snapshot: { ...initialState, started: true, customerId, language },
  });
}

async function openTicket(): Promise<string> {
  const call = { customerId, type: 'complaint', details: {}, idempotencyKey: randomUUID() };
  const answer = await wallet.openTicket(call);
  if (answer.kind !== 'ok') throw new Error(answer.kind);
  return answer.result.id;
}

async function told(): Promise<readonly string[]> {
  const events = await store.conversations.readAll(conv, 0, 100);
  return events.flatMap(({ seq, event }) =>
    event.type === 'ticket.changed'
      ? [`${seq} ${event.language} ${event.ticketId} ${event.state}`]
      : [],
  );
}

test('a ticket that moves is told once, to the customer, in the language of the conversation', async () => {
  const id = await openTicket();
  news.visit(customerId);
  await news.look();
  expect(await told()).toEqual([]);
  wallet.office.moveTicket(id, 'in_progress');
  await news.look();
  await news.look();
  expect(await told()).toEqual([`1 es ${id} in_progress`]);
  wallet.office.moveTicket(id, 'solved');
  await news.look();
  expect(await told()).toEqual([`1 es ${id} in_progress`, `2 es ${id} solved`]);
});

test('what moved while nobody was here is told at the next visit, the latest move only', async () => {
  const id = await openTicket();
  wallet.office.moveTicket(id, 'in_progress');
  wallet.office.moveTicket(id, 'solved');
  await news.look();
  expect(await told()).toEqual([]);
  news.visit(customerId);
  await news.look();
  expect(await told()).toEqual([`1 es ${id} solved`]);
});

test('two nodes that look at the same moment, and one after a restart, tell it once', async () => {
  const id = await openTicket();
  wallet.office.moveTicket(id, 'in_progress');
  const nodes = [news, newsOf(), newsOf()];
  for (const node of nodes) node.visit(customerId);
  await Promise.all(nodes.map((node) => node.look()));
  expect(await told()).toEqual([`1 es ${id} in_progress`]);
});

test('the same state twice over is told twice: opened again and solved again', async () => {
  const id = await openTicket();
  news.visit(customerId);
  for (const state of ['solved', 'open', 'solved'] as const) {
    wallet.office.moveTicket(id, state);
    await news.look();
  }
  expect(await told()).toEqual([`1 es ${id} solved`, `2 es ${id} open`, `3 es ${id} solved`]);
});

test('what happened before the conversation began is no news', async () => {
  const id = await openTicket();
  wallet.office.moveTicket(id, 'solved');
  conv = parseConversationId(`c_${randomUUID()}`) ?? conv;
  await begin('en');
  news.visit(customerId);
  await news.look();
  expect(await told()).toEqual([]);
});

test('nobody’s tickets are asked for when nobody was here, or for longer than half a day', async () => {
  await news.look();
  expect(asked).toBe(0);
  news.visit(customerId);
  await news.look();
  nowMs += 13 * 60 * 60_000;
  await news.look();
  expect(asked).toBe(1);
});

test('the list is the customer’s own, newest first; without an answer of the wallet it says so', async () => {
  const first = await openTicket();
  const second = await openTicket();
  const ids = (await ticketsOf(wallet, customerId)).map(({ id }) => id);
  expect(ids.slice(0, 2)).toEqual([second, first]);
  expect(await ticketsOf(wallet, 'nobody')).toEqual([]);
  const mute = { listTickets: async () => ({ kind: 'unknown' }) as const };
  await expect(ticketsOf(mute, customerId)).rejects.toMatchObject({ code: 'wallet_failed' });
});
