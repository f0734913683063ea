import { chmodSync, existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../core/index.ts';
import { asFault, corruptFault, isCorrupt, isLocked } from './errors.ts';

/** 'Kefu' in ASCII: tells our file from another program's. */
const applicationId = 0x4b656675;

/** Above this a full check at start would take longer than a restart may. About 0.2 s on the measured machine. */
const checkedBytesMax = 64 * 1024 * 1024;

/**
 * The one connection to `kefu.db`. EXCLUSIVE keeps every other process out for as long as this one lives (the kernel
 * lets go of the lock at its death) and needs no shared memory; FULL syncs the write-ahead log at each commit.
 * Nothing else in this process may open and close the file: that would drop the lock.
 */
export function connect(file: string): DatabaseSync {
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
    checkWhole(database, file);
    return database;
  } catch (error) {
    database.close();
    if (isLocked(error)) throw inUse(file, error);
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

function inUse(file: string, cause: unknown): Fault {
  return new Fault(
    'data_folder_in_use',
    `${file} is in use by another running Kefu. One process may work in a data folder: stop the other one, or set another folder.`,
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

/** Moves the log of a former run into the file, then makes sure that the file is as long as it says and, when small, sound. */
function checkWhole(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const said = pragma(database, 'page_count') * pragma(database, 'page_size');
  const bytes = statSync(file).size;
  if (bytes < said) throw corruptFault(file, new Error(`${bytes} of ${said} bytes are there`));
  if (bytes > checkedBytesMax) return;
  const answer = database.prepare('PRAGMA quick_check(1)').get();
  if (answer?.['quick_check'] !== 'ok') {
    throw corruptFault(file, new Error(String(answer?.['quick_check'])));
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
