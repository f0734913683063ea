-- Row numbers (n) only grow, so the two tables that grow with every message are written at their end;
-- clustering events by conversation cost a quarter more at a million rows.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  visitor_id TEXT NOT NULL,
  customer_id TEXT,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  -- Position of the last event that the bot has to answer, and up to where its turns have come.
  input_pos INTEGER NOT NULL,
  handled_pos INTEGER NOT NULL,
  -- input_pos > handled_pos while no agent has it: a turn is under way or was cut off.
  unhandled INTEGER NOT NULL CHECK (unhandled IN (0, 1)),
  owner TEXT NOT NULL CHECK (owner IN ('bot', 'queue', 'agent')),
  agent_id TEXT,
  -- Index in core's list of priorities: 0 is served first.
  priority INTEGER,
  queue TEXT,
  reason TEXT,
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  -- Since when it is in the list where it is now.
  since_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX conversation_customer ON conversation (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX conversation_visitor ON conversation (visitor_id);

-- One partial index a list, on columns that change with the ownership only: a message in a
-- conversation touches none of them.
CREATE INDEX conversation_queue ON conversation (priority, since_ms, id)
  WHERE owner = 'queue' AND closed = 0;
CREATE INDEX conversation_agent ON conversation (agent_id, since_ms, id)
  WHERE owner = 'agent' AND closed = 0;
CREATE INDEX conversation_bot ON conversation (since_ms, id)
  WHERE owner = 'bot' AND closed = 0;
CREATE INDEX conversation_closed ON conversation (since_ms, id)
  WHERE closed = 1;

-- Holds what is being answered at this moment, so it is as small as the load and not as the history.
CREATE INDEX conversation_unhandled ON conversation (last_at_ms, n) WHERE unhandled = 1;

-- Beside the conversation and not in it: a message without a new snapshot must not rewrite the old one.
CREATE TABLE snapshot (
  conversation INTEGER PRIMARY KEY REFERENCES conversation (n),
  version INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE event (
  n INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  pos INTEGER NOT NULL,
  seq INTEGER,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX event_pos ON event (conversation, pos);
CREATE UNIQUE INDEX event_seq ON event (conversation, seq) WHERE seq IS NOT NULL;

-- The events that a dedupe key made are first_pos … last_pos; none when last_pos < first_pos.
CREATE TABLE accepted (
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  first_pos INTEGER NOT NULL,
  last_pos INTEGER NOT NULL,
  PRIMARY KEY (conversation, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  n INTEGER PRIMARY KEY,
  -- Kept when the work is done: an effect's id is used once for good.
  id TEXT NOT NULL UNIQUE,
  conversation INTEGER NOT NULL REFERENCES conversation (n),
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'buried')),
  -- As first asked for: the place in the line of its conversation and kind, kept by a retry.
  order_at_ms INTEGER NOT NULL,
  -- Next try; the end of the lease while leased.
  due_at_ms INTEGER NOT NULL,
  leased INTEGER NOT NULL CHECK (leased IN (0, 1)),
  attempts INTEGER NOT NULL,
  error TEXT
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at_ms, n) WHERE state = 'open';
CREATE INDEX outbox_line ON outbox (conversation, kind, order_at_ms, n) WHERE state = 'open';

CREATE TABLE record (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  expires_at_ms INTEGER,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_expiry ON record (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
