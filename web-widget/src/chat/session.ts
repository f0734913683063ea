import type { ChatPorts, HttpReply, Storage } from './ports.ts';
import { errorCodeOf } from './wire.ts';
import type { SessionReply, WidgetConfig } from './wire.ts';

const requestTimeoutMs = 15_000;

export type Opened =
  | { readonly kind: 'opened'; readonly session: SessionReply }
  | { readonly kind: 'refused'; readonly code: string };

export type { UserToken } from '../api.ts';

/** What is kept of the visitor between pages: buys session tokens, nothing else. */
interface KeptVisitor {
  readonly token: string;
  readonly customer: boolean;
  /** Whose conversation it is: tokens are issued anew all the time, this changes with the person. */
  readonly conv: string;
}

/** Opens sessions. The session token is never stored; the visitor token is all that survives a reload. */
export interface Sessions {
  open(ask: { readonly userToken?: string; readonly language?: string }): Promise<Opened>;
  /** Whether the stored visitor speaks for a customer; undefined when nothing is stored. */
  kept(): KeptVisitor | undefined;
  signOut(sessionToken: string | undefined): Promise<void>;
  forget(): void;
}

export function createSessions(ports: ChatPorts, key: string): Sessions {
  const { storage } = ports;

  const post = (path: string, body: unknown, bearer?: string): Promise<HttpReply> =>
    ports.http({
      method: 'POST',
      url: `${ports.server}/api/chat/${path}`,
      body,
      timeoutMs: requestTimeoutMs,
      ...(bearer !== undefined && { bearer }),
    });

  return {
    kept: () => readVisitor(storage, key),
    async open({ userToken, language }) {
      const kept = readVisitor(storage, key);
      const { timeZone } = ports;
      const asked = { ...(language !== undefined && { language }), ...(timeZone && { timeZone }) };
      // A customer's visitor token is never shown with another user token: who asks anew begins anew.
      const usable = kept && !(userToken !== undefined && kept.customer) ? kept.token : undefined;
      const body = {
        ...(usable !== undefined && { visitorToken: usable }),
        ...(userToken !== undefined && { userToken }),
        ...asked,
      };
      let reply = await post('session', body);
      if (reply.status === 401 && usable !== undefined && userToken === undefined) {
        // The visitor token has run out: begin as a new visitor.
        storage.remove(key);
        reply = await post('session', asked);
      }
      if (reply.status < 200 || reply.status >= 300) {
        return { kind: 'refused', code: errorCodeOf(reply.body) ?? 'network' };
      }
      const session = reply.body as SessionReply;
      const { visitorToken: token, customer, conv } = session;
      storage.set(key, JSON.stringify({ token, customer, conv } satisfies KeptVisitor));
      return { kind: 'opened', session };
    },
    async signOut(sessionToken) {
      const kept = readVisitor(storage, key);
      storage.remove(key);
      if (kept) await post('signout', { visitorToken: kept.token }, sessionToken);
    },
    forget: () => storage.remove(key),
  };
}

function readVisitor(storage: Storage, key: string): KeptVisitor | undefined {
  try {
    const value: unknown = JSON.parse(storage.get(key) ?? 'null');
    if (typeof value !== 'object' || value === null || !('token' in value)) return undefined;
    const { token } = value;
    const customer = 'customer' in value && value.customer === true;
    const conv = 'conv' in value && typeof value.conv === 'string' ? value.conv : '';
    return typeof token === 'string' ? { token, customer, conv } : undefined;
  } catch {
    return undefined;
  }
}

export async function fetchConfig(ports: ChatPorts): Promise<WidgetConfig | undefined> {
  const url = `${ports.server}/api/chat/config`;
  const reply = await ports.http({ method: 'GET', url, timeoutMs: requestTimeoutMs });
  return reply.status === 200 ? (reply.body as WidgetConfig) : undefined;
}
