-- What each agent has in hand, counted as it changes: the matcher asks at every look, and counting rows takes the longer the
-- more conversations are put aside. Kept by the tables themselves, so that no way to move a conversation can forget it.
CREATE TABLE agent_load (
  agent_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  held INTEGER NOT NULL,
  PRIMARY KEY (agent_id, stage)
) STRICT, WITHOUT ROWID;

INSERT INTO agent_load (agent_id, stage, held)
  SELECT agent_id, stage, count(*) FROM conversation WHERE agent_id IS NOT NULL GROUP BY agent_id, stage;

CREATE TRIGGER agent_load_begun AFTER INSERT ON conversation WHEN new.agent_id IS NOT NULL
BEGIN
  INSERT INTO agent_load (agent_id, stage, held) VALUES (new.agent_id, new.stage, 1)
    ON CONFLICT (agent_id, stage) DO UPDATE SET held = held + 1;
END;

CREATE TRIGGER agent_load_moved AFTER UPDATE OF agent_id, stage ON conversation
  WHEN old.agent_id IS NOT new.agent_id OR old.stage IS NOT new.stage
BEGIN
  UPDATE agent_load SET held = held - 1 WHERE agent_id = old.agent_id AND stage = old.stage;
  INSERT INTO agent_load (agent_id, stage, held)
    SELECT new.agent_id, new.stage, 1 WHERE new.agent_id IS NOT NULL
    ON CONFLICT (agent_id, stage) DO UPDATE SET held = held + 1;
END;
