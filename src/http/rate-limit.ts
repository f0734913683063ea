import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { limitKey } from './client-ip.ts';

/** Requests and upgrades of one address: so many in any running minute. Counted in this process only. */
export interface IpLimit {
  /** False when the address has used up its minute. */
  take(ip: string, points?: number): Promise<boolean>;
}

export function createIpLimit(perMinute: number): IpLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async take(ip, points = 1) {
      try {
        await limiter.consume(limitKey(ip), points);
        return true;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return false;
        throw refused;
      }
    },
  };
}
