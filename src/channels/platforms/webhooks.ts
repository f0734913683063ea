import { raw } from 'express';
import { Fault } from '../../core/index.ts';
import type { Request, Response } from '../../http/index.ts';
import type { PlatformApi } from './api.ts';
import type { Reply, Webhook } from './driver.ts';
import { acceptItem, type ReceivingDeps } from './receiving.ts';

/** Below this path each platform has its webhook, under its name. */
export const webhookPath = '/hooks';
/** The largest of them: Meta's batches of updates, which it cuts at some hundred kilobytes. */
export const webhookBytesMax = 1024 * 1024;
/** Things in one webhook; platforms send one to some hundred. */
const itemsMax = 1000;

export interface WebhookDeps extends ReceivingDeps {
  readonly apis: ReadonlyMap<string, PlatformApi>;
  /** Fetches what a platform only told that there is. */
  readonly pull: (platform: string, body: unknown) => void;
}

/**
 * Verify, accept durably, answer 200; the turn comes after by itself. Whatever fails in between is a named error, so that
 * the platform tries again; what is accepted twice is one.
 */
export function mountWebhooks(deps: WebhookDeps): void {
  const { app } = deps.http;
  const body = raw({ type: () => true, limit: webhookBytesMax, inflate: false });
  app.all(`${webhookPath}/:platform`, body, async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const api = deps.apis.get(request.params.platform);
    if (!api) throw new Fault('not_found', 'There is no such channel.');
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new Fault('bad_request', 'A webhook is a GET or a POST.');
    }
    await answer(deps, api, webhookOf(deps, request), response);
  });
}

function webhookOf(deps: WebhookDeps, request: Request): Webhook {
  const query = Object.entries(request.query).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : undefined,
  ]);
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : undefined,
  ]);
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    // Proxies change host and scheme on the way here: the platform signed what the operator told it.
    url: `${deps.publicUrl}${request.originalUrl}`,
    query: Object.fromEntries(query) as Webhook['query'],
    headers: Object.fromEntries(headers) as Webhook['headers'],
    raw: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

async function answer(
  deps: WebhookDeps,
  api: PlatformApi,
  webhook: Webhook,
  response: Response,
): Promise<void> {
  const { driver, settings } = api;
  const shaken = driver.handshake?.(webhook, settings);
  if (shaken) return reply(response, shaken);
  if (webhook.method === 'GET') throw new Fault('not_found', 'There is no page here.');
  const verified = driver.verify(webhook, settings, deps.clock());
  if (verified.kind === 'forged') {
    deps.tally.refused(driver.name, `signature ${verified.reason}`);
    throw new Fault('bad_token', `The signature is ${verified.reason}.`);
  }
  if (verified.kind === 'unreadable') {
    deps.tally.refused(driver.name, 'unreadable');
    throw new Fault('bad_request', 'The body cannot be read.');
  }
  const challenge = driver.challenge?.(verified.body);
  if (challenge !== undefined) {
    return reply(response, { status: 200, type: 'text/plain', body: challenge });
  }
  const items = driver.parse(verified.body, settings);
  if (items.length > itemsMax) throw new Fault('too_large', 'Too much in one webhook.');
  for (const item of items) await acceptItem(deps, api, item);
  if (driver.pull) deps.pull(driver.name, verified.body);
  reply(response, { status: 200, type: 'text/plain', body: '', ...driver.accepted });
}

function reply(response: Response, { status, type, body }: Reply): void {
  response.status(status).type(type).send(body);
}
