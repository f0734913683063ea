-- Covers what supervisors ask of every team: without it each look reads every waiting row.
CREATE INDEX conversation_queue_figures ON conversation (queue, priority, stage, since_ms)
  WHERE owner = 'queue' AND closed = 0;
