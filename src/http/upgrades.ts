import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCodes } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { Log } from '../ops/index.ts';
import { asFault, bodyOf, sentenceOf } from './error-border.ts';

/** Takes the socket over, or refuses it with `refuseUpgrade`. */
export type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => void | Promise<void>;

/** Answers an upgrade with a named error and ends the socket. */
export function refuseUpgrade(socket: Duplex, code: ErrorCode, message: string): void {
  const { status } = errorCodes[code];
  const body = bodyOf(code, message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

export interface UpgradeRules {
  readonly handlers: ReadonlyMap<string, UpgradeHandler>;
  readonly log: Log;
  /** The refusal for this request, if any: draining, rate limit. */
  readonly gate: (request: IncomingMessage) => Promise<ErrorCode | undefined>;
}

/** Sends each upgrade to the handler of its path; what nobody handles is refused and closed. */
export function routeUpgrades(server: Server, rules: UpgradeRules): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that resets while it is being refused must not end the process.
    socket.on('error', () => socket.destroy());
    void route(request, socket, head, rules);
  });
}

async function route(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  rules: UpgradeRules,
): Promise<void> {
  try {
    const handler = rules.handlers.get(pathOf(request));
    if (!handler) return refuseUpgrade(socket, 'not_found', 'No socket is served at this address.');
    const refusal = await rules.gate(request);
    if (refusal) return refuseUpgrade(socket, refusal, gateMessages[refusal] ?? 'Not now.');
    await handler(request, socket, head);
  } catch (thrown) {
    const fault = asFault(thrown);
    if (fault.culprit !== 'peer') rules.log.error({ err: thrown }, 'an upgrade failed');
    refuseUpgrade(socket, fault.code, sentenceOf(fault));
  }
}

const gateMessages: { readonly [code in ErrorCode]?: string } = {
  rate_limited: 'Too many requests from this address. Try again in a minute.',
  shutting_down: 'The server is restarting. Connect again.',
};

/** The query plays no part: a token in an address would end up in logs, so none is read from there. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}
