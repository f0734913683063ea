import type { Client } from 'pg';
import type { Migration } from '../migrations.ts';
import { checkPast, digest } from '../migrations.ts';

/** Any number, the same in all nodes: one of them changes the tables and the others wait. */
const lockKey = 713_401;

/** As for the embedded store: each migration in a transaction with the note that it ran. Returns how many ran. */
export async function migrate(
  client: Client,
  migrations: readonly Migration[],
  atMs: number,
): Promise<number> {
  await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
  try {
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL, at_ms bigint NOT NULL)',
    );
    const ran = await client.query<object>(
      'SELECT number, name, digest FROM migration ORDER BY number',
    );
    checkPast(ran.rows, migrations);
    const due = migrations.slice(ran.rows.length);
    for (const migration of due) await runOne(client, migration, atMs);
    return due.length;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}

async function runOne(client: Client, migration: Migration, atMs: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO migration (number, name, digest, at_ms) VALUES ($1, $2, $3, $4)',
      [migration.number, migration.name, digest(migration), atMs],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
