import type { Request } from 'express';
import type { Witnessed } from '../audit/index.ts';
import type { Agent } from '../identity/index.ts';

/** A request as the audit chain knows it. */
export function witnessed(
  request: Request,
  agent: Agent,
  rest: Pick<Witnessed, 'path' | 'reply'>,
): Witnessed {
  const { params, query } = request;
  const body: unknown = request.body;
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  return { method, agentId: agent.agentId, params, query, body, ...rest };
}
