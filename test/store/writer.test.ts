import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createWriter } from '../../src/store/sqlite/writer.ts';
import type { Writer } from '../../src/store/sqlite/writer.ts';
import { sqliteError } from './support.ts';

interface Fixture {
  readonly writer: Writer;
  readonly disk: { fails: boolean };
  readonly said: readonly string[];
  readonly insert: (n: number) => Promise<void>;
  readonly stored: () => readonly unknown[];
}

function begin(): Fixture {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE t (n INTEGER); CREATE TABLE meta (key PRIMARY KEY, value)');
  const disk = { fails: false };
  const said: string[] = [];
  const say = (_fields: object, message: string): void => void said.push(message);
  const writer = createWriter({
    database,
    file: 'kefu.db',
    log: { info: say, warn: say, error: say },
    elapsedMs: () => 0,
    faults: {
      before: (point) => {
        if (point === 'commit' && disk.fails) throw sqliteError(10, 'disk I/O error');
      },
    },
  });
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  return {
    writer,
    disk,
    said,
    insert: (n) => writer.write(() => void insert.run(n)),
    stored: () =>
      database
        .prepare('SELECT n FROM t ORDER BY rowid')
        .all()
        .map((row) => row['n']),
  };
}

test('closing waits for what is queued and takes nothing new', async () => {
  const { writer, insert, stored } = begin();
  const queued = Promise.all([insert(1), insert(2)]);
  const closed = writer.close(1000);
  await expect(insert(3)).rejects.toMatchObject({ code: 'shutting_down' });
  await queued;
  await closed;
  expect(stored()).toEqual([1, 2]);
});

test('closing gives a failing disk its time, and succeeds when that was enough', async () => {
  const { writer, disk, insert, stored } = begin();
  disk.fails = true;
  const queued = insert(1);
  const health = writer.probe();
  const closed = writer.close(60_000);
  await expect(health).rejects.toMatchObject({ code: 'store_failed' });
  disk.fails = false;
  await Promise.all([queued, closed]);
  expect(stored()).toEqual([1]);
});

test('closing on a disk that keeps failing tells every waiting writer', async () => {
  const { writer, disk, insert, stored } = begin();
  disk.fails = true;
  const queued = [insert(1), insert(2)].map((write) =>
    expect(write).rejects.toMatchObject({ code: 'store_failed' }),
  );
  await writer.close(30);
  await Promise.all(queued);
  disk.fails = false;
  expect(stored()).toEqual([]);
});

test('a failing disk is told once, and once when it is well again', async () => {
  const { disk, insert, said, writer } = begin();
  disk.fails = true;
  const queued = insert(1);
  await expect(writer.probe()).rejects.toMatchObject({ code: 'store_failed' });
  await expect(writer.probe()).rejects.toMatchObject({ code: 'store_failed' });
  disk.fails = false;
  await queued;
  expect(said).toHaveLength(2);
  expect(said[0]).toContain('disk I/O error');
});
