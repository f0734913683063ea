import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many points of one key in a window that begins with the first of them. */
export interface Limit {
  /** False when the key has used up its window. */
  take(key: string, points?: number): Promise<boolean>;
}

export interface LimitSize {
  /** What is counted: keys of one name are counted together. */
  readonly name: string;
  readonly points: number;
  readonly windowMs: number;
}

/** Makes limits of one installation: of several nodes over all of them, as whoever wires them up sees to. */
export type MakeLimit = (size: LimitSize) => Limit;

/** Counted in this process only. */
export const limitHere: MakeLimit = ({ points: pointsMax, windowMs }) => {
  const limiter = new RateLimiterMemory({ points: pointsMax, duration: windowMs / 1000 });
  return {
    async take(key, points = 1) {
      try {
        await limiter.consume(key, points);
        return true;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return false;
        throw refused;
      }
    },
  };
};
