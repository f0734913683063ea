import type { DatabaseSync } from 'node:sqlite';
import { checkPast, digest, readMigrationsIn } from '../migrations.ts';
import type { Migration } from '../migrations.ts';

const folder = new URL('./migrations/', import.meta.url);

export function readMigrations(): readonly Migration[] {
  return readMigrationsIn(folder);
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
