import type { DatabaseSync } from 'node:sqlite';
import { decode } from '../../core/index.ts';
import type { ConversationEvent } from '../../dialogue/index.ts';
import { keysOf, wordsOf } from '../desk-facts.ts';
import { indexText } from '../search-text.ts';
import { many, one } from './rows.ts';

interface Row {
  readonly n: number;
  readonly conversation: number;
  readonly atMs: number;
  readonly body: string;
}

interface Followed {
  readonly n: number;
  readonly conversation: number;
  readonly atMs: number;
  readonly event: ConversationEvent;
}

const name = 'desk';
/** One step of the follower, to be run inside a transaction: gives how many events it dealt with. */
export function createFollow(database: DatabaseSync): (limit: number) => number {
  const of = (sql: string) => database.prepare(sql);
  const cursor = of('SELECT event FROM follower WHERE name = ?');
  const move = of(
    'INSERT INTO follower (name, event) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET event = excluded.event',
  );
  const read = of(
    'SELECT n, conversation, at_ms AS atMs, body FROM event WHERE n > ? ORDER BY n LIMIT ?',
  );
  const keep = [
    keepText(database),
    keepKeys(database),
    keepService(database),
    keepApprovals(database),
  ];
  return (limit) => {
    const after = one<{ event: number }>(cursor, name)?.event ?? 0;
    const rows = many<Row>(read, after, limit);
    for (const { body, ...row } of rows) {
      const followed = { ...row, event: decode<ConversationEvent>(body) };
      for (const one of keep) one(followed);
    }
    const last = rows.at(-1);
    if (last) move.run(name, last.n);
    return rows.length;
  };
}

type Keep = (followed: Followed) => void;

function keepText(database: DatabaseSync): Keep {
  const insert = database.prepare('INSERT INTO search_text (rowid, body) VALUES (?, ?)');
  return ({ n, event }) => {
    const words = wordsOf(event).trim();
    if (words !== '') insert.run(n, indexText(words));
  };
}

function keepKeys(database: DatabaseSync): Keep {
  const insert = database.prepare(
    'INSERT INTO search_key (key, kind, conversation, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms',
  );
  const untag = database.prepare("DELETE FROM search_key WHERE conversation = ? AND kind = 'tag'");
  return ({ conversation, atMs, event }) => {
    if (event.type === 'conversation.tagged') untag.run(conversation);
    for (const { key, kind } of keysOf(event)) insert.run(key, kind, conversation, atMs);
  };
}

function keepService(database: DatabaseSync): Keep {
  const upsert = (columns: string, update: string, where = '') =>
    database.prepare(
      `INSERT INTO service_level (conversation, ${columns}) VALUES (${columns.split(',').fill('?').concat('?').join(', ')}) ON CONFLICT (conversation) DO UPDATE SET ${update} ${where}`,
    );
  const asked = upsert('asked_ms', 'asked_ms = excluded.asked_ms', 'WHERE asked_ms IS NULL');
  const replied = database.prepare(
    'UPDATE service_level SET first_reply_ms = coalesce(first_reply_ms, ?), waiting_ms = NULL WHERE conversation = ? AND asked_ms IS NOT NULL',
  );
  const waits = database.prepare(
    'UPDATE service_level SET waiting_ms = ? WHERE conversation = ? AND asked_ms IS NOT NULL AND first_reply_ms IS NOT NULL AND waiting_ms IS NULL',
  );
  const ended = database.prepare(
    'UPDATE service_level SET asked_ms = NULL, first_reply_ms = NULL, waiting_ms = NULL WHERE conversation = ?',
  );
  const rated = upsert('score, comment', 'score = excluded.score, comment = excluded.comment');
  return ({ conversation, atMs, event }) => {
    switch (event.type) {
      case 'handoff.requested':
      case 'handoff.accepted':
        asked.run(conversation, atMs);
        return;
      case 'agent.said':
        replied.run(atMs, conversation);
        return;
      case 'message.received':
        waits.run(atMs, conversation);
        return;
      case 'handoff.released':
        if (event.to !== 'queue') ended.run(conversation);
        return;
      case 'satisfaction.given':
        rated.run(conversation, event.score, event.comment ?? null);
        return;
      default:
    }
  };
}

function keepApprovals(database: DatabaseSync): Keep {
  const insert = database.prepare(
    'INSERT INTO approval (effect_id, conversation, at_ms, expires_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const remove = database.prepare('DELETE FROM approval WHERE effect_id = ?');
  return ({ conversation, atMs, event }) => {
    if (event.type === 'agent_action.requested' && event.expiresAtMs !== null) {
      insert.run(event.effectId, conversation, atMs, event.expiresAtMs);
    }
    if (event.type === 'agent_action.decided') remove.run(event.effectId);
  };
}
