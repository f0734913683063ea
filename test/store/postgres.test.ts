import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '../../src/store/index.ts';
import { storeContract } from '../contracts/store.ts';
import { startPostgres } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

storeContract(
  'the PostgreSQL store',
  async () => {
    const options = { url: await server.database(), clock: () => 0 };
    let store = await openPostgresStore(options);
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openPostgresStore(options);
        return store;
      },
      remove: () => store.close(),
    };
  },
  { modelShare: 0.25 },
);
