import { z } from 'zod';
import { at, get, listAt, outcomeByStatus, postJson, retryAfter, textAt, under } from './calls.ts';
import { attached } from './attached.ts';
import type {
  Address,
  Answer,
  Driver,
  FileWithContent,
  Item,
  ItemContent,
  PieceChoices,
  RemoteFile,
  Sent,
  Settings,
  TextPiece,
  Uploading,
} from './driver.ts';
import { hmac, isSame, jsonOf } from './signatures.ts';
import { escaped } from './split.ts';
import { everyType, formOf, megabyte } from './uploads.ts';

/** Of a file of any kind (slack.com/help, add files to Slack). */
const fileMax = 1000 * megabyte;

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
    text: { max: 3000, unit: 'escaped' },
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
    if (textAt(body, 'type') !== 'block_actions') return eventItems(body);
    const item = pressedItem(body);
    return item ? [item] : [];
  },
  send: (piece, to, settings) =>
    postJson(
      under(settings['apiUrl'] ?? '', 'chat.postMessage'),
      slackMessage(piece, to),
      bearer(settings),
    ),
  outcome,
  files: {
    way: 'upload',
    bytesMax: everyType(fileMax),
    upload,
    // Until this the file is nobody's: what is uploaded and never completed is seen by no one.
    send: ({ uploadedAs: id, name: title }, { channel: channel_id }, settings) =>
      postJson(
        under(settings['apiUrl'] ?? '', 'files.completeUploadExternal'),
        { files: [{ id, title }], channel_id },
        bearer(settings),
      ),
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

function outcome(answer: Answer): Sent {
  const { json, header } = answer;
  if (at(json, 'ok') === true) {
    return { kind: 'sent', id: textAt(json, 'ts') ?? textAt(json, 'files', 0, 'id') };
  }
  const code = textAt(json, 'error');
  if (code === 'ratelimited') return { kind: 'later', reason: code, ...retryAfter(header) };
  if (code === undefined || transient.has(code)) {
    const byStatus = outcomeByStatus(answer);
    return byStatus.kind === 'sent'
      ? { kind: 'later', reason: code ?? 'unreadable_answer' }
      : byStatus;
  }
  return { kind: 'final', reason: code };
}

/** Asks where to, then brings the bytes there (docs.slack.dev, uploading files); needs the right `files:write`. */
function* upload(file: FileWithContent, settings: Settings): Uploading {
  const { name: filename, bytes } = file;
  const query = new URLSearchParams({ filename, length: String(bytes) });
  const asked = yield get(
    `${under(settings['apiUrl'] ?? '', 'files.getUploadURLExternal')}?${query.toString()}`,
    bearer(settings),
  );
  const said = outcome(asked);
  if (said.kind !== 'sent') return said;
  const [url, id] = [textAt(asked.json, 'upload_url'), textAt(asked.json, 'file_id')];
  if (url === undefined || id === undefined || !isSlacks(url, settings)) {
    return { kind: 'later', reason: 'unreadable_answer' };
  }
  // The address is the permission: the token does not go there.
  const brought = yield { method: 'POST', url, headers: {}, body: formOf({}, 'filename', file) };
  const byStatus = outcomeByStatus(brought);
  return byStatus.kind === 'sent' ? { kind: 'uploaded', id } : byStatus;
}

/** The token is worth the whole app: it goes to Slack's own hosts only. */
function isSlacks(url: string, settings: Settings): boolean {
  const { hostname, protocol, origin } = URL.parse(url) ?? {};
  if (origin !== undefined && origin === URL.parse(settings['apiUrl'] ?? '')?.origin) return true;
  return protocol === 'https:' && hostname === 'files.slack.com';
}

/** What `chat.postMessage` gets. */
export function slackMessage({ text, choices }: TextPiece, { channel = '' }: Address) {
  const message = { channel, text: escaped(text), unfurl_links: false };
  return choices ? { ...message, blocks: blocksOf(message.text, choices) } : message;
}

function blocksOf(text: string, { options }: PieceChoices) {
  const elements = options.map(({ data, label }, index) => ({
    type: 'button' as const,
    action_id: `${data}:${index}`,
    value: data,
    text: { type: 'plain_text' as const, text: label },
  }));
  const section = { type: 'section' as const, text: { type: 'mrkdwn' as const, text } };
  return [section, { type: 'actions' as const, elements }];
}

function eventItems(body: unknown): readonly Item[] {
  if (textAt(body, 'type') !== 'event_callback') return [];
  const event = at(body, 'event');
  const [id, channel] = [textAt(body, 'event_id'), textAt(event, 'channel')];
  const said = at(event, 'message') ?? at(event, 'previous_message') ?? event;
  const user = textAt(said, 'user');
  const isOurs = textAt(said, 'bot_id') !== undefined;
  if (id === undefined || channel === undefined || user === undefined || isOurs) return [];
  const contents = contentsOf(event);
  const userId = `${textAt(body, 'team_id') ?? ''}.${user}`;
  const key = keyOf(event, channel) ?? id;
  return contents.map((content, nth) => ({
    key: nth === 0 ? key : `${key}:${nth}`,
    userId,
    to: { channel },
    content,
  }));
}

/** A message's place in its channel, which is what deleting it names; undefined for what is said of a message. */
function keyOf(event: unknown, channel: string): string | undefined {
  const [time, subtype] = [textAt(event, 'ts'), textAt(event, 'subtype') ?? ''];
  const isMessage = textAt(event, 'type') === 'message' && said.has(subtype);
  return isMessage && time !== undefined ? `${channel}.${time}` : undefined;
}

/** Messages of people; the other subtypes are the platform's own, bots' or of what became of a message. */
const said: ReadonlySet<string> = new Set(['', 'file_share', 'me_message', 'thread_broadcast']);

function contentsOf(event: unknown): readonly ItemContent[] {
  if (textAt(event, 'type') === 'app_home_opened') {
    return textAt(event, 'tab') === 'messages' ? [{ kind: 'begun' }] : [];
  }
  // Only chats of two: in a channel others would see a customer's account.
  if (textAt(event, 'type') !== 'message' || textAt(event, 'channel_type') !== 'im') return [];
  const subtype = textAt(event, 'subtype') ?? '';
  if (subtype === 'message_deleted') {
    const of = `${textAt(event, 'channel') ?? ''}.${textAt(event, 'deleted_ts') ?? ''}`;
    return [{ kind: 'deleted', of }];
  }
  if (subtype === 'message_changed') {
    const edited = textAt(event, 'message', 'text');
    const isSame = edited === textAt(event, 'previous_message', 'text');
    return edited === undefined || isSame ? [] : [{ kind: 'edit', text: plain(edited) }];
  }
  if (!said.has(subtype)) return [];
  const text = plain(textAt(event, 'text') ?? '');
  return attached(text, listAt(event, 'files').map(fileOf));
}

/** One that is gone, beyond the plan's limit or on another workspace has no address. */
function fileOf(file: unknown): RemoteFile | undefined {
  const url = textAt(file, 'url_private_download') ?? textAt(file, 'url_private');
  return url === undefined ? undefined : { id: url, name: textAt(file, 'name') ?? 'file' };
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
