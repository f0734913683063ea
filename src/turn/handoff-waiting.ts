import type { ConversationId } from '../core/index.ts';
import { compareQueued, type Candidate, type Waiting } from '../handoff/index.ts';
import type { InboxRow, Store } from '../store/index.ts';
import { hold, type Held } from './log-access.ts';

/** Waiting conversations that one look reads of a queue. */
const waitingMax = 200;

export interface WaitingHere extends Waiting {
  readonly id: ConversationId;
}

/** What was read of those who wait, by the version that it was read at: looking again costs nothing while nothing changes. */
export type Seen = Map<
  ConversationId,
  { readonly version: number; readonly waiting?: WaitingHere }
>;

/** The head of every queue that these agents serve, in the order of service; what is on offer already is left out. */
export async function waitingFor(
  { store }: { readonly store: Store },
  candidates: readonly Candidate[],
  seen: Seen,
): Promise<readonly WaitingHere[]> {
  const servesAll = candidates.some(({ queues }) => queues.length === 0);
  const queues = servesAll ? [undefined] : [...new Set(candidates.flatMap((one) => one.queues))];
  const pages = await Promise.all(
    queues.map((queue) =>
      store.conversations.inbox({
        list: 'queue',
        limit: waitingMax,
        ...(queue !== undefined && { queue }),
      }),
    ),
  );
  const rows = pages.flat().filter(({ state }) => state === 'queued');
  const waiting = await Promise.all(rows.map((row) => read(store, row, seen)));
  forget(seen, rows);
  return waiting.filter((one) => one !== undefined).toSorted(compareQueued);
}

async function read(store: Store, row: InboxRow, seen: Seen): Promise<WaitingHere | undefined> {
  const { conversationId: id, version } = row;
  const known = seen.get(id);
  if (known?.version === version) return known.waiting;
  const held = await hold(store, id);
  const waiting = held && waitingOf(held);
  seen.set(id, { version, ...(waiting && { waiting }) });
  return waiting;
}

function waitingOf({ id, state }: Held): WaitingHere | undefined {
  const { owner, language, lastAgentId } = state;
  if (owner.by !== 'queue' || owner.offer) return undefined;
  const { priority, sinceMs, queue, skills, wantedId, passes } = owner;
  return {
    id,
    conversationId: id,
    priority,
    sinceMs,
    queue,
    language,
    ...(skills && { skills }),
    ...(wantedId !== undefined && { wantedId }),
    ...(lastAgentId !== undefined && { lastAgentId }),
    ...(passes && { passes }),
  };
}

function forget(seen: Seen, rows: readonly InboxRow[]): void {
  if (seen.size <= rows.length * 2) return;
  const here = new Set(rows.map(({ conversationId }) => conversationId));
  for (const id of seen.keys()) if (!here.has(id)) seen.delete(id);
}
