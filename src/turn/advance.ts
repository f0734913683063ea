import type { ConversationId, UnderstandHint, Values } from '../core/index.ts';
import {
  asksForTurn,
  decide,
  levelAt,
  type ConversationEvent,
  type DecideContext,
  type DecideInput,
  type Effect,
  type FloorSeen,
  type LoggedEvent,
} from '../dialogue/index.ts';
import type { NewOutboxRow } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { actionKind } from './effects.ts';
import { wokenByCustomer } from './handoff-matcher.ts';
import { appendOn, digest, hold, type Held } from './log-access.ts';

/** Events read at a time when the bot is behind. */
const inputPage = 64;
/** A turn that faults this often in a row is given to a person instead. */
const faultsMax = 3;

/** `idle`: nothing to do; `taken`: one input dealt with; `stale`: the log moved on meanwhile, look again. */
type Advanced = 'idle' | 'taken' | 'stale';

/**
 * One step of a conversation: load, understand, decide, commit. The commit is guarded by the version that was
 * decided on, so whatever came in meanwhile (an agent who took over, another message) makes it stale and its
 * words are dropped: they were never said.
 */
export async function advanceOnce(deps: TurnDeps, id: ConversationId): Promise<Advanced> {
  const held = await hold(deps.store, id);
  if (!held) return 'idle';
  if (held.state.owner.by === 'agent') return wakeIfWritten(deps, held);
  const input = await nextInput(deps, held);
  if (!input) return 'idle';
  const startedMs = deps.clock();
  const decided = await decideOn(deps, held, input);
  const advanced = await commit(deps, held, decided);
  deps.observe?.('turn_ms', deps.clock() - startedMs);
  return advanced;
}

/** A message wakes what its agent had put aside; the words are the agent's to answer. */
async function wakeIfWritten(deps: TurnDeps, held: Held): Promise<Advanced> {
  const events = await wokenByCustomer(deps.store, held);
  return events.length === 0 ? 'idle' : commit(deps, held, { events, effects: [] });
}

async function nextInput(deps: TurnDeps, held: Held): Promise<LoggedEvent | undefined> {
  let after = held.state.handledPos;
  while (after < held.version) {
    const page = await deps.store.conversations.readAll(held.id, after, inputPage);
    const last = page.at(-1);
    if (!last) return undefined;
    const found = page.find(({ event }) => asksForTurn(event));
    if (found) return found;
    after = last.pos;
  }
  return undefined;
}

interface Decided {
  readonly events: readonly ConversationEvent[];
  readonly effects: readonly Effect[];
}

async function decideOn(deps: TurnDeps, held: Held, logged: LoggedEvent): Promise<Decided> {
  const input = await understood(deps, held, logged);
  await deps.contentReady?.(held.state);
  const decision = decide(held.state, input, await contextOf(deps, held));
  const events: ConversationEvent[] = [];
  if (input.understanding) {
    events.push({ type: 'message.understood', of: logged.pos, understanding: input.understanding });
  }
  events.push(...decision.events);
  if (!decision.events.some(({ type }) => type === 'turn.taken')) {
    events.push({ type: 'turn.taken', upTo: logged.pos });
  }
  return { events, effects: decision.effects };
}

/** Words are understood; an answer by button or form says by itself what it means. */
async function understood(deps: TurnDeps, held: Held, logged: LoggedEvent): Promise<DecideInput> {
  const { event } = logged;
  if (event.type !== 'message.received' || event.choice || event.form) return { logged };
  if (event.text.trim() === '') return { logged };
  const hint: UnderstandHint = {
    language: held.state.language,
    nowMs: logged.atMs,
    timeZone: held.state.timeZone ?? deps.workspace.timeZone(),
    ...(deps.workspace.phoneCountries && { phoneCountries: deps.workspace.phoneCountries() }),
  };
  return { logged, understanding: await deps.understand(event.text, hint) };
}

async function contextOf(deps: TurnDeps, held: Held): Promise<DecideContext> {
  const floor = await floorSeen(deps, held);
  const nowMs = deps.clock();
  return {
    conversationId: held.id,
    content: deps.content(held.state),
    phrasebook: deps.phrasebook(held.state),
    actions: deps.actions.specs,
    workspace: { ...deps.workspace.values(held.state.language), ...localOf(deps, held, nowMs) },
    nowMs,
    ...floor,
    ...(deps.silence && { silence: deps.silence }),
    digest,
  };
}

async function floorSeen({ floor, workspace, clock }: TurnDeps, held: Held): Promise<FloorSeen> {
  if (!workspace.staffed(clock())) return { staffed: false };
  if (!floor) return { staffed: true };
  if (!(await floor.attended())) return { staffed: false, unattended: true };
  const { owner } = held.state;
  const expectedWait = await floor.expectedWait(owner.by === 'queue' ? held.id : undefined);
  return { staffed: true, ...(expectedWait && { expectedWait }) };
}

function localOf({ workspace }: TurnDeps, { state }: Held, nowMs: number): Values {
  return state.timeZone === undefined ? {} : (workspace.local?.(state.timeZone, nowMs) ?? {});
}

async function commit(deps: TurnDeps, held: Held, { events, effects }: Decided): Promise<Advanced> {
  const atMs = deps.clock();
  const outbox = effects.map((effect) => outboxRow(effect, held, atMs));
  const result = await appendOn(deps, held, events, { outbox });
  if (result.kind === 'committed') return 'taken';
  // Overloaded: the sweep takes the turn up again; spinning on it would keep the store busy.
  return result.kind === 'refused' && result.reason === 'stale' ? 'stale' : 'idle';
}

/** The level and the customer are those of the moment of the decision, as the log has them. */
function outboxRow(effect: Effect, held: Held, atMs: number): NewOutboxRow {
  const { customerId } = held.state;
  const base = { id: effect.effectId, kind: effect.kind };
  switch (effect.kind) {
    case 'action':
      return {
        ...base,
        // Rows of one kind wait for each other: a freeze must not wait for a refund whose outcome is unknown.
        kind: `${actionKind}${effect.action}`,
        payload: { ...effect, customerId, level: levelAt(held.state, atMs) },
        dueAtMs: atMs,
      };
    case 'send_code':
      return { ...base, payload: { ...effect, customerId }, dueAtMs: atMs };
    case 'timer':
      return { ...base, payload: effect, dueAtMs: atMs + effect.dueInMs };
  }
}

/**
 * Runs turns, one at a time a conversation, until each is level with its log. Many calls for one conversation
 * while it runs are one more look.
 */
export function createAdvancer(deps: TurnDeps, afterTurn: () => void) {
  const running = new Map<ConversationId, Promise<void>>();
  const wanted = new Set<ConversationId>();
  let stopped = false;

  async function run(id: ConversationId): Promise<void> {
    let faults = 0;
    while (wanted.delete(id)) {
      try {
        let advanced = await advanceOnce(deps, id);
        while (advanced !== 'idle' && !stopped) {
          if (advanced === 'taken') afterTurn();
          faults = 0;
          advanced = await advanceOnce(deps, id);
        }
      } catch (error) {
        faults += 1;
        deps.log.error({ err: error, conversationId: id, faults }, 'a turn failed');
        if (faults < faultsMax) wanted.add(id);
        else await giveToPerson(deps, id);
      }
    }
  }

  /** Returns at once; the turn runs by itself. */
  const advance = (id: ConversationId): void => {
    if (stopped) return;
    wanted.add(id);
    if (running.has(id)) return;
    running.set(
      id,
      run(id).finally(() => running.delete(id)),
    );
  };

  const drain = async (): Promise<void> => {
    stopped = true;
    await Promise.all(running.values());
  };

  return { advance, drain };
}

/** The bot cannot go on with this conversation: people get it, and the input that broke it counts as dealt with. */
async function giveToPerson(deps: TurnDeps, id: ConversationId): Promise<void> {
  try {
    const held = await hold(deps.store, id);
    if (!held || held.state.owner.by !== 'bot') return;
    const events: ConversationEvent[] = [
      { type: 'turn.taken', upTo: held.version },
      {
        type: 'handoff.requested',
        reason: 'bot_fault',
        priority: 'money',
        queue: 'default',
        by: 'bot',
      },
    ];
    await appendOn(deps, held, events);
  } catch (error) {
    deps.log.error({ err: error, conversationId: id }, 'could not hand over a failed turn');
  }
}
