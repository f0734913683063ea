import { json, Router } from 'express';
import type { Express, RequestHandler } from 'express';
import { Fault, limits } from '../../core/index.ts';
import { limitHere } from '../../http/index.ts';
import { deskBorder } from '../border.ts';
import { tokenCaller } from '../caller.ts';
import { checkOrigin } from '../session.ts';
import { accountRoutes } from './account.ts';
import { actionRoutes } from './actions.ts';
import { auditRoutes } from './audit.ts';
import { agentRoutes } from './agents.ts';
import { bearer } from './bearer.ts';
import { channelRoutes } from './channels.ts';
import { customerRoutes } from './customer.ts';
import type { ApiDeps } from './deps.ts';
import { describedRoutes } from './described.ts';
import { insteadRoutes } from './instead.ts';
import { lookupRoutes } from './lookups.ts';
import { openApiOf } from './openapi.ts';
import { outboundGuard } from './outbound.ts';
import { referencePage, referenceStyle } from './reference-page.ts';
import { mountRoutes, type ApiRoute } from './route.ts';
import { webhookRoutes } from './webhooks.ts';

/** Requests of one token a minute: far above what a report needs, far below what hurts. */
const tokenRequestsPerMinute = 600;

const own: readonly ApiRoute[] = [
  ...accountRoutes,
  ...customerRoutes,
  ...actionRoutes,
  ...lookupRoutes,
  ...agentRoutes,
  ...webhookRoutes,
  ...channelRoutes,
  ...insteadRoutes,
  ...auditRoutes,
];

/** Every route of the desk, in the order in which the reference tells of them. */
export const apiRoutes: readonly ApiRoute[] = [...describedRoutes, ...own];

/** The routes beside those of the conversations, to be mounted before them: what is not ours goes on to the next router. */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.use(bearer(deps, apiRoutes), tokenPace(deps));
  router.use(readJson());
  router.post('/conversations/:conv/commands', outboundGuard(deps));
  router.use(ownPageOnly(deps));
  mountRoutes(router, deps, own);
  router.use(deskBorder(deps.log));
  return router;
}

/** Files are no JSON, whatever they say that they are: the router after this one reads them. */
function readJson(): RequestHandler {
  const read = json({ limit: limits.frameBytesMax });
  return (request, response, next) => {
    if (request.path.startsWith('/files')) next();
    else read(request, response, next);
  };
}

/** Against forged requests: beside the SameSite cookie, an Origin of our own, which no other page can send. */
function ownPageOnly(deps: ApiDeps): RequestHandler {
  return (request, _response, next) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !tokenCaller(request)) checkOrigin(request, deps);
    next();
  };
}

function tokenPace({ limit = limitHere }: ApiDeps): RequestHandler {
  const pace = limit({ name: 'token', points: tokenRequestsPerMinute, windowMs: 60_000 });
  return async (request, _response, next) => {
    const agent = tokenCaller(request);
    const isLeft = agent === undefined || (await pace.take(agent.agentId));
    if (!isLeft) throw new Fault('rate_limited', 'Too many requests. Wait a minute.');
    next();
  };
}

const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The reference: /api/openapi.json for programs, /api/docs for people. Made once; it holds nothing of this installation. */
export function mountReference(app: Express): void {
  const document = JSON.stringify(openApiOf(apiRoutes));
  const page = referencePage(apiRoutes);
  app.get('/api/openapi.json', (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('json').send(document);
  });
  app.get('/api/docs.css', (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('css').send(referenceStyle);
  });
  app.get('/api/docs', (_request, response) => {
    response.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy });
    response.type('html').send(page);
  });
}
