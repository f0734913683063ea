import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createOriginCheck, createWebChannel, type Platforms } from '../channels/index.ts';
import { Fault } from '../core/index.ts';
import { mountDemo } from '../demo/index.ts';
import { mountDesk } from '../desk/index.ts';
import { evolve, initialState, levelAt } from '../dialogue/index.ts';
import { mountFilled, mountFolder, mountFramePage, type HttpServer } from '../http/index.ts';
import { createUserTokenSigner, makePassword } from '../identity/index.ts';
import { mountOperator } from '../operator/index.ts';
import type { Shutdown } from '../ops/index.ts';
import type { DeskChannel } from '../protocol/index.ts';
import { agentSchedule, isStaffed, nextOpeningMs } from '../workspace/index.ts';
import type { Config } from './config.ts';
import { startDeskParts } from './desk-parts.ts';
import { sharedLimits } from './limits.ts';
import { bytes, hostIssuer, type Core } from './node.ts';
import { createTicketNews, moveTicket, ticketsOf } from './ticket-news.ts';
import { launcherLook, widgetConfig } from './widget-config.ts';

const pages = resolve(import.meta.dirname, '../../dist');

interface DoorParts {
  readonly core: Core;
  readonly http: HttpServer;
  readonly config: Config;
  readonly shutdown: Shutdown;
  readonly clock: () => number;
  /** How the messaging platforms do; asked only while the service runs. */
  readonly channels: () => readonly DeskChannel[];
  /** What agents may have sent instead of words that wait. */
  readonly instead: () => Platforms['instead'] | undefined;
}

/** Every way in: the widget's, the desk's, the demo page's and the operator's. Added to the shutdown in the order of leaving. */
export function mountDoors(parts: DoorParts): void {
  const { core, http, shutdown } = parts;
  const { web, news } = openWidgetDoor(parts);
  const { desk, deskParts } = openDeskDoor(parts);
  mountDemoPage(parts);
  mountOperatorDoor(parts);
  const { workspace } = core;
  mountFramePage(http.app, '/frame.html', () => workspace.current().allowedOrigins);
  for (const loader of ['widget.js', 'kefu.js']) {
    mountFilled(http.app, {
      path: `/${loader}`,
      file: join(pages, 'widget', loader),
      mark: '@look@',
      text: () => launcherLook(widgetConfig(workspace.current(), parts.clock())),
    });
  }
  mountFolder(http.app, { at: '/', folder: join(pages, 'widget'), crossOrigin: true });
  shutdown.step('no new work', () => http.drain());
  shutdown.step('widgets', () => web.drain());
  shutdown.step('ticket news', () => news.stop());
  shutdown.step('desk', () => desk.close());
  shutdown.step('followers', () => deskParts.stop());
}

function openWidgetDoor({ core, http, config, clock }: DoorParts) {
  const { log, metrics, store, bus, files, turns, identity, workspace } = core;
  const news = createTicketNews({
    wallet: core.wallet,
    conversations: store.conversations,
    turns,
    phrasebook: () => core.library.current.phrasebook,
    clock,
    log,
  });
  news.start();
  const web = createWebChannel({
    turns,
    conversations: store.conversations,
    epoch: store.epoch,
    bus,
    visitors: identity.visitors,
    http,
    reads: core.matching.reads,
    allowOrigin: (origin, host) =>
      createOriginCheck({ origins: workspace.current().allowedOrigins, sameHost: true })(
        origin,
        host,
      ),
    config: () => widgetConfig(workspace.current(), clock()),
    files,
    phrasebook: () => core.library.current.phrasebook,
    tickets: (customerId) => ticketsOf(core.wallet, customerId),
    onCustomer: (customerId) => news.visit(customerId),
    counts: store.counts,
    limit: sharedLimits({ counts: store.counts, log }),
    clock,
    log,
    metrics,
    ...(config.webLimits && { limits: config.webLimits }),
  });
  metrics.gauge('sockets', 'Open widget sockets.', web.sockets);
  return { web, news };
}

function openDeskDoor({ core, http, config, clock, channels, instead }: DoorParts) {
  const { log, store, bus, files, turns, identity, workspace } = core;
  const deskParts = startDeskParts({ ...core, channels, instead, clock });
  const desk = mountDesk({
    ...core.auditing?.desk,
    api: deskParts.api,
    app: http.app,
    onUpgrade: (path, handler) => http.onUpgrade(path, handler),
    store,
    bus,
    files,
    turns,
    agents: identity.agents,
    roster: core.matching.roster,
    presences: core.matching.presences,
    reads: core.matching.reads,
    capacity: () => workspace.current().limits.agentConversationsMax,
    duty: {
      staffed: (nowMs) => isStaffed(workspace.current(), nowMs),
      nextOpeningMs: (nowMs) => nextOpeningMs(agentSchedule(workspace.current()), nowMs),
    },
    queues: () => workspace.current().queues,
    fold: (stored) => stored.tail.reduce(evolve, stored.snapshot ?? initialState),
    levelAt,
    limit: sharedLimits({ counts: store.counts, log }),
    clock,
    log,
    ...(config.publicUrl !== undefined && { origins: [config.publicUrl] }),
    pages: join(pages, 'desk'),
  });
  return { desk, deskParts };
}

function mountOperatorDoor({ core, http, config, clock }: DoorParts): void {
  const folder = config.dataFolder;
  const { library, identity, store, auditing, operatorKey, log } = core;
  const chain = auditing && { audit: auditing.audit };
  const orders = { accounts: identity.agents, deliveries: store.webhooks, clock, makePassword };
  const whole = { ...orders, ...chain, store, folder, retain: core.retain };
  const parts = { http, library, orders: whole, key: operatorKey, log };
  mountOperator({ ...parts, ...chain });
}

/** With a company's wallet nobody may be anybody: no demo API, and its page is not found. */
function mountDemoPage({ core, http, clock }: DoorParts): void {
  const { sandbox, userTokenSecret } = core;
  if (sandbox === undefined) {
    http.app.get(['/', '/index.html'], () => {
      throw new Fault('not_found', 'There is no page here.');
    });
    return;
  }
  const { wallet, phone } = sandbox;
  mountDemo({
    http,
    customers: () => wallet.customers(),
    hasCustomer: async (customerId) => (await wallet.getAccount({ customerId })).kind === 'ok',
    signUserToken: createUserTokenSigner({
      issuer: hostIssuer,
      secret: bytes(userTokenSecret),
      clock,
      randomId: randomUUID,
    }),
    phone,
    statement: (token) => wallet.statement(token),
    moveTicket: (ticketId, state) => moveTicket(wallet, ticketId, state),
  });
}
