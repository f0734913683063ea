import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createActions } from '../actions/index.ts';
import type { Bus } from '../bus/index.ts';
import { platformNames } from '../channels/index.ts';
import { openEncoder, type Encoder } from '../encoder/index.ts';
import { createFiles, type Files } from '../files/index.ts';
import { limitKey } from '../http/index.ts';
import { createIdentity, type Identity } from '../identity/index.ts';
import {
  createContentShelf,
  createSharedModels,
  followPublications,
  openLibrary,
  type Library,
} from '../library/index.ts';
import type { Log, Metrics } from '../ops/index.ts';
import type { Store } from '../store/index.ts';
import { createTurns, Outlets, type FloorPort, type Turns } from '../turn/index.ts';
import { measured, mountGauges, startHousekeeping, type Retained } from '../upkeep/index.ts';
import type { Wallet } from '../wallet/index.ts';
import {
  agentActionLimits,
  isStaffed,
  openWorkspace,
  workspaceValues,
  type WorkspaceDocument,
  localValues,
} from '../workspace/index.ts';
import { startAudit, type AuditParts } from './audit-parts.ts';
import { openBackbone } from './backbone.ts';
import type { Config } from './config.ts';
import { createLimit } from './limits.ts';
import { startMatching, timesOf, type Matching } from './matching.ts';
import { followSettings } from './settings-following.ts';
import { openWalletDoor, type WalletDoor } from './wallet-door.ts';

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
  const unfollowSettings = isShared
    ? await followSettings({ workspace, records: store.records, bus, log })
    : undefined;
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
    maySignIn: signInLimit(store, log),
    hosts: [{ issuer: hostIssuer, keys: [{ algorithm: 'HS256', secret: bytes(userTokenSecret) }] }],
  });
  const auditing = startAudit({ store, workspace, clock, log });
  const identity = auditing ? auditing.over(opened) : opened;
  const library = await openNodeLibrary(config, { store, bus, workspace, log, isShared });
  const { records, blobs } = store;
  const files = createFiles({ folder, records, blobs, clock, randomId: randomUUID });
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
  const matching = await startMatching({ ...parts, clock, isShared });
  const turns = wireTurns({ ...parts, floor: matching.floor }, encoder);
  await turns.start();
  const { retain, ...housekeeping } = startHousekeeping({ ...parts, ...auditing?.desk, clock });
  const unfollow = isShared ? followPublications({ library, bus, log }) : undefined;
  const close = async (): Promise<void> => {
    unfollow?.();
    unfollowSettings?.();
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
export const hostIssuer = 'wallet';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As many as the desk takes from one address on one node, so that more nodes give nobody more guesses. */
const signInsPerMinute = 30;

function signInLimit({ counts }: Store, log: Log): (source: string) => Promise<boolean> {
  const limit = createLimit(
    { name: 'sign-in', points: signInsPerMinute, windowMs: 60_000 },
    { counts, log },
  );
  return (source) => limit.take(limitKey(source));
}

/** In a cluster what is published, and what is trained, is every node's. */
function openNodeLibrary(
  { dataFolder: folder, cacheFolder = folder }: Config,
  parts: Pick<Core, 'store' | 'bus' | 'workspace' | 'log'> & { readonly isShared: boolean },
): Promise<Library> {
  const { store, bus, workspace, log, isShared } = parts;
  return openLibrary({
    folder,
    cacheFolder,
    workspaceValues: () => workspaceValues(workspace.current()),
    clock,
    log,
    ...(isShared && {
      shelf: createContentShelf(store.records),
      models: createSharedModels(store.records, clock),
      changed: () => bus.publish('shared', { kind: 'changed', what: 'content' }),
    }),
  });
}

function wireTurns(
  parts: Omit<
    Core,
    'turns' | 'matching' | 'retain' | 'checkWallet' | 'close' | 'userTokenSecret' | 'operatorKey'
  > & { readonly floor: FloorPort },
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
    floor: parts.floor,
    understand: async (text, hint) => {
      const { engine, utterances, model } = await library.current.trained;
      encoder?.learn(utterances, model.trainedOn);
      const reading = engine.understand(text, hint);
      return encoder ? encoder.reconsider(reading) : reading;
    },
    contentReady: (state) => library.ready(state),
    content: (state) => library.on(state).content,
    phrasebook: (state) => {
      const { phrasebook } = library.on(state);
      return state?.timeZone === undefined ? phrasebook : phrasebook.inZone(state.timeZone);
    },
    workspace: {
      values: () => workspaceValues(workspace.current()),
      staffed: (nowMs) => isStaffed(workspace.current(), nowMs),
      timeZone: () => workspace.current().timeZone,
      phoneCountries: () => workspace.current().phoneCountries,
      local: (timeZone, nowMs) => localValues(workspace.current(), timeZone, nowMs),
    },
    clock,
    randomId: randomUUID,
    handoff: () => timesOf(workspace.current()),
    log,
    observe: (measure, value) => metrics.observe(measure, value),
  });
}
