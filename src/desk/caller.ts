import type { IncomingMessage } from 'node:http';
import type { Agent } from '../identity/index.ts';

/** Who calls with a personal access token: found once, before any route, and looked at by what would read the cookie. */
const callerKey = Symbol('desk caller');

interface Marked extends IncomingMessage {
  [callerKey]?: Agent;
}

export function setTokenCaller(request: IncomingMessage, agent: Agent): void {
  const marked: Marked = request;
  marked[callerKey] = agent;
}

export function tokenCaller(request: IncomingMessage): Agent | undefined {
  const marked: Marked = request;
  return marked[callerKey];
}
