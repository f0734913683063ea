-- What each agent has in hand, counted as it changes (see the embedded store's 0006). A batch of appends is one statement, and
-- its counts are written in one order: two nodes that move conversations of the same agents never wait for each other in a ring.
CREATE TABLE agent_load (
  agent_id text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  held integer NOT NULL,
  PRIMARY KEY (agent_id, stage)
) WITH (fillfactor = 50);

INSERT INTO agent_load (agent_id, stage, held)
  SELECT agent_id, stage, count(*)::integer FROM conversation WHERE agent_id IS NOT NULL GROUP BY agent_id, stage;

CREATE FUNCTION agent_load_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO agent_load (agent_id, stage, held)
    SELECT agent_id, stage, count(*)::integer FROM fresh WHERE agent_id IS NOT NULL
    GROUP BY agent_id, stage ORDER BY agent_id, stage
    ON CONFLICT (agent_id, stage) DO UPDATE SET held = agent_load.held + excluded.held;
  RETURN NULL;
END $$;

CREATE FUNCTION agent_load_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO agent_load (agent_id, stage, held)
    SELECT agent_id, stage, sum(step)::integer FROM (
      SELECT agent_id, stage, -1 AS step FROM past WHERE agent_id IS NOT NULL
      UNION ALL
      SELECT agent_id, stage, 1 AS step FROM fresh WHERE agent_id IS NOT NULL
    ) AS steps
    GROUP BY agent_id, stage HAVING sum(step) <> 0 ORDER BY agent_id, stage
    ON CONFLICT (agent_id, stage) DO UPDATE SET held = agent_load.held + excluded.held;
  RETURN NULL;
END $$;

CREATE TRIGGER agent_load_begun AFTER INSERT ON conversation
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION agent_load_begun();
CREATE TRIGGER agent_load_moved AFTER UPDATE ON conversation
  REFERENCING OLD TABLE AS past NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION agent_load_moved();
