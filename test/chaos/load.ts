import { ChaosAgent } from './agent.ts';
import { ChaosClient, type ClientRules } from './client.ts';
import { PlatformUser, type PlatformStandIn } from './platform.ts';
import { oneOf, pause, type Random } from './random.ts';
import { Refunder, WatchedPhone } from './refunder.ts';
import type { ChaosWorld } from './world.ts';

export interface LoadPlan {
  /** Messages of customers in a second, over the web chat and the platform together. */
  readonly rate: number;
  /** Customers who write on and on. */
  readonly visitors: number;
  readonly platformUsers: number;
  /** Customers who each get one payment back, begun evenly over the run. */
  readonly refunders: number;
  readonly durationMs: number;
  /** Ends it before that. */
  readonly isEnough?: (clients: readonly ChaosClient[]) => boolean;
  readonly rules: ClientRules;
}

/** One message in so many asks for a person. */
const personOneIn = 12;
const platformShare = 0.2;
/** Those who begin late in the run would end long after it. */
const refundsBegunBy = 0.85;

/** Everybody who uses the service, at an even rate. */
export class Load {
  readonly #world: ChaosWorld;
  readonly #plan: LoadPlan;
  readonly #random: Random;
  readonly visitors: ChaosClient[] = [];
  readonly refunders: { readonly customerId: string; readonly client: ChaosClient }[] = [];
  readonly users: PlatformUser[];
  readonly agents: ChaosAgent[];
  #working: Promise<unknown> = Promise.resolve();
  #refunding: Promise<unknown> = Promise.resolve();
  #stopped = false;
  refunded = 0;

  constructor(world: ChaosWorld, plan: LoadPlan, random: Random) {
    this.#world = world;
    this.#plan = plan;
    this.#random = random;
    const { accounts, platform, anyNode } = world;
    this.users = Array.from(
      { length: plan.platformUsers },
      (_, index) => new PlatformUser(index, platform, anyNode),
    );
    this.agents = accounts.map((account) => {
      const others = accounts.filter((one) => one !== account).map(({ agentId }) => agentId);
      return new ChaosAgent({ account, base: anyNode, random, colleagues: others });
    });
  }

  get platform(): PlatformStandIn {
    return this.#world.platform;
  }

  /** Grows with whatever reaches anyone. */
  get traffic(): number {
    const seen = this.clients.reduce((sum, client) => sum + client.seen.length, 0);
    return seen + this.#world.platform.pushed.length;
  }

  get clients(): readonly ChaosClient[] {
    return [...this.visitors, ...this.refunders.map(({ client }) => client)];
  }

  /** Everybody arrives; resolves when the bot has answered the first of them: a start may have to train the model. */
  async begin(): Promise<void> {
    this.#working = Promise.all(this.agents.map((agent) => agent.run()));
    for (let n = 0; n < this.#plan.visitors; n += 1) {
      this.visitors.push(this.#arrive(`visitor ${n}`));
    }
    const [first] = this.visitors;
    const isAnswered = (): boolean => {
      const messages = first?.seen.filter((event) => event.type === 'message') ?? [];
      const asked = messages.findIndex(({ from }) => from === 'customer');
      return asked >= 0 && messages.slice(asked).some(({ from }) => from === 'bot');
    };
    for (let looks = 0; !isAnswered() && !this.#stopped; looks += 1) {
      // Again now and then: in a control run it may have passed unseen.
      if (looks % 100 === 0) first?.say('hello');
      await pause(50);
    }
  }

  /** Resolves when everything has been written, not when it has been answered. */
  async run(): Promise<void> {
    const { rate, durationMs } = this.#plan;
    this.#refunding = this.#refund();
    const beganMs = performance.now();
    for (let n = 1; ; n += 1) {
      const dueMs = beganMs + (n * 1000) / rate;
      if (dueMs > beganMs + durationMs) return;
      await pause(Math.max(0, dueMs - performance.now()));
      if (this.#stopped || this.#plan.isEnough?.(this.clients) === true) return;
      this.#write(n);
    }
  }

  /** Agents finish what they have, refunds come through: false when that took longer than `maxMs`. */
  async finish(maxMs: number): Promise<boolean> {
    for (const agent of this.agents) agent.rest();
    const isThrough = this.#refunding.then(() => true);
    return Promise.race([isThrough, pause(maxMs).then(() => false)]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const party of [...this.clients, ...this.users, ...this.agents]) party.stop();
    await this.#working;
  }

  #arrive(name: string, userToken?: () => Promise<string>): ChaosClient {
    const client = new ChaosClient(name, this.#world.anyNode, this.#plan.rules, userToken);
    client.start();
    return client;
  }

  #write(n: number): void {
    const user = this.#random() < platformShare ? oneOf(this.#random, this.users) : undefined;
    const writer = user ?? oneOf(this.#random, this.visitors);
    writer?.say(this.#words(n));
  }

  #words(n: number): string {
    if (this.#random() * personOneIn < 1) return 'I want to talk to a person';
    return n % 4 === 0 ? 'thank you' : `message ${n}`;
  }

  async #refund(): Promise<void> {
    const { refunders, durationMs } = this.#plan;
    const stepMs = (durationMs * refundsBegunBy) / Math.max(1, refunders);
    const all: Promise<void>[] = [];
    for (let n = 1; n <= refunders && !this.#stopped; n += 1) {
      all.push(this.#refundOne(`load-${String(n).padStart(4, '0')}`));
      await pause(stepMs);
    }
    await Promise.all(all);
  }

  async #refundOne(customerId: string): Promise<void> {
    const { wallet } = this.#world;
    const client = this.#arrive(customerId, () => wallet.userToken(customerId));
    this.refunders.push({ customerId, client });
    const phone = new WatchedPhone(customerId, () => wallet.phoneUrl);
    await new Refunder(client, phone).run().finally(() => phone.stop());
    this.refunded += 1;
  }
}
