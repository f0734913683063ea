import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { Fault } from '../../core/index.ts';
import type { Clock } from '../../core/index.ts';
import { prepare } from '../change.ts';
import { silentLog } from '../log.ts';
import type { StoreLog } from '../log.ts';
import { readMigrationsIn } from '../migrations.ts';
import type { AppendResult, ConversationStore, Store } from '../ports.ts';
import { createAuditStore } from './audit.ts';
import { createBlobs } from './blobs.ts';
import { connectAlone, openDatabase, placeOf } from './connection.ts';
import type { Database } from './connection.ts';
import { createCounts } from './counts.ts';
import { createDeskIndex } from './desk-index.ts';
import { asFault, isPassing } from './errors.ts';
import { createHandoffReads } from './handoff-reads.ts';
import { raiseBase } from './horizon.ts';
import { createInbox } from './inbox.ts';
import { migrate } from './migrate.ts';
import { holdNode, registerNode } from './nodes.ts';
import { createOutbox } from './outbox.ts';
import { createLogReads } from './reads.ts';
import { createPersonal } from './personal.ts';
import { createRecords } from './records.ts';
import { createRetention } from './retention.ts';
import { createWebhooks } from './webhooks.ts';
import { BatchWriter } from './writer.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, PostgreSQL 13 or newer; not through a pooler that shares sessions. */
  readonly url: string;
  readonly clock: Clock;
  readonly log?: StoreLog;
  /** After a restore from a backup: clients that saw more than the backup has must start afresh. */
  readonly renewEpoch?: boolean;
  /** Monotonic milliseconds, for the age of what is queued. */
  readonly elapsedMs?: () => number;
}

/** How long closing waits for a database that fails. */
const closeWaitMaxMs = 5000;
const versionMin = 130_000;

/**
 * Opens this node's door to the store that a cluster shares. Throws `store_failed` when the server cannot be reached for half a minute, `bad_config`
 * when it lets us not in, is too old, or has the tables of a newer version.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, clock, log = silentLog, elapsedMs = () => performance.now() } = options;
  const where = placeOf(url);
  try {
    const client = await reach(url, where, log);
    await checkServer(client, log);
    const ran = await migrate(client, readMigrationsIn(folder), clock());
    if (ran > 0) log.info({ ran }, 'the tables of the store are up to date');
    await client.query(raiseBase);
    const epoch = await readEpoch(client, options.renewEpoch ?? false);
    const node = await registerNode(client);
    const connect = async (): Promise<Client> => {
      const next = await connectAlone(url, () => undefined);
      await next.query(durable);
      await holdNode(next, node);
      return next;
    };
    const writer = new BatchWriter({ client, connect, node, where, log, elapsedMs });
    return assemble(openDatabase(url, log), { epoch, node, writer, clock });
  } catch (error) {
    throw asFault(error, where);
  }
}

/** The server may come up after us, or anew at this moment. */
const reachMaxMs = 30_000;
const reachEveryMs = 250;

async function reach(url: string, where: string, log: StoreLog): Promise<Client> {
  const untilMs = performance.now() + reachMaxMs;
  for (let isTold = false; ; isTold = true) {
    try {
      return await connectAlone(url, () => undefined);
    } catch (err) {
      if (!isPassing(err) || performance.now() > untilMs) throw err;
      if (!isTold) log.warn({ err }, `${where} does not answer yet; waiting for it`);
      await new Promise((resolve) => setTimeout(resolve, reachEveryMs));
    }
  }
}

const folder = new URL('./migrations/', import.meta.url);

/** Stricter settings of the server stay; a server that acknowledges before it writes must not do so to us. */
const durable =
  "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

async function checkServer(client: Client, log: StoreLog): Promise<void> {
  await client.query(durable);
  const { rows } = await client.query<{ version: string; fsync: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding",
  );
  const [server] = rows;
  if (Number(server?.version) < versionMin) {
    throw new Fault('bad_config', 'the database server must be PostgreSQL 13 or newer');
  }
  if (server?.encoding !== 'UTF8') {
    throw new Fault('bad_config', 'the database must have the encoding UTF8');
  }
  if (server.fsync === 'off') {
    log.warn(
      {},
      'the database server runs with fsync off: a power cut can lose what was acknowledged',
    );
  }
}

async function readEpoch(client: Client, renew: boolean): Promise<string> {
  const keep = renew ? 'UPDATE SET value = excluded.value' : 'NOTHING';
  await client.query(
    `INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO ${keep}`,
    [randomBytes(16).toString('hex')],
  );
  const { rows } = await client.query<{ value: string }>(
    "SELECT value FROM meta WHERE key = 'epoch'",
  );
  if (!rows[0]) throw new Fault('internal', 'the store has no epoch');
  return rows[0].value;
}

interface Parts {
  readonly epoch: string;
  readonly node: number;
  readonly writer: BatchWriter;
  readonly clock: Clock;
}

const probe =
  "INSERT INTO meta (key, value) VALUES ('probe', '1') ON CONFLICT (key) DO UPDATE SET value = (meta.value::bigint + 1)::text";

function assemble(database: Database, { epoch, node, writer, clock }: Parts): Store {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await writer.close(closeWaitMaxMs);
    await database.close();
  };
  const conversations: ConversationStore = {
    append: createAppending(writer),
    ...createLogReads(database),
    ...createInbox(database),
    ...createHandoffReads(database),
  };
  const isClosed = (): boolean => closed !== undefined;
  return {
    epoch,
    conversations: guarded(conversations, isClosed),
    outbox: guarded(createOutbox(database, node), isClosed),
    records: guarded(createRecords(database), isClosed),
    deskIndex: guarded(createDeskIndex(database), isClosed),
    webhooks: guarded(createWebhooks(database, node), isClosed),
    personal: guarded(createPersonal(database), isClosed),
    blobs: createBlobs(database, clock),
    counts: guarded(createCounts(database), isClosed),
    audit: guarded(createAuditStore(database), isClosed),
    retention: guarded(createRetention(database), isClosed),
    checkHealth: guarded({ check: async () => void (await database.query(probe)) }, isClosed).check,
    close: () => (closed ??= close()),
  };
}

function createAppending(writer: BatchWriter): ConversationStore['append'] {
  return async (request) => {
    try {
      return await writer.append(prepare(request));
    } catch (error) {
      const overloaded: AppendResult = { kind: 'refused', reason: 'overloaded' };
      if (error instanceof Fault && error.code === 'overloaded') return overloaded;
      throw error;
    }
  };
}

type Door = { readonly [name: string]: (...args: never[]) => Promise<unknown> };

/** The door's methods, all of them shut after `close`. */
function guarded<D extends object>(door: D, isClosed: () => boolean): D {
  const methods = Object.entries(door as unknown as Door).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      if (isClosed()) throw new Fault('shutting_down', 'the store is closed');
      return await method(...args);
    },
  ]);
  return Object.fromEntries(methods) as D;
}
