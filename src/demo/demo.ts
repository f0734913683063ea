import { setTimeout as pause } from 'node:timers/promises';
import { Fault, limits, parseCustomerId } from '../core/index.ts';
import type { HttpServer, Request, Response } from '../http/index.ts';
import { mountDemoSignIn } from './sign-in.ts';

/** One of the sandbox's customers, as the demo page offers them. */
interface DemoCustomer {
  readonly customerId: string;
  readonly name: string;
  /** In English; `stories` has every language. */
  readonly story: string;
  readonly stories: { readonly [language: string]: string };
}

/** What the customer's phone received; `after` is the number of the last message that the page has. */
interface DemoPhone {
  messages(customerId: string, after: number): readonly object[];
}

interface StatementFile {
  readonly name: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface DemoDeps {
  readonly http: Pick<HttpServer, 'api' | 'app'>;
  readonly customers: () => readonly DemoCustomer[];
  /** Whether the sandbox has this customer, listed or made for a load run. */
  readonly hasCustomer: (customerId: string) => Promise<boolean>;
  /** Vouches for a customer with the demo host's key, as a real host page's server does after its own sign-in. */
  readonly signUserToken: (customerId: string) => Promise<string>;
  readonly phone: DemoPhone;
  /** The file behind a statement's link, while it lasts. */
  readonly statement: (token: string) => StatementFile | undefined;
  /** What the wallet's clerks do with a case; undefined when there is no such case, or no such move. */
  readonly moveTicket: (ticketId: string, state: string) => object | undefined;
  /** How often a waiting page's phone is looked at. */
  readonly lookEveryMs?: number;
}

/**
 * The back end of the demo's host page: it lets anyone be any sandbox customer and read their one-time codes.
 * To be mounted on the sandbox wallet only; with real customers it would be the end of all identity.
 */
export function mountDemo(deps: DemoDeps): void {
  const api = deps.http.api('/demo/api');
  api.get('/customers', (_request, response) => {
    const customers = deps
      .customers()
      .map(({ customerId, name, story, stories }) => ({ customerId, name, story, stories }));
    response.json({ customers });
  });
  api.post('/token', async (request, response) => {
    const customerId = await known(deps, fieldOf(request.body, 'customerId'));
    response.json({ userToken: await deps.signUserToken(customerId) });
  });
  api.get('/phone', async (request, response) => {
    const customerId = await known(deps, request.query['customerId']);
    const after = countOf(request.query['after']);
    const waitMs = Math.min(countOf(request.query['waitMs']), limits.longPollMaxMs);
    response.json({ messages: await look(deps, { customerId, after, waitMs }, response) });
  });
  api.post('/tickets', (request, response) => {
    const [ticketId, state] = [fieldOf(request.body, 'ticketId'), fieldOf(request.body, 'state')];
    const ticket = deps.moveTicket(String(ticketId), String(state));
    if (!ticket) throw new Fault('not_found', 'The sandbox has no such ticket, or no such state.');
    response.json({ ticket });
  });
  mountDemoSignIn(deps);
  deps.http.app.get('/demo/statements/:token', (request, response) => {
    sendStatement(deps.statement(request.params['token']), response);
  });
}

/** Whoever has the link has the file, until it expires: so it is kept by nobody on the way, and shown by no page. */
function sendStatement(file: StatementFile | undefined, response: Response): void {
  response.set('Cache-Control', 'private, no-store');
  if (!file) {
    response
      .status(404)
      .type('text/plain')
      .send('This link has expired. Ask for the file again.\n');
    return;
  }
  response.set({
    'Content-Type': file.contentType,
    'Content-Disposition': `attachment; filename="${file.name}"`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  response.send(Buffer.from(file.body));
}

async function look(
  deps: DemoDeps,
  ask: { readonly customerId: string; readonly after: number; readonly waitMs: number },
  response: Response,
): Promise<readonly object[]> {
  const everyMs = deps.lookEveryMs ?? 250;
  for (let leftMs = ask.waitMs; ; leftMs -= everyMs) {
    const messages = deps.phone.messages(ask.customerId, ask.after);
    if (messages.length > 0 || leftMs <= 0 || response.destroyed) return messages;
    await pause(Math.min(everyMs, leftMs));
  }
}

async function known(deps: DemoDeps, value: unknown): Promise<string> {
  const customerId = parseCustomerId(value);
  if (customerId && (await deps.hasCustomer(customerId))) return customerId;
  throw new Fault('not_found', 'The sandbox has no such customer.');
}

function fieldOf(body: Request['body'], name: string): unknown {
  const fields: unknown = body;
  if (typeof fields !== 'object' || fields === null) return undefined;
  return (fields as Record<string, unknown>)[name];
}

function countOf(value: unknown): number {
  if (value === undefined) return 0;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) throw new Fault('bad_request', 'after and waitMs are whole numbers.');
  return number;
}
