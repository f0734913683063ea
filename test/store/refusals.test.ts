import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Fault } from '../../src/core/index.ts';
import { checkPast, digest, readMigrationsIn } from '../../src/store/migrations.ts';
import { capReason, toOutboxRow } from '../../src/store/outbox-rows.ts';
import { readWholeLog } from '../../src/store/index.ts';
import { listOf, readCursor, toInboxRow } from '../../src/store/inbox-lists.ts';
import {
  asFault,
  corruptFault,
  isCorrupt,
  isLocked,
  isPassing,
  resultCode,
} from '../../src/store/sqlite/errors.ts';
import { readMigrations } from '../../src/store/sqlite/migrate.ts';
import { c1, message } from '../contracts/store/support.ts';
import { freshFolder, openIn, sqliteError } from './support.ts';

describe('what SQLite throws', () => {
  test('is known by its primary code, and nothing else is taken for its', () => {
    expect(resultCode(sqliteError(5, 'locked'))).toBe(5);
    expect(resultCode(sqliteError(5 + 256 * 3, 'locked'))).toBe(5);
    for (const other of [new Error('x'), { errcode: 5 }, 'x', undefined]) {
      expect(resultCode(other)).toBeUndefined();
    }
    expect(resultCode(Object.assign(new Error('x'), { errcode: '5' }))).toBeUndefined();
  });

  test('passes by itself, is for good, or is damage', () => {
    const codes = Array.from({ length: 27 }, (_, code) => code);
    const of = (is: (error: unknown) => boolean) =>
      codes.filter((code) => is(sqliteError(code, 'x')));
    expect(of(isPassing)).toEqual([3, 5, 6, 7, 8, 9, 10, 13, 14]);
    expect(of(isCorrupt)).toEqual([11, 26]);
    expect(of(isLocked)).toEqual([5]);
    expect(isPassing(new Error('x'))).toBe(false);
  });

  test('is told by whose it is to mend, with the file and what was said', () => {
    const [full, damage, bug] = [
      sqliteError(13, 'disk is full'),
      sqliteError(11, 'malformed'),
      sqliteError(19, 'UNIQUE'),
    ];
    expect(asFault(full, '/d/kefu.db')).toMatchObject({
      code: 'store_failed',
      message: 'the store cannot work on /d/kefu.db: disk is full',
      cause: full,
    });
    expect(asFault(damage, '/d/kefu.db')).toMatchObject({
      code: 'store_corrupt',
      message:
        '/d/kefu.db is damaged (malformed). Restore a backup of it, or move it away to start with an empty log.',
      cause: damage,
    });
    expect(asFault(bug, '/d/kefu.db')).toMatchObject({
      code: 'internal',
      message: 'the store met a bug: UNIQUE',
      cause: bug,
    });
    expect(asFault('odd', '/d/kefu.db').message).toBe('the store met a bug: odd');
    const ours = new Fault('not_found', 'Nothing.');
    expect(asFault(ours, '/d/kefu.db')).toBe(ours);
    expect(corruptFault('/d/kefu.db').message).toMatch(/^\/d\/kefu\.db is damaged\. /);
  });
});

describe('a folder of migrations', () => {
  async function folderWith(files: Readonly<Record<string, string>>): Promise<URL> {
    const folder = await mkdtemp(join(tmpdir(), 'kefu-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return pathToFileURL(`${folder}/`);
  }

  test('is read in the order of its numbers, whatever else lies there and however lines end', async () => {
    const from = await folderWith({
      '0002-two-more.sql': 'B;',
      '0001-one.sql': 'A;\r\nA2;',
      'notes.md': 'x',
    });
    expect(readMigrationsIn(from)).toEqual([
      { number: 1, name: 'one', sql: 'A;\nA2;' },
      { number: 2, name: 'two-more', sql: 'B;' },
    ]);
  });

  test.each([
    ['0002-first.sql', '0001'],
    ['1-one.sql', '0001'],
    ['0001-One.sql', '0001'],
    ['0001.sql', '0001'],
    ['x0001-one.sql', '0001'],
  ])('with %s in the wrong place is refused with the name that it should have', async (file, n) => {
    const from = await folderWith({ [file]: '' });
    expect(() => readMigrationsIn(from)).toThrow(
      expect.objectContaining({
        code: 'internal',
        message: `migration ${file} should be named ${n}-….sql`,
      }) as Error,
    );
  });

  test('fits a database that has run the same ones, or fewer', () => {
    const known = [
      { number: 1, name: 'one', sql: 'A' },
      { number: 2, name: 'two', sql: 'B' },
    ];
    const ran = known.map((one) => ({ digest: digest(one) }));
    expect(() => checkPast([], known)).not.toThrow();
    expect(() => checkPast(ran.slice(0, 1), known)).not.toThrow();
    expect(() => checkPast(ran, known)).not.toThrow();
    expect(() => checkPast(ran, known.slice(0, 1))).toThrow(
      expect.objectContaining({
        code: 'bad_config',
        message:
          'the data was written by a newer Kefu (its tables are at version 2, this program knows 1). Start the newer program, or restore a backup made before the update.',
      }) as Error,
    );
    expect(() => checkPast([{ digest: 'other' }], known)).toThrow(
      expect.objectContaining({
        code: 'bad_config',
        message:
          "the tables were made by another migration 1 (one) than this program's. Start the program that wrote the data.",
      }) as Error,
    );
  });
});

describe('rows of both databases', () => {
  test('of the outbox give what was asked, and reasons of others are cut', () => {
    const row = { id: 'e1', conversationId: c1, kind: 'x', dueAtMs: 1, attempts: 2 };
    expect(toOutboxRow({ ...row, n: 7, payload: '{"a":1}' })).toEqual({
      ...row,
      payload: { a: 1 },
    });
    expect(capReason('x'.repeat(501))).toHaveLength(500);
  });

  const stored = {
    id: c1,
    visitorId: 'v',
    customerId: null,
    channel: 'web',
    language: 'en',
    owner: 'queue',
    stage: 'offered',
    agentId: 'a-1',
    agentName: 'Ana',
    offerId: 'o-1',
    priority: 1,
    queue: 'default',
    reason: 'asked',
    sinceMs: 5,
    rankMs: 3,
    dueMs: 9,
    risk: 7,
    lastAtMs: 6,
    closed: 0,
    version: 2,
    preview: null,
    previewBy: null,
  } as const;

  test('of the lists name whom a conversation is offered to, and not as who has it', () => {
    const row = toInboxRow(stored, ['rank_ms']);
    expect(row).toMatchObject({
      conversationId: c1,
      state: 'offered',
      agentId: null,
      agentName: null,
      offer: { offerId: 'o-1', agentId: 'a-1', agentName: 'Ana', untilMs: 9 },
      priority: 'money',
      closed: false,
      cursor: '3.0.c1',
    });
    expect(row).not.toHaveProperty('rankMs');
    const held = toInboxRow({ ...stored, stage: 'agent', offerId: null, closed: 1 }, ['due_ms']);
    expect(held).toMatchObject({
      agentId: 'a-1',
      agentName: 'Ana',
      offer: null,
      closed: true,
      cursor: '9.0.c1',
    });
    for (const odd of [{ offerId: null }, { agentId: null }, { stage: 'queued' }] as const) {
      expect(toInboxRow({ ...stored, ...odd }, ['rank_ms']).offer).toBeNull();
    }
    const bare = toInboxRow({ ...stored, agentName: null, dueMs: null, priority: null }, [
      'risk',
      'since_ms',
    ]);
    expect(bare).toMatchObject({ priority: null, cursor: '7.5.c1' });
    expect(bare.offer).toMatchObject({ agentName: '', untilMs: 0 });
    expect(toInboxRow({ ...stored, rankMs: null }, ['rank_ms']).cursor).toBe('0.0.c1');
  });

  test('are asked for by the list and what narrows it', () => {
    const limit = 1;
    expect(listOf({ list: 'queue', limit })).toEqual(['queue', []]);
    expect(listOf({ list: 'queue', queue: 'q', limit })).toEqual(['queueOf', ['q']]);
    expect(listOf({ list: 'team', limit })).toEqual(['team', []]);
    expect(listOf({ list: 'team', queue: 'q', limit })).toEqual(['teamOf', ['q']]);
    expect(listOf({ list: 'mine', agentId: 'a', limit })).toEqual(['mine', ['a']]);
    expect(listOf({ list: 'mine', limit })).toEqual(['mine', ['']]);
    expect(listOf({ list: 'offered', agentId: 'a', limit })).toEqual(['offered', ['a']]);
    expect(listOf({ list: 'snoozed', limit })).toEqual(['snoozed', []]);
    expect(listOf({ list: 'snoozed', agentId: 'a', limit })).toEqual(['snoozedOf', ['a']]);
    expect(listOf({ list: 'bot', limit })).toEqual(['bot', []]);
    expect(listOf({ list: 'closed', agentId: 'a', queue: 'q', limit })).toEqual(['closed', []]);
  });

  test('go on after the cursor of a row and after nothing else', () => {
    expect(readCursor(undefined, 1)).toBeUndefined();
    expect(readCursor('3.0.c1', 1)).toEqual([3, 'c1']);
    expect(readCursor('-7.5.c.1', 2)).toEqual([-7, 5, 'c.1']);
    expect(readCursor(`1.1.${'x'.repeat(128)}`, 1)).toEqual([1, 'x'.repeat(128)]);
    expect(readCursor('7.-1700000000000000.c1', 2)).toEqual([7, -1_700_000_000_000_000, 'c1']);
    const odd = ['', 'c1', '3.c1', '3.0.', 'x3.0.c1', '3.5', `${'1'.repeat(17)}.0.c1`];
    for (const after of [...odd, `1.${'1'.repeat(17)}.c1`, `1.1.${'x'.repeat(129)}`]) {
      expect(() => readCursor(after, 1)).toThrow(
        expect.objectContaining({
          code: 'bad_request',
          message: '`after` must be the `cursor` of a row of this list',
        }) as Error,
      );
    }
  });
});

test('a whole log is read page by page, also when it ends with a full one', async () => {
  const asked: number[] = [];
  const conversations = (length: number) => ({
    readAll: async (_id: unknown, after: number, limit: number) => {
      asked.push(after);
      const size = Math.min(limit, length - after);
      return Array.from({ length: size }, (_, n) => ({
        pos: after + n + 1,
        atMs: 0,
        event: message('m'),
      }));
    },
  });
  expect(await readWholeLog(conversations(1200), c1)).toHaveLength(1200);
  expect(asked).toEqual([0, 500, 1000]);
  asked.length = 0;
  const full = await readWholeLog(conversations(500), c1);
  expect(full.map(({ pos }) => pos)).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
  expect(asked).toEqual([0, 500]);
});

test('a file in which a row breaks the rules of its table is refused as damaged, with which', async () => {
  const folder = await freshFolder();
  await (await openIn(folder)).close();
  const database = new DatabaseSync(join(folder, 'kefu.db'), { defensive: false });
  const schema = (from: string, to: string) =>
    database.exec(
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = 'meta'; PRAGMA writable_schema = RESET`,
    );
  schema('value TEXT NOT NULL', 'value TEXT');
  database.exec("INSERT INTO meta (key, value) VALUES ('odd', NULL)");
  schema('value TEXT', 'value TEXT NOT NULL');
  database.close();
  await expect(openIn(folder)).rejects.toMatchObject({
    code: 'store_corrupt',
    message: expect.stringContaining('NULL value in meta.value') as string,
  });
});

test('a store says once that its tables were brought up to date, and by how many steps', async () => {
  const folder = await freshFolder();
  const told: unknown[][] = [];
  const note = (...line: unknown[]) => void told.push(line);
  const log = { info: note, warn: note, error: note };
  await (await openIn(folder, { log })).close();
  expect(told).toEqual([
    [{ ran: readMigrations().length }, 'the tables of the store are up to date'],
  ]);
  await (await openIn(folder, { log })).close();
  expect(told).toHaveLength(1);
});

test('a folder that is in use is refused with what to do, and which it is', async () => {
  const folder = await freshFolder();
  await openIn(folder);
  await expect(openIn(folder)).rejects.toMatchObject({
    code: 'data_folder_in_use',
    message: `the data folder ${folder} is in use by another running Kefu. One process may work in it: stop the other one, or set another folder.`,
    cause: expect.anything() as unknown,
  });
});

test('a database that another program has locked is refused as in use, and is taken when it is free', async () => {
  const folder = await freshFolder();
  await (await openIn(folder)).close();
  const other = new DatabaseSync(join(folder, 'kefu.db'));
  other.exec('BEGIN EXCLUSIVE');
  await expect(openIn(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' });
  other.exec('ROLLBACK');
  other.close();
  const store = await openIn(folder);
  expect(
    (
      await store.conversations.append({
        conversationId: c1,
        create: { visitorId: 'v', channel: 'web' },
        atMs: 1,
        events: [message('m1')],
      })
    ).kind,
  ).toBe('committed');
});

test('a data folder that cannot be made is told as what the operator has to set', async () => {
  const folder = await freshFolder();
  await writeFile(join(folder, 'file'), '');
  const inside = join(folder, 'file/data');
  await expect(openIn(inside)).rejects.toMatchObject({
    code: 'bad_config',
    message: `the data folder ${inside} cannot be made`,
    cause: expect.anything() as unknown,
  });
  await mkdir(join(folder, 'kefu.db'));
  await expect(openIn(folder)).rejects.toMatchObject({ code: 'store_failed' });
});
