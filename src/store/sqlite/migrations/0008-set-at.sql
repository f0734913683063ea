-- When, by the clock of whoever did it, a due time was set: a later look at an earlier time tells that this clock was ahead, and
-- by how much the row waits too long.
ALTER TABLE outbox ADD COLUMN set_at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_set ON outbox (set_at_ms) WHERE state = 'open';

ALTER TABLE webhook_delivery ADD COLUMN set_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webhook_delivery ADD COLUMN leased INTEGER NOT NULL DEFAULT 0 CHECK (leased IN (0, 1));
CREATE INDEX webhook_delivery_set ON webhook_delivery (set_at_ms) WHERE state = 'waiting';
