import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createActions, type Actions } from '../../src/actions/index.ts';
import { createLocalBus, type Bus } from '../../src/bus/index.ts';
import {
  parseClientMessageId,
  parseCustomerId,
  parseVisitorId,
  type ConversationId,
  type Phrasebook,
} from '../../src/core/index.ts';
import { evolve, initialState, type ConversationState } from '../../src/dialogue/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { createIdentity, createSandboxPhone, type SandboxPhone } from '../../src/identity/index.ts';
import { openKnowledge } from '../../src/library/knowledge.ts';
import type { Store } from '../../src/store/index.ts';
import { createTurns, type Outlets, type TurnDeps, type Turns } from '../../src/turn/index.ts';
import { openSandboxWallet, type Sandbox, type WalletFaults } from '../../src/wallet/index.ts';
import {
  agentActionLimits,
  localValues,
  workspaceSchema,
  workspaceValues,
} from '../../src/workspace/index.ts';
import { openTestStore } from './stores.ts';

/** One node without its doors: the real store, wallet, content and turns in a temporary folder. */
export interface World {
  readonly folder: string;
  readonly store: Store;
  readonly wallet: Sandbox;
  readonly phone: SandboxPhone;
  readonly bus: Bus;
  readonly turns: Turns;
  readonly phrasebook: Phrasebook;
  /** What happened that should not: what the turn logged as an error. */
  readonly errors: string[];
  /** Ends without draining, as a killed process does (its calls hang, see `WorldOptions.wrap`). */
  abandon(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly folder?: string;
  /** Stands between the turn and its store and actions. */
  readonly wrap?: (parts: { store: Store; actions: Actions }) => { store: Store; actions: Actions };
  readonly walletFaults?: WalletFaults;
  /** Plain sandbox customers `load-0001` … with one refundable purchase each. */
  readonly loadCustomers?: number;
  readonly understand?: TurnDeps['understand'];
  readonly clock?: () => number;
  readonly staffed?: boolean;
  /** Ways out to messaging platforms. */
  readonly outlets?: Outlets;
}

const workspace = workspaceSchema.parse({});
let knowledge: ReturnType<typeof openKnowledge> | undefined;

/** Trained once for all worlds of a test file. */
function knows(): ReturnType<typeof openKnowledge> {
  knowledge ??= openKnowledge({
    cacheFolder: resolve(import.meta.dirname, '../../.cache'),
    workspaceValues: () => workspaceValues(workspace),
  });
  return knowledge;
}

export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'kefu-world-'));
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = options.folder ?? (await makeFolder());
  const clock = options.clock ?? (() => Date.now());
  const { content, phrasebook, engine } = await knows();
  const store = await openTestStore({ folder, clock });
  const wallet = await openSandboxWallet({
    folder,
    clock,
    loadCustomers: options.loadCustomers ?? 0,
    ...(options.walletFaults && { faults: options.walletFaults }),
  });
  const phone = createSandboxPhone({ clock });
  const bus = createLocalBus();
  const errors: string[] = [];
  const identity = createIdentity({
    records: store.records,
    clock,
    codeSender: phone,
    secrets: {
      session: { current: { kid: '1', secret: bytes32('session') } },
      codes: bytes32('codes'),
    },
    hosts: [],
  });
  const real = { store, actions: createActions(wallet) };
  const turns = createTurns({
    ...(options.wrap?.(real) ?? real),
    bus,
    codes: identity.codes,
    agentActions: { wallet, limits: () => agentActionLimits(workspace) },
    understand: options.understand ?? ((text, hint) => engine.understand(text, hint)),
    content: () => content,
    phrasebook: () => phrasebook,
    workspace: {
      values: () => workspaceValues(workspace),
      staffed: () => options.staffed ?? true,
      timeZone: () => workspace.timeZone,
      phoneCountries: () => workspace.phoneCountries,
      local: (zone, nowMs) => localValues(workspace, zone, nowMs),
    },
    clock,
    randomId: randomUUID,
    ...(options.outlets && { outlets: options.outlets }),
    log: {
      warn: () => undefined,
      error: (fields, message) => errors.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  await turns.start();
  const shut = async (): Promise<void> => {
    wallet.close();
    await store.close();
  };
  return {
    folder,
    store,
    wallet,
    phone,
    bus,
    turns,
    phrasebook,
    errors,
    abandon: shut,
    async close() {
      await turns.drain();
      await shut();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function bytes32(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

export function cid() {
  const made = parseClientMessageId(randomUUID());
  if (!made) throw new Error('no id');
  return made;
}

export async function openAs(
  world: Pick<World, 'turns'>,
  customer?: string,
): Promise<ConversationId> {
  const visitorId = parseVisitorId(`v-${randomUUID()}`);
  const customerId = customer === undefined ? undefined : parseCustomerId(customer);
  if (!visitorId) throw new Error('no id');
  return world.turns.open({ visitorId, ...(customerId && { customerId }) }, 'web', 'en');
}

export async function say(world: Pick<World, 'turns'>, id: ConversationId, text: string) {
  return world.turns.receive({ conversationId: id, cid: cid(), text });
}

export async function logOf(
  world: Pick<World, 'store'>,
  id: ConversationId,
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (;;) {
    const page = await world.store.conversations.readAll(id, events.at(-1)?.pos ?? 0, 500);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

export async function stateOf(
  world: Pick<World, 'store'>,
  id: ConversationId,
): Promise<ConversationState> {
  return (await logOf(world, id)).reduce(evolve, initialState);
}

/** Waits, by the bus's hints, until `holds` gives something for the log. */
export async function until<T>(
  world: Pick<World, 'store' | 'bus'>,
  id: ConversationId,
  holds: (log: readonly LoggedEvent[]) => T | undefined,
): Promise<T> {
  for (;;) {
    const moved = Promise.withResolvers<void>();
    const stop = world.bus.subscribe(`c:${id}`, () => moved.resolve());
    const found = holds(await logOf(world, id));
    if (found === undefined) await moved.promise;
    stop();
    if (found !== undefined) return found;
  }
}

/** The position up to which the bot has dealt with the log, when that is everything that asked for a turn. */
export function level(log: readonly LoggedEvent[]): true | undefined {
  const state = log.reduce(evolve, initialState);
  const asks = log.filter(
    ({ pos, event }) =>
      pos > state.handledPos &&
      /^(conversation\.started|message\.received|identity\.|action\.(pended|ended)|handoff\.released)/.test(
        event.type,
      ),
  );
  const waits = state.pending?.kind === 'action' || state.owner.by === 'agent';
  return asks.length === 0 && !waits ? true : undefined;
}
