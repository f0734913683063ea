import type { Audit } from '../audit/index.ts';
import type { Clock, ConversationId, RandomId } from '../core/index.ts';
import { erased, evolve, initialState } from '../dialogue/index.ts';
import type { Files } from '../files/index.ts';
import { readWholeLog, type Store } from '../store/index.ts';
import type { Workspace } from '../workspace/index.ts';

export interface RetentionDeps {
  readonly store: Store;
  readonly files: Pick<Files, 'find' | 'remove'>;
  readonly audit?: Pick<Audit, 'record' | 'pruneBefore' | 'follow'>;
  readonly workspace: () => Workspace;
  readonly clock: Clock;
  readonly randomId: RandomId;
}

/** What one run removed. */
export interface Retained {
  conversations: number;
  files: number;
  keys: number;
  work: number;
  auditEntries: number;
  /** A bound was reached: the next run goes on. */
  hasMore: boolean;
}

const dayMs = 24 * 60 * 60_000;
/** Rows looked at in one transaction. */
const rowsAtOnce = 500;
const pageLength = 500;
/** What one run erases at most; the next one goes on. */
const conversationsMax = 500;
const auditEntriesMax = 10_000;

/**
 * Removes what was kept for as long as the workspace says. A conversation keeps its events, their order and their times, without
 * the words (see `erased`): the log folds as before, and figures stay. Each conversation is one transaction, so that a crash
 * leaves it whole or erased; files go first, so that no file is left that nothing names.
 */
export async function retain(deps: RetentionDeps): Promise<Retained> {
  const { store, audit, workspace, clock } = deps;
  const { conversationDays, fileDays, workDays, auditDays } = workspace().retention;
  const before = (days: number): number => (days === 0 ? -Infinity : clock() - days * dayMs);
  const done: Retained = {
    conversations: 0,
    files: 0,
    keys: 0,
    work: 0,
    auditEntries: 0,
    hasMore: false,
  };
  // What happened is in the chain before the log forgets who it was.
  while (audit && (await audit.follow(pageLength)) === pageLength);
  if (store.retention) {
    const bounds = { words: before(conversationDays), files: before(fileDays) };
    await sweepConversations(deps, { ...bounds, work: before(workDays) }, done);
    await sweepWork(deps, before(workDays), done);
  }
  if (audit && auditDays > 0) {
    done.auditEntries = await audit.pruneBefore(before(auditDays), auditEntriesMax);
  }
  const { hasMore, ...counts } = done;
  if (Object.values(counts).some((count) => count > 0)) {
    const details = { ...counts, hasMore };
    await audit?.record({ kind: 'retention.run', actor: 'service', subject: 'store', details });
  }
  return done;
}

interface Bounds {
  readonly words: number;
  readonly files: number;
  readonly work: number;
}

async function sweepConversations(
  deps: RetentionDeps,
  bounds: Bounds,
  done: Retained,
): Promise<void> {
  const { retention } = deps.store;
  const quietBeforeMs = Math.max(bounds.words, bounds.files);
  const mark = filesMark(deps.store);
  const filesGoneMs = await mark.read();
  let after: number | undefined = 0;
  while (after !== undefined && retention) {
    const stretch = { quietBeforeMs, keysBeforeMs: bounds.work };
    const { quiet, keys, next } = await retention.conversations(after, rowsAtOnce, stretch);
    done.keys += keys;
    for (const { conversationId, lastAtMs } of quiet) {
      if (done.conversations >= conversationsMax) {
        done.hasMore = true;
        return;
      }
      const isOld = lastAtMs < bounds.words;
      if (isOld || lastAtMs >= filesGoneMs) await sweepOne(deps, { conversationId, isOld }, done);
    }
    after = next;
  }
  if (bounds.files > filesGoneMs) await mark.write(bounds.files);
}

/** Up to which last event the files of conversations are gone: without it each run would read all these logs again. */
function filesMark({ records }: Store) {
  const kind = 'retention';
  const key = 'files';
  return {
    read: async () => Number((await records.get(kind, key)) ?? -Infinity),
    write: async (ms: number) => {
      const former = await records.get(kind, key);
      if (former === undefined) await records.insert(kind, key, String(ms));
      else await records.replace(kind, key, former, String(ms));
    },
  };
}

async function sweepOne(
  deps: RetentionDeps,
  one: { readonly conversationId: ConversationId; readonly isOld: boolean },
  done: Retained,
): Promise<void> {
  const { store, files } = deps;
  const events = await readWholeLog(store.conversations, one.conversationId);
  for (const { event } of events) {
    for (const { id } of 'files' in event ? (event.files ?? []) : []) {
      if ((await files.find(id)) === undefined) continue;
      await files.remove(id);
      done.files += 1;
    }
  }
  if (!one.isOld || !store.personal) return;
  const visitorId = `erased-${deps.randomId()}`;
  const bare = events.map((logged) => ({ ...logged, event: erased(logged.event, visitorId) }));
  const result = await store.personal.rewrite({
    conversationId: one.conversationId,
    expect: events.length,
    events: bare,
    snapshot: bare.reduce(evolve, initialState),
  });
  // Somebody wrote meanwhile: it is not quiet any more.
  if (result === 'rewritten') done.conversations += 1;
}

async function sweepWork(
  { store }: RetentionDeps,
  beforeMs: number,
  done: Retained,
): Promise<void> {
  let after: number | undefined = 0;
  while (after !== undefined && store.retention) {
    const step = await store.retention.work(after, rowsAtOnce, beforeMs);
    done.work += step.removed;
    after = step.next;
  }
}

export interface RetentionTimer {
  stop(): Promise<void>;
}

/** A run now and then while the service runs; one at a time. */
export function startRetention(
  run: () => Promise<Retained>,
  tell: {
    readonly done: (retained: Retained) => void;
    readonly failed: (error: unknown) => void;
  },
  everyMs = 60 * 60_000,
): RetentionTimer {
  let running: Promise<void> | undefined;
  const look = (): void => {
    running ??= run()
      .then(tell.done, tell.failed)
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
