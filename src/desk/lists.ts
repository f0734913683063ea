import { z } from 'zod';
import type { Agent } from '../identity/index.ts';
import { deskCountMax, deskListNames } from '../protocol/index.ts';
import type { DeskCounts, DeskListName, DeskListReply, DeskRow } from '../protocol/index.ts';
import type { InboxFilter, InboxQuery, InboxRow, SiftedInbox } from '../store/index.ts';
import type { DeskDeps } from './deps.ts';
import { namesFor } from './names.ts';
import { duesOf } from './service-due.ts';

const rowsMax = 200;

export const listQuerySchema = z.object({
  list: z.enum(deskListNames),
  after: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(rowsMax).default(50),
  queue: z.string().max(64).optional(),
  language: z.string().min(2).max(35).optional(),
  channel: z.string().min(1).max(64).optional(),
  tag: z.string().trim().min(1).max(40).optional(),
});

/** Stretches of a list that one request looks through for what fits its filter: some twenty thousand rows. */
const stretchesMax = 4;

/** One page of a list, as this agent sees it. */
export async function list(
  { store, api }: Pick<DeskDeps, 'store' | 'api'>,
  agent: Agent,
  query: z.infer<typeof listQuerySchema>,
): Promise<DeskListReply> {
  const { rows, next } = await pageOf(store, agent, query);
  const parts = { ...(api && { api }) };
  const [dues, nameOf] = await Promise.all([
    duesOf(
      parts,
      rows.map(({ conversationId, state }) => ({
        conv: conversationId,
        isSnoozed: state === 'snoozed',
      })),
    ),
    namesFor(parts, agent, rows),
  ]);
  return {
    rows: rows.map((row) => {
      const due = dues.get(row.conversationId);
      return { ...toRow(row), ...nameOf(row), ...(due && { due }) };
    }),
    next,
  };
}

async function pageOf(
  { conversations }: Pick<DeskDeps, 'store'>['store'],
  agent: Agent,
  { list: name, after, limit, queue, ...named }: z.infer<typeof listQuerySchema>,
): Promise<SiftedInbox> {
  const query = { ...asked(name, agent), limit, ...(queue !== undefined && { queue }) };
  const filter = filterOf(named);
  if (Object.keys(filter).length === 0) {
    const rows = await conversations.inbox({ ...query, ...(after !== undefined && { after }) });
    return { rows, next: rows.length < limit ? null : (rows.at(-1)?.cursor ?? null) };
  }
  const rows: InboxRow[] = [];
  let from = after ?? null;
  for (let stretch = 0; stretch < stretchesMax; stretch += 1) {
    const rest = { ...query, limit: limit - rows.length, ...(from !== null && { after: from }) };
    const page = await conversations.inboxSifted(rest, filter);
    rows.push(...page.rows);
    from = page.next;
    if (from === null || rows.length === limit) break;
  }
  return { rows, next: from };
}

type Named = Pick<z.infer<typeof listQuerySchema>, 'language' | 'channel' | 'tag'>;

function filterOf({ language, channel, tag }: Named): InboxFilter {
  return {
    ...(language !== undefined && { language }),
    ...(channel !== undefined && { channel }),
    ...(tag !== undefined && { tag }),
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
