import type { OwnTicket } from '../channels/index.ts';
import { Fault } from '../core/index.ts';
import type { Clock, ConversationId, Phrasebook } from '../core/index.ts';
import { evolve, initialState } from '../dialogue/index.ts';
import type { Log } from '../ops/index.ts';
import type { Store } from '../store/index.ts';
import type { Turns } from '../turn/index.ts';
import type { Sandbox, Ticket, Wallet } from '../wallet/index.ts';

export interface TicketNewsDeps {
  readonly wallet: Pick<Wallet, 'listTickets'>;
  readonly conversations: Pick<Store['conversations'], 'findByCustomer' | 'load' | 'readAll'>;
  readonly turns: Pick<Turns, 'announce'>;
  readonly phrasebook: () => Phrasebook;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** How often the wallet is asked while a customer has an open ticket. */
  readonly everyMs?: number;
}

/** What is told to customers about their tickets, without being asked. */
export interface TicketNews {
  /** The customer is here: tells what has changed since they began to write with us, and goes on looking. */
  visit(customerId: string): void;
  /** Looks at everyone's open tickets once; for the beat of `start`, and for tests. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Tickets of one customer that are looked at: the newest. */
const ticketsMax = 10;
const ticketsShownMax = 50;
const everyMsDefault = 15_000;
/** After a visit so long; then the next visit tells. */
const followMs = 12 * 60 * 60_000;
/** Asked at one beat; the others' turn comes at the next ones. */
const perLookMax = 20;

/**
 * The wallet has the tickets, so it is asked; nothing is remembered here that a restart could lose. Each move of a ticket
 * has its own key in the conversation's log, so it is told once, by whichever node and however often it is seen.
 */
export function createTicketNews(deps: TicketNewsDeps): TicketNews {
  const { clock, log, everyMs = everyMsDefault } = deps;
  /** Customer → until when they are followed; whoever was looked at last stands at the end. */
  const followed = new Map<string, number>();
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function lookAt(customerId: string): Promise<void> {
    const untilMs = followed.get(customerId) ?? 0;
    followed.delete(customerId);
    if (untilMs <= clock()) return;
    followed.set(customerId, untilMs);
    try {
      await tellCustomer(deps, customerId);
    } catch (err) {
      log.warn({ err }, 'tickets could not be looked at; trying again');
    }
  }

  async function lookAtSome(): Promise<void> {
    for (const customerId of [...followed.keys()].slice(0, perLookMax)) await lookAt(customerId);
  }

  const look = (): Promise<void> =>
    (looking ??= lookAtSome().finally(() => {
      looking = undefined;
    }));

  return {
    visit(customerId) {
      followed.set(customerId, clock() + followMs);
      if (timer) void lookAt(customerId);
    },
    look,
    start() {
      timer = setInterval(() => void look(), everyMs);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await looking;
    },
  };
}

async function tellCustomer(deps: TicketNewsDeps, customerId: string): Promise<void> {
  const { conversations, wallet } = deps;
  const id = await conversations.findByCustomer(customerId);
  if (id === undefined) return;
  const [first] = await conversations.readAll(id, 0, 1);
  const answer = await wallet.listTickets({ customerId, limit: ticketsMax });
  if (answer.kind !== 'ok' || !first) return;
  for (const ticket of answer.result.toReversed()) {
    // What happened before we met is no news; `ticket_status` tells it to whoever asks.
    if (isMoved(ticket) && (ticket.timeline.at(-1)?.atMs ?? 0) > first.atMs) {
      await tell(deps, id, ticket);
    }
  }
}

/** Its opening was told by the flow that opened it. */
function isMoved({ timeline }: Ticket): boolean {
  return timeline.length > 1;
}

async function tell(deps: TicketNewsDeps, id: ConversationId, ticket: Ticket): Promise<void> {
  const stored = await deps.conversations.load(id);
  if (!stored) return;
  const { language } = stored.tail.reduce(evolve, stored.snapshot ?? initialState);
  const params = { id: ticket.id };
  await deps.turns.announce(id, `t:${ticket.id}:${ticket.timeline.length}`, {
    type: 'ticket.changed',
    ticketId: ticket.id,
    state: ticket.state,
    language,
    blocks: deps.phrasebook().render(language, [
      { type: 'text', key: `tickets.${ticket.state}`, params },
      { type: 'card', kind: 'ticket', of: recordOf(ticket) },
    ]),
  });
}

function recordOf({ id, type, state, openedAtMs, timeline }: Ticket): OwnTicket {
  return { id, type, state, openedAtMs, timeline: timeline.map((move) => ({ ...move })) };
}

/** Newest first, as records to draw. Faults: `wallet_failed` when the wallet gives no answer. */
export async function ticketsOf(
  wallet: Pick<Wallet, 'listTickets'>,
  customerId: string,
): Promise<readonly OwnTicket[]> {
  const answer = await wallet.listTickets({ customerId, limit: ticketsShownMax });
  if (answer.kind === 'unknown') throw new Fault('wallet_failed', 'Tickets cannot be read now.');
  return answer.kind === 'ok' ? answer.result.map(recordOf) : [];
}

const ticketStates: ReadonlySet<string> = new Set<Ticket['state']>([
  'open',
  'in_progress',
  'solved',
]);

/** For the demo: what the sandbox's clerks do. Undefined when there is no such ticket or state. */
export function moveTicket(
  { office }: Pick<Sandbox, 'office'>,
  ticketId: string,
  state: string,
): Ticket | undefined {
  if (!isTicketState(state)) return undefined;
  try {
    return office.moveTicket(ticketId, state);
  } catch (error) {
    if (error instanceof Fault && error.code === 'conflict') return undefined;
    throw error;
  }
}

function isTicketState(state: string): state is Ticket['state'] {
  return ticketStates.has(state);
}
