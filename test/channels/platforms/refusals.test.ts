import { expect, test } from 'vitest';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import type { PlatformName, Sent } from '../../../src/channels/platforms/driver.ts';

/** Answers as the platforms document them: the form, the codes, and what they are to us. */
interface Refusal {
  readonly to: PlatformName;
  readonly what: string;
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter?: string;
  readonly is: Sent;
}

const later = (reason: string, afterMs?: number): Sent => ({
  kind: 'later',
  reason,
  ...(afterMs !== undefined && { afterMs }),
});
const final = (reason: string): Sent => ({ kind: 'final', reason });
const graph = (code: number, error_subcode?: number) => ({
  error: { message: 'x', type: 'OAuthException', code, error_subcode, fbtrace_id: 'x' },
});
const telegram = (error_code: number, description: string, parameters?: object) => ({
  ok: false,
  error_code,
  description,
  parameters,
});
const wechat = (errcode: number) => ({ errcode, errmsg: 'x hint: [a]' });
const twilio = (code: number, status: number) => ({ code, message: 'x', more_info: 'x', status });

const refusals: readonly Refusal[] = [
  {
    to: 'telegram',
    what: 'too fast',
    status: 429,
    body: telegram(429, 'Too Many Requests', { retry_after: 35 }),
    is: later('too_many', 35_000),
  },
  {
    to: 'telegram',
    what: 'blocked',
    status: 403,
    body: telegram(403, 'Forbidden: bot was blocked by the user'),
    is: final('blocked'),
  },
  {
    to: 'telegram',
    what: 'a wrong token, which a person mends',
    status: 401,
    body: telegram(401, 'Unauthorized'),
    is: later('http_401'),
  },
  {
    to: 'telegram',
    what: 'no such chat',
    status: 400,
    body: telegram(400, 'Bad Request: chat not found'),
    is: final('http_400'),
  },
  { to: 'telegram', what: 'its own fault', status: 502, body: undefined, is: later('http_502') },
  {
    to: 'telegram',
    what: 'somebody else’s page',
    status: 200,
    body: undefined,
    is: later('unreadable_answer'),
  },
  {
    to: 'whatsapp',
    what: 'the window is over',
    status: 400,
    body: graph(131047),
    is: final('window_closed'),
  },
  {
    to: 'whatsapp',
    what: 'nobody there',
    status: 400,
    body: graph(131026),
    is: final('not_reachable'),
  },
  { to: 'whatsapp', what: 'too fast', status: 400, body: graph(130429), is: later('graph_130429') },
  {
    to: 'whatsapp',
    what: 'too fast to this person',
    status: 400,
    body: graph(131056),
    is: later('graph_131056'),
  },
  {
    to: 'whatsapp',
    what: 'an account that is closed',
    status: 403,
    body: graph(131031),
    is: final('account_blocked'),
  },
  {
    to: 'whatsapp',
    what: 'no template in that language',
    status: 404,
    body: graph(132001),
    is: final('template_unknown'),
  },
  {
    to: 'whatsapp',
    what: 'other parameters than the template has',
    status: 400,
    body: graph(132000),
    is: final('template_parameters'),
  },
  {
    to: 'whatsapp',
    what: 'an ended token',
    status: 401,
    body: graph(190, 463),
    is: later('token_expired', 300_000),
  },
  {
    to: 'whatsapp',
    what: 'its own fault',
    status: 500,
    body: graph(131016),
    is: later('graph_131016'),
  },
  {
    to: 'messenger',
    what: 'the window is over',
    status: 400,
    body: graph(10, 2018278),
    is: final('window_closed'),
  },
  {
    to: 'messenger',
    what: 'a right that the app has not',
    status: 403,
    body: graph(10),
    is: final('no_permission'),
  },
  {
    to: 'messenger',
    what: 'somebody who cannot be written to',
    status: 400,
    body: graph(551, 1545041),
    is: final('blocked'),
  },
  {
    to: 'messenger',
    what: 'nobody there',
    status: 400,
    body: graph(100, 2018001),
    is: final('not_reachable'),
  },
  { to: 'messenger', what: 'too fast', status: 400, body: graph(613), is: later('graph_613') },
  {
    to: 'line',
    what: 'too fast',
    status: 429,
    body: { message: 'The API rate limit has been exceeded.' },
    is: later('http_429'),
  },
  {
    to: 'line',
    what: 'the month’s messages are used up',
    status: 429,
    body: { message: 'You have reached your monthly limit.' },
    is: final('quota_used_up'),
  },
  {
    to: 'line',
    what: 'the same once more',
    status: 409,
    body: { message: 'The retry key is already accepted', sentMessages: [{ id: '1' }] },
    is: { kind: 'sent', id: undefined },
  },
  {
    to: 'line',
    what: 'a wrong token, which a person mends',
    status: 401,
    body: { message: 'x' },
    is: later('http_401'),
  },
  {
    to: 'wechat',
    what: 'the window is over',
    status: 200,
    body: wechat(45015),
    is: final('window_closed'),
  },
  {
    to: 'wechat',
    what: 'five are used up',
    status: 200,
    body: wechat(45047),
    is: final('window_used_up'),
  },
  {
    to: 'wechat',
    what: 'an ended token',
    status: 200,
    body: wechat(42001),
    is: { kind: 'expired', reason: 'wechat_42001' },
  },
  {
    to: 'wechat',
    what: 'somebody else took a new token',
    status: 200,
    body: wechat(40001),
    is: { kind: 'expired', reason: 'wechat_40001' },
  },
  { to: 'wechat', what: 'too fast', status: 200, body: wechat(45011), is: later('wechat_45011') },
  { to: 'wechat', what: 'busy', status: 200, body: wechat(-1), is: later('wechat_-1') },
  {
    to: 'wechat',
    what: 'they do not follow',
    status: 200,
    body: wechat(43004),
    is: final('not_following'),
  },
  {
    to: 'wechat',
    what: 'a right that the account has not',
    status: 200,
    body: wechat(48001),
    is: final('not_allowed'),
  },
  {
    to: 'wecom',
    what: 'five are used up',
    status: 200,
    body: wechat(95001),
    is: final('window_used_up'),
  },
  {
    to: 'wecom',
    what: 'an ended token',
    status: 200,
    body: wechat(42001),
    is: { kind: 'expired', reason: 'wechat_42001' },
  },
  {
    to: 'slack',
    what: 'too fast',
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    retryAfter: '30',
    is: later('ratelimited', 30_000),
  },
  {
    to: 'slack',
    what: 'too fast, without a word',
    status: 429,
    body: undefined,
    retryAfter: '30',
    is: later('http_429', 30_000),
  },
  {
    to: 'slack',
    what: 'no such channel',
    status: 200,
    body: { ok: false, error: 'channel_not_found' },
    is: final('channel_not_found'),
  },
  {
    to: 'slack',
    what: 'a token that was taken back, which a person mends',
    status: 200,
    body: { ok: false, error: 'token_revoked' },
    is: later('token_revoked'),
  },
  { to: 'sms', what: 'too fast', status: 429, body: twilio(20429, 429), is: later('too_many') },
  {
    to: 'sms',
    what: 'they wrote STOP',
    status: 400,
    body: twilio(21610, 400),
    is: final('unsubscribed'),
  },
  {
    to: 'sms',
    what: 'no number',
    status: 400,
    body: twilio(21211, 400),
    is: final('twilio_21211'),
  },
  {
    to: 'sms',
    what: 'a wrong token, which a person mends',
    status: 401,
    body: twilio(20003, 401),
    is: later('http_401'),
  },
  { to: 'email', what: 'a full mailbox', status: 452, body: undefined, is: later('smtp_452') },
  { to: 'email', what: 'no such mailbox', status: 550, body: undefined, is: final('smtp_550') },
];

test.each(refusals)('$to answers: $what', ({ to, status, body, retryAfter, is }) => {
  const header = (name: string) => (name === 'retry-after' ? retryAfter : undefined);
  // As it comes over the wire: what is undefined is not there.
  const json = body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
  expect(drivers[to].outcome({ status, header, json })).toEqual(is);
});
