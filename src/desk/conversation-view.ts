import type { ConversationId } from '../core/index.ts';
import type { DeskConversation, DeskEvent, DeskHead } from '../protocol/index.ts';
import type { ConversationState, DeskDeps, LoggedEvent } from './deps.ts';
import { deskEvents } from './event-view.ts';
import { duesOf } from './service-due.ts';

/** Positions of one page of a transcript; a turn takes about eight, so a page is some forty turns. */
const pageLength = 400;

type ViewDeps = Pick<DeskDeps, 'store' | 'fold' | 'levelAt' | 'clock' | 'api'>;

/** One page of the conversation: the last, or the one that ends before position `before`. Undefined when there is none such. */
export async function viewConversation(
  deps: ViewDeps & Pick<DeskDeps, 'reads'>,
  id: ConversationId,
  before?: number,
): Promise<DeskConversation | undefined> {
  const stored = await deps.store.conversations.load(id);
  if (!stored) return undefined;
  const state = deps.fold(stored);
  const to = before === undefined ? stored.version : Math.min(before - 1, stored.version);
  const after = Math.max(0, to - pageLength);
  const events = to > after ? await deps.store.conversations.readAll(id, after, to - after) : [];
  const { customer: readSeq } = await deps.reads.of(id);
  return {
    conv: id,
    ...headOf(deps, state, stored.version),
    ...(await dueOf(deps, id, state)),
    from: after + 1,
    ...(readSeq > 0 && { readSeq }),
    events: [...told(state, events)],
  };
}

export type Added = DeskHead & { readonly events: DeskEvent[] };

export interface AddedView {
  readonly view: Added;
  /** The customer's number of the last thing said, once the view has reached it; 0 before. */
  readonly seq: number;
}

/** What was added after position `after`, in order and at most one page, with the head that it leads to or a later one. */
export async function viewAfter(
  deps: ViewDeps,
  id: ConversationId,
  after: number,
): Promise<AddedView | undefined> {
  // Events first, then the state: the state is then never older than the last event that is told.
  const events = await deps.store.conversations.readAll(id, after, pageLength);
  const stored = await deps.store.conversations.load(id);
  if (!stored) return undefined;
  const state = deps.fold(stored);
  const reached = events.at(-1)?.pos ?? after;
  const view = {
    ...headOf(deps, state, reached),
    ...(await dueOf(deps, id, state)),
    events: [...told(state, events)],
  };
  return { view, seq: reached >= stored.version ? stored.seq : 0 };
}

/** The events that a command has just made. */
export function told(
  { actions, agentActions = {} }: Pick<ConversationState, 'actions' | 'agentActions'>,
  events: readonly LoggedEvent[],
): readonly DeskEvent[] {
  return deskEvents(
    events,
    (effectId) => actions[effectId]?.action ?? agentActions[effectId]?.requested.action ?? '',
  );
}

async function dueOf(
  { api }: Pick<ViewDeps, 'api'>,
  conv: ConversationId,
  { owner }: ConversationState,
): Promise<Pick<DeskHead, 'due'>> {
  const isSnoozed = owner.by === 'agent' && owner.snoozedUntilMs !== undefined;
  const due = (await duesOf({ ...(api && { api }) }, [{ conv, isSnoozed }])).get(conv);
  return due ? { due } : {};
}

function headOf(deps: ViewDeps, state: ConversationState, version: number): DeskHead {
  const { owner } = state;
  const agent = owner.by === 'agent' ? owner : null;
  // Kept while an agent has it: why the customer was handed over stays worth knowing.
  const asked = owner.by === 'queue' ? owner : state.queued;
  return {
    version,
    ...standingOf(state),
    epoch: owner.epoch,
    skills: [...(asked?.skills ?? [])],
    queue: asked?.queue ?? null,
    language: state.language,
    channel: state.channel,
    customerId: state.customerId,
    level: deps.levelAt(state, deps.clock()),
    owner: owner.by,
    sinceMs: owner.by === 'bot' ? null : owner.sinceMs,
    agentId: agent?.agentId ?? null,
    agentName: agent?.agentName ?? null,
    priority: asked?.priority ?? null,
    reason: asked?.reason ?? null,
    closed: state.closed,
  };
}

function standingOf({ owner, closed, wrapUp, risk }: ConversationState) {
  const offer = owner.by === 'queue' ? (owner.offer ?? null) : null;
  const snoozedUntilMs = owner.by === 'agent' ? (owner.snoozedUntilMs ?? null) : null;
  const open = {
    bot: 'bot',
    queue: offer ? 'offered' : 'queued',
    agent: snoozedUntilMs === null ? 'agent' : 'snoozed',
  } as const;
  return {
    state: closed ? (wrapUp ? 'wrap_up' : 'closed') : open[owner.by],
    offer,
    snoozedUntilMs,
    wrapUpUntilMs: wrapUp?.untilMs ?? null,
    risk: risk ?? 0,
  } as const;
}
