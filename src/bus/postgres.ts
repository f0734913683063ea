import { Client } from 'pg';
import type { Bus } from './ports.ts';
import { createRelay, type Line, type LineEvents, type RelayLog } from './relay.ts';

export interface PostgresBusOptions {
  /** The database that the nodes share. */
  readonly url: string;
  readonly log: RelayLog;
}

const channel = 'kefu';
/** PostgreSQL takes 8000 bytes in one notification. */
const payloadBytesMax = 7000;
const answerMaxMs = 10_000;

/**
 * The bus between nodes over LISTEN and NOTIFY, on a connection of its own and never inside a transaction that writes: there
 * a notification makes all commits of the server wait for each other.
 */
export function createPostgresBus({ url, log }: PostgresBusOptions): Bus {
  const connect = (events: LineEvents): Promise<Line> => listen(url, events);
  return createRelay({ name: 'the database', payloadBytesMax, connect }, log);
}

async function listen(url: string, { heard, lost }: LineEvents): Promise<Line> {
  const client = new Client({
    connectionString: url,
    application_name: 'kefu bus',
    connectionTimeoutMillis: answerMaxMs,
    query_timeout: answerMaxMs,
    keepAlive: true,
  });
  client.on('error', lost);
  client.on('end', lost);
  client.on('notification', ({ payload }) => heard(payload ?? ''));
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  return {
    send: async (payloads) => {
      const all = 'SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p';
      await client.query(all, [channel, payloads]);
    },
    close: () => client.end(),
  };
}
