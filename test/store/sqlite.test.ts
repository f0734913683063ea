import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/index.ts';
import type { SqliteStoreOptions } from '../../src/store/index.ts';
import { storeContract } from '../contracts/store.ts';

storeContract('the SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-store-'));
  const options: SqliteStoreOptions = { folder, clock: () => 0 };
  let store = await openSqliteStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openSqliteStore(options);
      return store;
    },
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
