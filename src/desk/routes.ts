import { json, Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { Fault, limits } from '../core/index.ts';
import { limitHere } from '../http/index.ts';
import type { Agent, AgentRole } from '../identity/index.ts';
import { deskCommandSchema } from '../protocol/index.ts';
import { anyAgent, conversationOf, parse } from './api/route.ts';
import { deskBorder, refusalTexts } from './border.ts';
import { runCommand } from './commands.ts';
import { viewConversation } from './conversation-view.ts';
import type { DeskDeps } from './deps.ts';
import { mountDeskFiles } from './files.ts';
import { mountFloor } from './floor-routes.ts';
import { counts, list, listQuerySchema } from './lists.ts';
import { publicAgent } from './public-agent.ts';
import { checkOrigin, clearSessionCookie, sessionToken, signedIn } from './session.ts';
import type { DeskSockets } from './sockets.ts';
import { witnessed } from './witnessed.ts';

/** Commands of one agent a minute: far above what hands can do. */
const commandsPerMinute = 240;

/** Who may do what; every request is checked against it after its session. */
const roles = {
  me: anyAgent,
  list: anyAgent,
  read: anyAgent,
  command: anyAgent,
  floor: anyAgent,
  files: anyAgent,
} as const satisfies Record<string, readonly AgentRole[]>;

const pageQuerySchema = z.object({ before: z.coerce.number().int().min(1).optional() });

type Handle = (request: Request, response: Response, agent: Agent) => Promise<void>;

/** Conversations and who is there; signing in and what stands beside a conversation are the other router's (`api/`). */
export function deskRouter(deps: DeskDeps, sockets: DeskSockets): Router {
  const router = Router();
  const guard =
    (allowed: readonly AgentRole[], handle: Handle): RequestHandler =>
    async (request, response) => {
      const { agent } = await signedIn(request, deps);
      if (!allowed.includes(agent.role))
        throw new Fault('forbidden', 'Your role does not allow this.');
      const { path } = request.route as { readonly path: string };
      await deps.witness?.(witnessed(request, agent, { path }));
      await handle(request, response, agent);
    };
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  mountDeskFiles(router, deps, (handle) => guard(roles.files, handle));
  router.use(ownPageOnly(deps));
  router.use(json({ limit: limits.frameBytesMax }));
  router.post('/sign-out', signOut(deps, sockets));
  router.get(
    '/me',
    guard(roles.me, async (_request, response, agent) => {
      response.json({ agent: publicAgent(agent) });
    }),
  );
  router.get(
    '/counts',
    guard(roles.list, async (_request, response, agent) => {
      response.json(await counts(deps, agent));
    }),
  );
  router.get(
    '/conversations',
    guard(roles.list, async (request, response, agent) => {
      response.json(await list(deps, agent, parse(listQuerySchema, request.query)));
    }),
  );
  router.get(
    '/conversations/:conv',
    guard(roles.read, async (request, response) => {
      const { before } = parse(pageQuerySchema, request.query);
      const page = await viewConversation(deps, conversationOf(request), before);
      if (!page) throw new Fault('not_found', refusalTexts.not_found);
      response.json(page);
    }),
  );
  mountFloor(router, deps, (handle) => guard(roles.floor, handle));
  router.post('/conversations/:conv/commands', guard(roles.command, commander(deps)));
  router.use(() => {
    throw new Fault('not_found', 'There is nothing at this address.');
  });
  router.use(deskBorder(deps.log));
  return router;
}

/** Against forged requests: beside the SameSite cookie, an Origin of our own and a content type that no form can send. */
function ownPageOnly(deps: DeskDeps): RequestHandler {
  return (request, _response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      checkOrigin(request, deps);
      if (!request.is('application/json')) {
        throw new Fault('bad_request', 'Content-Type must be application/json.');
      }
    }
    next();
  };
}

function signOut(deps: DeskDeps, sockets: DeskSockets): RequestHandler {
  return async (request, response) => {
    const token = sessionToken(request);
    if (token !== undefined) {
      await deps.agents.signOut(token);
      sockets.endSession(token);
    }
    clearSessionCookie(response);
    response.json({});
  };
}

function commander(deps: DeskDeps): Handle {
  const { limit = limitHere } = deps;
  const pace = limit({ name: 'command', points: commandsPerMinute, windowMs: 60_000 });
  return async (request, response, agent) => {
    if (!(await pace.take(agent.agentId))) {
      throw new Fault('rate_limited', 'Too many requests. Wait a minute.');
    }
    const command = parse(deskCommandSchema, request.body);
    response.json(await runCommand(deps, conversationOf(request), agent, command));
  };
}
