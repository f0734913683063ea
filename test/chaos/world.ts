import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePlatformSettings } from '../../src/channels/platforms/settings.ts';
import { openPostgresStore, openSqliteStore, type Store } from '../../src/store/index.ts';
import { openSharedWallet, type SharedWallet } from '../cluster/wallet.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import type { AgentAccount } from './agent.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { NodeFaults } from './faulty-node.ts';
import { PlatformStandIn } from './platform.ts';
import { oneOf, pause, type Random } from './random.ts';
import { WalletProxy } from './wallet-proxy.ts';

/** One process of the service, the network in front of it and, in a cluster, the one to its database. */
export interface ChaosNode {
  readonly front: FaultProxy;
  readonly database: FaultProxy | undefined;
  /** Where `faulty-node.ts` reads what is wrong. */
  readonly faultsFile: string;
  faults: NodeFaults;
  server: RunningServer;
  /** Something is being done to its process: nothing else may be. */
  isTaken: boolean;
}

export interface WorldOptions {
  readonly mode: 'embedded' | 'cluster';
  /** Customers with a payment to be given back. */
  readonly refunders: number;
  readonly agents: number;
  readonly random: Random;
}

const workspace = {
  handoff: { offerSeconds: 8, wrapUpSeconds: 10, graceSeconds: 15 },
  agents: {
    hours: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
    ],
  },
};

const isHealthy: NodeFaults = { clockMs: 0, commitMs: 0 };
/** Of util-linux; changes the limits of a process that runs. */
const limiter = 'prlimit';
/** A start that fails because its database is away is begun again, as a supervisor does. */
const startTriesMax = 60;

/** The real service with everything around it, each part of which can be made to fail. */
export class ChaosWorld {
  readonly #options: WorldOptions;
  readonly #folder: string;
  readonly wallet: SharedWallet;
  readonly walletProxy: WalletProxy;
  readonly platform: PlatformStandIn;
  /** Undefined with the embedded store. */
  readonly postgres: PostgresServer | undefined;
  readonly #databaseUrl: string | undefined;
  readonly nodes: ChaosNode[] = [];
  accounts: readonly AgentAccount[] = [];
  /** Of one process, until it was ready again. */
  longestStartMs = 0;

  private constructor(
    options: WorldOptions,
    parts: Pick<ChaosWorld, 'wallet' | 'walletProxy' | 'platform' | 'postgres'> & {
      readonly folder: string;
      readonly databaseUrl: string | undefined;
    },
  ) {
    this.#options = options;
    this.#folder = parts.folder;
    this.#databaseUrl = parts.databaseUrl;
    this.wallet = parts.wallet;
    this.walletProxy = parts.walletProxy;
    this.platform = parts.platform;
    this.postgres = parts.postgres;
    process.once('exit', this.#leaveNothing);
  }

  /** Not to outlive the run, whatever ends it. */
  readonly #leaveNothing = (): void => {
    for (const { server } of this.nodes) server.process.kill('SIGKILL');
  };

  static async start(options: WorldOptions): Promise<ChaosWorld> {
    const { mode, refunders, random } = options;
    const folder = await mkdtemp(join(tmpdir(), 'kefu-chaos-'));
    await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace));
    const platform = await PlatformStandIn.start(random);
    await writePlatformSettings(folder, (settings) => ({
      ...settings,
      platforms: { line: platform.settings },
    }));
    const wallet = await openSharedWallet(folder, refunders);
    const walletPort = Number(new URL(wallet.env['KEFU_WALLET_URL'] ?? '').port);
    const walletProxy = await WalletProxy.start(walletPort, random);
    const postgres = mode === 'cluster' ? await startPostgres({ durable: true }) : undefined;
    const databaseUrl = await postgres?.database();
    const parts = { folder, wallet, walletProxy, platform, postgres, databaseUrl };
    const world = new ChaosWorld(options, parts);
    // One after the other: the first makes what all share.
    for (let i = 0; i < (postgres ? 2 : 1); i += 1)
      world.nodes.push(await world.#open(`node ${i}`));
    world.accounts = await world.#hire();
    return world;
  }

  /** Through any of the nodes: whoever comes again comes out somewhere else. */
  readonly anyNode = (): string => {
    const node = oneOf(this.#options.random, this.nodes);
    return `http://127.0.0.1:${node?.front.port ?? 0}`;
  };

  /** Straight to a node, for whoever looks when all is over. */
  get direct(): string {
    return this.nodes[0]?.server.url ?? '';
  }

  async kill(node: ChaosNode): Promise<void> {
    await node.server.kill();
    await this.#again(node);
  }

  /** SIGTERM: what is under way ends first. */
  async restart(node: ChaosNode): Promise<void> {
    await node.server.stop();
    await this.#again(node);
  }

  async freeze(node: ChaosNode, ms: number): Promise<void> {
    node.server.process.kill('SIGSTOP');
    await pause(ms);
    node.server.process.kill('SIGCONT');
  }

  set(node: ChaosNode, faults: Partial<NodeFaults>): void {
    node.faults = { ...node.faults, ...faults };
    writeFileSync(node.faultsFile, JSON.stringify(node.faults));
  }

  /**
   * Every write of this process to a file fails, as on a full disk: RLIMIT_FSIZE of the running process, whose signal Node
   * ignores. False where the system has no `prlimit`.
   */
  limitDisk({ server }: ChaosNode, disk: 'full' | 'free'): boolean {
    const { pid, exitCode, signalCode } = server.process;
    // By now the number may be somebody else's.
    if (exitCode !== null || signalCode !== null) return true;
    const limit = `--fsize=${disk === 'full' ? 0 : 'unlimited'}:`;
    const { status } = spawnSync(limiter, ['--pid', String(pid), limit]);
    return status === 0;
  }

  /** Ends the service as an operator does and opens what it left. */
  async openStore(): Promise<Store> {
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
    const clock = Date.now;
    return this.#databaseUrl === undefined
      ? openSqliteStore({ folder: this.#folder, clock })
      : openPostgresStore({ url: this.#databaseUrl, clock });
  }

  async end(): Promise<void> {
    for (const { server, front, database } of this.nodes) {
      await server.kill();
      await front.close();
      await database?.close();
    }
    await this.platform.close();
    await this.walletProxy.close();
    await this.wallet.close();
    await this.postgres?.stop();
    await rm(this.#folder, { recursive: true, force: true });
    process.off('exit', this.#leaveNothing);
  }

  async #open(name: string): Promise<ChaosNode> {
    const faultsFile = join(this.#folder, `${name.replace(' ', '-')}.json`);
    writeFileSync(faultsFile, JSON.stringify(isHealthy));
    const database = this.postgres && (await FaultProxy.start(this.postgres.port, 0));
    const server = await this.#launch(faultsFile, database);
    const front = await FaultProxy.start(server.port);
    return { front, database, faultsFile, faults: isHealthy, server, isTaken: false };
  }

  async #launch(faultsFile: string, database: FaultProxy | undefined): Promise<RunningServer> {
    const env = this.#environment(faultsFile, database);
    for (let tries = 1; ; tries += 1) {
      try {
        return await startServer({ folder: this.#folder, env });
      } catch (error) {
        const isPassing = /store_failed|ECONN|57P|terminat/.test(String(error));
        if (tries === startTriesMax || !isPassing) throw error;
        await pause(200);
      }
    }
  }

  #environment(faultsFile: string, database: FaultProxy | undefined) {
    const url = this.#databaseUrl === undefined ? undefined : new URL(this.#databaseUrl);
    if (url && database) url.port = String(database.port);
    const walletUrl = new URL(this.wallet.env['KEFU_WALLET_URL'] ?? '');
    walletUrl.port = String(this.walletProxy.port);
    return {
      ...this.wallet.env,
      ...(url && { KEFU_DATABASE_URL: url.href }),
      KEFU_WALLET_URL: walletUrl.href,
      KEFU_PUBLIC_URL: 'https://chat.okpay.test',
      KEFU_CHAOS_FILE: faultsFile,
      NODE_OPTIONS: `--import=${import.meta.resolve('./faulty-node.ts')}`,
      // The whole load comes from one address.
      KEFU_REQUESTS_PER_MINUTE: '1000000',
    };
  }

  async #again(node: ChaosNode): Promise<void> {
    const beganMs = performance.now();
    node.server = await this.#launch(node.faultsFile, node.database);
    node.front.retarget(node.server.port);
    this.longestStartMs = Math.max(this.longestStartMs, performance.now() - beganMs);
  }

  /** Before anything fails: agents for whom the first one, who is an admin, makes accounts. */
  async #hire(): Promise<readonly AgentAccount[]> {
    const admin = this.nodes[0]?.server.firstAgent;
    if (!admin) throw new Error('no first agent was printed');
    const origin = this.direct;
    const post = async <T>(path: string, body: object, cookie = ''): Promise<[T, string]> => {
      const reply = await fetch(`${origin}/api/desk${path}`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', ...(cookie !== '' && { cookie }) },
        body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
      return [(await reply.json()) as T, reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''];
    };
    const [, cookie] = await post('/sign-in', admin);
    const hired: AgentAccount[] = [];
    for (let n = 1; n <= this.#options.agents; n += 1) {
      const email = `agent-${n}@example.com`;
      const [made] = await post<{ agent: { agentId: string }; password: string }>(
        '/agents',
        { email, name: `Agent ${n}`, role: 'agent' },
        cookie,
      );
      hired.push({ agentId: made.agent.agentId, email, password: made.password });
    }
    return hired;
  }
}
