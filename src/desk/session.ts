import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { Fault } from '../core/index.ts';
import type { Agent } from '../identity/index.ts';
import { tokenCaller } from './caller.ts';
import type { DeskDeps } from './deps.ts';

/** A cookie with the `__Host-` prefix cannot be planted by a sibling domain, but browsers take it only over TLS. */
const secureCookie = '__Host-kefu_desk';
const loopbackCookie = 'kefu_desk';
const tokenLengthMax = 4096;

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `localhost:8080` → true. Only such a host may have its cookie without TLS. */
function isLoopback(host: string | undefined): boolean {
  return host !== undefined && loopbackHosts.has(host.replace(/:\d+$/, '').toLowerCase());
}

/** The session token in the request's cookie, if there is one. */
export function sessionToken(request: IncomingMessage): string | undefined {
  const name = isLoopback(request.headers.host) ? loopbackCookie : secureCookie;
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value && value.length <= tokenLengthMax) return decoded(value);
  }
  return undefined;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

export function setSessionCookie(response: Response, token: string, lifeMs: number): void {
  const { name, options } = cookieFor(response);
  response.cookie(name, token, { ...options, maxAge: lifeMs });
}

export function clearSessionCookie(response: Response): void {
  const { name, options } = cookieFor(response);
  response.clearCookie(name, options);
}

function cookieFor(response: Response) {
  const secure = !isLoopback(response.req.headers.host);
  return {
    name: secure ? secureCookie : loopbackCookie,
    options: { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const,
  };
}

/** The signed-in agent and the token that says so; '' for whoever calls with a personal access token. Faults: not_signed_in. */
export async function signedIn(
  request: IncomingMessage,
  { agents }: Pick<DeskDeps, 'agents'>,
): Promise<{ readonly agent: Agent; readonly token: string }> {
  const caller = tokenCaller(request);
  if (caller) return { agent: caller, token: '' };
  const token = sessionToken(request);
  const agent = token === undefined ? undefined : await agents.read(token);
  if (token === undefined || !agent) throw new Fault('not_signed_in', 'Sign in to the desk first.');
  return { agent, token };
}

/**
 * Whatever changes something, and the socket, must come from the desk's own page. Browsers send Origin
 * with every such request and pages cannot forge it; a request without one is refused too, so there is
 * no second rule to get round. Faults: origin_not_allowed.
 */
export function checkOrigin(
  request: IncomingMessage,
  { origins }: Pick<DeskDeps, 'origins'>,
): void {
  // A page cannot make a browser send a token, so there is nothing to forge.
  if (tokenCaller(request)) return;
  const { origin, host } = request.headers;
  if (origin !== undefined && (sameHost(origin, host) || origins?.includes(origin))) return;
  throw new Fault('origin_not_allowed', 'The Origin header must name the desk’s own address.');
}

function sameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host.toLowerCase();
}
