/**
 * The sandbox's tables, as numbered steps that are only ever added to.
 *
 * Double entry is held by the file itself, not by the code above it: a posting moves its account's
 * balance by trigger, postings and journals cannot be changed or deleted, and a journal's key refers
 * (deferred, so: checked at commit) to a seal that only goes in when its postings add up to zero in
 * every currency. A commit that would leave the books crooked fails.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE customer (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  phone TEXT UNIQUE,
  email TEXT UNIQUE,
  address TEXT,
  currency TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active','locked','restricted','frozen','closed')),
  status_reason TEXT,
  status_before TEXT,
  reason_before TEXT,
  kyc_level INTEGER NOT NULL CHECK (kyc_level BETWEEN 0 AND 2),
  opened_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('available','held','party','reserve','bank','fees','equity')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  balance INTEGER NOT NULL DEFAULT 0,
  UNIQUE (owner, kind, currency),
  CHECK (balance >= 0 OR kind IN ('bank','fees','equity'))
) STRICT;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  FOREIGN KEY (id) REFERENCES seal (journal_id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX journal_by_ref ON journal (ref);

CREATE TABLE seal (
  journal_id INTEGER PRIMARY KEY REFERENCES journal (id)
) STRICT;

CREATE TABLE posting (
  id INTEGER PRIMARY KEY,
  journal_id INTEGER NOT NULL REFERENCES journal (id),
  account_id INTEGER NOT NULL REFERENCES account (id),
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount <> 0)
) STRICT;
CREATE INDEX posting_by_journal ON posting (journal_id);
CREATE INDEX posting_by_account ON posting (account_id);

CREATE TRIGGER posting_checked BEFORE INSERT ON posting BEGIN
  SELECT RAISE(ABORT, 'posting in another currency than its account')
    WHERE (SELECT currency FROM account WHERE id = NEW.account_id) <> NEW.currency;
  SELECT RAISE(ABORT, 'posting into a sealed journal')
    WHERE EXISTS (SELECT 1 FROM seal WHERE journal_id = NEW.journal_id);
END;
CREATE TRIGGER posting_moves AFTER INSERT ON posting BEGIN
  UPDATE account SET balance = balance + NEW.amount WHERE id = NEW.account_id;
END;
CREATE TRIGGER posting_kept BEFORE UPDATE ON posting BEGIN
  SELECT RAISE(ABORT, 'a posting is for good');
END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting BEGIN
  SELECT RAISE(ABORT, 'a posting is for good');
END;
CREATE TRIGGER journal_kept BEFORE UPDATE ON journal BEGIN
  SELECT RAISE(ABORT, 'a journal is for good');
END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN
  SELECT RAISE(ABORT, 'a journal is for good');
END;
CREATE TRIGGER seal_stays BEFORE DELETE ON seal BEGIN
  SELECT RAISE(ABORT, 'a seal is for good');
END;
CREATE TRIGGER seal_checked BEFORE INSERT ON seal BEGIN
  SELECT RAISE(ABORT, 'journal does not balance')
    WHERE EXISTS (
      SELECT 1 FROM posting WHERE journal_id = NEW.journal_id
      GROUP BY currency HAVING sum(amount) <> 0
    );
  SELECT RAISE(ABORT, 'journal is empty')
    WHERE NOT EXISTS (SELECT 1 FROM posting WHERE journal_id = NEW.journal_id);
END;

CREATE TABLE txn (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  kind TEXT NOT NULL CHECK (kind IN ('payment','transfer_out','transfer_in','top_up')),
  state TEXT NOT NULL
    CHECK (state IN ('pending','completed','failed','cancelled','refunded','disputed')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  fee INTEGER NOT NULL CHECK (fee >= 0),
  currency TEXT NOT NULL,
  counterparty TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('balance','card','bank')),
  at_ms INTEGER NOT NULL,
  expected_by_ms INTEGER,
  completed_at_ms INTEGER,
  failure_reason TEXT,
  refund_rule TEXT NOT NULL CHECK (refund_rule IN ('allowed','seller','never'))
) STRICT;
CREATE INDEX txn_by_customer ON txn (customer_id, at_ms);

CREATE TABLE refund (
  id TEXT PRIMARY KEY,
  txn_id TEXT NOT NULL REFERENCES txn (id),
  customer_id TEXT NOT NULL REFERENCES customer (id),
  state TEXT NOT NULL CHECK (state IN ('reviewing','approved','paid','refused')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_at_ms INTEGER NOT NULL,
  expected_by_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX refund_by_txn ON refund (txn_id);
CREATE INDEX refund_by_customer ON refund (customer_id, requested_at_ms);
CREATE UNIQUE INDEX refund_open_once ON refund (txn_id) WHERE state IN ('reviewing','approved');

CREATE TABLE dispute (
  id TEXT PRIMARY KEY,
  txn_id TEXT NOT NULL UNIQUE REFERENCES txn (id),
  customer_id TEXT NOT NULL REFERENCES customer (id),
  state TEXT NOT NULL CHECK (state IN ('open','won','lost')),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  reason TEXT NOT NULL,
  details TEXT,
  opened_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE withdrawal (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  state TEXT NOT NULL CHECK (state IN ('processing','arrived','failed','returned')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  fee INTEGER NOT NULL CHECK (fee >= 0),
  currency TEXT NOT NULL,
  bank TEXT NOT NULL,
  account_tail TEXT NOT NULL,
  requested_at_ms INTEGER NOT NULL,
  expected_by_ms INTEGER NOT NULL,
  failure_reason TEXT
) STRICT;
CREATE INDEX withdrawal_by_customer ON withdrawal (customer_id, requested_at_ms);

CREATE TABLE ticket (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  type TEXT NOT NULL,
  txn_id TEXT REFERENCES txn (id),
  details TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_by_customer ON ticket (customer_id, opened_at_ms);

CREATE TABLE ticket_step (
  ticket_id TEXT NOT NULL REFERENCES ticket (id),
  at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open','in_progress','solved'))
) STRICT;
CREATE INDEX ticket_step_by_ticket ON ticket_step (ticket_id);

CREATE TABLE statement (
  token_hash TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customer (id),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('csv','pdf')),
  expires_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sent (
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_by_subject ON sent (purpose, subject, at_ms);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE rate (
  currency TEXT PRIMARY KEY,
  per_usd TEXT NOT NULL
) STRICT;

CREATE TABLE answered (
  key TEXT PRIMARY KEY,
  operation TEXT NOT NULL,
  call_digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
`,
];
