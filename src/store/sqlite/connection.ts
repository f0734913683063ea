import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../core/index.ts';
import { asFault, corruptFault, isCorrupt, isLocked } from './errors.ts';

/** 'Kefu' in ASCII: tells our file from another program's. */
const applicationId = 0x4b656675;

/** Above this a full check at start would take longer than a restart may. About 0.2 s on the measured machine. */
const defaultCheckedBytesMax = 64 * 1024 * 1024;

/**
 * Takes the folder for this process: an exclusive lock on `kefu.lock`, held by a transaction that writes nothing and ends
 * with the connection or with the process. The lock on `kefu.db` alone would not do: POSIX drops it when anything in this
 * process opens and closes that file, be it only to copy it.
 */
export function lockFolder(folder: string): DatabaseSync {
  const lock = openFile(join(folder, 'kefu.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw isLocked(error) ? inUse(folder, error) : asFault(error, folder);
  }
}

/**
 * The one connection to `kefu.db`. EXCLUSIVE needs no shared memory and makes the failures of several connections to one
 * log impossible; FULL syncs the write-ahead log at each commit.
 */
export function connect(folder: string, checkedBytesMax = defaultCheckedBytesMax): DatabaseSync {
  const file = join(folder, 'kefu.db');
  refuseEmptied(file);
  const database = openFile(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    checkBelongs(database, file);
    useLog(database);
    database.exec(
      'PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000',
    );
    chmodSync(file, 0o600);
    checkWhole(database, file, checkedBytesMax);
    return database;
  } catch (error) {
    database.close();
    if (isLocked(error)) throw inUse(folder, error);
    if (isCorrupt(error)) throw corruptFault(file, error);
    throw asFault(error, file);
  }
}

function openFile(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw asFault(error, file);
  }
}

function inUse(folder: string, cause: unknown): Fault {
  return new Fault(
    'data_folder_in_use',
    `the data folder ${folder} is in use by another running Kefu. One process may work in it: stop the other one, or set another folder.`,
    { cause },
  );
}

/** SQLite takes an emptied file for a new database and would begin an empty log without a word. */
function refuseEmptied(file: string): void {
  if (!existsSync(file) || statSync(file).size > 0) return;
  // A crash in the very first write leaves this journal beside the empty file: nothing was stored yet.
  if (existsSync(`${file}-journal`)) return;
  throw corruptFault(file, new Error('the file is empty'));
}

function checkBelongs(database: DatabaseSync, file: string): void {
  const id = pragma(database, 'application_id');
  if (id === applicationId) return;
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
  if (id === 0 && tables?.['count'] === 0) {
    database.exec(`PRAGMA application_id = ${applicationId}`);
    return;
  }
  throw new Fault('bad_config', `${file} is not a database of Kefu; it was not changed`);
}

function useLog(database: DatabaseSync): void {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get();
  if (mode?.['journal_mode'] !== 'wal') {
    throw new Fault('bad_config', 'the data folder is on a file system without write-ahead logs');
  }
  // Takes the exclusive lock now and not at the first message.
  database.exec('BEGIN EXCLUSIVE; COMMIT');
}

/** Moves the log of a former run into the file; of a file cut short SQLite itself tells. When small, it is read through. */
function checkWhole(database: DatabaseSync, file: string, checkedBytesMax: number): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  if (statSync(file).size > checkedBytesMax) return;
  const answer = database.prepare('PRAGMA quick_check(1)').get();
  if (answer?.['quick_check'] !== 'ok') {
    throw corruptFault(file, new Error(String(answer?.['quick_check'])));
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
