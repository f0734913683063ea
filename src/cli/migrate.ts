import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../service/config.ts';
import { Fault } from '../core/index.ts';
import { moveBlobs } from '../files/index.ts';
import { moveToPostgres, openPostgresStore } from '../store/index.ts';

/**
 * Moves the data of a stopped service, its attachments too, from the embedded store to PostgreSQL. The data folder stays as it
 * is: it still holds the keys, the settings and the content, and the way back is to start without KEFU_DATABASE_URL.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { from: { type: 'string' }, to: { type: 'string' }, data: { type: 'string' } },
  });
  if ((values.from ?? 'sqlite') !== 'sqlite' || (values.to ?? 'postgres') !== 'postgres') {
    throw new Fault('bad_request', 'Only --from sqlite --to postgres is there.');
  }
  const { databaseUrl: url, dataFolder } = readConfig(process.env);
  if (url === undefined) {
    throw new Fault('bad_config', 'KEFU_DATABASE_URL must name the database to move to.');
  }
  const folder = values.data === undefined ? dataFolder : resolve(values.data);
  const moved = await moveToPostgres({ folder, url, clock: Date.now });
  for (const { table, rows, hash } of moved) {
    console.log(`${table.padEnd(18)} ${String(rows).padStart(9)} rows  ${hash.slice(0, 16)}`);
  }
  console.log(await moveFiles(folder, url));
  console.log('Everything arrived as it was. Start the nodes with the same KEFU_DATABASE_URL.');
  return 0;
}

async function moveFiles(folder: string, url: string): Promise<string> {
  const store = await openPostgresStore({ url, clock: Date.now });
  try {
    const { files, bytes } = store.blobs
      ? await moveBlobs(folder, store.blobs)
      : { files: 0, bytes: 0 };
    return `${'files'.padEnd(18)} ${String(files).padStart(9)} files of ${bytes} bytes, compared`;
  } finally {
    await store.close();
  }
}
