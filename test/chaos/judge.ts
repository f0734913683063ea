import { createHash } from 'node:crypto';
import type { ConversationId } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import type { EventsReply, WireEvent } from '../../src/protocol/index.ts';
import type { Store } from '../../src/store/index.ts';
import { checkLog, noViolations as noHandoffViolations } from '../support/handoff-checker.ts';
import type { AgentReply } from './agent.ts';
import { check, checkOrder, noViolations, type Violations } from './checker.ts';
import type { ChaosClient } from './client.ts';
import type { Load } from './load.ts';
import type { Pushed } from './platform.ts';
import type { ChaosWorld } from './world.ts';

const pageLength = 500;
/** Pieces of one text on the platform at most. */
const piecesMax = 10;

export interface Verdict {
  readonly violations: Violations;
  /** What each of the others was, in words, the first ones. */
  readonly notes: readonly string[];
  readonly stored: number;
  readonly conversations: number;
  /** Effects still to be done when the service was ended: what is missing because of them is late and not lost. */
  readonly late: number;
}

/** Compares what every client was promised with what the store, the ledger and every other client hold. Ends the service. */
export async function judge(world: ChaosWorld, load: Load): Promise<Verdict> {
  const violations = noViolations();
  const notes: string[] = [];
  for (const client of load.clients) {
    const before = JSON.stringify(violations);
    check(client, await wireOf(world, client), violations);
    const now = JSON.stringify(violations);
    if (now !== before) notes.push(`${client.name}: ${before} → ${now}`);
  }
  const store = await world.openStore();
  try {
    const ids = await conversationsOf(store, load);
    const logs = new Map<ConversationId, readonly LoggedEvent[]>();
    for (const id of ids) logs.set(id, await logOf(store, id));
    const open = await openEffects(store);
    const found = { violations, notes, logs, open };
    await checkHandoff(store, found);
    checkReplies(load, found);
    checkActions(found);
    await checkPlatform(store, world.platform.pushed, load, found);
    await checkLedger(world, load, found);
    const stored = [...logs.values()].reduce((sum, log) => sum + log.length, 0);
    const late = open.size;
    return { violations, notes: notes.slice(0, 30), stored, conversations: logs.size, late };
  } finally {
    await store.close();
  }
}

interface Found {
  readonly violations: Violations;
  readonly notes: string[];
  readonly logs: ReadonlyMap<ConversationId, readonly LoggedEvent[]>;
  /** Conversations with effects still to be done. */
  readonly open: ReadonlySet<ConversationId>;
}

const dayMs = 24 * 60 * 60_000;

/** Whose actions, codes or deliveries are not done; timers wait for their time. */
async function openEffects(store: Store): Promise<ReadonlySet<ConversationId>> {
  const rows = await store.outbox.claim(Date.now() + dayMs, 10_000, dayMs);
  const owed = rows.filter(({ kind }) => kind !== 'timer');
  return new Set(owed.map(({ conversationId }) => conversationId));
}

/** All that the service tells: who has seen nothing of a long talk gets its end first, and what came before page by page. */
async function wireOf(world: ChaosWorld, client: ChaosClient): Promise<WireEvent[]> {
  const events = await pageOf(world, client, 'after=0');
  for (let first = events[0]; first && first.seq > 1; first = events[0]) {
    const page = await pageOf(world, client, `before=${first.seq}`);
    if (page.length === 0) break;
    events.unshift(...page);
  }
  for (;;) {
    const page = await pageOf(world, client, `after=${events.at(-1)?.seq ?? 0}`);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

async function pageOf(
  world: ChaosWorld,
  { conversation, epoch, sessionToken }: ChaosClient,
  part: string,
): Promise<WireEvent[]> {
  const query = `conv=${conversation}&${part}&waitMs=0&epoch=${epoch}`;
  const headers = { authorization: `Bearer ${sessionToken}` };
  const reply = await fetch(`${world.direct}/api/chat/events?${query}`, { headers });
  if (!reply.ok) throw new Error(`the store could not be read: ${await reply.text()}`);
  return ((await reply.json()) as EventsReply).events;
}

async function conversationsOf(store: Store, load: Load): Promise<ReadonlySet<ConversationId>> {
  const ids = new Set(load.clients.map(({ conversation }) => conversation as ConversationId));
  for (const { userId } of load.users) {
    const id = await store.conversations.findByVisitor(`ln:${userId}`);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

async function logOf(store: Store, id: ConversationId): Promise<readonly LoggedEvent[]> {
  const log: LoggedEvent[] = [];
  for (;;) {
    const page = await store.conversations.readAll(id, log.length, pageLength);
    log.push(...page);
    if (page.length < pageLength) return log;
  }
}

/** One owner, no bot word over an agent, and every snapshot the fold of its log. */
async function checkHandoff(store: Store, { violations, notes, logs }: Found): Promise<void> {
  const found = noHandoffViolations();
  for (const [id, log] of logs) {
    const loaded = await store.conversations.load(id);
    const state = (loaded?.tail ?? []).reduce(evolve, loaded?.snapshot ?? initialState);
    const rows = await store.conversations.inbox({ list: 'queue', limit: pageLength });
    const row = rows.find(({ conversationId }) => conversationId === id);
    checkLog(id, log, { state, row }, found);
    log.forEach(({ pos }, index) => {
      if (pos !== index + 1) violations.reordered += 1;
    });
  }
  violations.botOverAgent += found.botOverAgent.length;
  violations.twoOwners += found.twoOwners.length;
  violations.other += found.lostPlace.length + found.other.length;
  notes.push(...found.botOverAgent, ...found.twoOwners, ...found.lostPlace, ...found.other);
}

/** What an agent was told was said stands there once, in the order of writing; what was refused stands nowhere. */
function checkReplies(load: Load, { violations, notes, logs }: Found): void {
  for (const agent of load.agents) {
    const byConversation = Map.groupBy(agent.replies, ({ conv }) => conv);
    for (const [conv, replies] of byConversation) {
      const places = new Map<string, number[]>();
      for (const { event, pos } of logs.get(conv as ConversationId) ?? []) {
        if (event.type !== 'agent.said') continue;
        places.set(event.cid, [...(places.get(event.cid) ?? []), pos]);
      }
      const done = replies.filter(({ outcome }) => outcome === 'done');
      const before = violations.lost + violations.duplicated + violations.reordered;
      checkOrder(
        done.map(({ cid }) => [cid]),
        places,
        violations,
      );
      if (violations.lost + violations.duplicated + violations.reordered > before) {
        notes.push(`${conv}: the agent's replies are not as told`);
      }
      const ghosts = replies.filter((reply) => isGhost(reply, places));
      violations.other += ghosts.length;
      for (const { text } of ghosts) notes.push(`${conv}: refused and stored: ${text}`);
    }
  }
}

function isGhost({ outcome, cid }: AgentReply, places: ReadonlyMap<string, unknown>): boolean {
  return outcome === 'refused' && places.has(cid);
}

/** Each request of an account action has one outcome. */
function checkActions({ violations, notes, logs, open }: Found): void {
  for (const [id, log] of logs) {
    const ends = new Map<string, number>();
    for (const { event } of log) {
      if (event.type !== 'action.ended') continue;
      ends.set(event.effectId, (ends.get(event.effectId) ?? 0) + 1);
    }
    for (const { event } of log) {
      if (event.type !== 'action.requested') continue;
      const times = ends.get(event.effectId) ?? 0;
      if (times > 1) violations.doubleActions += 1;
      if (times === 0 && !open.has(id)) {
        violations.lost += 1;
        notes.push(`${id}: ${event.action} has no outcome`);
      }
    }
  }
}

async function checkLedger(
  { wallet: { sandbox } }: ChaosWorld,
  load: Load,
  { violations, notes }: Found,
): Promise<void> {
  for (const { customerId } of load.refunders) {
    const answer = await sandbox.listTransactions({ customerId, kind: 'payment' });
    if (answer.kind !== 'ok') throw new Error(`the ledger has no payments of ${customerId}`);
    const [payment] = answer.result;
    const times = payment ? sandbox.refundsOf(payment.id).length : 0;
    if (times > 1) violations.doubleActions += times - 1;
    if (times === 0) {
      violations.lost += 1;
      notes.push(`${customerId}: nothing was given back`);
    }
  }
  if (!sandbox.audit().balanced) violations.doubleActions += 1;
}

/** Of each conversation on the platform: what was written there is stored once and in order, what was said was pushed once and in order. */
async function checkPlatform(
  store: Store,
  pushed: readonly Pushed[],
  load: Load,
  { violations, notes, logs, open }: Found,
): Promise<void> {
  for (const { userId, written } of load.users) {
    const id = await store.conversations.findByVisitor(`ln:${userId}`);
    const log = (id === undefined ? undefined : logs.get(id)) ?? [];
    const before = JSON.stringify(violations);
    const places = new Map<string, number[]>();
    for (const { event, pos } of log) {
      if (event.type !== 'message.received') continue;
      places.set(event.cid, [...(places.get(event.cid) ?? []), pos]);
    }
    const taken = written.filter((message) => message.taken);
    checkOrder(
      taken.map(({ eventId }) => [`ln:${eventId}`]),
      places,
      violations,
    );
    if (id !== undefined) {
      const own = pushed.filter(({ to }) => to === userId).map(({ key }) => key);
      checkPushed({ id, log, isLate: open.has(id) }, own, violations);
    }
    if (JSON.stringify(violations) !== before)
      notes.push(`${userId} (${id}): not as on the platform`);
  }
}

function checkPushed(
  { id, log, isLate }: { id: ConversationId; log: readonly LoggedEvent[]; isLate: boolean },
  keys: readonly string[],
  sum: Violations,
): void {
  const said = log.filter(({ event }) => event.type === 'bot.said' || event.type === 'agent.said');
  const givenUp = new Set(
    log.flatMap(({ event }) => (event.type === 'delivery.failed' ? [event.of] : [])),
  );
  const places = new Map<string, number>();
  // Not only words are told there: that a person has joined, too.
  for (const { pos } of log) {
    for (let part = 0; part < piecesMax; part += 1) {
      places.set(retryKey(id, pos, part), pos * piecesMax + part);
    }
  }
  const delivered = keys.map((key) => places.get(key) ?? 0);
  delivered.forEach((place, index) => {
    if (index > 0 && place <= (delivered[index - 1] ?? 0)) sum.reordered += 1;
  });
  const reached = new Set(delivered.map((place) => Math.floor(place / piecesMax)));
  const missed = said.filter(({ pos }) => !reached.has(pos) && !givenUp.has(pos));
  if (!isLate) sum.lost += missed.length;
  sum.duplicated += delivered.length - new Set(delivered).size;
}

/** As the delivery makes it: the same for every try of the same part. */
function retryKey(id: ConversationId, pos: number, part: number): string {
  const hex = createHash('sha256').update(`${id}/${pos}/${part}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
