-- The tables of the embedded store as PostgreSQL has them. Texts compare byte by byte, as there: the order of ids must not
-- hang on the server's locale. No foreign keys: every row is written together with what it belongs to, by one statement, and
-- each check would lock that row once more.

CREATE TABLE meta (
  key text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

-- Added to PostgreSQL's transaction number in the numbers of events; see event.n.
INSERT INTO meta (key, value) VALUES ('event_base', '0');

-- One row a running process. `token` is the last batch that it committed: how a process whose connection was cut in the
-- middle of a COMMIT finds out whether that took place.
CREATE TABLE node (
  n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now()
);

-- What changes with the ownership. What changes with every message stands in `head`, so that a message touches none of the
-- many indexes of the lists.
CREATE TABLE conversation (
  id text COLLATE "C" PRIMARY KEY,
  -- In the order of their making.
  n bigint GENERATED ALWAYS AS IDENTITY,
  visitor_id text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C",
  channel text NOT NULL,
  language text NOT NULL,
  owner text NOT NULL CHECK (owner IN ('bot', 'queue', 'agent')),
  stage text NOT NULL,
  agent_id text COLLATE "C",
  agent_name text,
  offer_id text,
  priority integer,
  queue text COLLATE "C",
  reason text,
  closed smallint NOT NULL CHECK (closed IN (0, 1)),
  since_ms bigint NOT NULL,
  rank_ms bigint,
  due_ms bigint,
  risk bigint NOT NULL
);

CREATE INDEX conversation_customer ON conversation (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX conversation_visitor ON conversation (visitor_id);
CREATE INDEX conversation_queue ON conversation (rank_ms, id) WHERE owner = 'queue' AND closed = 0;
CREATE INDEX conversation_team_queue ON conversation (queue, rank_ms, id) WHERE owner = 'queue' AND closed = 0;
CREATE INDEX conversation_queue_figures ON conversation (queue, priority, stage, since_ms)
  WHERE owner = 'queue' AND closed = 0;
CREATE INDEX conversation_agent ON conversation (agent_id, stage, since_ms, id) WHERE agent_id IS NOT NULL;
CREATE INDEX conversation_team ON conversation (since_ms, id) WHERE stage = 'agent';
CREATE INDEX conversation_one_team ON conversation (queue, since_ms, id) WHERE stage = 'agent';
CREATE INDEX conversation_bot ON conversation (risk, since_ms, id) WHERE owner = 'bot' AND closed = 0;
CREATE INDEX conversation_closed ON conversation (since_ms, id) WHERE closed = 1;
CREATE INDEX conversation_snoozed ON conversation (due_ms, id) WHERE stage = 'snoozed';
CREATE INDEX conversation_due ON conversation (due_ms, n) WHERE due_ms IS NOT NULL;

CREATE TABLE head (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  seq integer NOT NULL,
  input_pos integer NOT NULL,
  handled_pos integer NOT NULL,
  unhandled smallint NOT NULL CHECK (unhandled IN (0, 1)),
  last_at_ms bigint NOT NULL,
  preview text,
  preview_by text
) WITH (fillfactor = 80);

-- Without the time: it would make every message write all indexes. What is found here is few and sorted as it is read.
CREATE INDEX head_unhandled ON head (id) WHERE unhandled = 1;

CREATE TABLE snapshot (
  conversation text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  body text NOT NULL
) WITH (fillfactor = 80);

-- n is the number of the transaction that wrote the event, times 4096, plus the event's place in it. A plain sequence would
-- show a later number before an earlier one is committed, and a reader that goes by numbers would leave that out for good;
-- by this number it stops in front of the oldest transaction that is still open. Within one conversation n grows with pos,
-- because a transaction gets its number only after it has the locks of its conversations.
CREATE TABLE event (
  n bigint PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  pos integer NOT NULL,
  seq integer,
  at_ms bigint NOT NULL,
  body text NOT NULL
);

CREATE UNIQUE INDEX event_pos ON event (conversation, pos);
CREATE UNIQUE INDEX event_seq ON event (conversation, seq) WHERE seq IS NOT NULL;

CREATE TABLE accepted (
  conversation text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  first_pos integer NOT NULL,
  last_pos integer NOT NULL,
  PRIMARY KEY (conversation, key)
);

CREATE TABLE outbox (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  conversation text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  payload text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'done', 'buried')),
  order_at_ms bigint NOT NULL,
  due_at_ms bigint NOT NULL,
  -- The node that has it until `due_at_ms`.
  leased_by integer,
  attempts integer NOT NULL,
  error text
);

CREATE INDEX outbox_due ON outbox (due_at_ms, n) WHERE state = 'open';
CREATE INDEX outbox_line ON outbox (conversation, kind, order_at_ms, n) WHERE state = 'open';

CREATE TABLE record (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  body text NOT NULL,
  expires_at_ms bigint,
  PRIMARY KEY (kind, key)
);

CREATE INDEX record_expiry ON record (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

CREATE TABLE wait (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text COLLATE "C" NOT NULL,
  priority integer NOT NULL,
  waited_ms bigint NOT NULL,
  at_ms bigint NOT NULL
);

CREATE INDEX wait_queue ON wait (queue, n);

CREATE TABLE follower (
  name text PRIMARY KEY,
  event bigint NOT NULL
);

INSERT INTO follower (name, event) VALUES ('desk', 0), ('webhooks', 0);

-- The words as Kefu splits them, not as a text search configuration of the server would.
CREATE TABLE search_text (
  n bigint PRIMARY KEY,
  words tsvector NOT NULL
);

CREATE INDEX search_text_words ON search_text USING gin (words);

CREATE TABLE search_key (
  key text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customer', 'reference', 'tag')),
  conversation text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (key, kind, conversation)
);

CREATE INDEX search_key_conversation ON search_key (conversation, kind);

CREATE TABLE service_level (
  conversation text COLLATE "C" PRIMARY KEY,
  asked_ms bigint,
  first_reply_ms bigint,
  waiting_ms bigint,
  score integer,
  comment text
);

CREATE TABLE approval (
  effect_id text COLLATE "C" PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL
);

CREATE TABLE webhook_delivery (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  webhook text COLLATE "C" NOT NULL,
  topic text NOT NULL,
  conversation text COLLATE "C" NOT NULL,
  event bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'dead')),
  due_at_ms bigint NOT NULL,
  attempts integer NOT NULL,
  error text
);

CREATE INDEX webhook_due ON webhook_delivery (due_at_ms, n) WHERE state = 'waiting';
CREATE INDEX webhook_of ON webhook_delivery (webhook, state, n);
CREATE INDEX webhook_done ON webhook_delivery (due_at_ms) WHERE state = 'done';
