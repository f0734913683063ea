import type {
  ActionSpec,
  Block,
  Phrasebook,
  Understanding,
  UnderstandHint,
  Value,
  Values,
} from '../core/index.ts';
import {
  decide,
  evolve,
  initialState,
  isVisible,
  levelAt,
  type Content,
  type ConversationEvent,
  type ConversationState,
  type DecideContext,
  type Effect,
  type FloorSeen,
  type LoggedEvent,
} from '../dialogue/index.ts';

/** What a story is played in. The responder is a wallet, real or made up; it is asked with the effect's id as its key. */
export interface StoryDeps {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
  readonly actions: { readonly [name: string]: ActionSpec };
  readonly workspace: Values;
  readonly understand: (text: string, hint: UnderstandHint) => Understanding;
  readonly respond: (request: StoryAction) => Promise<StoryAnswer>;
  readonly digest: (text: string) => string;
  readonly startMs: number;
  readonly timeZone: string;
}

export interface StoryAction {
  readonly effectId: string;
  readonly action: string;
  readonly args: Values;
  readonly consent?: string;
  readonly customerId: string | null;
  readonly level: 'anyone' | 'identified' | 'verified';
}

export type StoryAnswer =
  | { readonly kind: 'ok'; readonly result: Value; readonly receipt: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' };

/** One conversation with everything around it in miniature: log, clock, wallet, codes. */
export interface StoryWorld {
  readonly deps: StoryDeps;
  readonly conversationId: string;
  readonly log: LoggedEvent[];
  state: ConversationState;
  nowMs: number;
  readonly floor: FloorSeen;
  /** Timers under way. */
  readonly timers: { readonly dueAtMs: number; readonly event: ConversationEvent }[];
  /** Actions whose answers get lost, with what was asked. */
  readonly lost: Map<string, StoryAction | undefined>;
  /** Broken promises met on the way. */
  readonly broken: string[];
}

export function createWorld(
  deps: StoryDeps,
  conversationId: string,
  { staffed, unattended, expectedWait, lost }: FloorSeen & { readonly lost: readonly string[] },
): StoryWorld {
  return {
    deps,
    conversationId,
    log: [],
    state: initialState,
    nowMs: deps.startMs,
    floor: { staffed, ...(unattended && { unattended }), ...(expectedWait && { expectedWait }) },
    timers: [],
    lost: new Map(lost.map((action) => [action, undefined])),
    broken: [],
  };
}

/** More turns than this for one thing that happened is a loop. */
const turnsMax = 60;

/** Lets something happen, and everything that follows from it. */
export async function happen(
  world: StoryWorld,
  event: ConversationEvent,
  understanding?: Understanding,
): Promise<void> {
  const queue: { event: ConversationEvent; understanding?: Understanding }[] = [
    { event, ...(understanding && { understanding }) },
  ];
  for (let turns = 0; ; turns += 1) {
    const next = queue.shift();
    if (!next) return;
    if (turns > turnsMax) {
      world.broken.push('the bot does not come to rest');
      return;
    }
    const effects = takeTurn(world, append(world, next.event), next.understanding);
    for (const effect of effects) {
      const outcome = await carryOut(world, effect);
      if (outcome) queue.push({ event: outcome });
    }
  }
}

export function append(world: StoryWorld, event: ConversationEvent): LoggedEvent {
  const seq = world.log.filter((one) => one.seq !== undefined).length + 1;
  const pos = world.log.length + 1;
  const logged = { pos, atMs: world.nowMs, event, ...(isVisible(event) && { seq }) };
  world.log.push(logged);
  world.state = evolve(world.state, logged);
  return logged;
}

function takeTurn(
  world: StoryWorld,
  logged: LoggedEvent,
  understanding: Understanding | undefined,
): readonly Effect[] {
  const before = world.state;
  const input = { logged, ...(understanding && { understanding }) };
  const { events, effects } = decide(before, input, contextOf(world));
  if (understanding) {
    append(world, { type: 'message.understood', of: logged.pos, understanding });
  }
  for (const event of events) append(world, event);
  watch(world, before, events);
  return effects;
}

function contextOf(world: StoryWorld): DecideContext {
  const { content, phrasebook, actions, workspace, digest } = world.deps;
  return {
    conversationId: world.conversationId,
    content,
    phrasebook,
    actions,
    workspace,
    nowMs: world.nowMs,
    ...world.floor,
    digest,
  };
}

/** What must hold in every conversation, whatever its story. */
function watch(
  { broken, deps }: StoryWorld,
  before: ConversationState,
  events: readonly ConversationEvent[],
): void {
  for (const event of events) {
    if (event.type === 'bot.said') {
      if (before.owner.by === 'agent') broken.push('the bot spoke while an agent had the word');
      if (wordsOf(event.blocks) === before.lastText)
        broken.push('the bot said the same twice running');
    }
    if (event.type === 'action.requested') {
      const isGuarded = deps.actions[event.action]?.consent === true;
      if (isGuarded && event.consent === undefined) broken.push(`${event.action} without consent`);
    }
  }
}

export function wordsOf(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

const codeTtlMs = 5 * 60_000;

async function carryOut(world: StoryWorld, effect: Effect): Promise<ConversationEvent | undefined> {
  switch (effect.kind) {
    case 'send_code':
      return {
        type: 'identity.challenged',
        challengeId: effect.effectId,
        expiresAtMs: world.nowMs + codeTtlMs,
        tail: '···5678',
      };
    case 'action': {
      const { effectId, action, args, consent } = effect;
      const request: StoryAction = {
        effectId,
        action,
        args,
        customerId: world.state.customerId,
        level: levelAt(world.state, world.nowMs),
        ...(consent !== undefined && { consent }),
      };
      if (world.lost.has(action)) {
        world.lost.set(action, request);
        return { type: 'action.pended', effectId };
      }
      return answerOf(world, request);
    }
    case 'timer': {
      const { effectId, purpose, dueInMs } = effect;
      const event = { type: 'timer.fired', effectId, purpose } as const;
      world.timers.push({ dueAtMs: world.nowMs + dueInMs, event });
      return undefined;
    }
  }
}

/** Time passes, and what was set for it happens. */
export async function passTime(world: StoryWorld, minutes: number): Promise<void> {
  const until = world.nowMs + minutes * 60_000;
  for (;;) {
    const due = world.timers.filter(({ dueAtMs }) => dueAtMs <= until);
    due.sort((a, b) => a.dueAtMs - b.dueAtMs);
    const [next] = due;
    if (!next) break;
    world.timers.splice(world.timers.indexOf(next), 1);
    world.nowMs = Math.max(world.nowMs, next.dueAtMs);
    // As in the service: while an agent has the word the bot takes no turn.
    if (world.state.owner.by === 'agent') append(world, next.event);
    else await happen(world, next.event);
  }
  world.nowMs = until;
}

async function answerOf(world: StoryWorld, request: StoryAction): Promise<ConversationEvent> {
  const outcome = await world.deps.respond(request);
  return outcome.kind === 'unknown'
    ? { type: 'action.pended', effectId: request.effectId }
    : { type: 'action.ended', effectId: request.effectId, outcome };
}

/** The lost answer arrives after all. False when nothing of that name was lost. */
export async function reconcile(world: StoryWorld, action: string): Promise<boolean> {
  const request = world.lost.get(action);
  world.lost.delete(action);
  if (!request) return false;
  await happen(world, await answerOf(world, request));
  return true;
}
