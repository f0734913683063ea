import { z } from 'zod';
import { at, numberAt, outcomeByStatus, textAt } from './calls.ts';
import type { Answer, Reply, Sent, Settings, Verified, Webhook } from './driver.ts';
import { hmac, isSame, verifyJson } from './signatures.ts';

/** What WhatsApp and Messenger share (developers.facebook.com/docs/graph-api/webhooks): one signature, one handshake, one form of refusals. */
export const metaSettings = {
  appSecret: z.string().min(8).max(200),
  verifyToken: z.string().min(8).max(200),
  accessToken: z.string().min(8).max(1000),
  apiUrl: z.url().default('https://graph.facebook.com/v23.0'),
};

export function verifyMeta(webhook: Webhook, { appSecret = '' }: Settings): Verified {
  return verifyJson(
    webhook,
    'x-hub-signature-256',
    () => `sha256=${hmac('sha256', appSecret, webhook.raw, 'hex')}`,
  );
}

/** Meta asks once, with a GET, and wants its challenge back. */
export function handshakeMeta(
  { method, query }: Webhook,
  { verifyToken = '' }: Settings,
): Reply | undefined {
  if (method !== 'GET' || query['hub.mode'] !== 'subscribe') return undefined;
  if (!isSame(query['hub.verify_token'] ?? '', verifyToken)) {
    return { status: 401, type: 'text/plain', body: 'wrong verify token' };
  }
  return { status: 200, type: 'text/plain', body: query['hub.challenge'] ?? '' };
}

export const bearer = ({ accessToken = '' }: Settings) => ({
  authorization: `Bearer ${accessToken}`,
});

/** Codes after which the same message may pass later: too fast, too much, their fault (error reference of the Graph API). */
const passing: ReadonlySet<number> = new Set([
  1, 2, 4, 17, 32, 341, 613, 80007, 130429, 131016, 131048, 131056, 133004,
]);
const named: { readonly [code: number]: string } = {
  10: 'no_permission',
  200: 'no_permission',
  368: 'account_blocked',
  551: 'blocked',
  131026: 'not_reachable',
  131030: 'not_on_test_list',
  131031: 'account_blocked',
  131042: 'account_unpaid',
  131047: 'window_closed',
  131050: 'unsubscribed',
  131052: 'file_refused',
  131053: 'file_refused',
  132000: 'template_parameters',
  132001: 'template_unknown',
  132015: 'template_paused',
  132016: 'template_paused',
};
/** Messenger tells these apart by their subcode only: a right that the app lacks has the same code as an ended window. */
const namedBySubcode: { readonly [subcode: number]: string } = {
  2018278: 'window_closed',
  2534022: 'window_closed',
  1545041: 'blocked',
  2018108: 'blocked',
  2018001: 'not_reachable',
};

export function outcomeMeta(answer: Answer): Sent {
  const { json } = answer;
  const code = numberAt(json, 'error', 'code');
  if (code === undefined) {
    const id = textAt(json, 'messages', 0, 'id') ?? textAt(json, 'message_id');
    return outcomeByStatus(answer, id);
  }
  // The token has ended: the operator gives a new one, the words wait.
  if (code === 190) return { kind: 'later', reason: 'token_expired', afterMs: 5 * 60_000 };
  const reason = metaReason(at(json, 'error'));
  return passing.has(code) ? { kind: 'later', reason } : { kind: 'final', reason };
}

/** The name of a refusal, at once or in a status afterwards. */
export function metaReason(error: unknown): string {
  const [code, subcode] = [numberAt(error, 'code'), numberAt(error, 'error_subcode')];
  const bySubcode = subcode === undefined ? undefined : namedBySubcode[subcode];
  if (bySubcode !== undefined) return bySubcode;
  return code === undefined ? 'undelivered' : (named[code] ?? `graph_${code}`);
}

export const dayMs = 24 * 60 * 60_000;

export function isObject(value: unknown, name: string): boolean {
  return at(value, 'object') === name;
}
