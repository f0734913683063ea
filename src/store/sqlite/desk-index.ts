import type { DatabaseSync } from 'node:sqlite';
import { decode, Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationEvent } from '../../dialogue/index.ts';
import type {
  ApprovalRef,
  DeskIndex,
  PastRow,
  SearchHit,
  SearchPage,
  SearchQuery,
  ServiceFacts,
} from '../desk-ports.ts';
import { withNamesakes } from '../customer-names.ts';
import { foldForSearch, textQuery } from '../search-text.ts';
import { wordsOf } from '../desk-facts.ts';
import { createNameSearch, createNames, createNaming } from './customer-names.ts';
import { createFollow } from './desk-follow.ts';
import { many } from './rows.ts';
import type { Writer } from './writer.ts';

/** Hits of one conversation are shown once: so many messages are looked through for a page of conversations. */
const messagesMax = 400;
/** Conversations that one identifier or tag leads to. */
const keyHitsMax = 20;
/** Shorter than this an identifier begins too many others. */
const keyLengthMin = 3;

type PastColumns = Omit<PastRow, 'closed'> & { readonly closed: 0 | 1 };

const pastColumns =
  'c.id AS conversationId, c.customer_id AS customerId, c.channel, c.language, c.owner, c.agent_id AS agentId, c.reason, c.closed, c.last_at_ms AS lastAtMs, s.score';
const pastTables = 'conversation c LEFT JOIN service_level s ON s.conversation = c.n';

/** See `DeskIndex`. Reads see what the follower has dealt with. */
export function createDeskIndex(database: DatabaseSync, writer: Writer): DeskIndex {
  const follow = createFollow(database);
  return {
    follow: (limit) => writer.write(() => follow(limit)),
    search: createSearch(database),
    named: createNaming(database, writer),
    namesOf: createNames(database),
    ...createLookups(database),
  };
}

function createLookups(
  database: DatabaseSync,
): Omit<DeskIndex, 'follow' | 'search' | 'named' | 'namesOf'> {
  const of = (sql: string) => database.prepare(sql);
  const past = (column: string) =>
    of(
      `SELECT ${pastColumns} FROM ${pastTables} WHERE c.${column} = ? ORDER BY c.last_at_ms DESC, c.n DESC LIMIT ?`,
    );
  const byCustomer = past('customer_id');
  const byVisitor = past('visitor_id');
  const among = '(SELECT n FROM conversation WHERE id IN (SELECT value FROM json_each(?)))';
  const levels = of(
    `SELECT c.id, asked_ms AS askedMs, first_reply_ms AS firstReplyMs, waiting_ms AS waitingMs, score, comment FROM service_level s JOIN conversation c ON c.n = s.conversation WHERE s.conversation IN ${among}`,
  );
  const tagsOf = of(
    `SELECT c.id, k.key FROM search_key k JOIN conversation c ON c.n = k.conversation WHERE k.kind = 'tag' AND k.conversation IN ${among} ORDER BY k.key`,
  );
  const tags = of(
    "SELECT key, count(*) AS uses FROM search_key WHERE kind = 'tag' GROUP BY key ORDER BY uses DESC, key LIMIT ?",
  );
  const approvals = of(
    'SELECT c.id AS conversationId, a.effect_id AS effectId FROM approval a JOIN conversation c ON c.n = a.conversation WHERE a.expires_at_ms > ? ORDER BY a.at_ms, a.effect_id LIMIT ?',
  );
  return {
    conversationsOf: async ({ customerId, visitorId }, limit) =>
      many<PastColumns>(
        customerId === null ? byVisitor : byCustomer,
        customerId ?? visitorId,
        limit,
      ).map(toPast),
    serviceLevels: async (ids) => {
      const rows = many<ServiceFacts & { id: ConversationId }>(levels, JSON.stringify(ids));
      return new Map(rows.map(({ id, ...facts }) => [id, facts]));
    },
    tagsOf: async (ids) => {
      const found = new Map<ConversationId, string[]>();
      for (const { id, key } of many<{ id: ConversationId; key: string }>(
        tagsOf,
        JSON.stringify(ids),
      )) {
        found.set(id, [...(found.get(id) ?? []), key]);
      }
      return found;
    },
    tags: async (limit) => many<{ key: string }>(tags, limit).map(({ key }) => key),
    approvals: async (nowMs, limit) => many<ApprovalRef>(approvals, nowMs, limit),
  };
}

interface KeyRow extends PastColumns {
  readonly key: string;
  readonly kind: 'conversation' | 'customer' | 'reference' | 'tag';
  readonly atMs: number;
}

interface TextRow extends PastColumns {
  readonly n: number;
  readonly pos: number;
  readonly atMs: number;
  readonly body: string;
}

function createSearch(database: DatabaseSync): DeskIndex['search'] {
  const keys = createKeySearch(database);
  const text = createTextSearch(database);
  const names = createNameSearch<KeyRow>(database, pastColumns, (on) =>
    pastTables.replace('conversation c', `conversation c ${on}`),
  );
  return async (query) => {
    const byKey =
      query.after === undefined
        ? withNamesakes(
            keys(query.text),
            names(query.text, keyHitsMax).map(({ atMs, key: _key, kind: _kind, ...row }) => ({
              row: toPast(row),
              atMs,
            })),
          )
        : [];
    const seen = new Set(byKey.map(({ row }) => row.conversationId));
    const page = text(query, seen);
    return { hits: [...byKey, ...page.hits], next: page.next };
  };
}

function createKeySearch(database: DatabaseSync): (text: string) => readonly SearchHit[] {
  // The range is what an index can walk, where LIKE would read the whole table.
  const keys = database.prepare(
    `SELECT k.key, k.kind, k.at_ms AS atMs, ${pastColumns} FROM (SELECT key, kind, conversation, at_ms FROM search_key WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1000) k JOIN ${pastTables.replace('conversation c', 'conversation c ON c.n = k.conversation')} ORDER BY k.key = ?1 DESC, k.at_ms DESC LIMIT ?3`,
  );
  const conversations = database.prepare(
    `SELECT c.id AS key, 'conversation' AS kind, c.last_at_ms AS atMs, ${pastColumns} FROM ${pastTables} WHERE c.id >= ?1 AND c.id < ?2 ORDER BY c.id LIMIT ?3`,
  );
  return (text) => {
    const asked = text.trim();
    if (asked.length < keyLengthMin || /\s/u.test(asked)) return [];
    const key = asked.toLowerCase();
    // Customers read the beginning of an id out in capitals, as it is shown to them.
    const ids = [...new Set([asked, key])];
    const rows = [
      ...ids.flatMap((id) => many<KeyRow>(conversations, id, `${id}\u{10FFFF}`, keyHitsMax)),
      ...many<KeyRow>(keys, key, `${key}\u{10FFFF}`, keyHitsMax),
    ];
    const first = new Map<ConversationId, SearchHit>();
    for (const { key: found, kind, atMs, ...row } of rows) {
      if (first.has(row.conversationId)) continue;
      const hit = { row: toPast(row), found: kind, pos: null, atMs, text: found };
      first.set(row.conversationId, { ...hit, words: [foldForSearch(asked)] });
    }
    return [...first.values()];
  };
}

function createTextSearch(database: DatabaseSync) {
  // Newest first is the order of row numbers, which FTS5 walks by itself: the work grows with the page, not with the hits.
  const found = database.prepare(
    `SELECT t.n, e.pos, e.at_ms AS atMs, e.body, ${pastColumns} FROM (SELECT rowid AS n FROM search_text WHERE search_text MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3) t JOIN event e ON e.n = t.n JOIN ${pastTables.replace('conversation c', 'conversation c ON c.n = e.conversation')} ORDER BY t.n DESC`,
  );
  return (query: SearchQuery, seen: Set<ConversationId>): SearchPage => {
    const wanted = textQuery(query.text);
    if (!wanted) return { hits: [], next: null };
    const rows = many<TextRow>(found, wanted.match, before(query.after), messagesMax);
    const hits: SearchHit[] = [];
    for (const { n, pos, atMs, body, ...row } of rows) {
      if (seen.has(row.conversationId)) continue;
      if (hits.length === query.limit) return { hits, next: String(n + 1) };
      seen.add(row.conversationId);
      const text = wordsOf(decode<ConversationEvent>(body));
      hits.push({ row: toPast(row), found: 'text', pos, atMs, text, words: wanted.words });
    }
    const last = rows.at(-1);
    return { hits, next: last && rows.length === messagesMax ? String(last.n) : null };
  };
}

function before(after: string | undefined): number {
  if (after === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,15}$/.test(after)) {
    throw new Fault('bad_request', '`after` must be the `next` of the page before');
  }
  return Number(after);
}

function toPast({ closed, ...row }: PastColumns): PastRow {
  const { conversationId, customerId, channel, language, owner, agentId, reason, lastAtMs, score } =
    row;
  return {
    conversationId,
    customerId,
    channel,
    language,
    owner,
    agentId,
    reason,
    closed: closed === 1,
    lastAtMs,
    score,
  };
}
