import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createActions } from './actions/index.ts';
import { startAudit, type AuditParts } from './audit-parts.ts';
import { openBackbone } from './backbone.ts';
import type { Bus } from './bus/index.ts';
import { createOriginCheck, createWebChannel, platformNames } from './channels/index.ts';
import type { Config } from './config.ts';
import { Fault } from './core/index.ts';
import { levelAt, initialState, evolve } from './dialogue/index.ts';
import { mountDemo } from './demo/index.ts';
import { mountDesk } from './desk/index.ts';
import { startDeskParts } from './desk-parts.ts';
import { createFiles, type Files } from './files/index.ts';
import { createHttp, mountFolder, mountFramePage, type HttpServer } from './http/index.ts';
import {
  createIdentity,
  createUserTokenSigner,
  makePassword,
  type Identity,
} from './identity/index.ts';
import { openLibrary, type Library } from './library.ts';
import {
  createHealth,
  createLog,
  createMetrics,
  createShutdown,
  type Health,
  type Log,
  type Metrics,
  type Shutdown,
} from './ops/index.ts';
import { measured, mountGauges } from './gauges.ts';
import { startHousekeeping } from './housekeeping.ts';
import { startMatching, timesOf, type Matching } from './matching.ts';
import { openEncoder, type Encoder } from './encoder.ts';
import { mountOperator } from './operator.ts';
import { openPlatforms } from './platforms.ts';
import type { Retained } from './retention.ts';
import type { Store } from './store/index.ts';
import { createTurns, Outlets, type Turns } from './turn/index.ts';
import { createTicketNews, moveTicket, ticketsOf } from './ticket-news.ts';
import { openWalletDoor, type WalletDoor } from './wallet-door.ts';
import type { Wallet } from './wallet/index.ts';
import {
  agentActionLimits,
  agentSchedule,
  isStaffed,
  nextOpeningMs,
  openWorkspace,
  workspaceValues,
  type WorkspaceDocument,
  localValues,
} from './workspace/index.ts';
import { widgetConfig } from './widget-config.ts';

const pages = resolve(import.meta.dirname, '../dist');
const clock = (): number => Date.now();

/** One node below its doors to the world; the command line talks to it without the HTTP part. */
export interface Core {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly bus: Bus;
  readonly files: Files;
  readonly wallet: Wallet;
  /** Undefined when a company's wallet is connected. */
  readonly sandbox: WalletDoor['sandbox'];
  /** Only with a company's wallet. */
  readonly checkWallet: WalletDoor['check'];
  readonly workspace: WorkspaceDocument;
  readonly identity: Identity;
  readonly auditing: AuditParts | undefined;
  /** Removes what was kept for as long as the workspace says; also done every hour. */
  readonly retain: () => Promise<Retained>;
  readonly userTokenSecret: string;
  readonly operatorKey: string;
  readonly library: Library;
  readonly turns: Turns;
  /** Messaging platforms hang themselves in here. */
  readonly outlets: Outlets;
  readonly matching: Matching;
  /** Finishes running turns and effects, then closes what is open, the store last. */
  close(): Promise<void>;
}

/** Opens the store, the wallet and the content, and starts the turns: unfinished work goes on from here. */
export async function openCore(config: Config, metrics: Metrics, log: Log): Promise<Core> {
  const folder = config.dataFolder;
  const { bus, secrets, isShared, ...backbone } = await openBackbone(config, clock, log);
  const store = measured(backbone.store, metrics);
  mountGauges(metrics, { store, clock });
  const userTokenSecret = config.userTokenSecret ?? secrets.userToken;
  const workspace = await openWorkspace(join(folder, 'workspace.json'), log);
  const { timeZone } = workspace.current();
  const door = await openWalletDoor(config, { clock, timeZone, log, metrics });
  const { wallet, sandbox } = door;
  const opened = createIdentity({
    records: store.records,
    clock,
    codeSender: door.codeSender,
    secrets: {
      session: { current: { kid: '1', secret: bytes(secrets.session) } },
      codes: bytes(secrets.codes),
    },
    hosts: [{ issuer: hostIssuer, keys: [{ algorithm: 'HS256', secret: bytes(userTokenSecret) }] }],
  });
  const auditing = startAudit({ store, workspace, clock, log });
  const identity = auditing ? auditing.over(opened) : opened;
  const library = await openLibrary({
    folder,
    cacheFolder: config.cacheFolder ?? folder,
    workspaceValues: () => workspaceValues(workspace.current()),
    clock,
    log,
  });
  const files = createFiles({ folder, records: store.records, clock, randomId: randomUUID });
  const outlets = new Outlets(platformNames);
  const parts = {
    auditing,
    log,
    files,
    outlets,
    metrics,
    store,
    bus,
    wallet,
    sandbox,
    workspace,
    identity,
    library,
  };
  const encoder = config.encoder && openEncoder(config.encoder, log);
  const turns = wireTurns(parts, encoder);
  await turns.start();
  const matching = await startMatching({ ...parts, clock, isShared });
  const { retain, ...housekeeping } = startHousekeeping({ ...parts, ...auditing?.desk, clock });
  const close = async (): Promise<void> => {
    await housekeeping.stop();
    await matching.drain();
    await turns.drain();
    await auditing?.stop();
    await bus.close();
    await workspace.close();
    door.close();
    encoder?.close();
    await store.close();
  };
  const run = { turns, matching, retain, checkWallet: door.check, close };
  return { ...parts, ...run, userTokenSecret, operatorKey: secrets.operator };
}

/** The issuer that the host page's server writes into its user tokens. */
const hostIssuer = 'wallet';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function wireTurns(
  parts: Omit<
    Core,
    'turns' | 'matching' | 'retain' | 'checkWallet' | 'close' | 'userTokenSecret' | 'operatorKey'
  >,
  encoder: Encoder | undefined,
): Turns {
  const { store, bus, wallet, identity, library, workspace, log, metrics } = parts;
  const actions = createActions(wallet, {
    onFault: (action, effectId, err) => log.error({ err, action, effectId }, 'the wallet failed'),
  });
  return createTurns({
    store,
    bus,
    actions,
    agentActions: { wallet, limits: () => agentActionLimits(workspace.current()) },
    codes: identity.codes,
    outlets: parts.outlets,
    understand: async (text, hint) => {
      const { engine, utterances, model } = await library.current.trained;
      encoder?.learn(utterances, model.trainedOn);
      const reading = engine.understand(text, hint);
      return encoder ? encoder.reconsider(reading) : reading;
    },
    content: (state) => library.on(state).content,
    phrasebook: (state) => library.on(state).phrasebook,
    workspace: {
      values: () => workspaceValues(workspace.current()),
      staffed: (nowMs) => isStaffed(workspace.current(), nowMs),
      timeZone: () => workspace.current().timeZone,
      local: (timeZone, nowMs) => localValues(workspace.current(), timeZone, nowMs),
    },
    clock,
    randomId: randomUUID,
    handoff: () => timesOf(workspace.current()),
    log,
    observe: (measure, value) => metrics.observe(measure, value),
  });
}

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

/** Starts everything in one process and listens. Faults: bad_config, bad_content, bad_workspace, data_folder_in_use, store_corrupt. */
export async function startService(config: Config): Promise<Service> {
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY });
  const metrics = createMetrics();
  const core = await openCore(config, metrics, log);
  const health = createHealth({
    checks: { store: () => core.store.checkHealth() },
    ...(core.checkWallet && { watched: { wallet: core.checkWallet } }),
    clock,
    onFailed: (name, err) => log.error({ err, check: name }, 'not ready'),
  });
  const shutdown = createShutdown({ log });
  const http = openHttp(config, { log, metrics, health });
  mountDoors(core, http, config, shutdown);
  const platforms = await openPlatforms(core, http, config);
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
  parts: { readonly log: Log; readonly metrics: Metrics; readonly health: Health },
): HttpServer {
  return createHttp({
    ...parts,
    ...(config.trustProxy.length > 0 && { trustProxy: config.trustProxy }),
    secure: config.publicUrl?.startsWith('https:') ?? false,
    requestsPerMinute: config.requestsPerMinute,
  });
}

/** Every way in: the widget's, the desk's, the demo page's and the operator's. Added to the shutdown in the order of leaving. */
function mountDoors(core: Core, http: HttpServer, config: Config, shutdown: Shutdown): void {
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
    clock,
    log,
    metrics,
    ...(config.webLimits && { limits: config.webLimits }),
  });
  metrics.gauge('sockets', 'Open widget sockets.', web.sockets);
  const deskParts = startDeskParts({ ...core, clock });
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
    clock,
    log,
    ...(config.publicUrl !== undefined && { origins: [config.publicUrl] }),
    pages: join(pages, 'desk'),
  });
  mountDemoPage(core, http);
  mountOperatorDoor(core, http, config.dataFolder);
  mountFramePage(http.app, '/frame.html', () => workspace.current().allowedOrigins);
  mountFolder(http.app, { at: '/', folder: join(pages, 'widget'), crossOrigin: true });
  shutdown.step('no new work', () => http.drain());
  shutdown.step('widgets', () => web.drain());
  shutdown.step('ticket news', () => news.stop());
  shutdown.step('desk', () => desk.close());
  shutdown.step('followers', () => deskParts.stop());
}

function mountOperatorDoor(core: Core, http: HttpServer, folder: string): void {
  const { library, identity, store, auditing, operatorKey, log } = core;
  const chain = auditing && { audit: auditing.audit };
  const orders = { accounts: identity.agents, deliveries: store.webhooks, clock, makePassword };
  const whole = { ...orders, ...chain, store, folder, retain: core.retain };
  const parts = { http, library, orders: whole, key: operatorKey, log };
  mountOperator({ ...parts, ...chain });
}

/** With a company's wallet nobody may be anybody: no demo API, and its page is not found. */
function mountDemoPage({ sandbox, userTokenSecret }: Core, http: HttpServer): void {
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
