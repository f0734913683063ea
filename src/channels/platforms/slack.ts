import { z } from 'zod';
import { at, get, listAt, outcomeByStatus, postJson, retryAfter, textAt, under } from './calls.ts';
import type { Driver, Item, ItemContent, Settings, TextPiece } from './driver.ts';
import { hmac, isSame, jsonOf } from './signatures.ts';

/** Older requests are refused, so that a recorded one cannot be played again (docs.slack.dev, verifying requests). */
const staleMs = 5 * 60_000;

/**
 * Slack: Events API and interactivity (docs.slack.dev). Direct messages with the app only. Text of a section block 3,000, 25
 * buttons of 75 characters; one message a second in a channel. Answers come with status 200 whether it worked or not.
 */
export const slack: Driver = {
  name: 'slack',
  prefix: 'sl',
  facts: {
    text: { max: 3000, unit: 'utf16' },
    buttons: { max: 25, labelMax: 75 },
    perSecond: 10,
  },
  settings: z.strictObject({
    signingSecret: z.string().min(8).max(200),
    botToken: z.string().min(8).max(300),
    apiUrl: z.url().default('https://slack.com/api'),
  }),
  verify({ headers, raw }, { signingSecret = '' }, nowMs) {
    const [given, timestamp] = [headers['x-slack-signature'], headers['x-slack-request-timestamp']];
    if (given === undefined || timestamp === undefined)
      return { kind: 'forged', reason: 'missing' };
    const base = Buffer.concat([Buffer.from(`v0:${timestamp}:`), raw]);
    if (!isSame(given, `v0=${hmac('sha256', signingSecret, base, 'hex')}`)) {
      return { kind: 'forged', reason: 'wrong' };
    }
    const isFresh =
      /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) <= staleMs;
    if (!isFresh) return { kind: 'forged', reason: 'stale' };
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true)
      return jsonOf(raw);
    const payload = new URLSearchParams(raw.toString('utf8')).get('payload');
    return payload === null ? { kind: 'unreadable' } : jsonOf(Buffer.from(payload));
  },
  // Signed like any other, so it goes through verification first.
  challenge: (body) =>
    textAt(body, 'type') === 'url_verification' ? textAt(body, 'challenge') : undefined,
  parse(body) {
    const item = textAt(body, 'type') === 'block_actions' ? pressedItem(body) : eventItem(body);
    return item ? [item] : [];
  },
  send(piece, to, settings) {
    return postJson(
      under(settings['apiUrl'] ?? '', 'chat.postMessage'),
      { channel: to['channel'], text: marked(piece.text), ...blocksOf(piece), unfurl_links: false },
      bearer(settings),
    );
  },
  outcome(answer) {
    const { json, header } = answer;
    if (at(json, 'ok') === true) return { kind: 'sent', id: textAt(json, 'ts') };
    const code = textAt(json, 'error');
    if (code === 'ratelimited') return { kind: 'later', reason: code, ...retryAfter(header) };
    if (code === undefined || transient.has(code)) {
      const byStatus = outcomeByStatus(answer);
      return byStatus.kind === 'sent'
        ? { kind: 'later', reason: code ?? 'unreadable_answer' }
        : byStatus;
    }
    return { kind: 'final', reason: code };
  },
  download: (file, settings) => ({
    first: get(file.id, isSlacks(file.id, settings) ? bearer(settings) : {}),
  }),
  check: {
    call: (settings) =>
      postJson(under(settings['apiUrl'] ?? '', 'auth.test'), {}, bearer(settings)),
    name: (json) => (at(json, 'ok') === true ? textAt(json, 'user') : undefined),
  },
};

const transient: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'invalid_auth',
  'token_expired',
  'token_revoked',
  'not_authed',
]);

const bearer = ({ botToken = '' }: Settings) => ({ authorization: `Bearer ${botToken}` });

/** The token is worth the whole app: it goes to Slack's own hosts only. */
function isSlacks(url: string, settings: Settings): boolean {
  const { hostname, protocol, origin } = URL.parse(url) ?? {};
  if (origin !== undefined && origin === URL.parse(settings['apiUrl'] ?? '')?.origin) return true;
  return protocol === 'https:' && hostname === 'files.slack.com';
}

/** Slack reads these three as marks (docs.slack.dev, formatting). */
function marked(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function blocksOf({ text, choices }: TextPiece): object {
  if (!choices) return {};
  const elements = choices.options.map(({ data, label }, index) => ({
    type: 'button',
    action_id: `${data}:${index}`,
    value: data,
    text: { type: 'plain_text', text: label },
  }));
  const section = { type: 'section', text: { type: 'mrkdwn', text: marked(text) } };
  return { blocks: [section, { type: 'actions', elements }] };
}

function eventItem(body: unknown): Item | undefined {
  if (textAt(body, 'type') !== 'event_callback') return undefined;
  const event = at(body, 'event');
  const key = textAt(body, 'event_id');
  const message = at(event, 'message') ?? event;
  const [user, channel] = [
    textAt(message, 'user') ?? textAt(event, 'previous_message', 'user'),
    textAt(event, 'channel'),
  ];
  const isOurs = textAt(message, 'bot_id') !== undefined;
  if (key === undefined || user === undefined || channel === undefined || isOurs) return undefined;
  if (textAt(event, 'type') !== 'message' || textAt(event, 'channel_type') !== 'im')
    return undefined;
  const content = contentOf(event);
  const userId = `${textAt(body, 'team_id') ?? ''}.${user}`;
  return content && { key, userId, to: { channel }, content };
}

function contentOf(event: unknown): ItemContent | undefined {
  const subtype = textAt(event, 'subtype');
  const text = textAt(event, 'text');
  if (subtype === 'message_deleted') {
    return { kind: 'deleted', of: textAt(event, 'deleted_ts') ?? '' };
  }
  if (subtype === 'message_changed') {
    const edited = textAt(event, 'message', 'text');
    const isSame = edited === textAt(event, 'previous_message', 'text');
    return edited === undefined || isSame ? undefined : { kind: 'edit', text: plain(edited) };
  }
  const file = listAt(event, 'files')[0];
  const url = textAt(file, 'url_private_download') ?? textAt(file, 'url_private');
  if (url !== undefined) {
    const name = textAt(file, 'name') ?? 'file';
    return { kind: 'file', file: { id: url, name }, caption: plain(text ?? '') };
  }
  if (subtype !== undefined || text === undefined) return undefined;
  return { kind: 'text', text: plain(text) };
}

/** Links as their words, and the three marks back. */
function plain(text: string): string {
  return text
    .replaceAll(/<(?:[^<>|]*\|)?([^<>|]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function pressedItem(body: unknown): Item | undefined {
  const action = at(body, 'actions', 0);
  const [user, channel] = [textAt(body, 'user', 'id'), textAt(body, 'channel', 'id')];
  const [time, data] = [textAt(action, 'action_ts'), textAt(action, 'value')];
  if (user === undefined || channel === undefined || time === undefined || data === undefined) {
    return undefined;
  }
  const userId = `${textAt(body, 'team', 'id') ?? textAt(body, 'user', 'team_id') ?? ''}.${user}`;
  const content = { kind: 'choice', data, label: textAt(action, 'text', 'text') ?? '' } as const;
  return { key: `action:${time}:${user}`, userId, to: { channel }, content };
}
