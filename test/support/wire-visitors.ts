import { randomUUID } from 'node:crypto';
import { Fault, parseCustomerId, parseVisitorId } from '../../src/core/index.ts';
import type { Session, VisitorSessions } from '../../src/identity/index.ts';

interface Visitor {
  readonly visitorId: string;
  customerId: string | undefined;
}

/** Sessions whose tokens are table keys: the wire's tests need who is who, not signatures. A user token is `user:<customer>`. */
export function testVisitors(clock: () => number, sessionTtlMs: number) {
  const byVisitorToken = new Map<string, Visitor>();
  const bySession = new Map<
    string,
    { visitor: Visitor; customerId?: string; expiresAtMs: number }
  >();

  function issue(visitorToken: string, visitor: Visitor): Session {
    const sessionToken = `s-${randomUUID()}`;
    const expiresAtMs = clock() + sessionTtlMs;
    const { customerId } = visitor;
    const own = customerId === undefined ? {} : { customerId };
    bySession.set(sessionToken, { visitor, expiresAtMs, ...own });
    return { ...principal(visitor.visitorId, customerId, expiresAtMs), sessionToken, visitorToken };
  }
  function known(visitorToken: string): Visitor {
    const visitor = byVisitorToken.get(visitorToken);
    if (!visitor) throw new Fault('bad_token', 'The visitor token is not ours.');
    return visitor;
  }
  function begin(): readonly [string, Visitor] {
    const token = `v-${randomUUID()}`;
    const visitor = { visitorId: randomUUID(), customerId: undefined };
    byVisitorToken.set(token, visitor);
    return [token, visitor];
  }
  const sessions: VisitorSessions = {
    anonymous: async (token) => (token ? issue(token, known(token)) : issue(...begin())),
    refresh: async (token) => issue(token, known(token)),
    async identified(userToken, token) {
      if (!userToken.startsWith('user:')) throw new Fault('bad_token', 'Not a user token.');
      const [visitorToken, visitor] = token ? ([token, known(token)] as const) : begin();
      visitor.customerId = userToken.slice('user:'.length);
      return issue(visitorToken, visitor);
    },
    async read(sessionToken) {
      const session = bySession.get(sessionToken);
      if (!session) throw new Fault('bad_token', 'The session token is not ours.');
      if (clock() >= session.expiresAtMs) throw new Fault('token_expired', 'It has expired.');
      return principal(session.visitor.visitorId, session.customerId, session.expiresAtMs);
    },
    async signOut(token) {
      const visitor = known(token);
      visitor.customerId = undefined;
      for (const [key, session] of bySession) {
        if (session.visitor === visitor && session.customerId !== undefined) bySession.delete(key);
      }
    },
  };
  return sessions;
}

function principal(visitor: string, customer: string | undefined, expiresAtMs: number) {
  const visitorId = parseVisitorId(visitor);
  if (!visitorId) throw new Fault('bad_token', 'no visitor');
  const customerId = customer === undefined ? undefined : parseCustomerId(customer);
  return { visitorId, expiresAtMs, ...(customerId && { customerId }) };
}
