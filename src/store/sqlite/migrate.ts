import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../core/index.ts';

/** One numbered change of the tables. What was published is never edited: a new file follows it. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const folder = new URL('./migrations/', import.meta.url);

/** The files of `migrations/`, in order; numbers run from 1 without a gap. */
export function readMigrations(from: URL = folder): readonly Migration[] {
  const names = readdirSync(from)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return names.map((file, index) => {
    const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
    if (!match?.[2] || Number(match[1]) !== index + 1) {
      throw new Fault(
        'internal',
        `migration ${file} should be named ${String(index + 1).padStart(4, '0')}-….sql`,
      );
    }
    const sql = readFileSync(new URL(file, from), 'utf8').replaceAll('\r\n', '\n');
    return { number: index + 1, name: match[2], sql };
  });
}

/**
 * Brings the tables to the newest migration, each in its own transaction with the note that it ran: killed in
 * between, the next start goes on. Refuses a database that is newer than this code, and one whose past
 * migrations are not the ones known here. Returns how many ran.
 */
export function migrate(
  database: DatabaseSync,
  migrations: readonly Migration[],
  atMs: number,
): number {
  database.exec(
    'CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT',
  );
  const ran = database.prepare('SELECT number, name, digest FROM migration ORDER BY number').all();
  checkPast(ran, migrations);
  const due = migrations.slice(ran.length);
  for (const migration of due) runOne(database, migration, atMs);
  return due.length;
}

function checkPast(ran: readonly object[], migrations: readonly Migration[]): void {
  if (ran.length > migrations.length) {
    throw new Fault(
      'bad_config',
      `the data was written by a newer Kefu (its tables are at version ${ran.length}, this program knows ${migrations.length}). Start the newer program, or restore a backup made before the update.`,
    );
  }
  ran.forEach((row, index) => {
    const known = migrations[index];
    if (known && 'digest' in row && row.digest !== digest(known)) {
      throw new Fault(
        'bad_config',
        `the tables were made by another migration ${known.number} (${known.name}) than this program's. Start the program that wrote the data.`,
      );
    }
  });
}

function runOne(database: DatabaseSync, migration: Migration, atMs: number): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(migration.sql);
    database
      .prepare('INSERT INTO migration (number, name, digest, at_ms) VALUES (?, ?, ?, ?)')
      .run(migration.number, migration.name, digest(migration), atMs);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function digest(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
