-- What customers are called, as the wallet told it when their card was read at the desk: folded for search, from each of its
-- words on, so that a surname alone finds its person. Of the person, not of a conversation: goes with the erasure of the person.
CREATE TABLE customer_name (
  key TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  PRIMARY KEY (key, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_name_of ON customer_name (customer_id);
