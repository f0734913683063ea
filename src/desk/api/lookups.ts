import {
  deskFlowsQuerySchema,
  deskFlowsSchema,
  deskSearchQuerySchema,
  deskSearchReplySchema,
  deskWorkspaceSchema,
} from '../../protocol/index.ts';
import type { DeskSearchHit, DeskSearchReply, DeskWorkspace } from '../../protocol/index.ts';
import { foldForSearch } from '../../store/index.ts';
import type { SearchHit } from '../../store/index.ts';
import type { Agent } from '../../identity/index.ts';
import { namesFor } from '../names.ts';
import type { ApiDeps } from './deps.ts';
import { anyAgent, route } from './route.ts';

const excerptBefore = 60;
const excerptLength = 200;
const tagsMax = 200;

export const lookupRoutes = [
  route({
    method: 'get',
    path: '/search',
    tells:
      'Conversations by words of messages and notes, by identifiers, by tags and by the names of customers whose card was read here; newest first.',
    roles: anyAgent,
    scope: 'conversations:read',
    query: deskSearchQuerySchema,
    reply: deskSearchReplySchema,
    run: (deps, { agent, query }) => search(deps, agent, query),
  }),
  route({
    method: 'get',
    path: '/workspace',
    tells:
      'What the operator has set, as far as agents need it: teams, languages, dispositions, tags.',
    roles: anyAgent,
    scope: 'conversations:read',
    reply: deskWorkspaceSchema,
    run: (deps) => workspaceOf(deps),
  }),
  route({
    method: 'get',
    path: '/flows',
    tells: 'Topics that a conversation can be returned to the bot with, and what they are called.',
    roles: anyAgent,
    scope: 'conversations:read',
    query: deskFlowsQuerySchema,
    reply: deskFlowsSchema,
    run: async ({ api }, { query }) => api.flows(query.language),
  }),
];

async function search(
  { api }: ApiDeps,
  agent: Agent,
  { q, after, limit }: { q: string; after?: string | undefined; limit: number },
): Promise<DeskSearchReply> {
  const page = await api.index.search({ text: q, limit, ...(after !== undefined && { after }) });
  const ids = page.hits.map(({ row }) => row.conversationId);
  const [tags, nameOf] = await Promise.all([
    api.index.tagsOf(ids),
    namesFor(
      { api },
      agent,
      page.hits.map(({ row }) => row),
    ),
  ]);
  return {
    hits: page.hits.map((hit) => ({
      ...toHit(hit, tags.get(hit.row.conversationId) ?? []),
      ...nameOf(hit.row),
    })),
    next: page.next,
  };
}

function toHit(
  { row, found, pos, atMs, text, words }: SearchHit,
  tags: readonly string[],
): DeskSearchHit {
  const { conversationId, customerId, channel, language, owner, agentId, closed, lastAtMs } = row;
  const base = { conv: conversationId, customerId, channel, language, owner, agentId, closed };
  return { ...base, lastAtMs, tags: [...tags], found, pos, atMs, ...excerptOf(text, words) };
}

/** The text around the first word that was found, and where in it the words stand. */
function excerptOf(
  text: string,
  words: readonly string[],
): Pick<DeskSearchHit, 'excerpt' | 'marks'> {
  const line = text.replace(/\s+/g, ' ').trim();
  const first = Math.min(
    ...words.map((word) => placeOf(line, word)).filter((at) => at >= 0),
    line.length,
  );
  const start = first === line.length ? 0 : Math.max(0, first - excerptBefore);
  const excerpt = line.slice(start, start + excerptLength);
  const marks = words.flatMap((word): [number, number][] => {
    const at = placeOf(excerpt, word);
    return at < 0 ? [] : [[at, at + word.length]];
  });
  return { excerpt, marks: marks.toSorted(([a], [b]) => a - b) };
}

/** Folding may change a text's length; then the place is not known and nothing is marked. */
function placeOf(text: string, word: string): number {
  const folded = foldForSearch(text);
  return folded.length === text.length ? folded.indexOf(word) : text.toLowerCase().indexOf(word);
}

async function workspaceOf({ api }: ApiDeps): Promise<DeskWorkspace> {
  const { brand, timeZone, languages, queues, dispositions, tags } = api.workspace();
  const used = await api.index.tags(tagsMax);
  return {
    brand,
    timeZone,
    languages: [...languages],
    queues: queues.map(({ id, name }) => ({ id, name })),
    dispositions: dispositions.map(({ id, labels }) => ({ id, labels: { ...labels } })),
    tags: [...new Set([...tags, ...used])],
    channels: ['web', ...(api.channels?.() ?? []).map(({ channel }) => channel)],
  };
}
