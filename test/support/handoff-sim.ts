import path from 'node:path';
import { actionSpecs } from '../../src/actions/index.ts';
import { stageValues } from '../../src/cli/story-stage.ts';
import { loadContent } from '../../src/content/index.ts';
import {
  parseClientMessageId,
  parseConversationId,
  type ConversationId,
  type Understanding,
} from '../../src/core/index.ts';
import { evolve, initialState } from '../../src/dialogue/index.ts';
import type { Content, LoggedEvent } from '../../src/dialogue/index.ts';
import { handoffTimes } from '../../src/handoff/index.ts';
import { createPhrasebook } from '../../src/i18n/index.ts';
import type { RecordStore, Store } from '../../src/store/index.ts';
import { advanceOnce } from '../../src/turn/advance.ts';
import { createCommander } from '../../src/turn/command.ts';
import {
  lookOnce,
  wakeWritten,
  type MatcherDeps,
  type RosterAgent,
} from '../../src/turn/handoff-matcher.ts';
import { appendAndHint } from '../../src/turn/log-access.ts';
import { Presences, type AgentCommand, type TurnDeps } from '../../src/turn/index.ts';
import { memoryRecords } from './desk-memory.ts';
import { checkLog, type Violations } from './handoff-checker.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The shipped flows and texts, without a model: what is understood is played. */
export async function simContent(): Promise<Pick<TurnDeps, 'content' | 'phrasebook'>> {
  const loaded = await loadContent(
    { intents: path.join(root, 'intents'), locales: path.join(root, 'locales') },
    actionSpecs,
  );
  if ('faults' in loaded) throw new Error('the shipped content is not sound');
  const content: Content = loaded.content;
  const phrasebook = createPhrasebook({
    locales: loaded.texts,
    workspaceValues: () => stageValues(),
  });
  return { content: () => content, phrasebook: () => phrasebook };
}

/** A small generator with a seed (mulberry32), so that a failing schedule can be had again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function yields(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise(setImmediate);
}

export interface SimCounts {
  schedules: number;
  moves: number;
  events: number;
  crashes: number;
  offers: number;
  acceptances: number;
  drops: number;
  staleBotTurns: number;
}

/** What one schedule plays in: injected time, a store that outlives processes, and the process of the moment. */
interface Stage {
  readonly random: () => number;
  readonly store: Store;
  /** Presence's, which outlive a process as well. */
  readonly records: RecordStore;
  readonly ids: readonly ConversationId[];
  readonly agents: readonly RosterAgent[];
  readonly words: Pick<TurnDeps, 'content' | 'phrasebook'>;
  readonly counts: SimCounts;
  readonly clock: { nowMs: number };
  process: Process;
  cid: number;
}

/** What a crash takes along: everything that is in memory. Its calls hang from then on, as a dead process's do. */
interface Process {
  isDead: boolean;
  readonly turn: TurnDeps;
  readonly command: ReturnType<typeof createCommander>;
  readonly presences: Presences;
  readonly matcher: MatcherDeps;
  readonly left: Map<string, () => void>;
}

const startMs = Date.parse('2026-11-23T09:00:00Z');
let made = 0;

/**
 * Plays one schedule: messages, slow bot turns, everything that agents do, agents that come and go, looks of the matcher
 * (two at once, as two nodes would), time that passes and processes that die, all at once and in an order that the seed
 * decides. Then one patient agent comes, and everyone who waits must get to them.
 */
export async function playSchedule(
  seed: number,
  given: Pick<Stage, 'store' | 'words' | 'counts'>,
  found: Violations,
): Promise<void> {
  const random = seeded(seed);
  made += 1;
  const name = `s${made}`;
  const stage: Stage = {
    ...given,
    random,
    records: memoryRecords(),
    clock: { nowMs: startMs + seed * 1000 },
    ids: ['a', 'b'].map((id) => conversation(`${name}${id}`)),
    agents: rosterOf(name),
    process: undefined as never,
    cid: 0,
  };
  stage.process = await startProcess(stage);
  await Promise.all(stage.ids.map((id) => begin(stage, id)));
  for (let act = 0; act < 4; act += 1) {
    await Promise.all(Array.from({ length: 7 }, () => move(stage)));
    if (random() < 0.3) await crash(stage);
    stage.clock.nowMs += Math.floor(random() * 50_000);
  }
  await settle(stage, found);
  for (const id of stage.ids) await check(stage, id, found);
  stage.process.isDead = true;
  stage.counts.schedules += 1;
}

function conversation(name: string): ConversationId {
  const id = parseConversationId(name);
  if (!id) throw new Error('no id');
  return id;
}

function rosterOf(name: string): RosterAgent[] {
  return [0, 1, 2].map((n) => ({ agentId: `${name}-${n}`, name: `Agent ${n}`, capacity: 1 }));
}

async function startProcess(stage: Stage): Promise<Process> {
  const { store, words, random, clock, agents } = stage;
  const process = { isDead: false, left: new Map<string, () => void>() } as Process;
  const alive = <T>(result: Promise<T>): Promise<T> =>
    process.isDead ? new Promise<T>(() => undefined) : result;
  const living: Store = {
    ...store,
    conversations: {
      ...store.conversations,
      append: async (request) => {
        // Between the decision and its commit anything may happen.
        await yields(Math.floor(random() * 4));
        await alive(Promise.resolve());
        return alive(store.conversations.append(request));
      },
    },
  };
  const log = { warn: () => undefined, error: fail };
  const common = {
    store: living,
    bus: { publish: () => undefined, subscribe: () => () => undefined, close: async () => {} },
    clock: () => clock.nowMs,
    randomId: () => String(random()).slice(2),
    log,
  };
  const turn: TurnDeps = {
    ...common,
    ...words,
    actions: { specs: actionSpecs, run: async () => ({ kind: 'unknown' }) },
    codes: { send: () => fail(), check: () => fail() },
    understand: async (text) => {
      await yields(Math.floor(random() * 5));
      return understood(text);
    },
    workspace: {
      values: () => stageValues(),
      staffed: () => true,
      timeZone: () => 'Asia/Shanghai',
    },
  };
  const presences = new Presences({
    records: stage.records,
    clock: common.clock,
    times: () => handoffTimes,
    log,
    changed: () => undefined,
  });
  await presences.start();
  const matcher: MatcherDeps = {
    ...common,
    presences,
    roster: async () => agents,
    capacity: () => 1,
    times: () => handoffTimes,
  };
  const command = createCommander(turn, () => undefined);
  return Object.assign(process, { turn, presences, matcher, command });
}

function fail(...what: readonly unknown[]): never {
  throw new Error(`should not happen: ${JSON.stringify(what)}`);
}

function understood(text: string): Understanding {
  const intent = text === 'person' ? 'talk_to_agent' : text;
  return {
    text,
    language: 'en',
    languageConfidence: 1,
    intents: [{ intent, confidence: 0.95 }],
    verdict: 'answer',
    entities: [],
  };
}

async function begin(stage: Stage, id: ConversationId): Promise<void> {
  const { turn } = stage.process;
  await appendAndHint(turn, {
    conversationId: id,
    create: { visitorId: `v-${id}`, channel: 'web' },
    expect: 0,
    atMs: stage.clock.nowMs,
    events: [{ type: 'conversation.started', channel: 'web', language: 'en', visitorId: id }],
  });
  await botTurns(stage, id);
}

/** What a turn that is under way at a crash leaves undone, the next process finds by the store. */
async function botTurns(stage: Stage, id: ConversationId): Promise<void> {
  const { process, counts } = stage;
  for (;;) {
    const advanced = await advanceOnce(process.turn, id);
    if (advanced === 'stale') counts.staleBotTurns += 1;
    if (advanced === 'idle') return;
  }
}

const texts = ['greet', 'thank', 'fees', 'support_hours', 'person', 'person', 'person'] as const;

async function move(stage: Stage): Promise<void> {
  const { random, process, ids, agents, counts } = stage;
  await yields(Math.floor(random() * 12));
  if (process.isDead) return;
  counts.moves += 1;
  const id = pick(random, ids);
  const agent = pick(random, agents);
  const dice = random();
  // A process that dies takes its calls along: nobody waits for them.
  const dies = new Promise<void>((resolve) => {
    deaths.set(process, [...(deaths.get(process) ?? []), resolve]);
  });
  if (dice < 0.3) await Promise.race([dies, write(stage, id, pick(random, texts))]);
  else if (dice < 0.75) await Promise.race([dies, act(stage, id, agent)]);
  else if (dice < 0.9) await Promise.race([dies, look(stage)]);
  else comeOrGo(stage, agent);
}

const deaths = new WeakMap<Process, (() => void)[]>();

function pick<T>(random: () => number, all: readonly T[]): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick');
  return one;
}

async function write(stage: Stage, id: ConversationId, text: string): Promise<void> {
  const { process, clock } = stage;
  stage.cid += 1;
  await appendAndHint(process.turn, {
    conversationId: id,
    atMs: clock.nowMs,
    events: [{ type: 'message.received', cid: `c${stage.cid}`, text }],
  });
  await botTurns(stage, id);
}

async function look({ process }: Stage): Promise<void> {
  // Two nodes look at the same moment: of what both decide, one is stale.
  await Promise.all([
    lookOnce(process.matcher),
    wakeWritten(process.matcher).then(() => lookOnce(process.matcher)),
  ]);
}

function comeOrGo({ process, random }: Stage, { agentId }: RosterAgent): void {
  const leave = process.left.get(agentId);
  if (leave && random() < 0.5) {
    leave();
    process.left.delete(agentId);
  } else if (!leave) {
    process.left.set(agentId, process.presences.connect(agentId));
  } else {
    process.presences.choose(agentId, random() < 0.3 ? 'away' : 'available');
  }
}

async function act(stage: Stage, id: ConversationId, agent: RosterAgent): Promise<void> {
  const { process, random } = stage;
  const { owner } = (await stateOf(stage, id)).state;
  const offer = owner.by === 'queue' ? owner.offer : undefined;
  const who = {
    agentId: agent.agentId,
    agentName: agent.name,
    supervises: agent.agentId.endsWith('-0'),
  };
  const answered = offer && offer.agentId === agent.agentId;
  const asked = answered && random() < 0.5 ? answer(random, offer.offerId) : command(stage);
  await process.command(id, who, asked);
}

function answer(random: () => number, offerId: string): AgentCommand {
  return random() < 0.6 ? { type: 'accept', offerId } : { type: 'decline', offerId };
}

function command(stage: Stage): AgentCommand {
  const { random, agents, clock } = stage;
  stage.cid += 1;
  const cid = parseClientMessageId(`m${stage.cid}`);
  if (!cid) throw new Error('no id');
  const to = pick(random, agents);
  const commands: readonly AgentCommand[] = [
    { type: 'accept' },
    { type: 'accept' },
    { type: 'say', cid, text: 'Hello' },
    { type: 'say', cid, text: 'One moment' },
    { type: 'note', cid, text: 'seen' },
    { type: 'transfer', to: { kind: 'agent', agentId: to.agentId, agentName: to.name } },
    { type: 'transfer', to: { kind: 'queue', queue: 'default' } },
    { type: 'snooze', untilMs: clock.nowMs + 20_000 },
    { type: 'wake' },
    { type: 'return_to_bot' },
    { type: 'close' },
    { type: 'close', disposition: 'resolved' },
    { type: 'wrap_up', disposition: 'resolved' },
    { type: 'take_over' },
    { type: 'reroute', priority: 'security' },
    { type: 'reroute', wanted: { agentId: to.agentId, agentName: to.name } },
  ];
  return pick(random, commands);
}

/** Kills the process and starts the next one over the same store. */
async function crash(stage: Stage): Promise<void> {
  stage.process.isDead = true;
  await stage.process.presences.settled();
  for (const dies of deaths.get(stage.process) ?? []) dies();
  stage.counts.crashes += 1;
  stage.process = await startProcess(stage);
}

/**
 * Time passes until every offer, snooze and grace is over, and an agent comes who takes whatever is offered: whoever
 * waits must have got to them, whatever happened before.
 */
async function settle(stage: Stage, found: Violations): Promise<void> {
  const { process, clock, ids, agents } = stage;
  for (const leave of process.left.values()) leave();
  for (const id of ids) await botTurns(stage, id);
  for (let pass = 0; pass < 3; pass += 1) {
    clock.nowMs += 5 * 60_000;
    await lookOnce(process.matcher);
  }
  const before = await Promise.all(ids.map((id) => stateOf(stage, id)));
  for (const { id, state } of before) {
    const { owner } = state;
    const isLeft = owner.by === 'agent' && owner.snoozedUntilMs === undefined;
    if (isLeft) found.other.push(`${id}: still with ${owner.agentId}, who is gone`);
    if (owner.by === 'queue' && owner.offer) found.other.push(`${id}: an offer never ends`);
    await checkPlaces(stage, id, found);
  }
  const patient: RosterAgent = { ...pick(() => 0, agents), capacity: 9 };
  const matcher = { ...process.matcher, roster: async () => [patient] };
  process.presences.connect(patient.agentId);
  process.presences.choose(patient.agentId, 'available');
  for (let round = 0; round < 2; round += 1) {
    await lookOnce(matcher);
    for (const id of ids) await takeOffer(stage, id, patient);
  }
  for (const { id, state } of before) {
    if (state.owner.by !== 'queue') continue;
    const { owner } = (await stateOf(stage, id)).state;
    if (owner.by !== 'agent') found.lostPlace.push(`${id}: waited and was never served`);
  }
}

async function takeOffer(stage: Stage, id: ConversationId, agent: RosterAgent): Promise<void> {
  const { owner } = (await stateOf(stage, id)).state;
  const offer = owner.by === 'queue' ? owner.offer : undefined;
  if (offer?.agentId !== agent.agentId) return;
  const who = { agentId: agent.agentId, agentName: agent.name };
  await stage.process.command(id, who, { type: 'accept', offerId: offer.offerId });
}

async function stateOf({ store }: Stage, id: ConversationId) {
  const stored = await store.conversations.load(id);
  if (!stored) throw new Error('no conversation');
  return { id, state: stored.tail.reduce(evolve, stored.snapshot ?? initialState) };
}

async function checkPlaces(stage: Stage, id: ConversationId, found: Violations): Promise<void> {
  const { store } = stage;
  const log = await logOf(store, id);
  const { state } = await stateOf(stage, id);
  const rows = await store.conversations.inbox({ list: 'queue', limit: 1000 });
  const row = rows.find(({ conversationId }) => conversationId === id);
  checkLog(id, log, { state, row }, found);
}

async function check(stage: Stage, id: ConversationId, found: Violations): Promise<void> {
  const { counts } = stage;
  const log = await logOf(stage.store, id);
  counts.events += log.length;
  for (const { event } of log) {
    if (event.type === 'handoff.offered') counts.offers += 1;
    if (event.type === 'handoff.accepted') counts.acceptances += 1;
    if (event.type === 'handoff.dropped') counts.drops += 1;
  }
  await checkPlaces(stage, id, found);
  // Out of the way of the next schedule, whose agents are others.
  const { owner, closed } = (await stateOf(stage, id)).state;
  if (closed || owner.by === 'bot') return;
  const who = { agentId: 'sweeper', agentName: 'Sweeper', supervises: true };
  await stage.process.command(id, who, { type: 'take_over' });
  await stage.process.command(id, who, { type: 'close', disposition: 'swept' });
}

async function logOf(store: Store, id: ConversationId): Promise<LoggedEvent[]> {
  return [...(await store.conversations.readAll(id, 0, 10_000))];
}
