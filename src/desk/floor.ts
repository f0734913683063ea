import type { Agent } from '../identity/index.ts';
import type {
  DeskOffered,
  DeskPresence,
  DeskPresenceReply,
  DeskQueue,
  DeskQueuesReply,
} from '../protocol/index.ts';
import { loadOf } from '../turn/index.ts';
import type { AgentLoad, QueueFigure } from '../store/index.ts';
import type { DeskColleague, DeskDeps } from './deps.ts';
import { namesFor } from './names.ts';
import type { Reader } from './names.ts';

type FloorDeps = Pick<
  DeskDeps,
  'store' | 'roster' | 'presences' | 'capacity' | 'queues' | 'duty' | 'clock'
>;

/** Everyone's presence and load, by name. */
export async function presences(deps: FloorDeps): Promise<DeskPresenceReply> {
  const [roster, loads] = await Promise.all([deps.roster(), deps.store.conversations.agentLoads()]);
  const agents = roster.map((one) => presenceOf(deps, one, loads));
  return { agents: agents.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** One agent's; of somebody who has just been disabled, as far as the account still says. */
export async function ownPresence(deps: FloorDeps, agent: Agent): Promise<DeskPresence> {
  return presenceOf(deps, agent, await deps.store.conversations.agentLoads());
}

function presenceOf(
  deps: FloorDeps,
  agent: DeskColleague,
  loads: readonly AgentLoad[],
): DeskPresence {
  const { agentId, name, role, languages = [], skills = [], queues = [] } = agent;
  const { status, why, sinceMs } = deps.presences.of(agentId);
  return {
    agentId,
    name,
    role,
    status,
    why,
    sinceMs,
    load: loadOf(loads.find((load) => load.agentId === agentId)),
    capacity: agent.capacity ?? deps.capacity(),
    languages: [...languages],
    skills: [...skills],
    queues: [...queues],
  };
}

/** How the teams are doing: those of the workspace in its order, then any other that somebody waits for. */
export async function queues(deps: FloorDeps): Promise<DeskQueuesReply> {
  const [{ agents }, figures] = await Promise.all([
    presences(deps),
    deps.store.conversations.queueFigures(),
  ]);
  const named = deps.queues();
  const others = figures.filter(({ queue }) => !named.some(({ id }) => id === queue));
  const all = [...named, ...[...new Set(others.map(({ queue }) => queue))].map(asNamed)];
  const nowMs = deps.clock();
  return {
    queues: all.map((queue) => queueOf(queue, figures, agents)),
    staffed: deps.duty.staffed(nowMs),
    nextOpeningMs: deps.duty.nextOpeningMs(nowMs) ?? null,
  };
}

const asNamed = (id: string) => ({ id, name: id });

function queueOf(
  { id, name }: { readonly id: string; readonly name: string },
  figures: readonly QueueFigure[],
  agents: readonly DeskPresence[],
): DeskQueue {
  const own = figures.filter(({ queue }) => queue === id);
  const of = (priority: QueueFigure['priority']): number => {
    const figure = own.find((one) => one.priority === priority);
    return figure ? figure.waiting + figure.offered : 0;
  };
  const serving = agents.filter((agent) => agent.queues.length === 0 || agent.queues.includes(id));
  const available = serving.filter(({ status }) => status === 'available');
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  return {
    queue: id,
    name,
    waiting: sum(own.map(({ waiting }) => waiting)),
    offered: sum(own.map(({ offered }) => offered)),
    oldestSinceMs: own.length > 0 ? Math.min(...own.map((one) => one.oldestSinceMs)) : null,
    security: of('security'),
    money: of('money'),
    normal: of('normal'),
    available: available.length,
    away: serving.filter(({ status }) => status === 'away').length,
    freeCapacity: sum(available.map(({ capacity, load }) => Math.max(0, capacity - load))),
  };
}

/** Offers shown to one agent at a time: more than anyone's capacity. */
const offersMax = 100;

/** What this agent may accept now, the soonest to run out first. */
export async function offersTo(
  { store, api }: Pick<DeskDeps, 'store' | 'api'>,
  agent: Reader,
): Promise<DeskOffered[]> {
  const { agentId } = agent;
  const rows = await store.conversations.inbox({ list: 'offered', agentId, limit: offersMax });
  const nameOf = await namesFor({ ...(api && { api }) }, agent, rows);
  return rows.flatMap((row): DeskOffered[] => {
    const { offer, priority, reason, queue, language, channel, customerId, sinceMs, preview } = row;
    if (!offer || !priority || reason === null || queue === null) return [];
    const { offerId, untilMs } = offer;
    const shown = { priority, reason, queue, language, channel, customerId, sinceMs, preview };
    return [{ conv: row.conversationId, offerId, untilMs, ...shown, ...nameOf(row) }];
  });
}
