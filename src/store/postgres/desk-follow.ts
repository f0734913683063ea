import { decode } from '../../core/index.ts';
import type { ConversationEvent } from '../../dialogue/index.ts';
import { keysOf, wordsOf } from '../desk-facts.ts';
import type { Run } from './connection.ts';
import { horizon } from './horizon.ts';
import { vectorOf } from './search-words.ts';

interface Followed {
  readonly n: number;
  readonly conversation: string;
  readonly atMs: number;
  readonly event: ConversationEvent;
}

const sql = {
  // Of several nodes one follows; the others have nothing to do.
  cursor: "SELECT event FROM follower WHERE name = 'desk' FOR UPDATE SKIP LOCKED",
  move: "UPDATE follower SET event = $1 WHERE name = 'desk'",
  read: `SELECT n, conversation, at_ms AS "atMs", body FROM event WHERE n > $1 AND n < ${horizon} ORDER BY n LIMIT $2`,
  text: 'INSERT INTO search_text (n, words) SELECT t.n, t.words::tsvector FROM unnest($1::bigint[], $2::text[]) AS t(n, words)',
  key: 'INSERT INTO search_key (key, kind, conversation, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (key, kind, conversation) DO UPDATE SET at_ms = excluded.at_ms',
  untag: "DELETE FROM search_key WHERE conversation = $1 AND kind = 'tag'",
  asked:
    'INSERT INTO service_level (conversation, asked_ms) VALUES ($1, $2) ON CONFLICT (conversation) DO UPDATE SET asked_ms = excluded.asked_ms WHERE service_level.asked_ms IS NULL',
  replied:
    'UPDATE service_level SET first_reply_ms = coalesce(first_reply_ms, $2), waiting_ms = NULL WHERE conversation = $1 AND asked_ms IS NOT NULL',
  waits:
    'UPDATE service_level SET waiting_ms = $2 WHERE conversation = $1 AND asked_ms IS NOT NULL AND first_reply_ms IS NOT NULL AND waiting_ms IS NULL',
  ended:
    'UPDATE service_level SET asked_ms = NULL, first_reply_ms = NULL, waiting_ms = NULL WHERE conversation = $1',
  rated:
    'INSERT INTO service_level (conversation, score, comment) VALUES ($1, $2, $3) ON CONFLICT (conversation) DO UPDATE SET score = excluded.score, comment = excluded.comment',
  approval:
    'INSERT INTO approval (effect_id, conversation, at_ms, expires_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
  decided: 'DELETE FROM approval WHERE effect_id = $1',
};

/** One step of the follower, inside a transaction: gives how many events it dealt with. */
export async function follow(run: Run, limit: number): Promise<number> {
  const [cursor] = await run<{ event: number }>(sql.cursor);
  if (!cursor) return 0;
  const rows = await run<Omit<Followed, 'event'> & { readonly body: string }>(
    sql.read,
    cursor.event,
    limit,
  );
  const followed = rows.map(({ body, ...row }) => ({
    ...row,
    event: decode<ConversationEvent>(body),
  }));
  await keepText(run, followed);
  for (const one of followed) {
    await keepKeys(run, one);
    await keepService(run, one);
    await keepApprovals(run, one);
  }
  const last = rows.at(-1);
  if (last) await run(sql.move, last.n);
  return rows.length;
}

async function keepText(run: Run, followed: readonly Followed[]): Promise<void> {
  const texts = followed
    .map(({ n, event }) => ({ n, words: vectorOf(wordsOf(event)) }))
    .filter(({ words }) => words !== '');
  if (texts.length === 0) return;
  await run(
    sql.text,
    texts.map(({ n }) => n),
    texts.map(({ words }) => words),
  );
}

async function keepKeys(run: Run, { conversation, atMs, event }: Followed): Promise<void> {
  if (event.type === 'conversation.tagged') await run(sql.untag, conversation);
  for (const { key, kind } of keysOf(event)) await run(sql.key, key, kind, conversation, atMs);
}

async function keepService(run: Run, { conversation, atMs, event }: Followed): Promise<void> {
  switch (event.type) {
    case 'handoff.requested':
    case 'handoff.accepted':
      await run(sql.asked, conversation, atMs);
      return;
    case 'agent.said':
      await run(sql.replied, conversation, atMs);
      return;
    case 'message.received':
      await run(sql.waits, conversation, atMs);
      return;
    case 'handoff.released':
      if (event.to !== 'queue') await run(sql.ended, conversation);
      return;
    case 'satisfaction.given':
      await run(sql.rated, conversation, event.score, event.comment ?? null);
      return;
    default:
  }
}

async function keepApprovals(run: Run, { conversation, atMs, event }: Followed): Promise<void> {
  if (event.type === 'agent_action.requested' && event.expiresAtMs !== null) {
    await run(sql.approval, event.effectId, conversation, atMs, event.expiresAtMs);
  }
  if (event.type === 'agent_action.decided') await run(sql.decided, event.effectId);
}
