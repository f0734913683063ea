-- What customers are called, as the wallet told it when their card was read at the desk (see the embedded store's 0007).
CREATE TABLE customer_name (
  key text COLLATE "C" NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (key, customer_id)
);

CREATE INDEX customer_name_of ON customer_name (customer_id);
