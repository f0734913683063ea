import type { PlatformRequests, Platforms } from '../channels/index.ts';
import { createHttp, type HttpServer } from '../http/index.ts';
import {
  createHealth,
  createLog,
  createMetrics,
  createShutdown,
  type Health,
  type Log,
  type Metrics,
  type Shutdown,
} from '../ops/index.ts';
import type { CountTable } from '../store/index.ts';
import type { Config } from './config.ts';
import { mountDoors } from './doors.ts';
import { createLimit } from './limits.ts';
import { openCore, type Core } from './node.ts';
import { openPlatforms } from './platforms.ts';

const clock = (): number => Date.now();

export interface Service {
  readonly url: string;
  readonly log: Log;
  readonly shutdown: Shutdown;
  /** What stands below the doors, for who runs it in their own process. */
  readonly core: Core;
  /** The first agent, made at the first start; the password is told this once. */
  readonly firstAgent: { readonly email: string; readonly password: string } | undefined;
  /** Whether a fault told at this moment is an operator's plugin's, which is dealt with already. */
  readonly isInPlugin: () => boolean;
  /** Messaging platforms whose messages are fetched are looked at now. */
  readonly fetchNow: () => void;
  /** Runs on the sandbox, with its demo page. */
  readonly isDemo: boolean;
  stop(): Promise<void>;
}

/** Parts of the outside that somebody puts their own in place of. */
interface Instead {
  /** For who measures what a turn costs without the platform's network. */
  readonly platformRequests?: PlatformRequests;
}

/** Starts everything in one process and listens. Faults: bad_config, bad_content, bad_workspace, data_folder_in_use, store_corrupt. */
export async function startService(config: Config, instead: Instead = {}): Promise<Service> {
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY });
  const metrics = createMetrics();
  const core = await openCore(config, metrics, log);
  const health = createHealth({
    checks: { store: () => core.store.checkHealth() },
    ...(core.checkWallet && { watched: { wallet: core.checkWallet } }),
    // An answer must not stay fresh for as long as the clock was set back.
    clock: () => performance.now(),
    onFailed: (name, err) => log.error({ err, check: name }, 'not ready'),
  });
  const shutdown = createShutdown({ log });
  const counts = core.store.counts;
  const http = openHttp(config, { log, metrics, health, counts });
  shutdown.step('not ready', () => health.drain());
  let platforms: Platforms | undefined;
  const channels = () => platforms?.health() ?? [];
  const waiting = () => platforms?.instead;
  mountDoors({ core, http, config, shutdown, clock, channels, instead: waiting });
  platforms = await openPlatforms(core, http, config, instead.platformRequests);
  if (platforms) shutdown.step('platforms', () => platforms.drain());
  const firstAgent = await core.identity.agents.ensureFirst();
  const { port } = await http.listen(config.port, config.host);
  shutdown.step('http', () => http.close());
  shutdown.step('core', () => core.close());
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    log,
    shutdown,
    core,
    firstAgent,
    isInPlugin: () => platforms?.isInPlugin() ?? false,
    fetchNow: () => platforms?.fetchNow(),
    isDemo: core.sandbox !== undefined,
    stop: async () => {
      await shutdown.run('stop');
    },
  };
}

function openHttp(
  config: Config,
  parts: {
    readonly log: Log;
    readonly metrics: Metrics;
    readonly health: Health;
    readonly counts: CountTable | undefined;
  },
): HttpServer {
  return createHttp({
    ...parts,
    ...(config.trustProxy.length > 0 && { trustProxy: config.trustProxy }),
    secure: config.publicUrl?.startsWith('https:') ?? false,
    ipLimit: createLimit({ name: 'ip', points: config.requestsPerMinute, windowMs: 60_000 }, parts),
  });
}
