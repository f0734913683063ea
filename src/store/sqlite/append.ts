import type { DatabaseSync } from 'node:sqlite';
import { encode, Fault } from '../../core/index.ts';
import { asksForTurn, isVisible } from '../../dialogue/index.ts';
import type { LoggedEvent } from '../../dialogue/index.ts';
import type { AppendRequest, AppendResult } from '../ports.ts';

import { readLogged } from './events.ts';
import type { EventRow } from './events.ts';
import { firstPlace, placeOf } from './place.ts';
import type { Place } from './place.ts';
import { many, one } from './rows.ts';

/** What an append changes, as text: made before the transaction, which then only writes. */
interface Prepared {
  readonly request: AppendRequest;
  readonly bodies: readonly string[];
  readonly snapshot: string | undefined;
  readonly payloads: readonly string[];
}

interface Head extends Place {
  readonly n: number;
  readonly version: number;
  readonly seq: number;
  readonly inputPos: number;
  readonly handledPos: number;
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
      "INSERT INTO outbox (id, conversation, kind, payload, state, order_at_ms, due_at_ms, leased, attempts) VALUES (?, ?, ?, ?, 'open', ?, ?, 0, 0) ON CONFLICT (id) DO NOTHING",
    ),
    settle: of(
      "UPDATE outbox SET state = 'done', payload = '', leased = 0, error = NULL WHERE id = ? AND state = 'open'",
    ),
  };
}

function prepare(request: AppendRequest): Prepared {
  if (request.snapshot && request.expect === undefined) {
    throw new Fault('internal', 'an append with a snapshot must say which version it expects');
  }
  return {
    request,
    bodies: request.events.map(encode),
    snapshot: request.snapshot && encode(request.snapshot),
    // JSON has no undefined: a row without a payload carries null.
    payloads: (request.outbox ?? []).map((row) => encode(row.payload ?? null)),
  };
}

function append(statements: Statements, prepared: Prepared): AppendResult {
  const { request } = prepared;
  const head = one<Head>(statements.head, request.conversationId);
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
  head: Head,
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

function create(statements: Statements, request: AppendRequest): Head {
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

function commit(statements: Statements, head: Head, prepared: Prepared): AppendResult {
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
  request.outbox?.forEach((row, index) => {
    const payload = prepared.payloads[index] ?? 'null';
    statements.outbox.run(row.id, head.n, row.kind, payload, row.dueAtMs, row.dueAtMs);
  });
  for (const id of request.settles ?? []) statements.settle.run(id);
  return { kind: 'committed', version, events };
}

interface Moved extends Prepared {
  readonly events: readonly LoggedEvent[];
  readonly place: Place;
}

function move(statements: Statements, head: Head, { request, events, place }: Moved): void {
  const version = head.version + events.length;
  const seq = events.findLast((logged) => logged.seq !== undefined)?.seq ?? head.seq;
  const inputPos = events.findLast(({ event }) => asksForTurn(event))?.pos ?? head.inputPos;
  const handledPos = request.snapshot?.handledPos ?? head.handledPos;
  const unhandled = inputPos > handledPos && place.owner !== 'agent' ? 1 : 0;
  statements.move.run(version, seq, request.atMs, inputPos, handledPos, unhandled, head.n);
  keepPreview(statements, head, events);
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

/** A line of a list on any screen. */
const previewLengthMax = 140;

function keepPreview(statements: Statements, head: Head, events: readonly LoggedEvent[]): void {
  const last = events.findLast(
    ({ event }) => event.type === 'message.received' || event.type === 'agent.said',
  )?.event;
  if (last?.type !== 'message.received' && last?.type !== 'agent.said') return;
  const line = last.text.replaceAll(/\s+/g, ' ').trim().slice(0, previewLengthMax);
  statements.preview.run(line, last.type === 'agent.said' ? 'agent' : 'customer', head.n);
}

/** Enough for every team's recent history; older ones tell nobody anything. */
const waitsKept = 20_000;

/** How long who is taken from the queue has waited, for those who wait after them. */
function keepWait(statements: Statements, head: Head, events: readonly LoggedEvent[]): void {
  if (head.owner !== 'queue' || head.queue === null || head.priority === null) return;
  const accepted = events.find(({ event }) => event.type === 'handoff.accepted');
  if (!accepted) return;
  const waitedMs = Math.max(0, accepted.atMs - head.sinceMs);
  const { lastInsertRowid } = statements.wait.run(
    head.queue,
    head.priority,
    waitedMs,
    accepted.atMs,
  );
  statements.forgetWait.run(Number(lastInsertRowid) - waitsKept);
}

/** Gives each event its position and, when the customer may see it, the next sequence number. */
function number(head: Head, request: AppendRequest): readonly LoggedEvent[] {
  let seq = head.seq;
  return request.events.map((event, index) => ({
    pos: head.version + index + 1,
    ...(isVisible(event) ? { seq: (seq += 1) } : {}),
    atMs: request.atMs,
    event,
  }));
}
