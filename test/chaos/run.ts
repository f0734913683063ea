import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventsReply, WireEvent } from '../../src/protocol/index.ts';
import { openSandboxWallet, type Sandbox } from '../../src/wallet/index.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { check, noViolations, type Violations } from './checker.ts';
import { allRules, ChaosClient, type ClientRules } from './client.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Refunder, WatchedPhone } from './refunder.ts';

export interface ChaosPlan {
  /** Customers who only write, and how many messages each. */
  readonly chatters: number;
  readonly messagesEach: number;
  /** Customers who each get one payment back. */
  readonly refunders: number;
  /** Faults go on at least this long, and until the load is through. */
  readonly faultsForMs: number;
  readonly rules?: ClientRules;
}

export interface ChaosResult {
  readonly violations: Violations;
  readonly refundsAsked: number;
  /** Payments with exactly one refund, with none, with more than one: the ledger's view. */
  readonly refunds: { readonly one: number; readonly none: number; readonly more: number };
  readonly booksBalanced: boolean;
  readonly kills: number;
  readonly netFaults: number;
  readonly stored: number;
  readonly reconnects: number;
}

const killEveryMs = { from: 900, to: 2200 };
const netFaultEveryMs = { from: 150, to: 500 };
const settleMaxMs = 40_000;

/** Loads the real process through a network and a machine that fail, then compares everybody's view with the store and the ledger. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosResult> {
  const run = await ChaosRun.start(plan);
  try {
    return await run.go();
  } finally {
    await run.end();
  }
}

class ChaosRun {
  readonly #plan: ChaosPlan;
  readonly #folder: string;
  readonly #proxy: FaultProxy;
  readonly #clients: ChaosClient[] = [];
  #server: RunningServer;
  #faulty = true;
  #kills = 0;

  private constructor(plan: ChaosPlan, folder: string, server: RunningServer, proxy: FaultProxy) {
    this.#plan = plan;
    this.#folder = folder;
    this.#server = server;
    this.#proxy = proxy;
  }

  static async start(plan: ChaosPlan): Promise<ChaosRun> {
    const folder = await mkdtemp(join(tmpdir(), 'kefu-chaos-'));
    const server = await startServer({ folder, env: environment(plan) });
    return new ChaosRun(plan, folder, server, await FaultProxy.start(server.port));
  }

  async go(): Promise<ChaosResult> {
    const faults = Promise.all([this.#killLoop(), this.#netLoop()]);
    const least = pause(this.#plan.faultsForMs);
    const through = Promise.all([this.#chat(), this.#refund()]);
    await Promise.race([Promise.all([through, least]), pause(settleMaxMs)]);
    this.#faulty = false;
    await faults;
    await Promise.race([Promise.all([through, this.#settled()]), pause(settleMaxMs)]);
    return this.#judge();
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.stop();
    await this.#proxy.close();
    await this.#server.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #base(): () => string {
    return () => `http://127.0.0.1:${this.#proxy.port}`;
  }

  #add(name: string, userToken?: () => Promise<string>): ChaosClient {
    const client = new ChaosClient(name, this.#base, this.#plan.rules ?? allRules, userToken);
    this.#clients.push(client);
    client.start();
    return client;
  }

  async #chat(): Promise<void> {
    await Promise.all(
      Array.from({ length: this.#plan.chatters }, async (_, index) => {
        const client = this.#add(`chatter ${index}`);
        for (let n = 1; n <= this.#plan.messagesEach; n += 1) {
          client.say(n % 5 === 0 ? 'thank you' : `message ${n} of customer ${index}`);
          await pause(40 + Math.random() * 260);
        }
      }),
    );
  }

  async #refund(): Promise<void> {
    await Promise.all(
      this.#refundCustomers().map(async (customerId) => {
        const userToken = async (): Promise<string> => {
          const reply = await this.#demo<{ userToken: string }>('token', { customerId });
          return reply.userToken;
        };
        const client = this.#add(customerId, userToken);
        const phone = new WatchedPhone(customerId, () => this.#server.url);
        await new Refunder(client, phone).run().finally(() => phone.stop());
      }),
    );
  }

  #refundCustomers(): string[] {
    return Array.from(
      { length: this.#plan.refunders },
      (_, index) => `load-${String(index + 1).padStart(4, '0')}`,
    );
  }

  /** Straight to the server, again and again while it is down: the host page is not what is tested here. */
  async #demo<T>(path: string, body?: object): Promise<T> {
    for (;;) {
      try {
        const reply = await fetch(`${this.#server.url}/demo/api/${path}`, {
          ...(body && {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
        });
        if (reply.ok) return (await reply.json()) as T;
      } catch {
        // Down at the moment.
      }
      await pause(50);
    }
  }

  async #killLoop(): Promise<void> {
    while (this.#faulty) {
      await pause(between(killEveryMs));
      if (!this.#faulty) return;
      await this.#server.kill();
      this.#kills += 1;
      this.#server = await startServer({ folder: this.#folder, env: environment(this.#plan) });
      this.#proxy.retarget(this.#server.port);
    }
  }

  async #netLoop(): Promise<void> {
    while (this.#faulty) {
      await pause(between(netFaultEveryMs));
      const dice = Math.random();
      if (dice < 0.4) this.#proxy.cutInFrame();
      else if (dice < 0.75) this.#proxy.cutAll();
      else if (dice < 0.9) this.#proxy.freezeAll();
      this.#proxy.latencyMs = Math.random() < 0.2 ? 60 : 2;
    }
    this.#proxy.latencyMs = 1;
  }

  /** Every outbox is empty and nothing has come for a while: what is missing now stays missing. */
  async #settled(): Promise<void> {
    let quietSince = Date.now();
    let seen = -1;
    while (Date.now() - quietSince < 2500) {
      const now = this.#clients.reduce((sum, client) => sum + client.seen.length, 0);
      if (now !== seen || this.#clients.some((client) => !client.idle)) quietSince = Date.now();
      seen = now;
      await pause(100);
    }
  }

  async #judge(): Promise<ChaosResult> {
    const violations = noViolations();
    let stored = 0;
    for (const client of this.#clients) {
      const events = await this.#storedOf(client);
      stored += events.length;
      check(client, events, violations);
    }
    await this.#server.stop();
    const ledger = await this.#ledger();
    return {
      violations,
      refundsAsked: this.#plan.refunders,
      ...ledger,
      kills: this.#kills,
      netFaults: this.#proxy.faults,
      stored,
      reconnects: this.#clients.reduce((sum, { reconnects }) => sum + reconnects, 0),
    };
  }

  async #storedOf(client: ChaosClient): Promise<WireEvent[]> {
    const events: WireEvent[] = [];
    for (;;) {
      const after = events.at(-1)?.seq ?? 0;
      const reply = await fetch(
        `${this.#server.url}/api/chat/events?conv=${client.conversation}&after=${after}&waitMs=0&epoch=${client.epoch}`,
        { headers: { authorization: `Bearer ${client.sessionToken}` } },
      );
      if (!reply.ok) throw new Error(`the store could not be read: ${await reply.text()}`);
      const page = (await reply.json()) as EventsReply;
      if (page.events.length === 0) return events;
      events.push(...page.events);
    }
  }

  async #ledger(): Promise<Pick<ChaosResult, 'refunds' | 'booksBalanced'>> {
    const wallet = await openSandboxWallet({ folder: this.#folder, clock: () => Date.now() });
    try {
      const refunds = { one: 0, none: 0, more: 0 };
      for (const customerId of this.#refundCustomers()) {
        const count = await refundsOf(wallet, customerId);
        if (count === 1) refunds.one += 1;
        else if (count === 0) refunds.none += 1;
        else refunds.more += 1;
      }
      return { refunds, booksBalanced: wallet.audit().balanced };
    } finally {
      wallet.close();
    }
  }
}

/** Of the one purchase that a load customer is given. */
async function refundsOf(wallet: Sandbox, customerId: string): Promise<number> {
  const answer = await wallet.listTransactions({ customerId, kind: 'payment' });
  if (answer.kind !== 'ok') throw new Error(`the ledger has no payments of ${customerId}`);
  const [payment] = answer.result;
  return payment ? wallet.refundsOf(payment.id).length : 0;
}

function environment(plan: ChaosPlan): { readonly [name: string]: string } {
  return {
    KEFU_SANDBOX_LOAD_CUSTOMERS: String(plan.refunders),
    // The whole load comes from one address.
    KEFU_REQUESTS_PER_MINUTE: '1000000',
  };
}

function between({ from, to }: { readonly from: number; readonly to: number }): number {
  return from + Math.random() * (to - from);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
