import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Fault } from '../core/index.ts';

/** One numbered change of the tables. What was published is never edited: a new file follows it. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** The files of a folder of migrations, in order; numbers run from 1 without a gap. */
export function readMigrationsIn(from: URL): readonly Migration[] {
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

/** Refuses a database that is newer than this code, and one whose past migrations are not the ones known here. */
export function checkPast(ran: readonly object[], migrations: readonly Migration[]): void {
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

export function digest(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
