/** The real service for benches: a child process with the visitors' rate limits out of the way. Prints `ready <url>`. */
import { readConfig } from '../src/service/config.ts';
import { startService } from '../src/service/service.ts';

const many = 1_000_000_000;
const config = readConfig({
  ...process.env,
  PORT: process.env['BENCH_PORT'] ?? '0',
  LOG_LEVEL: 'warn',
});
const service = await startService({
  ...config,
  requestsPerMinute: many,
  webLimits: {
    visitorBurstMax: many,
    visitorPerMinuteMax: many,
    framesBurstMax: many,
    framesPerSecondMax: many,
  },
});
console.log(`ready ${service.url}`);
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
process.on('message', (asked) => {
  if (asked === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage());
  }
  if (asked === 'cpu') process.send?.(process.cpuUsage());
});
