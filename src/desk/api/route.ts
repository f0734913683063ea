import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import { Fault, parseConversationId } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { Agent, AgentRole } from '../../identity/index.ts';
import type { DeskScope } from '../../protocol/index.ts';
import { refusalTexts } from '../border.ts';
import { signedIn } from '../session.ts';
import { witnessed } from '../witnessed.ts';
import type { ApiDeps } from './deps.ts';

export const anyAgent: readonly AgentRole[] = ['agent', 'supervisor', 'admin'];
export const leads: readonly AgentRole[] = ['supervisor', 'admin'];
export const admins: readonly AgentRole[] = ['admin'];

/** One line of the API: what is mounted, what the reference page and `openapi.json` tell, and what the test of rights tries. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly tells: string;
  /** `anyone`: without a session. */
  readonly roles: readonly AgentRole[] | 'anyone';
  /** What a personal access token needs; null: no token reaches it. */
  readonly scope: DeskScope | null;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  /** Absent where the route is mounted elsewhere and only told of here. */
  readonly handle?: (deps: ApiDeps) => RequestHandler;
}

export interface Call<Query, Body> {
  readonly agent: Agent;
  /** The session's; empty for a personal access token. */
  readonly token: string;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

interface Described<Query, Body> extends Omit<ApiRoute, 'handle' | 'query' | 'body'> {
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly run: (deps: ApiDeps, call: Call<Query, Body>) => Promise<unknown>;
}

/** A route for signed-in agents: session, role, query and body are checked before `run`, whose value is the answer. */
export function route<Query = unknown, Body = unknown>(
  described: Described<Query, Body>,
): ApiRoute {
  const { run, query, body, ...rest } = described;
  const handle =
    (deps: ApiDeps): RequestHandler =>
    async (request, response) => {
      const { agent, token } = await signedIn(request, { agents: deps.api.accounts });
      if (rest.roles !== 'anyone' && !rest.roles.includes(agent.role)) {
        throw new Fault('forbidden', 'Your role does not allow this.');
      }
      const call: Call<Query, Body> = {
        agent,
        token,
        // A route without a schema does not look at it.
        query: query ? parse(query, request.query) : (undefined as Query),
        body: body ? parse(body, request.body) : (undefined as Body),
        request,
        response,
      };
      const { path } = rest;
      await deps.witness?.(witnessed(request, agent, { path }));
      const reply = await run(deps, call);
      await deps.witness?.(witnessed(request, agent, { path, reply }));
      response.json(reply);
    };
  return { ...rest, ...(query && { query }), ...(body && { body }), handle };
}

export function mountRoutes(router: Router, deps: ApiDeps, routes: readonly ApiRoute[]): void {
  for (const { method, path, handle } of routes) {
    if (handle) router[method](path, handle(deps));
  }
}

/** Parsed, or a `bad_request` that names the first thing wrong. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new Fault('bad_request', `${where}${issue?.message ?? 'not as expected'}`);
}

export function conversationOf(request: Request): ConversationId {
  const id = parseConversationId(request.params['conv']);
  if (id === undefined) throw notFound();
  return id;
}

/** A path parameter that is an identifier of ours. */
export function paramOf(request: Request, name: string): string {
  const value = parseConversationId(request.params[name]);
  if (value === undefined) throw new Fault('not_found', 'There is no such thing.');
  return value;
}

export const notFound = (): Fault => new Fault('not_found', refusalTexts.not_found);
export const emptyReply = z.object({});
