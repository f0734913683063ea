import type { DatabaseSync } from 'node:sqlite';
import type { LoggedEvent } from '../../dialogue/index.ts';
import { moved, number, prepare, previewOf, waitEnded, waitsKept } from '../change.ts';
import type { Head, Prepared } from '../change.ts';
import { readLogged } from '../events.ts';
import type { EventRow } from '../events.ts';
import { firstPlace, placeOf } from '../place.ts';
import type { Place } from '../place.ts';
import type { AppendRequest, AppendResult, OutboxRow } from '../ports.ts';
import { many, one } from './rows.ts';

interface Row extends Head {
  readonly n: number;
}

/**
 * Prepares an append and gives the work that does it inside a transaction. All guards are looked at there, before
 * anything is written, so a refused append leaves nothing behind and disturbs no other of its batch. Order of the
 * guards: unknown conversation, dedupe key, version: a sender who asks again after a lost answer gets that answer and not `stale`.
 */
export function createAppend(
  database: DatabaseSync,
): (request: AppendRequest) => () => AppendResult {
  const statements = prepareAll(database);
  return (request) => {
    const prepared = prepare(request);
    return () => append(statements, prepared);
  };
}

type Statements = ReturnType<typeof prepareAll>;

function prepareAll(database: DatabaseSync) {
  const of = (sql: string) => database.prepare(sql);
  return {
    head: of(
      'SELECT n, version, seq, input_pos AS inputPos, handled_pos AS handledPos, customer_id AS customerId, language, owner, stage, agent_id AS agentId, agent_name AS agentName, offer_id AS offerId, priority, queue, reason, closed, since_ms AS sinceMs, rank_ms AS rankMs, due_ms AS dueMs, risk FROM conversation WHERE id = ?',
    ),
    accepted: of(
      'SELECT fingerprint, first_pos AS firstPos, last_pos AS lastPos FROM accepted WHERE conversation = ? AND key = ?',
    ),
    range: of(
      'SELECT pos, seq, at_ms AS atMs, body FROM event WHERE conversation = ? AND pos BETWEEN ? AND ? ORDER BY pos',
    ),
    create: of(
      "INSERT INTO conversation (id, visitor_id, channel, language, version, seq, input_pos, handled_pos, unhandled, owner, closed, since_ms, last_at_ms) VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, 'bot', 0, ?, ?)",
    ),
    accept: of(
      'INSERT INTO accepted (conversation, key, fingerprint, first_pos, last_pos) VALUES (?, ?, ?, ?, ?)',
    ),
    event: of('INSERT INTO event (conversation, pos, seq, at_ms, body) VALUES (?, ?, ?, ?, ?)'),
    move: of(
      'UPDATE conversation SET version = ?, seq = ?, last_at_ms = ?, input_pos = ?, handled_pos = ?, unhandled = ? WHERE n = ?',
    ),
    place: of(
      'UPDATE conversation SET customer_id = ?, language = ?, owner = ?, stage = ?, agent_id = ?, agent_name = ?, offer_id = ?, priority = ?, queue = ?, reason = ?, closed = ?, since_ms = ?, rank_ms = ?, due_ms = ?, risk = ? WHERE n = ?',
    ),
    preview: of('UPDATE conversation SET preview = ?, preview_by = ? WHERE n = ?'),
    forgetWait: of('DELETE FROM wait WHERE n <= ?'),
    wait: of('INSERT INTO wait (queue, priority, waited_ms, at_ms) VALUES (?, ?, ?, ?)'),
    snapshot: of(
      'INSERT INTO snapshot (conversation, version, body) VALUES (?, ?, ?) ON CONFLICT (conversation) DO UPDATE SET version = excluded.version, body = excluded.body',
    ),
    outbox: of(
      "INSERT INTO outbox (id, conversation, kind, payload, state, order_at_ms, due_at_ms, set_at_ms, leased, attempts) VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    ),
    line: of(
      "SELECT 1 AS found FROM outbox WHERE state = 'open' AND conversation = ? AND kind = ? LIMIT 1",
    ),
    settle: of(
      "UPDATE outbox SET state = 'done', payload = '', leased = 0, error = NULL WHERE id = ? AND state = 'open'",
    ),
  };
}

function append(statements: Statements, prepared: Prepared): AppendResult {
  const { request } = prepared;
  const head = one<Row>(statements.head, request.conversationId);
  if (!head && !request.create) return { kind: 'refused', reason: 'not_found' };
  const former = head && request.dedupe ? formerResult(statements, head, request) : undefined;
  if (former) return former;
  const version = head?.version ?? 0;
  if (request.expect !== undefined && request.expect !== version) {
    return { kind: 'refused', reason: 'stale', version };
  }
  return commit(statements, head ?? create(statements, request), prepared);
}

function formerResult(
  statements: Statements,
  head: Row,
  { dedupe }: AppendRequest,
): AppendResult | undefined {
  if (!dedupe) return undefined;
  const row = one<{ fingerprint: string; firstPos: number; lastPos: number }>(
    statements.accepted,
    head.n,
    dedupe.key,
  );
  if (!row) return undefined;
  if (row.fingerprint !== dedupe.fingerprint) return { kind: 'refused', reason: 'conflict' };
  const rows = many<EventRow>(statements.range, head.n, row.firstPos, row.lastPos);
  return { kind: 'duplicate', first: rows.map(readLogged) };
}

function create(statements: Statements, request: AppendRequest): Row {
  const place = firstPlace(request.atMs);
  const { lastInsertRowid } = statements.create.run(
    request.conversationId,
    request.create?.visitorId ?? '',
    request.create?.channel ?? '',
    place.language,
    request.atMs,
    request.atMs,
  );
  return { ...place, n: Number(lastInsertRowid), version: 0, seq: 0, inputPos: 0, handledPos: 0 };
}

function commit(statements: Statements, head: Row, prepared: Prepared): AppendResult {
  const { request } = prepared;
  const events = number(head, request);
  events.forEach((logged, index) => {
    const body = prepared.bodies[index] ?? '';
    statements.event.run(head.n, logged.pos, logged.seq ?? null, request.atMs, body);
  });
  const version = head.version + events.length;
  const place = request.snapshot ? placeOf(request.snapshot, head, request.atMs) : head;
  move(statements, head, { ...prepared, events, place });
  if (request.dedupe) {
    const { key, fingerprint } = request.dedupe;
    statements.accept.run(head.n, key, fingerprint, head.version + 1, version);
  }
  if (prepared.snapshot !== undefined) statements.snapshot.run(head.n, version, prepared.snapshot);
  const leased = commission(statements, head, prepared);
  for (const id of request.settles ?? []) statements.settle.run(id);
  return { kind: 'committed', version, events, ...(leased.length > 0 && { leased }) };
}

/** Gives the rows that are the appender's own from the start. */
function commission(
  statements: Statements,
  head: Row,
  { request, payloads }: Prepared,
): readonly OutboxRow[] {
  const { atMs, conversationId, outbox = [], settles = [] } = request;
  return outbox.flatMap(({ leaseMs, ...row }, index) => {
    const { id, kind, payload, dueAtMs } = row;
    const body = payloads[index] ?? 'null';
    const isFree = !one(statements.line, head.n, kind) && !settles.includes(id);
    const isLeased = leaseMs !== undefined && isFree;
    const due = isLeased ? atMs + leaseMs : dueAtMs;
    const flag = isLeased ? 1 : 0;
    const { changes } = statements.outbox.run(
      id,
      head.n,
      kind,
      body,
      dueAtMs,
      due,
      atMs,
      flag,
      flag,
    );
    if (!isLeased || changes === 0) return [];
    return [{ id, kind, payload, dueAtMs, conversationId, attempts: 1 }];
  });
}

interface Change extends Prepared {
  readonly events: readonly LoggedEvent[];
  readonly place: Place;
}

function move(statements: Statements, head: Row, { request, events, place }: Change): void {
  const to = moved(head, request, events, place);
  const { version, seq, inputPos, handledPos, unhandled } = to;
  statements.move.run(version, seq, request.atMs, inputPos, handledPos, unhandled, head.n);
  const preview = previewOf(events);
  if (preview) statements.preview.run(preview.line, preview.by, head.n);
  keepWait(statements, head, events);
  if (place === head) return;
  statements.place.run(
    place.customerId,
    place.language,
    place.owner,
    place.stage,
    place.agentId,
    place.agentName,
    place.offerId,
    place.priority,
    place.queue,
    place.reason,
    place.closed,
    place.sinceMs,
    place.rankMs,
    place.dueMs,
    place.risk,
    head.n,
  );
}

function keepWait(statements: Statements, head: Head, events: readonly LoggedEvent[]): void {
  const wait = waitEnded(head, events);
  if (!wait) return;
  const { queue, priority, waitedMs, atMs } = wait;
  const { lastInsertRowid } = statements.wait.run(queue, priority, waitedMs, atMs);
  statements.forgetWait.run(Number(lastInsertRowid) - waitsKept);
}
