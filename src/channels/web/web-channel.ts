import { VisitorBuckets } from './bucket.ts';
import { Gateway, socketPath } from './gateway.ts';
import { mountChatApi } from './http-api.ts';
import { Hub } from './hub.ts';
import { LongPolls } from './long-poll.ts';
import { webLimits } from './ports.ts';
import type { WebChannelDeps, WebLimits } from './ports.ts';
import { SharedSpending } from './shared-spending.ts';

export interface WebChannel {
  /** Sockets that are open now. */
  readonly sockets: () => number;
  /** Ends waiting polls and closes every socket with 1012, each after the frame that it is dealing with. */
  drain(): Promise<void>;
}

/** The widget's way in: mounts `/api/chat/…` and the socket on the HTTP server, before it listens. */
export function createWebChannel(given: WebChannelDeps): WebChannel {
  const limits = { ...webLimits, ...given.limits };
  const hub = new Hub(given.bus, given.conversations, given.log);
  const buckets = openBuckets(given, limits);
  const deps = { ...given, limits, hub, buckets };
  const gateway = new Gateway(deps);
  const polls = new LongPolls(deps);
  mountChatApi({ ...deps, polls, onSignedOut: (visitorId) => gateway.signOut(visitorId) });
  deps.http.onUpgrade(socketPath, (request, socket, head) =>
    gateway.upgrade(request, socket, head),
  );
  return {
    sockets: () => gateway.size,
    async drain() {
      polls.drain();
      await gateway.drain();
    },
  };
}

function openBuckets({ counts, log }: WebChannelDeps, limits: WebLimits): VisitorBuckets {
  const { visitorBurstMax: burst, visitorPerMinuteMax: perMinute } = limits;
  const shared = counts && new SharedSpending({ counts, burst, log });
  return new VisitorBuckets(burst, perMinute, shared);
}
