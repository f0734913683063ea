import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../core/index.ts';
import type { Clock } from '../../core/index.ts';
import { silentLog } from '../log.ts';
import type { StoreLog } from '../log.ts';
import type { AppendResult, ConversationStore, Store } from '../ports.ts';
import { createAppend } from './append.ts';
import { createAuditStore } from './audit.ts';
import { backUp } from './backup.ts';
import { connect, lockFolder } from './connection.ts';
import { asFault } from './errors.ts';
import { createHandoffReads } from './handoff-reads.ts';
import { createDeskIndex } from './desk-index.ts';
import { createInbox } from './inbox.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createOwnReads } from './own.ts';
import { createOutbox } from './outbox.ts';
import { createLogReads } from './reads.ts';
import { createPersonal } from './personal.ts';
import { createRetention } from './retention.ts';
import { createRecords } from './records.ts';
import { one } from './rows.ts';
import { createWebhooks } from './webhooks.ts';
import { createWriter } from './writer.ts';
import type { StoreFaults, Writer } from './writer.ts';

export interface SqliteStoreOptions {
  /** Holds `kefu.db`, its `-wal`, and `kefu.lock`; made when it is not there. One process at a time. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log?: StoreLog;
  /** After a restore from a backup: clients that saw more than the backup has must start afresh. */
  readonly renewEpoch?: boolean;
  /** For tests of failing disks. */
  readonly faults?: StoreFaults;
  /** Monotonic milliseconds, for the age of what is queued. */
  readonly elapsedMs?: () => number;
}

/** How long closing waits for a disk that fails. */
const closeWaitMaxMs = 5000;

/**
 * Opens the embedded store. Throws `data_folder_in_use` when another process has the folder, `store_corrupt` when
 * the file is damaged, `bad_config` when it is another program's or a newer version's, `store_failed` when it cannot be opened.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  makeFolder(options.folder);
  const lock = lockFolder(options.folder);
  try {
    const database = connect(options.folder);
    try {
      return prepare(database, lock, options);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.close();
    throw asFault(error, options.folder);
  }
}

function prepare(database: DatabaseSync, lock: DatabaseSync, options: SqliteStoreOptions): Store {
  const { folder, clock, log = silentLog, elapsedMs = () => performance.now() } = options;
  const file = join(folder, 'kefu.db');
  const ran = migrate(database, readMigrations(), clock());
  if (ran > 0) log.info({ ran }, 'the tables of the store are up to date');
  const epoch = readEpoch(database, options.renewEpoch ?? false);
  const { faults } = options;
  const writer = createWriter({ database, file, log, elapsedMs, ...(faults && { faults }) });
  const release = (): void => {
    database.close();
    lock.close();
  };
  return assemble(database, { file, epoch, writer, release });
}

/** Only the service's own user may look in: it holds what customers say. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Fault('bad_config', `the data folder ${folder} cannot be made`, { cause });
  }
}

function readEpoch(database: DatabaseSync, renew: boolean): string {
  const keep = renew ? 'UPDATE SET value = excluded.value' : 'NOTHING';
  database
    .prepare(`INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT (key) DO ${keep}`)
    .run(randomBytes(16).toString('hex'));
  const row = one<{ value: string }>(
    database.prepare("SELECT value FROM meta WHERE key = 'epoch'"),
  );
  if (!row) throw new Fault('internal', 'the store has no epoch');
  return row.value;
}

interface Parts {
  readonly file: string;
  readonly epoch: string;
  readonly writer: Writer;
  readonly release: () => void;
}

function assemble(database: DatabaseSync, { file, epoch, writer, release }: Parts): Store {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await writer.close(closeWaitMaxMs);
    release();
  };
  const conversations: ConversationStore = {
    append: createAppending(database, writer),
    ...createLogReads(database),
    ...createInbox(database),
    ...createOwnReads(database),
    ...createHandoffReads(database),
  };
  const isClosed = (): boolean => closed !== undefined;
  return {
    epoch,
    conversations: guarded(conversations, file, isClosed),
    outbox: guarded(createOutbox(database, writer), file, isClosed),
    records: guarded(createRecords(database, writer), file, isClosed),
    deskIndex: guarded(createDeskIndex(database, writer), file, isClosed),
    webhooks: guarded(createWebhooks(database, writer), file, isClosed),
    personal: guarded(createPersonal(database, writer), file, isClosed),
    audit: guarded(createAuditStore(database, writer), file, isClosed),
    retention: guarded(createRetention(database, writer), file, isClosed),
    backup: (to) => backUp(database, to),
    checkHealth: () => writer.probe(),
    close: () => (closed ??= close()),
  };
}

function createAppending(database: DatabaseSync, writer: Writer): ConversationStore['append'] {
  const prepare = createAppend(database);
  return async (request) => {
    try {
      return await writer.write(prepare(request));
    } catch (error) {
      const overloaded: AppendResult = { kind: 'refused', reason: 'overloaded' };
      if (error instanceof Fault && error.code === 'overloaded') return overloaded;
      throw error;
    }
  };
}

type Door = { readonly [name: string]: (...args: never[]) => Promise<unknown> };

/** The door's methods, with whatever SQLite throws told as a fault, and all of them shut after `close`. */
function guarded<D extends object>(door: D, file: string, isClosed: () => boolean): D {
  const methods = Object.entries(door as unknown as Door).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      if (isClosed()) throw new Fault('shutting_down', 'the store is closed');
      try {
        return await method(...args);
      } catch (error) {
        throw asFault(error, file);
      }
    },
  ]);
  return Object.fromEntries(methods) as D;
}
