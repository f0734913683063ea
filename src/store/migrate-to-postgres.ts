import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import { Fault } from '../core/index.ts';
import type { Clock } from '../core/index.ts';
import { readMigrationsIn } from './migrations.ts';
import { connectAlone, placeOf } from './postgres/connection.ts';
import { asFault } from './postgres/errors.ts';
import { migrate as migratePostgres } from './postgres/migrate.ts';
import { connect, lockFolder } from './sqlite/connection.ts';
import { migrate as migrateSqlite, readMigrations } from './sqlite/migrate.ts';

/** One table of the one store and where its rows go in the other, in the order of `key`. */
interface Move {
  readonly table: string;
  /** From the embedded store, with the columns named as in `to`. */
  readonly from: string;
  /** Name and type of each column. */
  readonly to: readonly (readonly [name: string, type: string])[];
  readonly key: readonly string[];
  /** Rows that both stores have from their making are written over. */
  readonly replaces?: string;
}

const conversationOf = (table: string) => `JOIN conversation c ON c.n = ${table}.conversation`;

const moves: readonly Move[] = [
  {
    table: 'meta',
    from: "SELECT key, value FROM meta WHERE key = 'epoch'",
    to: columns('key text, value text'),
    key: ['key'],
    replaces: 'key',
  },
  {
    table: 'conversation',
    from: 'SELECT id, n, visitor_id, customer_id, channel, language, owner, stage, agent_id, agent_name, offer_id, priority, queue, reason, closed, since_ms, rank_ms, due_ms, risk FROM conversation',
    to: columns(
      'id text, n bigint, visitor_id text, customer_id text, channel text, language text, owner text, stage text, agent_id text, agent_name text, offer_id text, priority integer, queue text, reason text, closed smallint, since_ms bigint, rank_ms bigint, due_ms bigint, risk bigint',
    ),
    key: ['id'],
  },
  {
    table: 'head',
    from: 'SELECT id, version, seq, input_pos, handled_pos, unhandled, last_at_ms, preview, preview_by FROM conversation',
    to: columns(
      'id text, version integer, seq integer, input_pos integer, handled_pos integer, unhandled smallint, last_at_ms bigint, preview text, preview_by text',
    ),
    key: ['id'],
  },
  {
    table: 'snapshot',
    from: `SELECT c.id AS conversation, s.version, s.body FROM snapshot s ${conversationOf('s')}`,
    to: columns('conversation text, version integer, body text'),
    key: ['conversation'],
  },
  {
    table: 'event',
    from: `SELECT e.n, c.id AS conversation, e.pos, e.seq, e.at_ms, e.body FROM event e ${conversationOf('e')}`,
    to: columns('n bigint, conversation text, pos integer, seq integer, at_ms bigint, body text'),
    key: ['n'],
  },
  {
    table: 'accepted',
    from: `SELECT c.id AS conversation, a.key, a.fingerprint, a.first_pos, a.last_pos FROM accepted a ${conversationOf('a')}`,
    to: columns(
      'conversation text, key text, fingerprint text, first_pos integer, last_pos integer',
    ),
    key: ['conversation', 'key'],
  },
  {
    table: 'outbox',
    // Leases end: whoever had them is stopped.
    from: `SELECT o.n, o.id, c.id AS conversation, o.kind, o.payload, o.state, o.order_at_ms, CASE o.leased WHEN 1 THEN o.order_at_ms ELSE o.due_at_ms END AS due_at_ms, o.set_at_ms, o.attempts, o.error FROM outbox o ${conversationOf('o')}`,
    to: columns(
      'n bigint, id text, conversation text, kind text, payload text, state text, order_at_ms bigint, due_at_ms bigint, set_at_ms bigint, attempts integer, error text',
    ),
    key: ['n'],
  },
  {
    table: 'record',
    from: 'SELECT kind, key, body, expires_at_ms FROM record',
    to: columns('kind text, key text, body text, expires_at_ms bigint'),
    key: ['kind', 'key'],
  },
  {
    table: 'customer_name',
    from: 'SELECT key, customer_id, name FROM customer_name',
    to: columns('key text, customer_id text, name text'),
    key: ['key', 'customer_id'],
  },
  {
    table: 'wait',
    from: 'SELECT n, queue, priority, waited_ms, at_ms FROM wait',
    to: columns('n bigint, queue text, priority integer, waited_ms bigint, at_ms bigint'),
    key: ['n'],
  },
  {
    table: 'webhook_delivery',
    from: `SELECT w.n, w.id, w.webhook, w.topic, c.id AS conversation, w.event, w.state, CASE w.leased WHEN 1 THEN w.set_at_ms ELSE w.due_at_ms END AS due_at_ms, w.set_at_ms, w.attempts, w.error FROM webhook_delivery w ${conversationOf('w')}`,
    to: columns(
      'n bigint, id text, webhook text, topic text, conversation text, event bigint, state text, due_at_ms bigint, set_at_ms bigint, attempts integer, error text',
    ),
    key: ['n'],
  },
  {
    table: 'follower',
    // What the desk looks things up in is made anew from the log.
    from: "SELECT v.name, coalesce(f.event, 0) AS event FROM (SELECT 'audit' AS name UNION SELECT 'webhooks') v LEFT JOIN follower f ON f.name = v.name",
    to: columns('name text, event bigint'),
    key: ['name'],
    replaces: 'name',
  },
  {
    table: 'audit_entry',
    from: 'SELECT n, at_ms, kind, actor, subject, details, previous, hash FROM audit_entry',
    to: columns(
      'n bigint, at_ms bigint, kind text, actor text, subject text, details text, previous text, hash text',
    ),
    key: ['n'],
  },
  {
    table: 'audit_anchor',
    from: 'SELECT one, n, hash FROM audit_anchor',
    to: columns('one integer, n bigint, hash text'),
    key: ['one'],
  },
];

function columns(text: string): readonly (readonly [string, string])[] {
  return text.split(', ').map((one) => {
    const [name = '', type = ''] = one.split(' ');
    return [name, type] as const;
  });
}

export interface Moved {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of all rows in order, the same on both sides. */
  readonly hash: string;
}

/**
 * Copies the embedded store of a stopped service into an empty PostgreSQL database, in one transaction: all of it or
 * nothing. Each table is read back and compared by count and hash before the commit. Throws `data_folder_in_use` while the
 * service runs, `conflict` when the database holds conversations, `store_failed` when what was read back differs.
 */
export async function moveToPostgres(options: {
  readonly folder: string;
  readonly url: string;
  readonly clock: Clock;
}): Promise<readonly Moved[]> {
  const { folder, url, clock } = options;
  const where = placeOf(url);
  const lock = lockFolder(folder);
  try {
    const source = connect(folder);
    try {
      migrateSqlite(source, readMigrations(), clock());
      return await copyAll(source, url, clock);
    } finally {
      source.close();
    }
  } catch (error) {
    throw error instanceof Fault ? error : asFault(error, `${join(folder, 'kefu.db')} or ${where}`);
  } finally {
    lock.close();
  }
}

async function copyAll(source: DatabaseSync, url: string, clock: Clock): Promise<readonly Moved[]> {
  const client = await connectAlone(url, () => undefined);
  try {
    const migrations = readMigrationsIn(new URL('./postgres/migrations/', import.meta.url));
    await migratePostgres(client, migrations, clock());
    await client.query('BEGIN');
    await refuseUsed(client);
    const moved: Moved[] = [];
    for (const move of moves) moved.push(await copy(source, client, move));
    await goOnCounting(client);
    await client.query('COMMIT');
    return moved;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function refuseUsed(client: Client): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM conversation) OR EXISTS (SELECT 1 FROM record) OR EXISTS (SELECT 1 FROM audit_entry) AS used',
  );
  if (rows[0]?.used !== true) return;
  throw new Fault('conflict', 'The database is in use by Kefu already; name an empty one.');
}

const chunkRows = 500;

type Row = Readonly<Record<string, string | number | null>>;

async function copy(source: DatabaseSync, client: Client, move: Move): Promise<Moved> {
  const names = move.to.map(([name]) => name);
  const insert = `INSERT INTO ${move.table} (${names.join(', ')}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(${move.to.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')})${overwriting(move)}`;
  const here = createHash('sha256');
  let count = 0;
  let chunk: Row[] = [];
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    await client.query(
      insert,
      names.map((name) => chunk.map((row) => row[name] ?? null)),
    );
    chunk = [];
  };
  for (const raw of source
    .prepare(`SELECT * FROM (${move.from}) ORDER BY ${move.key.join(', ')}`)
    .iterate()) {
    const row = storable(raw as Row);
    here.update(lineOf(row, names));
    count += 1;
    chunk.push(row);
    if (chunk.length === chunkRows) await flush();
  }
  await flush();
  const hash = here.digest('hex');
  const there = await readBack(client, move, names);
  if (there.rows === count && there.hash === hash) return { table: move.table, rows: count, hash };
  throw new Fault(
    'store_failed',
    `${move.table} did not arrive as it was: ${count} rows and ${hash} here, ${there.rows} and ${there.hash} there. Nothing was changed.`,
  );
}

function overwriting({ replaces, to }: Move): string {
  if (replaces === undefined) return '';
  const others = to.map(([name]) => name).filter((name) => name !== replaces);
  const set = others.map((name) => `${name} = excluded.${name}`).join(', ');
  return ` ON CONFLICT (${replaces}) DO UPDATE SET ${set}`;
}

/** PostgreSQL's text has no NUL; see its connection. */
function storable(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
    ]),
  );
}

function lineOf(row: Row, names: readonly string[]): string {
  return `${JSON.stringify(names.map((name) => row[name] ?? null))}\n`;
}

/** Rows that were there before and are not the embedded store's are left out: its base for numbers and the desk's follower. */
async function readBack(client: Client, move: Move, names: readonly string[]) {
  const hash = createHash('sha256');
  let rows = 0;
  const own = move.table === 'meta' ? "WHERE key = 'epoch'" : '';
  const followed = move.table === 'follower' ? "WHERE name <> 'desk'" : own;
  await client.query(
    `DECLARE kept CURSOR FOR SELECT ${names.join(', ')} FROM ${move.table} ${followed} ORDER BY ${move.key.join(', ')}`,
  );
  for (;;) {
    const page = await client.query<Row>(`FETCH ${chunkRows} FROM kept`);
    for (const row of page.rows) hash.update(lineOf(row, names));
    rows += page.rows.length;
    if (page.rows.length < chunkRows) break;
  }
  await client.query('CLOSE kept');
  return { rows, hash: hash.digest('hex') };
}

/** New rows come behind the copied ones. */
async function goOnCounting(client: Client): Promise<void> {
  for (const table of ['conversation', 'outbox', 'wait', 'webhook_delivery']) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'n'), coalesce(max(n), 0) + 1, false) FROM ${table}`,
    );
  }
}
