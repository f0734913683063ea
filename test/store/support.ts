import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/store/index.ts';
import type { SqliteStoreOptions, Store } from '../../src/store/index.ts';

/** A folder of its own, removed when the test is over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that is closed when the test is over. */
export async function openIn(
  folder: string,
  options: Partial<SqliteStoreOptions> = {},
): Promise<Store> {
  const store = await openSqliteStore({ folder, clock: () => 0, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** What SQLite throws for a result code. */
export function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}

/** Lets everything run that is due in this round of the event loop and the next few. */
export async function rounds(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise's state without waiting for it. */
export function watchPromise<T>(promise: Promise<T>): {
  done: boolean;
  readonly promise: Promise<T>;
} {
  const watched = { done: false, promise };
  const finish = (): void => {
    watched.done = true;
  };
  promise.then(finish, finish);
  return watched;
}
