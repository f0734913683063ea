-- Requests of one address within a window, counted over all nodes. Not logged: a crash may forget them.
CREATE UNLOGGED TABLE count (
  key text PRIMARY KEY,
  points bigint NOT NULL,
  ends_at_ms bigint NOT NULL
);
CREATE INDEX count_by_end ON count (ends_at_ms);
