-- Where a conversation stands for the desk, finer than `owner`. `agent_id` is whoever has it, is offered it or writes
-- it up: the person whose capacity it takes.
ALTER TABLE conversation ADD COLUMN stage TEXT NOT NULL DEFAULT 'bot';
ALTER TABLE conversation ADD COLUMN agent_name TEXT;
ALTER TABLE conversation ADD COLUMN offer_id TEXT;
-- The order of the queue: handoff's serveRankMs.
ALTER TABLE conversation ADD COLUMN rank_ms INTEGER;
-- End of the offer, the snooze or the time for writing up: the timer of hand-off, derived from the state with every write.
ALTER TABLE conversation ADD COLUMN due_ms INTEGER;
ALTER TABLE conversation ADD COLUMN risk INTEGER NOT NULL DEFAULT 0;
-- In no index: these two change with every message.
ALTER TABLE conversation ADD COLUMN preview TEXT;
ALTER TABLE conversation ADD COLUMN preview_by TEXT;

UPDATE conversation SET stage = 'closed' WHERE closed = 1;
UPDATE conversation SET stage = 'queued', rank_ms = since_ms - CASE priority WHEN 0 THEN 3600000 WHEN 1 THEN 900000 ELSE 0 END
  WHERE owner = 'queue' AND closed = 0;
UPDATE conversation SET stage = 'agent', agent_name = (
    SELECT json_extract(s.body, '$.owner.agentName') FROM snapshot s WHERE s.conversation = conversation.n)
  WHERE owner = 'agent' AND closed = 0;

DROP INDEX conversation_queue;
DROP INDEX conversation_agent;
DROP INDEX conversation_bot;

CREATE INDEX conversation_queue ON conversation (rank_ms, id)
  WHERE owner = 'queue' AND closed = 0;
CREATE INDEX conversation_team_queue ON conversation (queue, rank_ms, id)
  WHERE owner = 'queue' AND closed = 0;
-- What an agent's capacity is counted by, and the agent's own list.
CREATE INDEX conversation_agent ON conversation (agent_id, stage, since_ms, id)
  WHERE agent_id IS NOT NULL;
CREATE INDEX conversation_team ON conversation (since_ms, id) WHERE stage = 'agent';
CREATE INDEX conversation_one_team ON conversation (queue, since_ms, id) WHERE stage = 'agent';
CREATE INDEX conversation_bot ON conversation (risk, since_ms, id)
  WHERE owner = 'bot' AND closed = 0;
CREATE INDEX conversation_snoozed ON conversation (due_ms, id) WHERE stage = 'snoozed';
CREATE INDEX conversation_due ON conversation (due_ms, n) WHERE due_ms IS NOT NULL;

-- How long those waited whom an agent took from the queue: the recent ones tell who waits now what to expect.
CREATE TABLE wait (
  n INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  priority INTEGER NOT NULL,
  waited_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX wait_queue ON wait (queue, n);
