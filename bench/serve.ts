/** The real service for benches: a child process with the visitors' rate limits out of the way. Prints `ready <url>`. */
import { readdirSync } from 'node:fs';
import { queryObjects, setFlagsFromString } from 'node:v8';

// As `start.js` does it.
setFlagsFromString('--optimize-for-size');
const { readConfig } = await import('../src/service/config.ts');
const { startService } = await import('../src/service/service.ts');

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
    filesPerHourMax: many,
    fileBytesPerHourMax: many,
  },
});
setFlagsFromString('--no-optimize-for-size');
console.log(`ready ${service.url}`);
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
/** What the process holds after a collection. */
export interface Census extends NodeJS.MemoryUsage {
  readonly sockets: number;
  readonly timers: number;
  readonly files: number;
  readonly maps: number;
  readonly promises: number;
}

function census(): Census {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (of: RegExp): number => resources.filter((one) => of.test(one)).length;
  const objects = (of: new () => object): number => queryObjects(of, { format: 'count' });
  const [maps, promises] = [objects(Map), objects(Promise as unknown as new () => object)];
  return {
    ...process.memoryUsage(),
    sockets: count(/^TCP(?:Socket)?Wrap$/),
    timers: count(/^Timeout$/),
    files: readdirSync('/proc/self/fd').length,
    maps,
    promises,
  };
}

process.on('message', (asked) => {
  if (asked === 'census') process.send?.(census());
  if (asked === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage());
  }
  if (asked === 'cpu') process.send?.(process.cpuUsage());
});
