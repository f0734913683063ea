import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Fault } from '../../core/index.ts';
import { migrations } from './schema.ts';

/**
 * One connection to the sandbox's file. Modes: open → closed. Everything is synchronous, so an
 * operation runs whole before the next one begins; a write is on disk when `transact` returns.
 */
export interface Database {
  run(sql: string, ...params: SQLInputValue[]): number;
  /** The first row as our own schema has it: integers are bigint. */
  get<Row>(sql: string, ...params: SQLInputValue[]): Row | undefined;
  all<Row>(sql: string, ...params: SQLInputValue[]): readonly Row[];
  /** With `:name` parameters. */
  allNamed<Row>(sql: string, params: Record<string, SQLInputValue>): readonly Row[];
  /** All of `work` or nothing; never nested. */
  transact<T>(work: () => T): T;
  close(): void;
}

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

export function openDatabase(file: string): Database {
  const db = openFile(file);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...params) => Number(prepare(sql).run(...params).changes),
    get: <Row>(sql: string, ...params: SQLInputValue[]) =>
      prepare(sql).get(...params) as Row | undefined,
    all: <Row>(sql: string, ...params: SQLInputValue[]) =>
      prepare(sql).all(...params) as unknown[] as readonly Row[],
    allNamed: <Row>(sql: string, params: Record<string, SQLInputValue>) =>
      prepare(sql).all(params) as unknown[] as readonly Row[],
    transact: (work) => transact(db, work),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function transact<T>(db: DatabaseSync, work: () => T): T {
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    if (error instanceof Fault) throw error;
    throw new Fault('wallet_failed', 'The sandbox wallet could not write; nothing was changed.', {
      cause: error,
    });
  }
}

function openFile(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 0 });
    // EXCLUSIVE must come before WAL: then no shared-memory file is needed and the lock is held for good.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw openingFault(file, error);
  }
}

/** Also takes the lock, since it writes: a second process on the file stops here. */
function migrate(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  const row = db.prepare('PRAGMA user_version').get();
  const from = Number(row?.['user_version'] ?? 0);
  if (from > migrations.length) {
    throw new Fault('bad_config', 'The wallet file was written by a newer version of Kefu.');
  }
  for (const step of migrations.slice(from)) db.exec(step);
  db.exec(`PRAGMA user_version = ${migrations.length}`);
  db.exec('COMMIT');
}

function openingFault(file: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = resultCode(error);
  if (code === sqliteBusy) {
    return new Fault('data_folder_in_use', `Another process has the wallet open: ${file}`, {
      cause: error,
    });
  }
  if (code === sqliteCorrupt || code === sqliteNotADatabase) {
    return new Fault('store_corrupt', `The wallet file cannot be read: ${file}`, { cause: error });
  }
  return new Fault('wallet_failed', `The wallet file cannot be opened: ${file}`, { cause: error });
}

/** The primary result code; extended ones keep it in their low byte. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
