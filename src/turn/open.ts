import { Fault, parseConversationId, type ConversationId } from '../core/index.ts';
import { initialState, type ConversationEvent } from '../dialogue/index.ts';
import type { TurnDeps } from './deps.ts';
import { appendOn, digest, hold, type Held } from './log-access.ts';
import type { Principal } from './ports.ts';

/** Conversations one visitor may begin by signing in and out with the same visitor token. */
const beginningsMax = 20;

/** Finds the conversation of a visitor or customer, or begins it. */
export function createOpener(deps: TurnDeps, advance: (id: ConversationId) => void) {
  return async function open(
    who: Principal,
    channel: string,
    language: string,
    timeZone?: string,
  ): Promise<ConversationId> {
    const how = { channel, language, ...(timeZone !== undefined && { timeZone }) };
    const id = (await findOwn(deps, who, channel)) ?? (await begin(deps, who, how));
    // Also where nothing was appended: a turn that a crash cut off goes on as soon as the customer is back.
    advance(id);
    return id;
  };
}

/** A customer's own conversation, else the visitor's anonymous one, which is bound to the customer on the way. */
async function findOwn(
  deps: TurnDeps,
  who: Principal,
  channel: string,
): Promise<ConversationId | undefined> {
  const { conversations } = deps.store;
  if (who.customerId !== undefined) {
    const own = await conversations.findByCustomer(who.customerId, channel);
    if (own !== undefined) return own;
  }
  const id = await conversations.findByVisitor(who.visitorId);
  if (id === undefined) return undefined;
  for (;;) {
    const held = await hold(deps.store, id);
    // A conversation that belongs to a customer is not shown to a visitor who has signed out, nor to another customer.
    if (!held || held.state.customerId !== null) return undefined;
    if (who.customerId === undefined || (await bind(deps, held, who.customerId))) return id;
  }
}

async function bind(deps: TurnDeps, held: Held, customerId: string): Promise<boolean> {
  const events: ConversationEvent[] = [{ type: 'identity.bound', customerId }];
  const result = await appendOn(deps, held, events);
  if (result.kind === 'refused' && result.reason !== 'stale') throw cannotStore(result.reason);
  return result.kind === 'committed';
}

interface Beginning {
  readonly channel: string;
  readonly language: string;
  readonly timeZone?: string;
}

export async function begin(
  deps: TurnDeps,
  who: Principal,
  how: Beginning,
): Promise<ConversationId> {
  for (let nth = 0; nth < beginningsMax; nth += 1) {
    const id = nthId(who, how.channel, nth);
    if (await tryBegin(deps, id, who, how)) return id;
    const held = await hold(deps.store, id);
    // Begun by another tab at the same moment; anything else is somebody's former conversation.
    if (held && held.state.customerId === (who.customerId ?? null)) return id;
  }
  throw new Fault('conflict', 'This visitor has begun too many conversations; start as a new one.');
}

async function tryBegin(
  deps: TurnDeps,
  id: ConversationId,
  { visitorId, customerId }: Principal,
  { channel, ...how }: Beginning,
): Promise<boolean> {
  const events: ConversationEvent[] = [
    { type: 'conversation.started', channel, ...how, visitorId },
    ...(customerId === undefined ? [] : [{ type: 'identity.bound', customerId } as const]),
  ];
  const none = { id, version: 0, state: initialState };
  const result = await appendOn(deps, none, events, { create: { visitorId, channel } });
  if (result.kind === 'refused' && result.reason === 'overloaded') throw cannotStore(result.reason);
  return result.kind === 'committed';
}

/**
 * Ids are made from who begins, so that two tabs which begin at once begin one conversation, on whichever
 * node; a visitor whose conversation became a customer's begins a second one after signing out. The id gives
 * no access: every request is checked against its session.
 */
function nthId(who: Principal, channel: string, nth: number): ConversationId {
  const own = who.customerId === undefined ? `v:${who.visitorId}` : `c:${who.customerId}`;
  const id = parseConversationId(`c_${digest(`${channel}/${own}/${nth}`).slice(0, 32)}`);
  if (id === undefined) throw new Fault('internal', 'a conversation id could not be made');
  return id;
}

function cannotStore(reason: string): Fault {
  return reason === 'overloaded'
    ? new Fault('overloaded', 'Too busy to begin a conversation now; try again.')
    : new Fault('internal', `a conversation could not be bound: ${reason}`);
}
