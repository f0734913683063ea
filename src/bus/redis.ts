import type { Bus } from './ports.ts';
import { createRelay, type Line, type LineEvents, type RelayLog } from './relay.ts';

export interface RedisBusOptions {
  /** `redis://user:password@host:port`, or `rediss:` with TLS. */
  readonly url: string;
  /** Tells this installation's hints from those of others on the same server. */
  readonly namespace: string;
  readonly log: RelayLog;
}

/** Small enough that a slow node does not fill the server's memory with what it has not read. */
const payloadBytesMax = 64 * 1024;
const connectMaxMs = 10_000;
/** A half-open connection is found out by these: nothing else is said for long on a quiet night. */
const pingEveryMs = 5000;
const silentMaxMs = 20_000;

/**
 * The bus between nodes over Redis, for fleets whose hints are too many for the database. Nothing is kept there. The client
 * is loaded only here, so that who does not use it does not pay for it.
 */
export function createRedisBus({ url, namespace, log }: RedisBusOptions): Bus {
  const connect = (events: LineEvents): Promise<Line> => listen(url, `kefu:${namespace}`, events);
  return createRelay({ name: 'Redis', payloadBytesMax, connect }, log);
}

/** Two connections: one that listens may not speak. When either is gone, both are. */
async function listen(url: string, channel: string, { heard, lost }: LineEvents): Promise<Line> {
  const { createClient } = await import('redis');
  const speaker = createClient({
    url,
    name: 'kefu-bus',
    pingInterval: pingEveryMs,
    // What cannot be sent now is old news later.
    disableOfflineQueue: true,
    // Connecting again is the relay's, which knows when to stop.
    socket: { reconnectStrategy: false, connectTimeout: connectMaxMs, socketTimeout: silentMaxMs },
  });
  const listener = speaker.duplicate();
  const close = async (): Promise<void> => {
    for (const client of [speaker, listener]) if (client.isOpen) client.destroy();
    await Promise.resolve();
  };
  for (const client of [speaker, listener]) {
    client.on('error', lost);
    client.on('end', lost);
  }
  try {
    await Promise.all([speaker.connect(), listener.connect()]);
    await listener.subscribe(channel, heard);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    send: async (payloads) => {
      await Promise.all(payloads.map((payload) => speaker.publish(channel, payload)));
    },
    close,
  };
}
