import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectWidget } from './widget.ts';

/** Somebody who writes, in one of the ways in; the service is left alone with what it makes of it. */
export type Send = (text: string) => Promise<void>;

export interface Person {
  readonly send: Send;
  close(): void;
}

const json = { 'content-type': 'application/json' };
export const secret = 'a-secret-of-telegram';

/** The widget on its socket: what most people are. */
export async function bySocket(url: string): Promise<Person> {
  const widget = await connectWidget(url);
  return {
    send: async (text) => {
      await widget.ask(text).acked;
    },
    close: () => widget.close(),
  };
}

/** The widget where a proxy lets no socket through: it posts, and a request of its own always waits for what comes. */
export async function byPost(url: string): Promise<Person> {
  const opened = await fetch(`${url}/api/chat/session`, {
    method: 'POST',
    headers: json,
    body: '{}',
  });
  const { conv, sessionToken } = (await opened.json()) as { conv: string; sessionToken: string };
  const headers = { ...json, authorization: `Bearer ${sessionToken}` };
  const gone = new AbortController();
  void waitFor(`${url}/api/chat/events?conv=${conv}&waitMs=25000`, headers, gone.signal);
  return {
    send: async (text) => {
      const body = JSON.stringify({ conv, cid: randomUUID(), text });
      await done(fetch(`${url}/api/chat/send`, { method: 'POST', headers, body }));
    },
    close: () => gone.abort(),
  };
}

async function waitFor(
  url: string,
  headers: { readonly [name: string]: string },
  signal: AbortSignal,
): Promise<void> {
  let place = 'after=0';
  while (!signal.aborted) {
    const response = await fetch(`${url}&${place}`, { headers, signal }).catch(() => undefined);
    if (!response) return;
    const { from, events, epoch } = (await response.json()) as {
      from: number;
      events: readonly unknown[];
      epoch: string;
    };
    place = `after=${from + events.length - 1}&epoch=${epoch}`;
  }
}

let next = 0;
/** `hook`: who takes the messages, if not the service itself. */
export async function byTelegram(url: string, hook = `${url}/hooks/telegram`): Promise<Person> {
  const user = (next += 1);
  return {
    send: async (text) => {
      next += 1;
      const chat = { id: user, type: 'private' };
      const message = { message_id: next, from: { id: user, first_name: 'A' }, chat, text };
      const headers = { ...json, 'x-telegram-bot-api-secret-token': secret };
      const body = JSON.stringify({ update_id: next, message });
      await done(fetch(hook, { method: 'POST', headers, body }));
    },
    close: () => undefined,
  };
}

async function done(answered: Promise<Response>): Promise<void> {
  const response = await answered;
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`refused with ${response.status}`);
}

/** Telegram's stand-in, in this process: what it costs is not the service's. */
export async function openTelegram() {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const what = /[^/]*$/.exec(request.url ?? '')?.[0] ?? '';
      counts.set(what, (counts.get(what) ?? 0) + 1);
      response.writeHead(200, json);
      response.end('{"ok":true,"result":{"message_id":1}}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
