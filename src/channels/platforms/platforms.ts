import type { ConversationId } from '../../core/index.ts';
import type { DeskChannel } from '../../protocol/index.ts';
import { createApi, type PlatformApi } from './api.ts';
import { openBridge } from './bridge.ts';
import { createDeliverer } from './delivery.ts';
import type { PlatformName, Settings } from './driver.ts';
import { drivers } from './drivers.ts';
import { mountFileLinks } from './file-pages.ts';
import { heldOf } from './held.ts';
import { createInstead, type Instead } from './instead.ts';
import { createMailApi, Mailbox } from './mailbox.ts';
import { mountLinkPages } from './link-pages.ts';
import type { PlatformsDeps } from './ports.ts';
import { Puller } from './pulling.ts';
import type { ReceivingDeps } from './receiving.ts';
import { RemoteFiles } from './remote-files.ts';
import { Tally } from './tally.ts';
import { Typing } from './typing.ts';
import { mountWebhooks } from './webhooks.ts';

export interface Platforms {
  /** Each connected platform since the start. */
  health(): readonly DeskChannel[];
  /** What agents may have sent instead of words that wait. */
  readonly instead: Instead;
  /** Looks for letters and messages that are fetched, now. */
  fetchNow(): void;
  /** Whether a fault that is told at this moment began in an operator's plugin. */
  readonly isInPlugin: () => boolean;
  /** Ends fetching; webhooks are refused by the HTTP server, deliveries stop with the outbox. */
  drain(): Promise<void>;
}

/** Connects the platforms that the operator configured: webhooks, link pages, deliveries. To be called before the server listens. */
export async function createPlatforms(deps: PlatformsDeps): Promise<Platforms> {
  const named = Object.entries(deps.settings.platforms) as [PlatformName, Settings][];
  const apis = new Map<PlatformName, PlatformApi>(
    named.map(([name, settings]) => [
      name,
      name === 'email'
        ? createMailApi(settings, deps.settings.linkSecret)
        : createApi(drivers[name], settings, deps),
    ]),
  );
  const tally = new Tally(deps.clock, deps.metrics);
  const typing = new Typing(deps);
  const bridge = await openBridge(deps);
  const remoteFiles = new RemoteFiles(deps, apis);
  const receiving: ReceivingDeps = {
    ...deps,
    tally,
    typing,
    fetchLater: (api, item, id: ConversationId) => remoteFiles.fetchLater(api, item, id),
    onAccepted: (api, item, id) => bridge.tell(api, item, id),
  };
  const pullers = new Map<string, Puller | Mailbox>();
  for (const [name, api] of apis) {
    const { pull } = api.driver;
    if (name === 'email') {
      pullers.set(name, new Mailbox(receiving, api, deps.settings.linkSecret));
    } else if (pull) pullers.set(name, new Puller(receiving, api, pull));
  }
  mountLinkPages(deps);
  mountFileLinks(deps);
  mountWebhooks({ ...receiving, apis, pull: (name, body) => pullers.get(name)?.nudge(body) });
  const hasWindows = [...apis.values()].some(({ driver }) => driver.facts.window !== undefined);
  const waits = async (id: ConversationId) => (await heldOf(deps.records, id)).words.length > 0;
  const deliver = createDeliverer({ ...deps, apis, tally });
  deps.outlets.connect(
    (id, attempts) => {
      typing.answered(id);
      return deliver(id, attempts);
    },
    hasWindows ? waits : undefined,
  );
  for (const puller of pullers.values()) puller.start();
  await remoteFiles.recover();
  return {
    instead: createInstead({ ...deps, apis }),
    health: () => [...apis.keys()].map((name) => tally.health(name)),
    fetchNow: () => pullers.forEach((puller) => puller.nudge()),
    isInPlugin: bridge.isInside,
    async drain() {
      await Promise.all([...pullers.values()].map((puller) => puller.drain()));
      await remoteFiles.drain();
      typing.stop();
      bridge.close();
    },
  };
}
