import type { Pass, Priority } from '../core/index.ts';
import type { HandoffTimes } from './times.ts';

/** A conversation that waits, as far as routing looks at it. */
export interface Waiting {
  readonly conversationId: string;
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly queue: string;
  readonly language: string;
  readonly skills?: readonly string[];
  /** A transfer to a person: theirs first, whatever else they have. */
  readonly wantedId?: string;
  /** Who had it last and knows the customer. */
  readonly lastAgentId?: string;
  readonly passes?: readonly Pass[];
}

/** An agent who is available, with or without room for more. */
export interface Candidate {
  readonly agentId: string;
  readonly agentName: string;
  /** Each empty list stands for all. */
  readonly languages: readonly string[];
  readonly skills: readonly string[];
  readonly queues: readonly string[];
  /** Conversations that still fit. */
  readonly free: number;
  /** When they were last given something: the longest idle is next. */
  readonly servedAtMs: number;
}

export type RoutingTimes = Pick<HandoffTimes, 'matchMs' | 'declinedPassMs' | 'expiredPassMs'>;

/**
 * Whom a waiting conversation is shown to now; undefined when it should go on waiting. In this order: whoever it is meant
 * for; language, then skills; who knows the customer; who is longest without work. A perfect match who is on duty but busy
 * is waited for at most `times.matchMs`: after that any agent of the team with room will do, so nobody starves for a language.
 */
export function choose(
  waiting: Waiting,
  candidates: readonly Candidate[],
  nowMs: number,
  times: RoutingTimes,
): Candidate | undefined {
  const wanted = candidates.find(({ agentId }) => agentId === waiting.wantedId);
  if (wanted) return wanted;
  const able = candidates.filter(
    (one) => serves(one, waiting) && !hasPassed(one, waiting, { nowMs, times }),
  );
  const free = able.filter((one) => one.free > 0);
  const best = Math.max(0, ...free.map((one) => fitOf(one, waiting)));
  const bestOnDuty = Math.max(0, ...able.map((one) => fitOf(one, waiting)));
  // Since a moment that is still to come, by a clock that was ahead: long enough.
  const waitedMs = waiting.sinceMs > nowMs ? times.matchMs : nowMs - waiting.sinceMs;
  const isWorthWaiting = bestOnDuty > best && waitedMs < times.matchMs;
  if (isWorthWaiting) return undefined;
  return free
    .filter((one) => fitOf(one, waiting) === best)
    .toSorted((a, b) => byClaim(a, b, waiting))[0];
}

function serves({ queues }: Candidate, { queue }: Waiting): boolean {
  return queues.length === 0 || queues.includes(queue);
}

function hasPassed(
  { agentId }: Candidate,
  { passes = [] }: Waiting,
  { nowMs, times }: { readonly nowMs: number; readonly times: RoutingTimes },
): boolean {
  // One that ends later than any given now was given by a clock that was ahead.
  const lastMs = nowMs + Math.max(times.declinedPassMs, times.expiredPassMs);
  return passes.some(
    (pass) => pass.agentId === agentId && nowMs < pass.untilMs && pass.untilMs <= lastMs,
  );
}

/** 0 to 3: the language weighs more than the skills, for without it there is no conversation. */
function fitOf(candidate: Candidate, { language, skills = [] }: Waiting): number {
  const has = candidate.skills;
  return (
    (speaks(candidate, language) ? 2 : 0) + (skills.every((skill) => has.includes(skill)) ? 1 : 0)
  );
}

/** By the language itself, not its region: who answers in `zh` answers in `zh-CN`. */
function speaks({ languages }: Candidate, language: string): boolean {
  if (languages.length === 0) return true;
  const primary = primaryOf(language);
  return languages.some((tag) => primaryOf(tag) === primary);
}

function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0] ?? '';
}

function byClaim(a: Candidate, b: Candidate, { lastAgentId }: Waiting): number {
  const known = Number(b.agentId === lastAgentId) - Number(a.agentId === lastAgentId);
  if (known !== 0) return known;
  if (a.servedAtMs !== b.servedAtMs) return a.servedAtMs - b.servedAtMs;
  return a.agentId < b.agentId ? -1 : 1;
}
