import { randomUUID } from 'node:crypto';
import type { Bus } from '../bus/index.ts';
import type { Clock } from '../core/index.ts';
import { handoffTimes, type HandoffTimes } from '../handoff/index.ts';
import type { AgentRecord, Identity } from '../identity/index.ts';
import type { Log } from '../ops/index.ts';
import type { Store } from '../store/index.ts';
import { createLease, Floor, Matcher, Presences, ReadMarks, SharedPages } from '../turn/index.ts';
import type { Workspace, WorkspaceDocument } from '../workspace/index.ts';

export interface Matching {
  /** Who of the agents is there; what they are given follows from it. */
  readonly presences: Presences;
  /** What turns may say of who is there. */
  readonly floor: Floor;
  /** How far customers and agents have read. */
  readonly reads: ReadMarks;
  /** Accounts that may be given conversations. */
  readonly roster: () => Promise<readonly AgentRecord[]>;
  /** Ends the look under way and stores what is known of who is there. */
  drain(): Promise<void>;
}

/** Gives the queue to the agents who are there, from now on. */
export async function startMatching(parts: {
  readonly store: Store;
  readonly bus: Bus;
  readonly log: Log;
  readonly identity: Identity;
  readonly workspace: WorkspaceDocument;
  readonly clock: Clock;
  /** Other nodes may work on the same store. */
  readonly isShared?: boolean;
}): Promise<Matching> {
  const { store, bus, log, identity, workspace, clock, isShared = false } = parts;
  const mine = { records: store.records, clock, node: randomUUID() };
  const lease = isShared ? createLease(mine, 'matcher') : undefined;
  const times = (): HandoffTimes => timesOf(workspace.current());
  const roster = async () => (await identity.agents.list()).filter(({ disabled }) => !disabled);
  const presences = new Presences({
    records: store.records,
    clock,
    times,
    log,
    changed: (agentId) => bus.publish('presence', { kind: 'presence', agentId }),
    ...(isShared && { pages: new SharedPages(mine) }),
  });
  await presences.start();
  const floor = new Floor({ conversations: store.conversations, presences, roster, clock });
  const reads = new ReadMarks({ records: store.records, bus, log });
  const capacity = (): number => workspace.current().limits.agentConversationsMax;
  const given = { store, bus, clock, log, randomId: randomUUID };
  const leased = lease && { isMine: () => lease.isMine() };
  const matcher = new Matcher({ ...given, presences, times, roster, capacity, ...leased });
  matcher.start();
  const drain = async (): Promise<void> => {
    await matcher.drain();
    await lease?.release();
    await Promise.all([presences.settled(), reads.settled()]);
  };
  return { presences, floor, reads, roster, drain };
}

/** The workspace's durations, and handoff's own for what it does not name. */
export function timesOf({ handoff }: Workspace): HandoffTimes {
  return {
    ...handoffTimes,
    offerMs: handoff.offerSeconds * 1000,
    graceMs: handoff.graceSeconds * 1000,
    wrapUpMs: handoff.wrapUpSeconds * 1000,
  };
}
