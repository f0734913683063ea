-- The chain of audit entries, as the embedded store keeps it. Of several nodes one appends at a time: the row 'audit' of
-- `follower` is locked meanwhile.
INSERT INTO follower (name, event) VALUES ('audit', 0);

CREATE TABLE audit_entry (
  n bigint PRIMARY KEY,
  at_ms bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  details text NOT NULL,
  previous text NOT NULL,
  hash text NOT NULL
);

CREATE INDEX audit_actor ON audit_entry (actor, n);
CREATE INDEX audit_subject ON audit_entry (subject, n);

CREATE TABLE audit_anchor (
  one integer PRIMARY KEY CHECK (one = 1),
  n bigint NOT NULL,
  hash text NOT NULL
);

-- Retention goes through the conversations in the order of their making.
CREATE UNIQUE INDEX conversation_n ON conversation (n);
