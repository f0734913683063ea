import { z } from 'zod';
import type { Agent } from '../identity/index.ts';
import { deskCountMax, deskListNames } from '../protocol/index.ts';
import type { DeskCounts, DeskListName, DeskListReply, DeskRow } from '../protocol/index.ts';
import type { InboxQuery, InboxRow } from '../store/index.ts';
import type { DeskDeps } from './deps.ts';
import { duesOf } from './service-due.ts';

const rowsMax = 200;

export const listQuerySchema = z.object({
  list: z.enum(deskListNames),
  after: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(rowsMax).default(50),
  queue: z.string().max(64).optional(),
});

/** One page of a list, as this agent sees it. */
export async function list(
  { store, api }: Pick<DeskDeps, 'store' | 'api'>,
  agent: Agent,
  query: z.infer<typeof listQuerySchema>,
): Promise<DeskListReply> {
  const { list: name, after, limit, queue } = query;
  const rows = await store.conversations.inbox({
    ...asked(name, agent),
    limit,
    ...(after === undefined ? {} : { after }),
    ...(queue === undefined ? {} : { queue }),
  });
  const dues = await duesOf(
    { ...(api && { api }) },
    rows.map(({ conversationId, state }) => ({
      conv: conversationId,
      isSnoozed: state === 'snoozed',
    })),
  );
  return {
    rows: rows.map((row) => {
      const due = dues.get(row.conversationId);
      return { ...toRow(row), ...(due && { due }) };
    }),
    next: rows.length < limit ? null : (rows.at(-1)?.cursor ?? null),
  };
}

export async function counts(
  { store }: Pick<DeskDeps, 'store'>,
  agent: Agent,
): Promise<DeskCounts> {
  const count = async (name: DeskListName): Promise<number> =>
    (await store.conversations.inbox({ ...asked(name, agent), limit: deskCountMax })).length;
  const [queue, mine, team, bot, snoozed] = await Promise.all([
    count('queue'),
    count('mine'),
    count('team'),
    count('bot'),
    count('snoozed'),
  ]);
  return { queue, mine, team, bot, snoozed };
}

/** A supervisor sees what everyone has put aside, an agent their own. */
function asked(name: DeskListName, { agentId, role }: Agent): Pick<InboxQuery, 'list' | 'agentId'> {
  const isEveryones = name === 'snoozed' && role !== 'agent';
  return { list: name, ...(isEveryones ? {} : { agentId }) };
}

function toRow(row: InboxRow): DeskRow {
  const { conversationId, visitorId: _visitor, version: _version, dueMs, ...rest } = row;
  return {
    conv: conversationId,
    ...rest,
    snoozedUntilMs: row.state === 'snoozed' ? dueMs : null,
    wrapUpUntilMs: row.state === 'wrap_up' ? dueMs : null,
  };
}
