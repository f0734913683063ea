import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createAudit, entryOfEvent, placeText } from '../../src/audit/index.ts';
import type { AuditRow, AuditStore, Store } from '../../src/store/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

async function opened(folder: string): Promise<Store & { readonly audit: AuditStore }> {
  const store = await openSqliteStore({ folder, clock: () => 0 });
  onTestFinished(() => store.close());
  if (!store.audit) throw new Error('the embedded store keeps a chain');
  return { ...store, audit: store.audit };
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-audit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function world() {
  const folder = await freshFolder();
  const store = await opened(folder);
  let nowMs = 1000;
  const clock = () => (nowMs += 1000);
  const open = (chain: AuditStore) => createAudit({ store: chain, clock, entryOf: entryOfEvent });
  return { folder, store, open, audit: open(store.audit) };
}

const entry = (kind: string, subject = 'conversation:c1') => ({
  kind,
  actor: 'agent:a1',
  subject,
  details: { b: 1, a: ['x'] },
});

test('entries stand in the order of their calls, each with the hash of the one before', async () => {
  const { audit } = await world();
  await Promise.all(
    Array.from({ length: 50 }, (_, at) => audit.record(entry('read.x', `c:${at}`))),
  );
  const rows = await audit.list({ after: 0, limit: 100 });
  expect(rows.map(({ subject }) => subject)).toEqual(
    Array.from({ length: 50 }, (_, at) => `c:${at}`),
  );
  expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  rows.forEach((row, at) => expect(row.previous).toBe(rows[at - 1]?.hash ?? ''));
  const last = rows.at(-1);
  expect(await audit.verify()).toEqual({
    kind: 'whole',
    after: 0,
    head: { n: 50, hash: last?.hash },
  });
});

test('two writers of one chain, as on two nodes, lose nothing and break nothing', async () => {
  const { audit, open, store } = await world();
  const other = open(store.audit);
  await Promise.all(
    Array.from({ length: 40 }, (_, at) => (at % 2 ? audit : other).record(entry(`read.${at}`))),
  );
  expect(await audit.verify()).toMatchObject({ kind: 'whole', head: { n: 40 } });
});

test('a list is narrowed by kind, family, actor, subject and time', async () => {
  const { audit } = await world();
  await audit.record(entry('sign_in.ok', 'desk'));
  await audit.record(entry('sign_in.failed', 'desk'));
  await audit.record({ ...entry('read.file', 'file:f'), actor: 'agent:b' });
  const kinds = async (query: object) =>
    (await audit.list({ after: 0, limit: 9, ...query })).map(({ kind }) => kind);
  expect(await kinds({ kind: 'sign_in.' })).toEqual(['sign_in.ok', 'sign_in.failed']);
  expect(await kinds({ kind: 'sign_in.ok' })).toEqual(['sign_in.ok']);
  expect(await kinds({ actor: 'agent:b' })).toEqual(['read.file']);
  expect(await kinds({ subject: 'desk', after: 1 })).toEqual(['sign_in.failed']);
  expect(await kinds({ fromMs: 3000, untilMs: 4000 })).toEqual(['sign_in.failed']);
});

const columns: readonly (keyof AuditRow)[] = [
  'n',
  'atMs',
  'kind',
  'actor',
  'subject',
  'details',
  'previous',
  'hash',
];

/** Another value of the same kind that differs in one byte or one bit. */
function flipped(value: string | number, at: number): string | number {
  if (typeof value === 'number') return value ^ 1;
  const bytes = Buffer.from(value);
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  return bytes.toString('latin1');
}

test.each(columns)('one changed byte of %s is found, and the entry named', async (column) => {
  const { folder, store, audit } = await world();
  for (let at = 0; at < 7; at += 1) await audit.record(entry('read.customer', `c:${at}`));
  await store.close();
  const name = column === 'atMs' ? 'at_ms' : column;
  for (const byte of [0, 1, 5]) {
    const database = new DatabaseSync(join(folder, 'kefu.db'));
    const former = database.prepare(`SELECT ${name} AS v FROM audit_entry WHERE n = 4`).get();
    const value = former?.['v'] as string | number;
    const changed = name === 'n' ? 40 + byte : flipped(value, byte);
    expect(changed).not.toBe(value);
    database.prepare(`UPDATE audit_entry SET ${name} = ? WHERE n = 4`).run(changed);
    database.close();
    const again = await opened(folder);
    const look = createAudit({ store: again.audit, clock: () => 0, entryOf: entryOfEvent });
    expect(await look.verify()).toMatchObject({ kind: 'broken', n: 4 });
    await again.close();
    const mend = new DatabaseSync(join(folder, 'kefu.db'));
    mend
      .prepare(`UPDATE audit_entry SET ${name} = ? WHERE n = ?`)
      .run(value, name === 'n' ? Number(changed) : 4);
    mend.close();
  }
});

test('an entry taken out of the middle is named, and so is one put in anew with a right hash of its own', async () => {
  const { folder, store, audit } = await world();
  for (let at = 0; at < 5; at += 1) await audit.record(entry('read.customer', `c:${at}`));
  const rows = await audit.list({ after: 0, limit: 10 });
  await store.close();
  const database = new DatabaseSync(join(folder, 'kefu.db'));
  database.exec('DELETE FROM audit_entry WHERE n = 3');
  database.close();
  const again = await opened(folder);
  const look = createAudit({ store: again.audit, clock: () => 0, entryOf: entryOfEvent });
  expect(await look.verify()).toEqual({ kind: 'broken', n: 3, why: 'missing' });
  expect(rows).toHaveLength(5);
});

test('a chain cut short at its end is found by the head that was noted elsewhere', async () => {
  const { folder, store, audit } = await world();
  for (let at = 0; at < 5; at += 1) await audit.record(entry('read.customer', `c:${at}`));
  const noted = await audit.head();
  await store.close();
  const database = new DatabaseSync(join(folder, 'kefu.db'));
  database.exec('DELETE FROM audit_entry WHERE n > 3');
  database.close();
  const again = await opened(folder);
  const look = createAudit({ store: again.audit, clock: () => 0, entryOf: entryOfEvent });
  expect(await look.verify()).toMatchObject({ kind: 'whole' });
  expect(await look.verify(noted)).toEqual({ kind: 'broken', n: 4, why: 'cut' });
  expect(placeText(noted)).toMatch(/^5:[0-9a-f]{64}$/);
});

test('retention takes the oldest entries and leaves a chain that is whole, with an entry that says so', async () => {
  const { audit, store } = await world();
  for (let at = 0; at < 20; at += 1) await audit.record(entry('read.customer', `c:${at}`));
  expect(await audit.pruneBefore(12_000, 6)).toBe(6);
  expect(await audit.pruneBefore(12_000, 100)).toBe(4);
  expect(await audit.pruneBefore(12_000, 100)).toBe(0);
  expect((await store.audit.anchor()).n).toBe(10);
  expect(await audit.verify()).toMatchObject({ kind: 'whole', after: 10, head: { n: 22 } });
  const told = await audit.list({ after: 0, limit: 100, kind: 'audit.pruned' });
  expect(told.map(({ details }) => JSON.parse(details) as { upTo: number })).toMatchObject([
    { upTo: 6 },
    { upTo: 10 },
  ]);
});
