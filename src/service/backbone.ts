import { createLocalBus, createPostgresBus, createRedisBus, type Bus } from '../bus/index.ts';
import { Fault, type Clock } from '../core/index.ts';
import type { Log } from '../ops/index.ts';
import { openPostgresStore, openSqliteStore, type Store } from '../store/index.ts';
import type { Config } from './config.ts';
import { openSecrets, type Secrets } from './secrets.ts';

/** What the parts of one node stand on, and several nodes share when they are given one database. */
export interface Backbone {
  readonly store: Store;
  readonly bus: Bus;
  readonly secrets: Secrets;
  /** Other nodes may work on the same store. */
  readonly isShared: boolean;
}

/** The embedded store and a bus in memory, or with `KEFU_DATABASE_URL` those of a cluster. */
export async function openBackbone(config: Config, clock: Clock, log: Log): Promise<Backbone> {
  const { dataFolder: folder, databaseUrl: url, busUrl } = config;
  if (url === undefined) {
    const store = await openSqliteStore({ folder, clock, log });
    const secrets = await openSecrets(folder);
    return { store, bus: createLocalBus(log), secrets, isShared: false };
  }
  const store = await openPostgresStore({ url, clock, log });
  const secrets = await shareSecrets(store, await openSecrets(folder));
  const bus =
    busUrl === undefined
      ? createPostgresBus({ url, log })
      : createRedisBus({ url: busUrl, namespace: store.epoch, log });
  return { store, bus, secrets, isShared: true };
}

const kind = 'installation';
const key = 'secrets';

/**
 * All nodes must read each other's tokens: the keys of whichever node came first are everybody's. The operator's key stays
 * the data folder's own, because whoever may read that folder is the operator.
 */
async function shareSecrets({ records }: Store, own: Secrets): Promise<Secrets> {
  const { session, codes, userToken } = own;
  await records.insert(kind, key, JSON.stringify({ session, codes, userToken }));
  const kept = await records.get(kind, key);
  if (kept === undefined) throw new Fault('internal', 'the shared keys are not there');
  return { ...own, ...(JSON.parse(kept) as Pick<Secrets, 'session' | 'codes' | 'userToken'>) };
}
