import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../../core/index.ts';
import { asFault, corruptFault, isCorrupt, resultCode } from './errors.ts';
import { many, one } from './rows.ts';

/** A file that goes with the log: settings, published content, attachments. */
export interface BackedUpFile {
  /** Relative to the data folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Pages copied before others have their turn: some four megabytes. */
const pagesAtOnce = 1000;
/** Each has about even chances under the heaviest load. */
const startsMax = 200;
const sqliteOk = 0;

/** Copies the database as it is at one moment into a new file, while messages go on; what is written meanwhile is copied too. */
export async function backUp(database: DatabaseSync, to: string): Promise<void> {
  try {
    await copyPages(database, to);
    const copy = new DatabaseSync(to);
    try {
      // One file and no log beside it; the lock is the service's and not the copy's.
      copy.exec('PRAGMA journal_mode = DELETE');
      copy.exec(
        'CREATE TABLE backup_file (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes BLOB NOT NULL) STRICT',
      );
    } finally {
      copy.close();
    }
  } catch (error) {
    await rm(to, { force: true });
    throw asFault(error, to);
  }
}

/**
 * SQLite answers BUSY when the first step falls into one of our own write transactions, and Node then gives up with the code
 * of "not an error" instead of trying again as it does at later steps: so the beginning is tried again.
 */
async function copyPages(database: DatabaseSync, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await backup(database, to, { rate: pagesAtOnce });
      return;
    } catch (error) {
      if (tries >= startsMax || resultCode(error) !== sqliteOk) throw error;
      await setImmediate();
    }
  }
}

/** Puts files into a backup, each with its digest. */
export async function addToBackup(to: string, files: AsyncIterable<BackedUpFile>): Promise<number> {
  const copy = new DatabaseSync(to);
  try {
    const insert = copy.prepare('INSERT INTO backup_file (path, sha256, bytes) VALUES (?, ?, ?)');
    let count = 0;
    for await (const { path, bytes } of files) {
      insert.run(path, sha256(bytes), bytes);
      count += 1;
    }
    return count;
  } catch (error) {
    throw asFault(error, to);
  } finally {
    copy.close();
  }
}

/**
 * The files of a backup that is whole: every page and every digest is looked at first. Throws `store_corrupt` with what is
 * wrong, `bad_config` when it is no backup.
 */
export function readBackup(from: string): readonly BackedUpFile[] {
  let copy: DatabaseSync | undefined;
  try {
    copy = new DatabaseSync(from, { readOnly: true });
    const tables = copy
      .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('backup_file', 'event')")
      .get();
    if (tables?.['count'] !== 2) throw new Fault('bad_config', `${from} is not a backup of Kefu.`);
    const check = one<{ integrity_check: string }>(copy.prepare('PRAGMA integrity_check(1)'));
    if (check?.integrity_check !== 'ok') throw damaged(from, String(check?.integrity_check));
    const rows = many<BackedUpFile & { sha256: string }>(
      copy.prepare('SELECT path, sha256, bytes FROM backup_file ORDER BY path'),
    );
    const wrong = rows.find((row) => sha256(row.bytes) !== row.sha256);
    if (wrong) throw damaged(from, `its file ${wrong.path} is not as it was`);
    return rows.map(({ path, bytes }) => ({ path, bytes }));
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (isCorrupt(error)) throw damaged(from, error instanceof Error ? error.message : '');
    throw new Fault('bad_config', `${from} cannot be read as a backup.`, { cause: error });
  } finally {
    copy?.close();
  }
}

/** Takes the files out of a database that was made from a backup: they stand in the folder now. */
export function dropBackedUpFiles(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA secure_delete = ON; DROP TABLE backup_file; VACUUM');
  } catch (error) {
    database.close();
    rmSync(file, { force: true });
    throw asFault(error, file);
  }
  database.close();
}

function damaged(file: string, why: string): Fault {
  const { message } = corruptFault(file, new Error(why));
  return new Fault(
    'store_corrupt',
    `${message.split('. ')[0]}: it is of no use; take another backup.`,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
