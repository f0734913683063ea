-- What the desk looks things up in. Everything here but the deliveries follows from the log: a follower reads the events in
-- the order of their row numbers and keeps, in the same transaction, up to where it has come.

CREATE TABLE follower (
  name TEXT PRIMARY KEY,
  -- The last event that was dealt with.
  event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- rowid is the event's; the words are in the event, masked as it is, and are not kept a second time.
CREATE VIRTUAL TABLE search_text USING fts5(
  body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- Identifiers and tags in small letters, found whole or by how they begin.
CREATE TABLE search_key (
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('customer', 'reference', 'tag')),
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (key, kind, conversation)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_key_conversation ON search_key (conversation, kind);

-- The service that people owe a conversation since it asked for one; cleared when it is closed or back with the bot.
CREATE TABLE service_level (
  conversation INTEGER PRIMARY KEY REFERENCES conversation (n),
  asked_ms INTEGER,
  first_reply_ms INTEGER,
  -- Since when the customer waits for the next reply.
  waiting_ms INTEGER,
  score INTEGER,
  comment TEXT
) STRICT;

-- Agents' account actions that wait for a second person.
CREATE TABLE approval (
  effect_id TEXT PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_delivery (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL,
  topic TEXT NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  event INTEGER NOT NULL REFERENCES event (n),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'dead')),
  due_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT
) STRICT;

CREATE INDEX webhook_due ON webhook_delivery (due_at_ms, n) WHERE state = 'waiting';
CREATE INDEX webhook_of ON webhook_delivery (webhook, state, n);
CREATE INDEX webhook_done ON webhook_delivery (due_at_ms) WHERE state = 'done';
