import { createHash } from 'node:crypto';
import { z } from 'zod';
import { attached } from './attached.ts';
import { get, numberAt, outcomeByStatus, textAt, under } from './calls.ts';
import type { Address, Call, Driver, Item, ItemContent, Settings, TextPiece } from './driver.ts';
import { hmac, isSame } from './signatures.ts';
import { megabyte } from './uploads.ts';

/** Of a message with all that is in it (twilio.com/docs/messaging/guides/accepted-mime-types). */
const mmsMax = 5 * megabyte - 64 * 1024;

/**
 * SMS through Twilio (twilio.com/docs/usage/security, /messaging). At most 1,600 characters; ten short messages are 1,530 of the
 * GSM alphabet or 670 of others, and more of them arrive in pieces. Choices are numbered lists. Signed over the public address and the sorted fields of the form. STOP and
 * START are Twilio's to keep; after STOP every message is refused (21610).
 */
export const sms: Driver = {
  name: 'sms',
  prefix: 'sms',
  facts: { text: { max: 10, unit: 'segments' }, perSecond: 1 },
  settings: z.strictObject({
    accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/),
    authToken: z.string().min(8).max(200),
    from: z.string().regex(/^\+?\d{3,15}$|^MG[0-9a-fA-F]{32}$/),
    apiUrl: z.url().default('https://api.twilio.com'),
    /** Where Twilio tells what became of a message; our webhook, unless it is said otherwise. */
    statusUrl: z.union([z.literal(''), z.url()]).default(''),
    /** Whether the number sends MMS, which Twilio has in the USA and Canada only. */
    mms: z.enum(['yes', 'no']).default('no'),
  }),
  verify({ headers, url, raw }, { authToken = '' }) {
    const given = headers['x-twilio-signature'];
    if (given === undefined) return { kind: 'forged', reason: 'missing' };
    const form = new URLSearchParams(raw.toString('utf8'));
    const sorted = [...new Set(form.keys())].sort();
    // A name that comes twice counts with each of its values once, sorted, as Twilio's own libraries have it.
    const fields = sorted.map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(''),
    );
    const base = `${url}${fields.join('')}`;
    if (!isSame(given, hmac('sha1', authToken, base, 'base64'))) {
      return { kind: 'forged', reason: 'wrong' };
    }
    return { kind: 'ok', body: Object.fromEntries(form) };
  },
  parse(body) {
    const [key, from] = [textAt(body, 'MessageSid'), textAt(body, 'From')];
    const status = textAt(body, 'MessageStatus');
    if (key === undefined) return [];
    if (status === 'undelivered' || status === 'failed') {
      const reason = `twilio_${textAt(body, 'ErrorCode') ?? status}`;
      return [
        {
          key: `${key}:failed`,
          userId: '',
          to: {},
          content: { kind: 'undelivered', of: key, reason },
        },
      ];
    }
    if (from === undefined || status !== undefined || isTwilios(body)) return [];
    return contentsOf(body).map((content, nth): Item => {
      const part = nth === 0 ? '' : `:${nth}`;
      return {
        key: `${key}${part}`,
        userId: from.replaceAll('+', ''),
        to: { phone: from },
        content,
      };
    });
  },
  accepted: { type: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
  send(piece, to, settings) {
    return messages(settings, new URLSearchParams(smsMessage(piece, to, settings)));
  },
  outcome(answer) {
    const code = numberAt(answer.json, 'code');
    if (answer.status < 300 || code === undefined)
      return outcomeByStatus(answer, textAt(answer.json, 'sid'));
    if (code === 20429 || code === 14107) return { kind: 'later', reason: 'too_many' };
    if (code === 21610) return { kind: 'final', reason: 'unsubscribed' };
    const byStatus = outcomeByStatus(answer);
    return byStatus.kind === 'final' ? { kind: 'final', reason: `twilio_${code}` } : byStatus;
  },
  files: {
    way: 'url',
    isOn: ({ mms }) => mms === 'yes',
    // Pictures, which Twilio makes smaller for each carrier; other kinds are refused by most of them.
    bytesMax: { 'image/jpeg': mmsMax, 'image/png': mmsMax, 'image/gif': mmsMax },
    send: ({ url: MediaUrl }, to, settings) =>
      messages(settings, new URLSearchParams({ MediaUrl, ...smsHead(to, settings) })),
  },
  tellsUndelivered: true,
  download: (file, settings) => ({
    first: get(file.id, isTheirHost(file.id, settings) ? basic(settings) : {}),
  }),
  check: {
    call: (settings) => get(account(settings, '.json'), basic(settings)),
    name: (json) => textAt(json, 'friendly_name'),
  },
};

/**
 * What `Messages` gets. Typographic quotes and dashes would make a text twice as dear: Twilio writes them plainly. The
 * status address, where there is one, is told of what did not arrive.
 */
export function smsMessage({ text: Body }: TextPiece, to: Address, settings: Settings) {
  return { ...smsHead(to, settings), Body, SmartEncoded: 'true' };
}

function smsHead({ phone: To = '' }: Address, { from = '', statusUrl = '' }: Settings) {
  return {
    To,
    ...(from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from }),
    ...(statusUrl !== '' && { StatusCallback: statusUrl }),
  };
}

function account({ apiUrl = '', accountSid = '' }: Settings, path: string): string {
  return under(apiUrl, `2010-04-01/Accounts/${accountSid}${path}`);
}

function basic({ accountSid = '', authToken = '' }: Settings) {
  const pair = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

function messages(settings: Settings, body: URLSearchParams): Call {
  return {
    method: 'POST',
    url: account(settings, '/Messages.json'),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...basic(settings) },
    body: body.toString(),
  };
}

/** STOP and HELP are answered by Twilio, and an answer of ours would be refused (Advanced Opt-Out marks them). */
function isTwilios(body: unknown): boolean {
  const type = textAt(body, 'OptOutType');
  return type === 'STOP' || type === 'HELP';
}

function isTheirHost(url: string, { apiUrl = '' }: Settings): boolean {
  return URL.parse(url)?.origin === URL.parse(apiUrl)?.origin;
}

const filesMax = 10;

function contentsOf(body: unknown): readonly ItemContent[] {
  const text = textAt(body, 'Body') ?? '';
  const count = Math.min(Number(textAt(body, 'NumMedia') ?? 0) || 0, filesMax);
  const files = Array.from({ length: count }, (_, nth) => {
    const id = textAt(body, `MediaUrl${nth}`);
    if (id === undefined || !URL.canParse(id)) return undefined;
    return { id, name: `mms-${createHash('sha256').update(id).digest('hex').slice(0, 8)}` };
  });
  const contents = attached(text, files);
  return contents.length > 0 ? contents : [{ kind: 'unreadable' }];
}
