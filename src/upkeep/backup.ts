import { constants } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { createAudit, entryOfEvent, placeText, verifiedLines } from '../audit/index.ts';
import { Fault } from '../core/index.ts';
import type { Clock } from '../core/index.ts';
import {
  addToBackup,
  dropBackedUpFiles,
  openSqliteStore,
  readBackup,
  type BackedUpFile,
  type Store,
} from '../store/index.ts';

/** What stands in a data folder beside the database and is worth keeping; models are trained anew, the sandbox's money is not real. */
const keptFiles = ['workspace.json'];
const keptFolders = ['content', 'files'];
/** Keys of the installation, and tokens of the messaging platforms. */
const secretFiles = ['secrets.json', 'channels.json'];

export interface BackupRequest {
  readonly store: Store;
  readonly folder: string;
  readonly to: string;
  /** Keys and tokens: without them sessions end, second factors cannot be opened and no platform is connected. */
  readonly withSecrets: boolean;
}

/** One file with all of it, written while the service runs. Faults: conflict when the file exists, bad_request for a store that cannot. */
export async function makeBackup(request: BackupRequest): Promise<readonly string[]> {
  const { store, folder, to, withSecrets } = request;
  if (!isAbsolute(to)) throw new Fault('bad_request', 'Name the file with its whole path.');
  if (!store.backup) {
    throw new Fault('bad_request', 'This store is backed up with its own tools, such as pg_dump.');
  }
  if (await exists(to)) throw new Fault('conflict', `${to} exists already; it is not overwritten.`);
  // Under another name until it is whole, readable by its owner alone: it holds what customers said.
  const making = `${to}.part`;
  await rm(making, { force: true });
  await (await open(making, 'wx', 0o600)).close();
  try {
    await store.backup(making);
    const count = await addToBackup(making, filesOf(folder, withSecrets));
    await sync(making);
    await rename(making, to);
    await sync(dirname(to));
    const keys = withSecrets
      ? 'It holds the keys of the installation and the tokens of its channels too: keep it as safe as them.'
      : `It does not hold ${secretFiles.join(' and ')}: keep copies of them apart, or everyone signs in anew, second factors are lost and messaging platforms are to be connected again.`;
    return [`Backed up the log and ${count} files to ${to}.`, keys];
  } catch (error) {
    await rm(making, { force: true });
    throw error;
  }
}

async function* filesOf(folder: string, withSecrets: boolean): AsyncIterable<BackedUpFile> {
  for (const path of [...keptFiles, ...(withSecrets ? secretFiles : [])]) {
    const bytes = await readIfThere(join(folder, path));
    if (bytes) yield { path, bytes };
  }
  for (const name of keptFolders) {
    const below = await readdir(join(folder, name), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    for (const entry of below.filter((one) => one.isFile())) {
      const full = join(entry.parentPath, entry.name);
      // A file may be swept between the list and the read.
      const bytes = await readIfThere(full);
      if (bytes) yield { path: relative(folder, full).split(sep).join('/'), bytes };
    }
  }
}

export interface RestoreRequest {
  readonly from: string;
  /** Without a database yet. */
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * Makes a data folder from a backup, which is looked through first; nothing is written when it is damaged. The epoch is new,
 * so that clients which saw more than the backup has start afresh. Faults: conflict when the folder has a database,
 * store_corrupt, bad_config.
 */
export async function restoreBackup({ from, folder, clock }: RestoreRequest): Promise<{
  readonly lines: readonly string[];
  readonly isWhole: boolean;
}> {
  const database = join(folder, 'kefu.db');
  if (await exists(database)) {
    throw new Fault(
      'conflict',
      `${folder} holds a database already. Stop the service and move the folder away first.`,
    );
  }
  if (!(await exists(from))) throw new Fault('not_found', `There is no file ${from}.`);
  const files = readBackup(from);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, bytes } of files) await place(folder, path, bytes);
  const making = `${database}.part`;
  await copyFile(from, making);
  dropBackedUpFiles(making);
  await sync(making);
  await rename(making, database);
  await sync(folder);
  const store = await openSqliteStore({ folder, clock, renewEpoch: true });
  try {
    return await told(store, { files: files.length, from, folder, clock });
  } finally {
    await store.close();
  }
}

async function told(
  store: Store,
  done: RestoreRequest & { readonly files: number },
): Promise<{ readonly lines: readonly string[]; readonly isWhole: boolean }> {
  const first = `Restored the log and ${done.files} files into ${done.folder}.`;
  if (!store.audit) return { lines: [first], isWhole: true };
  const audit = createAudit({ store: store.audit, clock: done.clock, entryOf: entryOfEvent });
  const verified = await audit.verify();
  const former = await audit.head();
  const details = { head: placeText(former), files: done.files };
  const entry = { kind: 'operator.restored', actor: 'operator', subject: 'store', details };
  await audit.record(entry);
  return { lines: [first, ...verifiedLines(verified)], isWhole: verified.kind === 'whole' };
}

async function place(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const full = resolve(folder, path);
  // A backup from a stranger must not write elsewhere.
  if (!full.startsWith(`${resolve(folder)}${sep}`)) {
    throw new Fault('bad_config', `The backup names a file outside the folder: ${path}`);
  }
  await mkdir(dirname(full), { recursive: true, mode: 0o700 });
  const handle = await open(full, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
