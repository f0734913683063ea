import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limit, LimitSize, MakeLimit } from '../http/index.ts';
import type { Log } from '../ops/index.ts';
import type { CountTable } from '../store/index.ts';

export interface LimitParts {
  /** What the nodes share; without it each process counts for itself. */
  readonly counts?: CountTable | undefined;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Below this share of its limit a key is counted by the node alone: ordinary people cost the database nothing, and a loud
 * one gains a tenth a node at the most.
 */
const quietShare = 0.1;
/** A limit must not make everybody wait for a database that does not answer. */
const answerMaxMs = 500;
/** After a failure each node counts for itself for so long before it asks again. */
const restMs = 5000;

/**
 * Counts in memory, and a loud key over all nodes. When the shared counts are away it fails open: each node goes on with
 * its own count, which still holds a flood to the limit a node.
 */
export function createLimit(
  { name, points: pointsMax, windowMs }: LimitSize,
  { counts, log }: LimitParts,
): Limit {
  const own = new RateLimiterMemory({ points: pointsMax, duration: windowMs / 1000 });
  const quiet = Math.floor(pointsMax * quietShare);
  let askAgainMs = 0;

  const shared = async (table: CountTable, key: string, points: number): Promise<boolean> => {
    if (performance.now() < askAgainMs) return true;
    try {
      const counted = await inTime(table.add(`${name}:${key}`, points, windowMs));
      if (counted.points <= pointsMax) return true;
      // Refused from memory until the shared window ends: a flood asks the database no more.
      await own.block(key, Math.max(1, Math.ceil(counted.leftMs / 1000)));
      return false;
    } catch (err) {
      askAgainMs = performance.now() + restMs;
      log.warn({ err, limit: name }, 'shared counts are away; this node counts for itself');
      return true;
    }
  };

  return {
    take: async (key, points = 1) => {
      const mine = await consume(own, key, points);
      if (mine === undefined) return false;
      if (!counts || mine <= quiet) return true;
      return shared(counts, key, mine - points <= quiet ? mine : points);
    },
  };
}

/** Limits over all nodes. */
export function sharedLimits(parts: LimitParts): MakeLimit {
  return (size) => createLimit(size, parts);
}

/** Points of this window so far; undefined when they are used up. */
async function consume(
  limiter: RateLimiterMemory,
  key: string,
  points: number,
): Promise<number | undefined> {
  try {
    return (await limiter.consume(key, points)).consumedPoints;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return undefined;
    throw refused;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), answerMaxMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
