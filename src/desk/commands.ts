import { Fault, parseClientMessageId } from '../core/index.ts';
import type { ClientMessageId, ConversationId } from '../core/index.ts';
import type { Agent } from '../identity/index.ts';
import { deskSnoozeMaxMs } from '../protocol/index.ts';
import type { DeskCommand, DeskCommandReply } from '../protocol/index.ts';
import type { AgentCommand } from '../turn/index.ts';
import { OwnedByOther, refusalTexts } from './border.ts';
import { told } from './conversation-view.ts';
import type { DeskDeps } from './deps.ts';

type CommandDeps = Pick<
  DeskDeps,
  'api' | 'turns' | 'clock' | 'presences' | 'roster' | 'queues' | 'files'
>;

/** Does what the agent asks, or faults with the reason why not. */
export async function runCommand(
  deps: CommandDeps,
  id: ConversationId,
  agent: Agent,
  command: DeskCommand,
): Promise<DeskCommandReply> {
  const supervises = agent.role !== 'agent';
  const who = { agentId: agent.agentId, agentName: agent.name, supervises };
  const result = await deps.turns.command(id, who, await asAgentCommand(deps, id, agent, command));
  deps.presences.seen(agent.agentId);
  if (result.kind === 'done') {
    if (command.type === 'accept' || command.type === 'take_over') {
      deps.presences.served(agent.agentId);
    }
    return { events: [...told({ actions: {} }, result.events)], duplicate: result.duplicate };
  }
  if (result.code === 'already_taken' || result.code === 'not_owner') {
    throw new OwnedByOther(result.code, result.by);
  }
  throw new Fault(result.code, refusalTexts[result.code]);
}

async function asAgentCommand(
  deps: CommandDeps,
  id: ConversationId,
  agent: Agent,
  command: DeskCommand,
): Promise<AgentCommand> {
  switch (command.type) {
    case 'say': {
      const { files, ...said } = command;
      const cid = messageId(command.cid);
      if (files === undefined) return { ...said, cid };
      const by = { conversationId: id, senderId: agent.agentId, cid };
      const refs = await deps.files?.claim(files, by);
      if (!refs) throw new Fault('not_found', 'One of the files is not there any more.');
      return { ...said, cid, files: refs };
    }
    case 'note':
      return { ...command, cid: messageId(command.cid) };
    case 'snooze':
      checkSnooze(command.untilMs, deps.clock());
      return command;
    case 'return_to_bot':
      checkFlow(deps, command.flow);
      return command;
    case 'transfer': {
      const { note } = command;
      const to = await target(deps, agent, command.to);
      return { type: 'transfer', to, ...(note !== undefined && { note }) };
    }
    case 'reroute': {
      const { agentId, queue, ...rest } = command;
      if (queue !== undefined) checkQueue(deps, queue);
      const wanted = agentId === undefined ? undefined : await colleague(deps, agentId);
      return { ...rest, ...(queue !== undefined && { queue }), ...(wanted && { wanted }) };
    }
    default:
      return command;
  }
}

function messageId(cid: string): ClientMessageId {
  const id = parseClientMessageId(cid);
  if (id === undefined) throw new Fault('bad_request', 'cid: not a message id.');
  return id;
}

function checkSnooze(untilMs: number, nowMs: number): void {
  if (untilMs > nowMs && untilMs <= nowMs + deskSnoozeMaxMs) return;
  throw new Fault('bad_request', 'untilMs: must be ahead, 31 days at most.');
}

function checkFlow({ api }: CommandDeps, flow: string | undefined): void {
  if (flow === undefined || !api || api.flows().flows.some(({ id }) => id === flow)) return;
  throw new Fault('bad_request', 'flow: there is no such topic.');
}

async function target(
  deps: CommandDeps,
  agent: Agent,
  to: Extract<DeskCommand, { type: 'transfer' }>['to'],
) {
  if ('queue' in to) {
    checkQueue(deps, to.queue);
    return { kind: 'queue', queue: to.queue } as const;
  }
  if (to.agentId === agent.agentId) {
    throw new Fault('bad_request', 'to.agentId: that is yourself.');
  }
  return { kind: 'agent', ...(await colleague(deps, to.agentId)) } as const;
}

function checkQueue({ queues }: CommandDeps, queue: string): void {
  if (queues().some(({ id }) => id === queue)) return;
  throw new Fault('bad_request', 'queue: there is no such team.');
}

async function colleague({ roster }: CommandDeps, agentId: string) {
  const found = (await roster()).find((one) => one.agentId === agentId);
  if (!found) throw new Fault('bad_request', 'agentId: there is no such colleague.');
  return { agentId, agentName: found.name };
}
