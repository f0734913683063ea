import type { DatabaseSync } from 'node:sqlite';
import { priorities } from '../../core/index.ts';
import type { ConversationId, Priority } from '../../core/index.ts';
import type { AgentLoad, ConversationStore, HeldBy } from '../ports.ts';
import { many } from './rows.ts';

export type HandoffReads = Pick<
  ConversationStore,
  'handoffDue' | 'agentLoads' | 'heldBy' | 'wokenByCustomer' | 'queueFigures' | 'recentWaits'
>;

interface FigureRow {
  readonly queue: string;
  readonly priority: number;
  readonly waiting: number;
  readonly offered: number;
  readonly oldestSinceMs: number;
}

/** What the matcher of hand-off and the supervisors' view ask; all from indexes that hold only what is open. */
export function createHandoffReads(database: DatabaseSync): HandoffReads {
  const of = (sql: string) => database.prepare(sql);
  const due = of(
    'SELECT id FROM conversation WHERE due_ms IS NOT NULL AND due_ms <= ? ORDER BY due_ms, n LIMIT ?',
  );
  const loads = of(
    "SELECT agent_id AS agentId, sum(held * (stage = 'agent')) AS open, sum(held * (stage = 'offered')) AS offered, sum(held * (stage = 'wrap_up')) AS wrapUp, sum(held * (stage = 'snoozed')) AS snoozed FROM agent_load WHERE held > 0 GROUP BY agent_id ORDER BY agent_id",
  );
  const held = of(
    'SELECT id AS conversationId, stage AS state FROM conversation WHERE agent_id = ? ORDER BY since_ms, id LIMIT ?',
  );
  const woken = of(
    "SELECT id FROM conversation WHERE stage = 'snoozed' AND input_pos > handled_pos ORDER BY due_ms, id LIMIT ?",
  );
  const figures = of(
    "SELECT queue, priority, sum(stage = 'queued') AS waiting, sum(stage = 'offered') AS offered, min(since_ms) AS oldestSinceMs FROM conversation WHERE owner = 'queue' AND closed = 0 GROUP BY queue, priority ORDER BY queue, priority",
  );
  const waits = of(
    'SELECT priority, waited_ms AS waitedMs, at_ms AS atMs FROM wait WHERE queue = ? ORDER BY n DESC LIMIT ?',
  );
  const ids = (rows: readonly { readonly id: ConversationId }[]) => rows.map(({ id }) => id);
  return {
    handoffDue: async (nowMs, limit) => ids(many(due, nowMs, limit)),
    agentLoads: async () => many<AgentLoad>(loads),
    heldBy: async (agentId, limit) => many<HeldBy>(held, agentId, limit),
    wokenByCustomer: async (limit) => ids(many(woken, limit)),
    queueFigures: async () =>
      many<FigureRow>(figures).map((row) => ({ ...row, priority: priorityOf(row.priority) })),
    recentWaits: async (queue, limit) =>
      many<{ priority: number; waitedMs: number; atMs: number }>(waits, queue, limit).map(
        (row) => ({ ...row, priority: priorityOf(row.priority) }),
      ),
  };
}

function priorityOf(rank: number): Priority {
  return priorities[rank] ?? 'normal';
}
