import { oneOf, pause, within, type Random, type Span } from './random.ts';
import type { ChaosNode, ChaosWorld } from './world.ts';

/** How often each kind of fault comes, and how long those last that pass. Milliseconds. */
export interface FaultPlan {
  readonly process: Span;
  /** SIGSTOP lasts so long, longer than a lease of the matcher (10 s) or of an effect (30 s) where the plan wants that. */
  readonly freeze: Span;
  readonly network: Span;
  readonly disk: Span;
  readonly clock: Span;
  /** How far a node's clock is set off; below 0: back. */
  readonly clockOff: Span;
  readonly database: Span;
  readonly bus: Span;
}

const isBus = (greeting: string): boolean => greeting.includes('kefu bus');
const slowMs = { from: 100, to: 350 };
const lasts = { from: 600, to: 2500 };
/** What reaches anyone before the next fault of the network, and before the next that ends work. */
const [signsOfLife, signsOfWork] = [3, 10];
const busLasts = { from: 2000, to: 9000 };

/** Everything that goes wrong meanwhile, at times that the seed decides, until `stop`. */
export class Faults {
  readonly #world: ChaosWorld;
  readonly #plan: FaultPlan;
  readonly #random: Random;
  readonly #traffic: () => number;
  #on = true;
  #failure: unknown;
  readonly #ofProcess;
  readonly #ofNetwork;
  readonly #ofDisk;
  readonly #ofDatabase;
  readonly #ofClock;
  readonly #running = new Set<Promise<void>>();
  readonly #counts = new Map<string, number>();

  /** `traffic` grows with whatever reaches anyone. */
  constructor(
    world: ChaosWorld,
    plan: FaultPlan,
    { random, traffic }: { readonly random: Random; readonly traffic: () => number },
  ) {
    this.#traffic = traffic;
    this.#world = world;
    this.#plan = plan;
    this.#random = random;
    this.#ofProcess = new Bag(random, ['SIGKILL', 'SIGSTOP', 'SIGTERM', 'SIGKILL']);
    this.#ofNetwork = new Bag(random, [
      'cut in a frame',
      'cut',
      'cut in a frame',
      'half open',
      'lost to the client',
      'lost to the server',
    ]);
    this.#ofClock = new Bag(random, ['ahead', 'back']);
    this.#ofDisk = new Bag(random, ['full', 'slow']);
    this.#ofDatabase = new Bag(random, ['cut', 'crash', 'half open', 'cut']);
  }

  /** How often what was done. */
  get counts(): { readonly [fault: string]: number } {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }

  start(): void {
    const { process, network, disk, clock, database, bus } = this.#plan;
    const { postgres, walletProxy, platform } = this.#world;
    walletProxy.isFaulty = true;
    platform.isFaulty = true;
    this.#run(
      this.#loop(
        process,
        this.#afterSigns(signsOfWork, () => this.#hurtProcess()),
      ),
    );
    this.#run(
      this.#loop(
        network,
        this.#afterSigns(signsOfLife, () => this.#hurtNetwork()),
      ),
    );
    this.#run(this.#loop(disk, () => this.#hurtDisk()));
    this.#run(this.#loop(clock, () => this.#setClock()));
    if (!postgres) return;
    this.#run(
      this.#loop(
        database,
        this.#afterSigns(signsOfWork, () => this.#hurtDatabase()),
      ),
    );
    this.#run(this.#loop(bus, () => this.#takeBusAway()));
  }

  /** Nothing new goes wrong, and what lasts is mended. Throws what a fault could not be mended for: a node that never came back. */
  async stop(): Promise<void> {
    this.#on = false;
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
    const { walletProxy, platform, nodes } = this.#world;
    walletProxy.isFaulty = false;
    platform.isFaulty = false;
    for (const node of nodes) {
      node.front.latencyMs = 1;
    }
  }

  #run(work: Promise<void>): void {
    const kept = work.catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#running.add(kept);
  }

  async #loop(every: Span, act: () => Promise<void>): Promise<void> {
    while (this.#on) {
      await this.#wait(within(this.#random, every));
      if (this.#on) await act();
    }
  }

  /** The next one comes only when the service was seen at work since the last: on a busy machine everything takes its time. */
  #afterSigns(signs: number, act: () => Promise<void>): () => Promise<void> {
    let enough = 0;
    return async () => {
      while (this.#on && this.#traffic() < enough) await pause(50);
      if (!this.#on) return;
      await act();
      enough = this.#traffic() + signs;
    };
  }

  /** Not longer than until `stop`: a loop that comes seldom must not hold the end up. */
  async #wait(ms: number): Promise<void> {
    const untilMs = performance.now() + ms;
    while (this.#on && performance.now() < untilMs) await pause(Math.min(50, ms));
  }

  #count(fault: string): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
  }

  async #hurtProcess(): Promise<void> {
    const node = oneOf(this.#random, this.#world.nodes);
    if (!node || node.isTaken) return;
    // All of them at once now and then only: a start takes its time on a busy machine.
    const isLast = this.#world.nodes.filter(({ isTaken }) => !isTaken).length === 1;
    if (isLast && this.#world.nodes.length > 1 && this.#random() > 0.2) return;
    node.isTaken = true;
    const fault = this.#ofProcess.draw();
    this.#count(fault);
    const done = this.#act(node, fault).finally(() => {
      node.isTaken = false;
    });
    // While one of several is down the others are hurt too.
    if (this.#world.nodes.length === 1) await done;
    else this.#run(done);
  }

  #act(node: ChaosNode, fault: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP'): Promise<void> {
    if (fault === 'SIGKILL') return this.#world.kill(node);
    if (fault === 'SIGTERM') return this.#world.restart(node);
    return this.#world.freeze(node, within(this.#random, this.#plan.freeze));
  }

  async #hurtNetwork(): Promise<void> {
    const front = oneOf(this.#random, this.#world.nodes)?.front;
    if (!front) return;
    front.latencyMs = this.#random() < 0.2 ? 60 : 2;
    const fault = this.#ofNetwork.draw();
    this.#count(fault);
    if (fault === 'cut in a frame') front.cutInFrame();
    else if (fault === 'cut') front.cutAll();
    else if (fault === 'half open') front.freezeAll();
    else front.loseOneWay(fault === 'lost to the client' ? 'to client' : 'to server');
  }

  async #hurtDisk(): Promise<void> {
    const node = oneOf(this.#random, this.#world.nodes);
    if (!node) return;
    // The database's own full disk ends it, as `database crash` does.
    const isFull = node.database === undefined && this.#ofDisk.draw() === 'full';
    if (isFull && this.#world.limitDisk(node, 'full')) this.#count('full disk');
    else this.#slowDown(node);
    await this.#wait(within(this.#random, lasts));
    this.#world.limitDisk(node, 'free');
    this.#world.set(node, { commitMs: 0 });
    if (node.database) node.database.latencyMs = 0;
  }

  /** Commits take long: of the embedded store in the process itself, of a cluster's in the way to the database. */
  #slowDown(node: ChaosNode): void {
    this.#count('slow disk');
    const ms = within(this.#random, slowMs);
    if (node.database) node.database.latencyMs = ms / 2;
    else this.#world.set(node, { commitMs: ms });
  }

  async #setClock(): Promise<void> {
    const node = oneOf(this.#random, this.#world.nodes);
    if (!node) return;
    this.#count('clock jump');
    this.#world.set(node, { clockMs: Math.round(this.#clockOff()) });
    await this.#wait(within(this.#random, lasts));
    this.#world.set(node, { clockMs: 0 });
  }

  /** Back and ahead in turn. */
  #clockOff(): number {
    const { from, to } = this.#plan.clockOff;
    const isBack = this.#ofClock.draw() === 'back';
    return within(this.#random, isBack ? { from, to: 0 } : { from: 0, to });
  }

  async #hurtDatabase(): Promise<void> {
    const fault = this.#ofDatabase.draw();
    this.#count(`database ${fault}`);
    const proxy = oneOf(this.#random, this.#world.nodes)?.database;
    if (fault === 'crash') await this.#world.postgres?.crash();
    else if (fault === 'cut') proxy?.cutAll(() => this.#random() < 0.5);
    else proxy?.freezeAll(() => this.#random() < 0.3);
  }

  async #takeBusAway(): Promise<void> {
    this.#count('bus away');
    const proxies = this.#world.nodes.flatMap(({ database }) => database ?? []);
    for (const proxy of proxies) {
      proxy.turnedAway = isBus;
      proxy.cutAll(isBus);
    }
    await this.#wait(within(this.#random, busLasts));
    for (const proxy of proxies) proxy.turnedAway = () => false;
  }
}

/**
 * Kinds of a fault, each as often as it stands there: first in the given order, so that a short run has them all, later in
 * one that the seed decides.
 */
class Bag<Name extends string> {
  readonly #all: readonly Name[];
  readonly #random: Random;
  #left: Name[];
  #isFirstRound = true;

  constructor(random: Random, all: readonly Name[]) {
    this.#random = random;
    this.#all = all;
    this.#left = [...all];
  }

  draw(): Name {
    if (this.#left.length === 0) {
      this.#left = [...this.#all];
      this.#isFirstRound = false;
    }
    const at = this.#isFirstRound ? 0 : Math.floor(this.#random() * this.#left.length);
    const [name] = this.#left.splice(at, 1);
    if (name === undefined) throw new Error('nothing to draw from');
    return name;
  }
}
