-- Attachments in parts, so that neither a sender's slowness holds a transaction nor a reader's a whole file.
CREATE TABLE blob (
  id text NOT NULL,
  part integer NOT NULL,
  at_ms bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (id, part)
);
-- Pictures are packed already.
ALTER TABLE blob ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX blob_by_time ON blob (at_ms) WHERE part = 0;
