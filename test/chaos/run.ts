import type { Violations } from './checker.ts';
import { allRules, type ClientRules } from './client.ts';
import { Faults, type FaultPlan } from './faults.ts';
import { judge } from './judge.ts';
import { Load, type LoadPlan } from './load.ts';
import { pause, seeded } from './random.ts';
import { ChaosWorld } from './world.ts';

export interface ChaosPlan {
  readonly mode: 'embedded' | 'cluster';
  readonly seed: number;
  readonly durationMs: number;
  readonly isEnough?: NonNullable<LoadPlan['isEnough']>;
  /** Messages of customers in a second. */
  readonly rate: number;
  readonly refunders: number;
  readonly faults: FaultPlan;
  /** The faults go on until each of these has come, however busy the machine is. */
  readonly mustSee?: readonly string[];
  /** How long everything may take to come to rest when the faults are over. */
  readonly settleMaxMs: number;
  /** Nothing has come for so long: then nothing more comes. */
  readonly quietMs: number;
  readonly rules?: ClientRules;
  readonly onProgress?: (line: string) => void;
}

export interface ChaosResult {
  readonly violations: Violations;
  readonly notes: readonly string[];
  /** The longest that anyone waited for the service to take what they gave it. */
  readonly longestSilenceMs: number;
  readonly faults: { readonly [fault: string]: number };
  readonly figures: { readonly [name: string]: number };
  /** Whether everything came to rest in time; when not, what is missing may only be late. */
  readonly isSettled: boolean;
}

const agents = 3;
const platformUsers = 4;
/** A visitor writes about every two seconds, well below what the service takes from one. */
const visitorsARate = 2;
const visitorsMin = 6;

/** Loads the real service through a world that fails, then compares everybody's view with the store and the ledger. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosResult> {
  const random = seeded(plan.seed);
  const world = await ChaosWorld.start({ ...plan, agents, random });
  const rules = plan.rules ?? allRules;
  const visitors = Math.max(visitorsMin, Math.ceil(plan.rate * visitorsARate));
  // Each its own series: how long one waits must not decide what befalls the other.
  const loadPlan = { ...plan, visitors, platformUsers, rules };
  const load = new Load(world, loadPlan, seeded(plan.seed + 2));
  try {
    const faults = new Faults(world, plan.faults, {
      random: seeded(plan.seed + 1),
      traffic: () => load.traffic,
    });
    const isSettled = await play(plan, load, faults);
    const figures = figuresOf(world, load);
    await load.stop();
    const { violations, notes, ...sizes } = await judge(world, load);
    return {
      violations,
      notes,
      longestSilenceMs: longestOf(load),
      faults: {
        ...faults.counts,
        wallet: world.walletProxy.faults,
        platform: world.platform.faults,
      },
      figures: { ...figures, ...sizes },
      isSettled,
    };
  } finally {
    await load.stop();
    await world.end();
  }
}

/** The line that the run is judged by. */
export function lineOf({ violations: found, longestSilenceMs }: ChaosResult): string {
  const { lost, duplicated, reordered, doubleActions, botOverAgent, twoOwners, other } = found;
  const counts = `lost ${lost}, duplicated ${duplicated}, reordered ${reordered}, double actions ${doubleActions}`;
  const owners = `bot over agent ${botOverAgent}, two owners ${twoOwners}`;
  const rest = other === 0 ? '' : `, other ${other}`;
  return `${counts}, ${owners}${rest}, longest silence ${(longestSilenceMs / 1000).toFixed(1)} s`;
}

async function play(plan: ChaosPlan, load: Load, faults: Faults): Promise<boolean> {
  const told = plan.onProgress ?? (() => undefined);
  const ticking = setInterval(() => told(progressOf(load, faults)), 15_000);
  try {
    await load.begin();
    faults.start();
    await load.run();
    const { mustSee = [] } = plan;
    const lastMs = performance.now() + plan.settleMaxMs;
    while (!mustSee.every((name) => name in faults.counts) && performance.now() < lastMs) {
      await pause(100);
    }
    await faults.stop();
    told('nothing fails any more; everything comes to rest');
    const untilMs = performance.now() + plan.settleMaxMs;
    const isThrough = await load.finish(plan.settleMaxMs);
    return (await settled(load, plan.quietMs, untilMs)) && isThrough;
  } finally {
    clearInterval(ticking);
  }
}

/** Every outbox is empty and nothing has come for a while: what is missing now stays missing. */
async function settled(load: Load, quietMs: number, untilMs: number): Promise<boolean> {
  const parties = [...load.clients, ...load.users, ...load.agents, load.platform];
  let quietSince = performance.now();
  let seen = -1;
  while (performance.now() < untilMs) {
    const now = load.traffic;
    const isBusy = parties.some(({ idle }) => !idle);
    if (now !== seen || isBusy) quietSince = performance.now();
    if (performance.now() - quietSince > quietMs) return true;
    seen = now;
    await pause(100);
  }
  return false;
}

function longestOf({ clients, users, agents }: Load): number {
  return Math.max(...[...clients, ...users, ...agents].map(({ longestWaitMs }) => longestWaitMs));
}

function progressOf(load: Load, faults: Faults): string {
  return `${load.traffic} seen, ${load.refunded} refunded; ${JSON.stringify(faults.counts)}`;
}

function figuresOf(world: ChaosWorld, load: Load): { readonly [name: string]: number } {
  const sum = <T>(all: readonly T[], of: (one: T) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    written: sum(load.clients, ({ written }) => written.length),
    refused: sum(load.clients, ({ refusals }) => refusals.length),
    webhooks: sum(load.users, ({ written }) => written.length),
    pushes: world.platform.pushed.length,
    pushesRepeated: world.platform.repeats,
    agentReplies: sum(load.agents, ({ replies }) => replies.length),
    accepted: sum(load.agents, ({ accepted }) => accepted),
    acceptedByOthersBefore: sum(load.agents, ({ taken }) => taken),
    refundsBegun: load.refunders.length,
    refundsSeen: load.refunded,
    reconnects: sum(load.clients, ({ reconnects }) => reconnects),
    longestStartMs: Math.round(world.longestStartMs),
  };
}
