import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { HttpWalletOptions } from '../../src/wallet/index.ts';
import { connect, listen, shut } from './http-world.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that answers as the test says, what it was asked, and a client that does not wait between its tries. */
export async function against(answer: RequestListener, more: Partial<HttpWalletOptions> = {}) {
  const asked: Asked[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      asked.push({ method, path, headers, body });
      answer(request, response);
    });
  });
  server.on('connection', () => (connections += 1));
  onTestFinished(() => shut(server));
  const url = `${await listen(server)}/v1`;
  const timers = handTimers();
  const { client, logged } = connect(url, { startTimer: timers.start, ...more });
  return { client, logged, asked, timers, connections: () => connections };
}

/** Pauses are over at once; deadlines come when the test says so. */
export function handTimers(deadlineMs = 2000) {
  const open = new Set<() => void>();
  return {
    start: (ms: number, fire: () => void) => {
      if (ms < deadlineMs) queueMicrotask(fire);
      else open.add(fire);
      return () => {
        open.delete(fire);
      };
    },
    expire: () => {
      for (const fire of open) fire();
    },
    count: () => open.size,
  };
}

export const reply =
  (status: number, body: string | object, contentType = 'application/json'): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
