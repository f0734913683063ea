-- The name itself beside the keys that it is found by (see the embedded store's 0009).
ALTER TABLE customer_name ADD COLUMN name text;
