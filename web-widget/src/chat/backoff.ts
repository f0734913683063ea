const firstMs = 500;
const longestMs = 30_000;

/** Exponential with full jitter: after an outage the clients of a whole site come back spread out, not as one wave. */
export function retryDelayMs(attempt: number, random: () => number): number {
  return Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10)) * random());
}
