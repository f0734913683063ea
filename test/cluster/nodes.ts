import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSharedWallet, type SharedWallet } from './wallet.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startServer, type RunningServer } from '../support/server.ts';

/** Real processes on one real database. */
export interface Cluster {
  readonly database: PostgresServer;
  readonly databaseUrl: string;
  readonly wallet: SharedWallet;
  readonly nodes: RunningServer[];
  /** SIGKILL, and a new process in its place. */
  replace(index: number): Promise<void>;
  /** SIGTERM, and when the process is gone a new one in its place. Gives the exit code of the former. */
  roll(index: number): Promise<number | null>;
  stop(): Promise<void>;
}

export async function startCluster(
  count: number,
  {
    workspace = {},
    durable = false,
    customers = 0,
    env = {},
  }: {
    workspace?: object;
    durable?: boolean;
    customers?: number;
    env?: { readonly [name: string]: string };
  } = {},
): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-cluster-'));
  await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace));
  const database = await startPostgres({ durable });
  const wallet = await openSharedWallet(folder, customers);
  const databaseUrl = await database.database();
  const start = () =>
    startServer({
      folder,
      env: {
        ...wallet.env,
        KEFU_DATABASE_URL: databaseUrl,
        // The whole load comes from one address.
        KEFU_REQUESTS_PER_MINUTE: '1000000',
        ...env,
      },
    });
  const nodes: RunningServer[] = [];
  // One after the other: the first makes what all share.
  for (let i = 0; i < count; i += 1) nodes.push(await start());
  return {
    database,
    databaseUrl,
    wallet,
    nodes,
    replace: async (index) => {
      await nodes[index]?.kill();
      // As a supervisor does: a start whose own connection is cut in the middle ends by name and is begun again.
      for (let tries = 1; ; tries += 1) {
        try {
          nodes[index] = await start();
          return;
        } catch (error) {
          if (tries === 5 || !String(error).includes('store_failed')) throw error;
        }
      }
    },
    roll: async (index) => {
      const node = nodes[index];
      await node?.stop();
      nodes[index] = await start();
      return node?.process.exitCode ?? null;
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await wallet.close();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
