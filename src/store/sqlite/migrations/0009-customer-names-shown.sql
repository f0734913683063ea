-- The name itself beside the keys that it is found by, so that lists can show it without asking the wallet for each row. NULL
-- in rows from before: the next look at the customer's card brings it. Goes with the keys when the person is erased.
ALTER TABLE customer_name ADD COLUMN name TEXT;
