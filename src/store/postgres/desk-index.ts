import { decode, Fault } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { ConversationEvent } from '../../dialogue/index.ts';
import { wordsOf } from '../desk-facts.ts';
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
import type { Database } from './connection.ts';
import { createNameSearch, createNames, createNaming } from './customer-names.ts';
import { follow } from './desk-follow.ts';
import { queryOf } from './search-words.ts';

/** As in the embedded store: messages looked through for a page, conversations of one identifier, the shortest identifier. */
const messagesMax = 400;
const keyHitsMax = 20;
const keyLengthMin = 3;

const pastColumns =
  'c.id AS "conversationId", c.customer_id AS "customerId", c.channel, c.language, c.owner, c.agent_id AS "agentId", c.reason, c.closed = 1 AS closed, h.last_at_ms AS "lastAtMs", s.score';
const pastTables = (on: string) =>
  `conversation c ${on} JOIN head h ON h.id = c.id LEFT JOIN service_level s ON s.conversation = c.id`;
const past = (column: string) =>
  `SELECT ${pastColumns} FROM ${pastTables('')} WHERE c.${column} = $1 ORDER BY h.last_at_ms DESC, c.n DESC LIMIT $2`;

const sql = {
  byCustomer: past('customer_id'),
  byVisitor: past('visitor_id'),
  levels:
    'SELECT conversation AS id, asked_ms AS "askedMs", first_reply_ms AS "firstReplyMs", waiting_ms AS "waitingMs", score, comment FROM service_level WHERE conversation = ANY($1::text[])',
  tagsOf:
    "SELECT conversation AS id, key FROM search_key WHERE kind = 'tag' AND conversation = ANY($1::text[]) ORDER BY key",
  tags: "SELECT key FROM search_key WHERE kind = 'tag' GROUP BY key ORDER BY count(*) DESC, key LIMIT $1",
  approvals:
    'SELECT conversation AS "conversationId", effect_id AS "effectId" FROM approval WHERE expires_at_ms > $1 ORDER BY at_ms, effect_id LIMIT $2',
  keys: `SELECT k.key, k.kind, k.at_ms AS "atMs", ${pastColumns} FROM (SELECT key, kind, conversation, at_ms FROM search_key WHERE key >= $1 AND key < $2 ORDER BY key LIMIT 1000) k JOIN ${pastTables('ON c.id = k.conversation')} ORDER BY k.key = $1 DESC, k.at_ms DESC LIMIT $3`,
  conversations: `SELECT c.id AS key, 'conversation' AS kind, h.last_at_ms AS "atMs", ${pastColumns} FROM ${pastTables('')} WHERE c.id >= $1 AND c.id < $2 ORDER BY c.id LIMIT $3`,
  text: `SELECT t.n, e.pos, e.at_ms AS "atMs", e.body, ${pastColumns} FROM (SELECT n FROM search_text WHERE words @@ $1::tsquery AND n < $2 ORDER BY n DESC LIMIT $3) t JOIN event e ON e.n = t.n JOIN ${pastTables('ON c.id = e.conversation')} ORDER BY t.n DESC`,
};

interface Id {
  readonly id: ConversationId;
}

/** See `DeskIndex`. Reads see what the follower, on whichever node it runs, has dealt with. */
export function createDeskIndex(database: Database): DeskIndex {
  const { again } = database;
  return {
    follow: (limit) => database.transaction((run) => follow(run, limit)),
    search: createSearch(database),
    named: createNaming(database),
    namesOf: createNames(database),
    conversationsOf: ({ customerId, visitorId }, limit) =>
      customerId === null
        ? again<PastRow>(sql.byVisitor, visitorId, limit)
        : again<PastRow>(sql.byCustomer, customerId, limit),
    serviceLevels: async (ids) => {
      const rows = await again<ServiceFacts & Id>(sql.levels, ids);
      return new Map(rows.map(({ id, ...facts }) => [id, facts]));
    },
    tagsOf: async (ids) => {
      const rows = await again<Id & { readonly key: string }>(sql.tagsOf, ids);
      const groups = Map.groupBy(rows, ({ id }) => id);
      return new Map([...groups].map(([id, tags]) => [id, tags.map(({ key }) => key)]));
    },
    tags: async (limit) => (await again<{ key: string }>(sql.tags, limit)).map(({ key }) => key),
    approvals: (nowMs, limit) => again<ApprovalRef>(sql.approvals, nowMs, limit),
  };
}

type KeyRow = PastRow &
  Pick<SearchHit, 'atMs'> & {
    readonly key: string;
    readonly kind: 'conversation' | 'customer' | 'reference' | 'tag';
  };

type TextRow = PastRow & {
  readonly n: number;
  readonly pos: number;
  readonly atMs: number;
  readonly body: string;
};

function createSearch(database: Database): DeskIndex['search'] {
  const names = createNameSearch<KeyRow>(database, pastColumns, pastTables);
  return async (query) => {
    const byKey =
      query.after === undefined
        ? withNamesakes(
            await searchKeys(database, query.text),
            (await names(query.text, keyHitsMax)).map(
              ({ atMs, key: _key, kind: _kind, ...row }) => ({ row, atMs }),
            ),
          )
        : [];
    const seen = new Set(byKey.map(({ row }) => row.conversationId));
    const page = await searchText(database, query, seen);
    return { hits: [...byKey, ...page.hits], next: page.next };
  };
}

async function searchKeys({ again }: Database, text: string): Promise<readonly SearchHit[]> {
  const asked = text.trim();
  if (asked.length < keyLengthMin || /\s/u.test(asked)) return [];
  const key = asked.toLowerCase();
  const upTo = (from: string) => [from, `${from}\u{10FFFF}`, keyHitsMax] as const;
  const rows: KeyRow[] = [];
  // Customers read the beginning of an id out in capitals, as it is shown to them.
  for (const id of new Set([asked, key])) {
    rows.push(...(await again<KeyRow>(sql.conversations, ...upTo(id))));
  }
  rows.push(...(await again<KeyRow>(sql.keys, ...upTo(key))));
  const first = new Map<ConversationId, SearchHit>();
  for (const { key: found, kind, atMs, ...row } of rows) {
    if (first.has(row.conversationId)) continue;
    const words = [foldForSearch(asked)];
    first.set(row.conversationId, { row, found: kind, pos: null, atMs, text: found, words });
  }
  return [...first.values()];
}

async function searchText(
  { again }: Database,
  query: SearchQuery,
  seen: Set<ConversationId>,
): Promise<SearchPage> {
  const from = before(query.after);
  const wanted = textQuery(query.text);
  if (!wanted) return { hits: [], next: null };
  const rows = await again<TextRow>(sql.text, queryOf(wanted.words), from, messagesMax);
  const hits: SearchHit[] = [];
  for (const { n, pos, atMs, body, ...row } of rows) {
    if (seen.has(row.conversationId)) continue;
    if (hits.length === query.limit) return { hits, next: String(n + 1) };
    seen.add(row.conversationId);
    const text = wordsOf(decode<ConversationEvent>(body));
    hits.push({ row, found: 'text', pos, atMs, text, words: wanted.words });
  }
  const last = rows.at(-1);
  return { hits, next: last && rows.length === messagesMax ? String(last.n) : null };
}

function before(after: string | undefined): number {
  if (after === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,16}$/.test(after)) {
    throw new Fault('bad_request', '`after` must be the `next` of the page before');
  }
  return Math.min(Number(after), Number.MAX_SAFE_INTEGER);
}
