import type { ConversationId } from '../../core/index.ts';
import { waitsKept } from '../change.ts';
import type { Head, Prepared } from '../change.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import type { AppendResult } from '../ports.ts';
import { Batch, keyOf } from './batch.ts';
import type { Decision, Former } from './batch.ts';
import type { Run, SqlValue } from './connection.ts';

/** The columns of `conversation` that say where it stands, with their types and what they are called in a `Place`. */
const placeColumns = [
  ['customer_id', 'text', 'customerId'],
  ['language', 'text', 'language'],
  ['owner', 'text', 'owner'],
  ['stage', 'text', 'stage'],
  ['agent_id', 'text', 'agentId'],
  ['agent_name', 'text', 'agentName'],
  ['offer_id', 'text', 'offerId'],
  ['priority', 'integer', 'priority'],
  ['queue', 'text', 'queue'],
  ['reason', 'text', 'reason'],
  ['closed', 'smallint', 'closed'],
  ['since_ms', 'bigint', 'sinceMs'],
  ['rank_ms', 'bigint', 'rankMs'],
  ['due_ms', 'bigint', 'dueMs'],
  ['risk', 'bigint', 'risk'],
] as const;

/** Sorted, so that two nodes never wait for each other; held until the transaction ends. */
const lock =
  'SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(id, 7) AS k FROM unnest($1::text[]) AS id ORDER BY k) AS keys';

const read = `SELECT asked.i, c.id, h.version, h.seq, h.input_pos AS "inputPos", h.handled_pos AS "handledPos", ${placeColumns
  .map(([column, , name]) => `c.${column} AS "${name}"`)
  .join(
    ', ',
  )}, a.fingerprint, a.first_pos AS "firstPos", a.last_pos AS "lastPos" FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(id, key, i) JOIN conversation c ON c.id = asked.id JOIN head h ON h.id = c.id LEFT JOIN accepted a ON a.conversation = c.id AND a.key = asked.key`;

const readFormer =
  'SELECT asked.i, e.pos, e.seq, e.at_ms AS "atMs", e.body FROM unnest($1::text[], $2::integer[], $3::integer[]) WITH ORDINALITY AS asked(id, first, last, i) JOIN event e ON e.conversation = asked.id AND e.pos BETWEEN asked.first AND asked.last ORDER BY asked.i, e.pos';

/** The one statement of a batch. The order of the parameters is that of `valuesOf`. */
const write = writeStatement();

function writeStatement(): string {
  let count = 0;
  const arrays = (...types: readonly string[]) =>
    `unnest(${types.map((type) => `$${(count += 1)}::${type}[]`).join(', ')})`;
  const columns = placeColumns.map(([column]) => column);
  const update = (names: readonly string[]) =>
    names.map((name) => `${name} = excluded.${name}`).join(', ');
  const numbers = ['version', 'seq', 'input_pos', 'handled_pos', 'unhandled', 'last_at_ms'];
  return [
    `WITH events AS (INSERT INTO event (n, conversation, pos, seq, at_ms, body) SELECT ((pg_current_xact_id()::text::bigint + (SELECT value::bigint FROM meta WHERE key = 'event_base')) << 12) | (e.i - 1), e.id, e.pos, e.seq, e.at_ms, e.body FROM ${arrays('text', 'integer', 'integer', 'bigint', 'text')} WITH ORDINALITY AS e(id, pos, seq, at_ms, body, i))`,
    `, places AS (INSERT INTO conversation (id, visitor_id, channel, ${columns.join(', ')}) SELECT p.id, p.visitor_id, p.channel, ${columns.map((column) => `p.${column}`).join(', ')} FROM ${arrays('text', 'text', 'text', ...placeColumns.map(([, type]) => type))} WITH ORDINALITY AS p(id, visitor_id, channel, ${columns.join(', ')}, i) ORDER BY p.i ON CONFLICT (id) DO UPDATE SET ${update(columns)})`,
    `, heads AS (INSERT INTO head (id, ${numbers.join(', ')}, preview, preview_by) SELECT * FROM ${arrays('text', 'integer', 'integer', 'integer', 'integer', 'smallint', 'bigint', 'text', 'text')} ON CONFLICT (id) DO UPDATE SET ${update(numbers)}, preview = coalesce(excluded.preview, head.preview), preview_by = coalesce(excluded.preview_by, head.preview_by))`,
    `, snapshots AS (INSERT INTO snapshot (conversation, version, body) SELECT * FROM ${arrays('text', 'integer', 'text')} ON CONFLICT (conversation) DO UPDATE SET ${update(['version', 'body'])})`,
    `, keys AS (INSERT INTO accepted (conversation, key, fingerprint, first_pos, last_pos) SELECT * FROM ${arrays('text', 'text', 'text', 'integer', 'integer')})`,
    `, work AS (INSERT INTO outbox (id, conversation, kind, payload, state, order_at_ms, due_at_ms, set_at_ms, leased_by, attempts) SELECT w.id, w.conversation, w.kind, w.payload, w.state, w.due, CASE WHEN l.own THEN w.put + w.lease ELSE w.due END, w.put, CASE WHEN l.own THEN w.node END, l.own::integer FROM ${arrays('text', 'text', 'text', 'text', 'text', 'bigint', 'bigint', 'bigint', 'integer')} WITH ORDINALITY AS w(id, conversation, kind, payload, state, due, put, lease, node, i) CROSS JOIN LATERAL (SELECT w.lease > 0 AND w.state = 'open' AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'open' AND p.conversation = w.conversation AND p.kind = w.kind) AS own) AS l ORDER BY w.i ON CONFLICT (id) DO NOTHING RETURNING id, leased_by)`,
    `, settled AS (UPDATE outbox SET state = 'done', payload = '', leased_by = NULL, error = NULL WHERE id = ANY($${(count += 1)}::text[]) AND state = 'open')`,
    `, waits AS (INSERT INTO wait (queue, priority, waited_ms, at_ms) SELECT w.queue, w.priority, w.waited_ms, w.at_ms FROM ${arrays('text', 'integer', 'bigint', 'bigint')} WITH ORDINALITY AS w(queue, priority, waited_ms, at_ms, i) ORDER BY w.i)`,
    ` UPDATE node SET token = $${(count += 1)}, seen_at = now() WHERE n = $${(count += 1)} RETURNING (SELECT array_agg(id::text) FROM work WHERE leased_by IS NOT NULL) AS leased`,
  ].join('');
}

const forgetWaits = 'DELETE FROM wait WHERE n <= (SELECT max(n) FROM wait) - $1';

/** Who writes, and under what name the batch is found again when the answer to its COMMIT is lost. */
export interface Signature {
  readonly node: number;
  readonly token: string;
}

/**
 * Does the appends inside the transaction that is open on `run`, as if one after the other, and gives their answers in order.
 * `isWritten` is false when there is nothing to commit.
 */
export async function appendBatch(
  run: Run,
  appends: readonly Prepared[],
  signature: Signature,
): Promise<{ readonly results: readonly AppendResult[]; readonly isWritten: boolean }> {
  const batch = await begin(run, appends);
  const decisions = appends.map((prepared) => batch.decide(prepared));
  const results = await fill(run, decisions);
  const isWritten = batch.touched.size > 0;
  const written = isWritten ? await run<Written>(write, ...valuesOf(batch, signature)) : [];
  if (batch.waits.length > 0) await run(forgetWaits, waitsKept);
  return { results: withLeased(appends, results, written[0]?.leased ?? []), isWritten };
}

interface Written {
  readonly leased: readonly string[] | null;
}

/** Tells each append which of its rows are its own from the start. */
function withLeased(
  appends: readonly Prepared[],
  results: readonly AppendResult[],
  ids: readonly string[],
): readonly AppendResult[] {
  if (ids.length === 0) return results;
  // Of two that asked for the same row, the first has made it.
  const left = new Set(ids);
  return results.map((result, index) => {
    const request = appends[index]?.request;
    if (result.kind !== 'committed' || !request) return result;
    const { conversationId, outbox = [] } = request;
    const leased = outbox.flatMap(({ id, kind, payload, dueAtMs }) =>
      left.delete(id) ? [{ id, kind, payload, dueAtMs, conversationId, attempts: 1 }] : [],
    );
    return leased.length === 0 ? result : { ...result, leased };
  });
}

type ReadRow = Head & { readonly id: ConversationId; readonly i: number } & {
  readonly [K in keyof Former]: Former[K] | null;
};

async function begin(run: Run, appends: readonly Prepared[]): Promise<Batch> {
  const ids = appends.map(({ request }) => request.conversationId);
  await run(lock, ids);
  const keys = appends.map(({ request }) => request.dedupe?.key ?? null);
  const rows = await run<ReadRow>(read, ids, keys);
  const heads = new Map<ConversationId, Head>();
  const former = new Map<string, Former>();
  for (const { i, id, fingerprint, firstPos, lastPos, ...head } of rows) {
    heads.set(id, head);
    const key = keys[i - 1] ?? null;
    if (key === null || fingerprint === null || firstPos === null || lastPos === null) continue;
    former.set(keyOf(id, key), { fingerprint, firstPos, lastPos });
  }
  return new Batch(heads, former);
}

/** Puts the events of former uses of a key into the answers that wait for them. */
async function fill(run: Run, decisions: readonly Decision[]): Promise<readonly AppendResult[]> {
  const asked = decisions.filter((decision) => decision.kind === 'read');
  const rows =
    asked.length === 0
      ? []
      : await run<EventRow & { readonly i: number }>(
          readFormer,
          asked.map(({ id }) => id),
          asked.map(({ former }) => former.firstPos),
          asked.map(({ former }) => former.lastPos),
        );
  const found = Map.groupBy(rows, ({ i }) => i);
  let i = 0;
  return decisions.map((decision) => {
    if (decision.kind === 'known') return decision.result;
    i += 1;
    return { kind: 'duplicate', first: (found.get(i) ?? []).map(readLogged) };
  });
}

function valuesOf(batch: Batch, { node, token }: Signature): SqlValue[] {
  const touched = [...batch.touched.values()];
  const placed = touched.filter(({ isPlaced }) => isPlaced);
  const snapshots = touched.filter(({ snapshot }) => snapshot !== undefined);
  const keys = [...batch.accepted.values()];
  const work = [...batch.work.values()];
  return [
    batch.events.map(({ id }) => id),
    batch.events.map(({ logged }) => logged.pos),
    batch.events.map(({ logged }) => logged.seq ?? null),
    batch.events.map(({ logged }) => logged.atMs),
    batch.events.map(({ body }) => body),
    placed.map(({ id }) => id),
    placed.map(({ created }) => created?.visitorId ?? ''),
    placed.map(({ created }) => created?.channel ?? ''),
    ...placeColumns.map(([, , name]) => placed.map(({ head }) => head[name])),
    touched.map(({ id }) => id),
    touched.map(({ head }) => head.version),
    touched.map(({ head }) => head.seq),
    touched.map(({ head }) => head.inputPos),
    touched.map(({ head }) => head.handledPos),
    touched.map(({ head }) => unhandled(head)),
    touched.map(({ lastAtMs }) => lastAtMs),
    touched.map(({ preview }) => preview?.line ?? null),
    touched.map(({ preview }) => preview?.by ?? null),
    snapshots.map(({ id }) => id),
    snapshots.map(({ snapshot }) => snapshot?.version ?? 0),
    snapshots.map(({ snapshot }) => snapshot?.body ?? ''),
    keys.map(({ id }) => id),
    keys.map(({ key }) => key),
    keys.map(({ fingerprint }) => fingerprint),
    keys.map(({ firstPos }) => firstPos),
    keys.map(({ lastPos }) => lastPos),
    work.map(({ id }) => id),
    work.map(({ conversationId }) => conversationId),
    work.map(({ kind }) => kind),
    work.map(({ payload, isDone }) => (isDone ? '' : payload)),
    work.map(({ isDone }) => (isDone ? 'done' : 'open')),
    work.map(({ dueAtMs }) => dueAtMs),
    work.map(({ setAtMs }) => setAtMs),
    work.map(({ leaseMs }) => leaseMs),
    work.map(() => node),
    batch.settled,
    batch.waits.map(({ queue }) => queue),
    batch.waits.map(({ priority }) => priority),
    batch.waits.map(({ waitedMs }) => waitedMs),
    batch.waits.map(({ atMs }) => atMs),
    token,
    node,
  ];
}

function unhandled({ inputPos, handledPos, owner }: Head): 0 | 1 {
  return inputPos > handledPos && owner !== 'agent' ? 1 : 0;
}
