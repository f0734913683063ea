import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { moveToPostgres, openPostgresStore } from '../../src/store/index.ts';
import type { AuditRow, Store } from '../../src/store/index.ts';
import { c1, conversation, heldBy, message, place, queued } from '../contracts/store/support.ts';
import { execute, startPostgres } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { freshFolder, openIn } from './support.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const clock = () => 0;

async function fill(store: Store): Promise<void> {
  await place(store, c1, 1, { owner: queued(5), customerId: 'lin' });
  await place(store, conversation('held'), 2, { owner: heldBy('a1', 3), risk: 40 });
  for (let i = 0; i < 1200; i += 1) {
    void store.conversations.append({
      conversationId: conversation(`many-${i % 40}`),
      create: { visitorId: `v${i % 40}`, channel: 'web' },
      dedupe: { key: `m${i}`, fingerprint: `f${i}` },
      atMs: i,
      events: [message(`m${i}`, `words with a \0 and 退款 ${i}`)],
      outbox: [{ id: `e${i}`, kind: 'timer', payload: { i }, dueAtMs: i }],
    });
  }
  await store.outbox.claim(10, 3, 1000);
  await store.records.insert('agent', 'a1', '{"name":"Ann"}');
  await store.records.insert('jti', 'used', '', 99);
  const entry: AuditRow = {
    n: 1,
    atMs: 1,
    kind: 'k',
    actor: 'a',
    subject: 's',
    details: '{}',
    previous: '',
    hash: 'h',
  };
  await store.audit?.append({ n: 0, hash: '' }, [entry]);
}

async function look(store: Store) {
  const ids = [c1, conversation('held'), conversation('many-7')];
  return {
    epoch: store.epoch,
    loaded: await Promise.all(ids.map((id) => store.conversations.load(id))),
    queue: await store.conversations.inbox({ list: 'queue', limit: 10 }),
    mine: await store.conversations.inbox({ list: 'mine', agentId: 'a1', limit: 10 }),
    bot: (await store.conversations.inbox({ list: 'bot', limit: 100 })).map(
      ({ conversationId }) => conversationId,
    ),
    found: await store.conversations.findByCustomer('lin'),
    agents: await store.records.list('agent', 10),
    chain: await store.audit?.head(),
    unfinished: await store.outbox.recover(),
    due: await store.outbox.nextDueMs(),
  };
}

test('a shop that moves has every conversation, list, effect, record and audit entry as before, and goes on', async () => {
  const folder = await freshFolder();
  const before = await openIn(folder);
  await fill(before);
  await before.records.get('agent', 'a1');
  const was = await look(before);
  await before.close();

  const url = await server.database();
  const moved = await moveToPostgres({ folder, url, clock });
  const rows = Object.fromEntries(moved.map(({ table, rows: count }) => [table, count]));
  expect(rows).toMatchObject({ conversation: 42, event: 1202, accepted: 1200, outbox: 1200 });

  const after = await openPostgresStore({ url, clock });
  onTestFinished(() => after.close());
  const is = await look(after);
  expect({ ...is, unfinished: 0 }).toEqual({ ...was, unfinished: 0 });
  expect(is.unfinished).toBe(was.unfinished);
  // A repeat of what the former store accepted is known, and new events come behind the old ones.
  const repeat = {
    conversationId: conversation('many-7'),
    dedupe: { key: 'm7', fingerprint: 'f7' },
    atMs: 9,
    events: [message('m7')],
  };
  expect((await after.conversations.append(repeat)).kind).toBe('duplicate');
  const last = await after.webhooks.lastEvent();
  await place(after, conversation('new'), 3, {});
  expect(await after.webhooks.lastEvent()).toBeGreaterThan(last);
  while ((await after.deskIndex.follow(500)) > 0);
  expect((await after.deskIndex.search({ text: '退款 1199', limit: 5 })).hits).toHaveLength(1);
});

test('a database that is in use is refused and stays as it is, and so is a folder whose service runs', async () => {
  const folder = await freshFolder();
  const running = await openIn(folder);
  const url = await server.database();
  await expect(moveToPostgres({ folder, url, clock })).rejects.toMatchObject({
    code: 'data_folder_in_use',
  });
  await place(running, c1, 1, {});
  await running.close();
  const used = await openPostgresStore({ url, clock });
  onTestFinished(() => used.close());
  await used.records.insert('agent', 'theirs', 'x');
  await expect(moveToPostgres({ folder, url, clock })).rejects.toMatchObject({ code: 'conflict' });
  expect(await used.conversations.load(c1)).toBeUndefined();
});

test('a move that arrives otherwise than it left is refused and leaves nothing behind', async () => {
  const folder = await freshFolder();
  const before = await openIn(folder);
  await place(before, c1, 1, {});
  await before.close();
  const url = await server.database();
  await (await openPostgresStore({ url, clock })).close();
  // A trigger stands in for whatever may change rows on their way.
  await execute(
    url,
    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := NEW.body || ' '; RETURN NEW; END $$; CREATE TRIGGER spoil BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION spoil()",
  );
  await expect(moveToPostgres({ folder, url, clock })).rejects.toMatchObject({
    code: 'store_failed',
  });
  const after = await openPostgresStore({ url, clock });
  onTestFinished(() => after.close());
  expect(await after.conversations.load(c1)).toBeUndefined();
});
