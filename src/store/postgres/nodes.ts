import type { Client } from 'pg';

/** Any number, the same in all nodes. */
const lockClass = 713_402;

/** Nodes whose connection is open: each holds a lock by its number for as long. */
export const liveNodes = `SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = ${lockClass} AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Takes a number for this process and forgets those of processes long gone. */
export async function registerNode(client: Client): Promise<number> {
  await client.query(
    `DELETE FROM node WHERE seen_at < now() - interval '1 day' AND n NOT IN (${liveNodes})`,
  );
  const { rows } = await client.query<{ n: number }>(
    "INSERT INTO node (token) VALUES ('') RETURNING n",
  );
  const n = rows[0]?.n ?? 0;
  await holdNode(client, n);
  return n;
}

/** Says on this connection that the node lives. After a lost connection the server may still hold the former lock, which says the same. */
export async function holdNode(client: Client, node: number): Promise<void> {
  await client.query('SELECT pg_try_advisory_lock($1, $2)', [lockClass, node]);
}
