-- The chain of audit entries: each row carries the hash of the one before and of its own text (room `audit`). Rows are never
-- changed; the oldest go by retention only, and `audit_anchor` then keeps the number and the hash of the last one gone.

CREATE TABLE audit_entry (
  n INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  details TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_actor ON audit_entry (actor, n);
CREATE INDEX audit_subject ON audit_entry (subject, n);

CREATE TABLE audit_anchor (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  n INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
