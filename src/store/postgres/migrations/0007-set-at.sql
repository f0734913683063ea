-- When, by the clock of whoever did it, a due time was set (see the embedded store's 0008), and which node has a delivery.
ALTER TABLE outbox ADD COLUMN set_at_ms bigint NOT NULL DEFAULT 0;
CREATE INDEX outbox_set ON outbox (set_at_ms) WHERE state = 'open';

ALTER TABLE webhook_delivery ADD COLUMN set_at_ms bigint NOT NULL DEFAULT 0;
ALTER TABLE webhook_delivery ADD COLUMN leased_by integer;
CREATE INDEX webhook_delivery_set ON webhook_delivery (set_at_ms) WHERE state = 'waiting';
