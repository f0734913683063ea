import type { Request, RequestHandler, Response, Router } from 'express';
import { Fault } from '../core/index.ts';
import type { Agent } from '../identity/index.ts';
import { deskPresenceRequestSchema } from '../protocol/index.ts';
import type { DeskDeps } from './deps.ts';
import { ownPresence, presences, queues } from './floor.ts';

type Guard = (
  handle: (request: Request, response: Response, agent: Agent) => Promise<void>,
) => RequestHandler;

/** Who is there and how the teams are doing; anyone signed in may see it, and says only for themselves whether they are there. */
export function mountFloor(router: Router, deps: DeskDeps, guard: Guard): void {
  router.get(
    '/presence',
    guard(async (_request, response) => {
      response.json(await presences(deps));
    }),
  );
  router.post(
    '/presence',
    guard(async (request, response, agent) => {
      const parsed = deskPresenceRequestSchema.safeParse(request.body);
      if (!parsed.success) throw new Fault('bad_request', 'status: available or away.');
      deps.presences.choose(agent.agentId, parsed.data.status);
      response.json(await ownPresence(deps, agent));
    }),
  );
  router.get(
    '/queues',
    guard(async (_request, response) => {
      response.json(await queues(deps));
    }),
  );
}
