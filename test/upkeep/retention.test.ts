import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAudit, entryOfEvent } from '../../src/audit/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { evolve, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { createFiles } from '../../src/files/index.ts';
import { retain } from '../../src/upkeep/retention.ts';
import { workspaceSchema } from '../../src/workspace/index.ts';
import { known } from '../support/desk-service.ts';
import { openTestStore } from '../support/stores.ts';
import { conversation, message } from '../contracts/store/support.ts';

const dayMs = 24 * 60 * 60_000;
const secret = 'my grandmother was in the shop';

async function world(retention: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-retention-'));
  let nowMs = 10_000 * dayMs;
  const clock = () => nowMs;
  const store = await openTestStore({ folder, clock });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { records, conversations } = store;
  const files = createFiles({ folder, records, clock, randomId: randomUUID });
  const audit = createAudit({ store: known(store.audit), clock, entryOf: entryOfEvent });
  const workspace = workspaceSchema.parse({ retention });
  return {
    store,
    files,
    audit,
    pass: (days: number) => {
      nowMs += days * dayMs;
    },
    nowMs: clock,
    run: () =>
      retain({ store, files, audit, workspace: () => workspace, clock, randomId: randomUUID }),
    /** Appends with the snapshot that they fold to. */
    says: async (id: ConversationId, ...events: readonly ConversationEvent[]) => {
      const stored = await conversations.load(id);
      const state = stored
        ? stored.tail.reduce(evolve, stored.snapshot ?? initialState)
        : initialState;
      const version = stored?.version ?? 0;
      const snapshot = events
        .map((event, at) => ({ pos: version + at + 1, atMs: nowMs, event }))
        .reduce(evolve, state);
      return conversations.append({
        conversationId: id,
        create: { visitorId: 'v1', channel: 'web' },
        atMs: nowMs,
        expect: version,
        dedupe: { key: randomUUID(), fingerprint: 'f' },
        events,
        snapshot,
        outbox: [{ id: randomUUID(), kind: 'turn', payload: { secret }, dueAtMs: nowMs }],
      });
    },
    all: async (id: ConversationId) => conversations.readAll(id, 0, 1000),
  };
}

type World = Awaited<ReturnType<typeof world>>;

const started: ConversationEvent = {
  type: 'conversation.started',
  channel: 'web',
  language: 'en',
  visitorId: 'v1',
};

/** Everything due is done. */
async function settleAll({ store, nowMs }: World): Promise<void> {
  for (const { id } of await store.outbox.claim(nowMs(), 100, 1000)) await store.outbox.settle(id);
}

test('after so many days a conversation loses its words and keeps its events; the log folds and search finds nothing', async () => {
  const it = await world();
  const c = conversation('old');
  await it.says(c, started, message('m1', secret));
  while ((await it.store.deskIndex.follow(100)) > 0);
  await settleAll(it);
  it.pass(729);
  expect(await it.run()).toMatchObject({ conversations: 0 });
  expect(JSON.stringify(await it.all(c))).toContain('grandmother');
  const before = await it.all(c);
  it.pass(2);
  expect(await it.run()).toMatchObject({ conversations: 1 });
  const after = await it.all(c);
  expect(JSON.stringify(after)).not.toContain('grandmother');
  expect(after.map(({ pos, seq, atMs, event }) => [pos, seq, atMs, event.type])).toEqual(
    before.map(({ pos, seq, atMs, event }) => [pos, seq, atMs, event.type]),
  );
  const stored = known(await it.store.conversations.load(c));
  expect(after.reduce(evolve, initialState)).toEqual(
    stored.tail.reduce(evolve, known(stored.snapshot)),
  );
  const { hits } = await it.store.deskIndex.search({ text: 'grandmother', limit: 10 });
  expect(hits).toEqual([]);
  expect(await it.run()).toMatchObject({ conversations: 0, hasMore: false });
});

test('what people have in hand, or what still has work to do, is never touched', async () => {
  const it = await world();
  const busy = conversation('busy');
  await it.says(busy, started, message('m1', secret));
  const held = conversation('held');
  await it.says(held, started, message('m2', secret), {
    type: 'handoff.requested',
    reason: 'asked',
    priority: 'normal',
    queue: 'default',
    by: 'customer',
  });
  it.pass(5000);
  const rows = await it.store.outbox.claim(it.nowMs(), 100, 1000);
  for (const row of rows) if (row.conversationId === held) await it.store.outbox.settle(row.id);
  expect(await it.run()).toMatchObject({ conversations: 0 });
  expect(JSON.stringify(await it.all(busy))).toContain('grandmother');
  expect(JSON.stringify(await it.all(held))).toContain('grandmother');
});

test('files go before the words, once, and are not looked for again', async () => {
  const it = await world({ fileDays: 100 });
  const c = conversation('with-file');
  const body = (async function* () {
    yield new TextEncoder().encode('a plain text file');
  })();
  const ref = await it.files.put({ conversationId: c, senderId: 'v1', name: 'a.txt', body });
  await it.files.claim([ref.id], { conversationId: c, senderId: 'v1', cid: 'm1' });
  await it.says(c, started, { type: 'message.received', cid: 'm1', text: secret, files: [ref] });
  await settleAll(it);
  it.pass(101);
  expect(await it.run()).toMatchObject({ files: 1, conversations: 0 });
  expect(await it.files.find(ref.id)).toBeUndefined();
  expect(JSON.stringify(await it.all(c))).toContain('grandmother');
  expect(await it.run()).toMatchObject({ files: 0, conversations: 0 });
});

test('finished work and dedupe keys go after their days; unfinished work stays', async () => {
  const it = await world();
  const c = conversation('work');
  await it.says(c, started);
  await it.says(c, message('m1'));
  const [first] = await it.store.outbox.claim(it.nowMs(), 1, 1000);
  await it.store.outbox.settle(known(first).id);
  it.pass(91);
  expect(await it.run()).toMatchObject({ work: 1, keys: 2 });
  expect(await it.store.outbox.claim(it.nowMs(), 10, 1000)).toHaveLength(1);
});

test('the audit chain is kept longest, loses its oldest entries, and verifies after each run', async () => {
  const it = await world({ conversationDays: 10, auditDays: 30 });
  const entry = { kind: 'read.customer', actor: 'agent:a', subject: 'conversation:c', details: {} };
  for (let at = 0; at < 5; at += 1) await it.audit.record(entry);
  it.pass(20);
  await it.audit.record(entry);
  expect(await it.run()).toMatchObject({ auditEntries: 0 });
  it.pass(11);
  expect(await it.run()).toMatchObject({ auditEntries: 5 });
  expect(await it.audit.verify()).toMatchObject({ kind: 'whole', after: 5 });
  const told = await it.audit.list({ after: 0, limit: 10, kind: 'retention.run' });
  expect(told.at(-1)?.details).toContain('"auditEntries":5');
});

test('0 days keep for ever, and a chain that would go before the words is refused as a setting', async () => {
  const it = await world({ conversationDays: 0, fileDays: 0, auditDays: 0 });
  await it.says(conversation('ever'), started, message('m1', secret));
  await settleAll(it);
  it.pass(9000);
  expect(await it.run()).toMatchObject({ conversations: 0, files: 0, auditEntries: 0 });
  expect(() =>
    workspaceSchema.parse({ retention: { conversationDays: 100, auditDays: 50 } }),
  ).toThrow(/conversationDays/);
  expect(() =>
    workspaceSchema.parse({ retention: { conversationDays: 0, auditDays: 50 } }),
  ).toThrow(/auditDays/);
});
