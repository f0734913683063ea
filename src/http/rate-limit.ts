import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Requests and upgrades of one address: so many in any running minute. By `limitKey`. */
export interface IpLimit {
  /** False when the address has used up its minute. */
  take(key: string, points?: number): Promise<boolean>;
}

/** Counted in this process only. */
export function createIpLimit(perMinute: number): IpLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
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
}
