import { Client, Pool, types } from 'pg';
import type { ClientBase, ClientConfig, QueryConfig, QueryResultRow } from 'pg';
import { Fault } from '../../core/index.ts';
import type { StoreLog } from '../log.ts';
import { asFault, isPassing } from './errors.ts';

export type SqlValue = string | number | null | readonly (string | number | null)[];

export type Run = <Row extends QueryResultRow>(
  sql: string,
  ...values: SqlValue[]
) => Promise<readonly Row[]>;

/** Statements on connections of a pool, each its own transaction. */
export interface Database {
  /** Throws a Fault; after `store_failed` the statement may have been done or not. */
  readonly query: Run;
  /** For statements that may as well be done twice: tried again while the server is away, for `retryMaxMs` at most. */
  readonly again: Run;
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

const poolMax = 10;
const connectMaxMs = 5000;
/** An answer that takes longer is not coming: the connection is half open. */
const answerMaxMs = 20_000;
const retryMaxMs = 10_000;
const retryEveryMs = 100;

/** Row numbers, positions and milliseconds all stay below 2^53. */
const int8 = 20;

export function clientConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'kefu',
    connectionTimeoutMillis: connectMaxMs,
    query_timeout: answerMaxMs,
    // The server's side of a half-open connection must not keep the locks of its transaction.
    idle_in_transaction_session_timeout: answerMaxMs,
    lock_timeout: answerMaxMs / 2,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? Number : (types.getTypeParser(oid, format) as never),
    },
  };
}

/** Every client has its own listener: without one the end of an idle connection ends the process. */
export function openDatabase(url: string, log: StoreLog): Database {
  const pool = new Pool({ ...clientConfig(url), max: poolMax, idleTimeoutMillis: 30_000 });
  const lost = (err: Error): void => log.warn({ err }, 'a connection to the database was lost');
  pool.on('error', lost);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const where = placeOf(url);
  const statement = createNaming();
  const query: Run = async <Row extends QueryResultRow>(sql: string, ...values: SqlValue[]) => {
    try {
      return (await pool.query<Row>(statement(sql, values))).rows;
    } catch (error) {
      throw asFault(error, where);
    }
  };
  return {
    query,
    again: async <Row extends QueryResultRow>(sql: string, ...values: SqlValue[]) => {
      const untilMs = performance.now() + retryMaxMs;
      for (;;) {
        try {
          return (await pool.query<Row>(statement(sql, values))).rows;
        } catch (error) {
          if (!isPassing(error) || performance.now() > untilMs) throw asFault(error, where);
          await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
        }
      }
    },
    transaction: (work) => inTransaction(pool, where, (client) => work(runOn(client, statement))),
    close: () => pool.end(),
  };
}

async function inTransaction<T>(
  pool: Pool,
  where: string,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  try {
    const client = await pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // The transaction ends with its connection.
      client.release(true);
      throw error;
    }
  } catch (error) {
    throw asFault(error, where);
  }
}

/** A connection outside the pool, for what holds locks or listens. */
export async function connectAlone(url: string, onLost: () => void): Promise<Client> {
  const client = new Client(clientConfig(url));
  client.on('error', onLost);
  client.on('end', onLost);
  await client.connect();
  return client;
}

export function runOn(client: ClientBase, statement: Naming): Run {
  return async <Row extends QueryResultRow>(sql: string, ...values: SqlValue[]) =>
    (await client.query<Row>(statement(sql, values))).rows;
}

/** Names statements, so that the server parses and plans each once a connection. */
export function createNaming(): (sql: string, values: readonly SqlValue[]) => QueryConfig {
  const names = new Map<string, string>();
  return (sql, values) => {
    const name = names.get(sql) ?? `kefu_${names.size}`;
    names.set(sql, name);
    return { name, text: sql, values: values.map(storable) };
  };
}

type Naming = ReturnType<typeof createNaming>;

/** PostgreSQL's text has no NUL. Only strangers send one, and it means nothing in any of our texts. */
function storable(value: SqlValue): SqlValue {
  if (typeof value === 'string')
    return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value)
    ? (value as readonly (string | number | null)[]).map(storableOne)
    : value;
}

function storableOne(value: string | number | null): string | number | null {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\uFFFD')
    : value;
}

/** The address without what nobody may read in a log. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new Fault(
      'bad_config',
      'the database must be an address such as postgres://user@host/kefu',
    );
  }
  return `the database ${parsed.host}${parsed.pathname}`;
}
