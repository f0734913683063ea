import type { RequestHandler } from 'express';
import { Fault } from '../../core/index.ts';
import { setTokenCaller } from '../caller.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRoute } from './route.ts';

/**
 * Personal access tokens. A request that carries one speaks for its agent within the token's scopes, on the routes that have a
 * scope and on no other; cookies are then not looked at, so nothing has to be guarded against forged requests.
 */
export function bearer({ api }: ApiDeps, routes: readonly ApiRoute[]): RequestHandler {
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return async (request, _response, next) => {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) {
      next();
      return;
    }
    const known = await api.accounts.readToken(given);
    if (!known) throw new Fault('bad_token', 'The token is not one of ours, or has ended.');
    const found = patterns.find(
      ({ route, pattern }) =>
        route.method === request.method.toLowerCase() && pattern.test(request.path),
    );
    const scope = found?.route.scope ?? null;
    if (scope === null || !known.scopes.includes(scope)) {
      throw new Fault(
        'forbidden',
        scope === null ? 'No token reaches this.' : `This needs the scope ${scope}.`,
      );
    }
    setTokenCaller(request, known.agent);
    next();
  };
}

/** `/conversations/:conv/tags` as Express reads it: a parameter is one segment, a trailing slash does not matter, nor does case. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`, 'i');
}
