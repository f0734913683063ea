import type { Agent } from '../identity/index.ts';
import type { DeskAgent } from '../protocol/index.ts';

/** What colleagues and the agent's own page know of an account. */
export function publicAgent(agent: Agent): DeskAgent {
  const { agentId, email, name, role, languages, skills, queues } = agent;
  return {
    agentId,
    email,
    name,
    role,
    ...(languages && { languages: [...languages] }),
    ...(skills && { skills: [...skills] }),
    ...(queues && { queues: [...queues] }),
  };
}
