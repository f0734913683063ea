import { Fault } from '../../core/index.ts';
import type { HookCall } from '../../http/index.ts';
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
  deps.http.onHook(webhookPath, {
    bytesMax: webhookBytesMax,
    answer: async (call) => {
      const api = deps.apis.get(call.name);
      if (!api) throw new Fault('not_found', 'There is no such channel.');
      const { method } = call;
      if (method !== 'GET' && method !== 'POST') {
        throw new Fault('bad_request', 'A webhook is a GET or a POST.');
      }
      return answer(deps, api, webhookOf(deps, method, call));
    },
  });
}

function webhookOf(
  { publicUrl }: WebhookDeps,
  method: Webhook['method'],
  { url, headers, raw }: HookCall,
): Webhook {
  const queryAt = url.indexOf('?');
  const query = queryAt < 0 ? [] : [...new URLSearchParams(url.slice(queryAt + 1))];
  return {
    method,
    // Proxies change host and scheme on the way here: the platform signed what the operator told it.
    url: `${publicUrl}${url}`,
    query: single(query),
    headers: single(Object.entries(headers)),
    raw,
  };
}

/** A name that is given twice means nothing. */
function single(entries: readonly (readonly [string, unknown])[]): {
  readonly [name: string]: string | undefined;
} {
  const named: { [name: string]: string | undefined } = {};
  for (const [name, value] of entries) {
    named[name] = typeof value === 'string' && !Object.hasOwn(named, name) ? value : undefined;
  }
  return named;
}

async function answer(deps: WebhookDeps, api: PlatformApi, webhook: Webhook): Promise<Reply> {
  const { driver, settings } = api;
  const shaken = driver.handshake?.(webhook, settings);
  if (shaken) return shaken;
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
    return { status: 200, type: 'text/plain', body: challenge };
  }
  const items = driver.parse(verified.body, settings);
  if (items.length > itemsMax) throw new Fault('too_large', 'Too much in one webhook.');
  for (const item of items) await acceptItem(deps, api, item);
  if (driver.pull) deps.pull(driver.name, verified.body);
  return { status: 200, type: 'text/plain', body: '', ...driver.accepted };
}
