import { priorities } from '../../core/index.ts';
import type { ConversationId, Priority } from '../../core/index.ts';
import type { AgentLoad, ConversationStore, HeldBy, QueueFigure } from '../ports.ts';
import type { Database } from './connection.ts';

export type HandoffReads = Pick<
  ConversationStore,
  'handoffDue' | 'agentLoads' | 'heldBy' | 'wokenByCustomer' | 'queueFigures' | 'recentWaits'
>;

const counted = (stage: string) => `count(*) FILTER (WHERE stage = '${stage}')`;
const held = (stage: string) => `coalesce(sum(held) FILTER (WHERE stage = '${stage}'), 0)::integer`;
const sql = {
  due: 'SELECT id FROM conversation WHERE due_ms IS NOT NULL AND due_ms <= $1 ORDER BY due_ms, n LIMIT $2',
  loads: `SELECT agent_id AS "agentId", ${held('agent')} AS open, ${held('offered')} AS offered, ${held('wrap_up')} AS "wrapUp", ${held('snoozed')} AS snoozed FROM agent_load WHERE held > 0 GROUP BY agent_id ORDER BY agent_id`,
  held: 'SELECT id AS "conversationId", stage AS state FROM conversation WHERE agent_id = $1 ORDER BY since_ms, id LIMIT $2',
  woken:
    "SELECT c.id FROM conversation c JOIN head h ON h.id = c.id WHERE c.stage = 'snoozed' AND h.input_pos > h.handled_pos ORDER BY c.due_ms, c.id LIMIT $1",
  figures: `SELECT queue, priority, ${counted('queued')} AS waiting, ${counted('offered')} AS offered, min(since_ms) AS "oldestSinceMs" FROM conversation WHERE owner = 'queue' AND closed = 0 GROUP BY queue, priority ORDER BY queue, priority`,
  waits:
    'SELECT priority, waited_ms AS "waitedMs", at_ms AS "atMs" FROM wait WHERE queue = $1 ORDER BY n DESC LIMIT $2',
};

interface Id {
  readonly id: ConversationId;
}

/** What the matcher of hand-off and the supervisors' view ask; all from indexes that hold only what is open. */
export function createHandoffReads({ again }: Database): HandoffReads {
  const ids = (rows: readonly Id[]) => rows.map(({ id }) => id);
  return {
    handoffDue: async (nowMs, limit) => ids(await again<Id>(sql.due, nowMs, limit)),
    agentLoads: () => again<AgentLoad>(sql.loads),
    heldBy: (agentId, limit) => again<HeldBy>(sql.held, agentId, limit),
    wokenByCustomer: async (limit) => ids(await again<Id>(sql.woken, limit)),
    queueFigures: async () =>
      (await again<Ranked<QueueFigure>>(sql.figures)).map((row) => ({
        ...row,
        priority: priorityOf(row.priority),
      })),
    recentWaits: async (queue, limit) =>
      (
        await again<{ priority: number; waitedMs: number; atMs: number }>(sql.waits, queue, limit)
      ).map((row) => ({ ...row, priority: priorityOf(row.priority) })),
  };
}

type Ranked<Row> = Omit<Row, 'priority'> & { readonly priority: number };

function priorityOf(rank: number): Priority {
  return priorities[rank] ?? 'normal';
}
