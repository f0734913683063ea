import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../src/service/config.ts';
import { priorities } from '../src/core/index.ts';
import type { ConversationEvent } from '../src/dialogue/index.ts';
import { startService } from '../src/service/service.ts';
import type { Store } from '../src/store/index.ts';
import { benchAgent, enlist, seedConversations } from './desk-seed.ts';

export const name = 'desk';

const openConversations = 100_000;
const agents = 200;
const requests = 200;
const limitMs = 300;
/** One conversation in so many is in the language that hardly anybody speaks here. */
const rareEvery = 997;

/**
 * S7: the lists of the desk over 100,000 open conversations, through the API of the real service: half of them wait, a
 * fifth are with 200 agents, the rest with the bot. Sequential requests of one signed-in agent.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-desk-'));
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    KEFU_DATA: folder,
    KEFU_CACHE: resolve('.cache'),
    KEFU_REQUESTS_PER_MINUTE: '1000000',
  });
  try {
    const ownId = await enlist(config, colleagues);
    const seedingSinceMs = performance.now();
    await seedConversations(folder, openConversations, (index) => ({
      events: eventsOf(index, ownId),
    }));
    const seededMs = performance.now() - seedingSinceMs;
    const service = await startService(config);
    console.log(
      `${openConversations} open conversations, written in ${Math.round(seededMs / 1000)} s; ${requests} requests a row, one at a time.\n`,
    );
    await measure(service.url);
    await service.stop();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Accounts that nobody signs in with: a password would cost a hash each. */
async function colleagues(store: Store): Promise<void> {
  for (let nth = 1; nth < agents; nth += 1) {
    const email = `agent-${nth}@example.com`;
    const body = {
      agentId: `a-${nth}`,
      email,
      name: `Agent ${nth}`,
      role: 'agent',
      password: 'none',
    };
    await store.records.insert('agent', email, JSON.stringify(body));
  }
}

function eventsOf(index: number, ownId: string): readonly ConversationEvent[] {
  const language = index % rareEvery === 0 ? 'ar' : 'en';
  const begun: ConversationEvent[] = [
    { type: 'conversation.started', channel: 'web', language, visitorId: `v-${index}` },
    { type: 'message.received', cid: 'm1', text: `Payment ${index} has not arrived, please help` },
  ];
  const lot = index % 10;
  if (lot >= 7) return begun;
  const priority = priorities[index % 3] ?? 'normal';
  const asked = { reason: 'customer_asked', priority, queue: 'default', by: 'bot' } as const;
  const queued: ConversationEvent[] = [...begun, { type: 'handoff.requested', ...asked }];
  if (lot < 5) return queued;
  const nth = Math.floor(index / 10) % agents;
  const agentId = nth === 0 ? ownId : `a-${nth}`;
  return [...queued, { type: 'handoff.accepted', agentId, agentName: `Agent ${nth}` }];
}

async function measure(url: string): Promise<void> {
  const cookie = await signIn(url);
  const get = async (path: string): Promise<unknown> => {
    const reply = await fetch(`${url}/api/desk${path}`, { headers: { cookie } });
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
    return reply.json();
  };
  const levelMs = await untilSearchable(get);
  console.log(`The search index was level with the log after ${Math.round(levelMs / 1000)} s.\n`);
  const list = '/conversations?limit=50&list=';
  const { next } = (await get(`${list}queue`)) as { next: string };
  const rows: readonly (readonly [string, string])[] = [
    ...['queue', 'mine', 'team', 'bot', 'snoozed', 'closed'].map(
      (one) => [`list ${one}`, `${list}${one}`] as const,
    ),
    ['next page of the queue', `${list}queue&after=${encodeURIComponent(next)}`],
    ['queue in a language of one in a thousand', `${list}queue&language=ar`],
    ['queue in a language of nobody', `${list}queue&language=fr`],
    ['queue by a tag of nobody', `${list}queue&tag=vip`],
    ['one team’s queue', `${list}queue&queue=default`],
    ['counts', '/counts'],
    ['teams', '/queues'],
    ['presence', '/presence'],
    ['one conversation', '/conversations/bench-4242'],
    ['search: words of every conversation', '/search?q=payment%20arrived'],
    ['search: words of one conversation', '/search?q=payment%204242'],
    ['search: a word only begun', '/search?q=paym'],
    ['search: an identifier only begun', '/search?q=bench-4'],
    ['search: nothing', '/search?q=zebra'],
  ];
  console.log('| request | p50 ms | p95 ms | max ms | limit |');
  console.log('| --- | --: | --: | --: | --: |');
  for (const [label, path] of rows) {
    const took: number[] = [];
    for (let nth = 0; nth < requests; nth += 1) {
      const startedMs = performance.now();
      await get(path);
      took.push(performance.now() - startedMs);
    }
    took.sort((a, b) => a - b);
    const at = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(1);
    console.log(`| ${label} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${limitMs} |`);
  }
}

/** The index follows the log after the start; a search before that would be over less. */
async function untilSearchable(get: (path: string) => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  const last = `/search?q=payment%20${openConversations - 1}`;
  while (((await get(last)) as { hits: unknown[] }).hits.length === 0) await sleep(200);
  return performance.now() - startedMs;
}

async function signIn(url: string): Promise<string> {
  const reply = await fetch(`${url}/api/desk/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(benchAgent),
  });
  return String(reply.headers.get('set-cookie')).split(';')[0] ?? '';
}
