import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { encode } from '../../src/core/index.ts';
import { openSqliteStore, type Store } from '../../src/store/index.ts';
import { migrate, readMigrations } from '../../src/store/sqlite/migrate.ts';
import { heldBy, queued, state } from '../contracts/store/support.ts';

let folder = '';
let store: Store | undefined;
afterEach(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

test('conversations written before hand-off had its columns are in their lists afterwards, in the order of service', async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-migration-'));
  const old = new DatabaseSync(join(folder, 'kefu.db'));
  // The mark by which the store knows its own file.
  old.exec('PRAGMA application_id = 1264936565');
  migrate(old, readMigrations().slice(0, 1), 1);
  const insert = old.prepare(
    "INSERT INTO conversation (id, visitor_id, channel, language, version, seq, input_pos, handled_pos, unhandled, owner, agent_id, priority, queue, reason, closed, since_ms, last_at_ms) VALUES (?, 'v', 'web', 'en', 1, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, 9)",
  );
  const hour = 3_600_000;
  insert.run('normal', 'queue', null, 2, 'default', 'asked', 0, hour);
  insert.run('security', 'queue', null, 0, 'default', 'asked', 0, 1.5 * hour);
  insert.run('long', 'queue', null, 2, 'default', 'asked', 0, 0);
  insert.run('had', 'agent', 'a1', null, null, null, 0, 5);
  insert.run('over', 'bot', null, null, null, null, 1, 5);
  const snapshot = old.prepare(
    'INSERT INTO snapshot SELECT n, 1, ? FROM conversation WHERE id = ?',
  );
  snapshot.run(encode(state({ owner: heldBy('a1', 5) })), 'had');
  snapshot.run(encode(state({ owner: queued(hour) })), 'normal');
  old.close();

  store = await openSqliteStore({ folder, clock: Date.now });
  const { conversations } = store;
  const ids = async (list: 'queue' | 'mine' | 'team' | 'closed') =>
    (await conversations.inbox({ list, agentId: 'a1', limit: 9 })).map((row) => row.conversationId);
  expect(await ids('queue')).toEqual(['long', 'security', 'normal']);
  expect(await ids('mine')).toEqual(['had']);
  expect(await ids('team')).toEqual(['had']);
  expect(await ids('closed')).toEqual(['over']);
  const [row] = await conversations.inbox({ list: 'mine', agentId: 'a1', limit: 1 });
  expect(row).toMatchObject({ state: 'agent', agentName: 'a1' });
  const nothing = { offered: 0, wrapUp: 0, snoozed: 0 };
  expect(await conversations.agentLoads()).toEqual([{ agentId: 'a1', open: 1, ...nothing }]);
});
