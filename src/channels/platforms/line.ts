import { z } from 'zod';
import { at, get, listAt, outcomeByStatus, postJson, textAt, under } from './calls.ts';
import type { Address, Driver, Item, ItemContent, Settings, TextPiece } from './driver.ts';
import { hmac, verifyJson } from './signatures.ts';
import { megabyte } from './uploads.ts';

/**
 * LINE Messaging API (developers.line.biz/en/reference/messaging-api). Text 5,000 UTF-16 units; 13 quick replies of 20 characters
 * with 300 of data. Sent by push with a retry key, so that a message sent again is refused as a double (409) and counts as sent.
 */
export const line: Driver = {
  name: 'line',
  prefix: 'ln',
  facts: {
    text: { max: 5000, unit: 'utf16' },
    buttons: { max: 13, labelMax: 20 },
    perSecond: 500,
  },
  settings: z.strictObject({
    channelSecret: z.string().min(8).max(200),
    accessToken: z.string().min(8).max(1000),
    apiUrl: z.url().default('https://api.line.me'),
    dataUrl: z.url().default('https://api-data.line.me'),
  }),
  verify(webhook, { channelSecret = '' }) {
    return verifyJson(webhook, 'x-line-signature', () =>
      hmac('sha256', channelSecret, webhook.raw, 'base64'),
    );
  },
  parse: (body) => listAt(body, 'events').flatMap(itemsOf),
  send: (piece, to, settings, { idempotencyKey }) =>
    postJson(under(settings['apiUrl'] ?? '', 'v2/bot/message/push'), lineMessage(piece, to), {
      ...bearer(settings),
      'x-line-retry-key': idempotencyKey,
    }),
  outcome(answer) {
    if (answer.status === 409) return { kind: 'sent', id: undefined };
    // The month's quota is used up: nothing changes in a minute.
    if (answer.status === 429 && /monthly limit/i.test(textAt(answer.json, 'message') ?? '')) {
      return { kind: 'final', reason: 'quota_used_up' };
    }
    return outcomeByStatus(answer, textAt(answer.json, 'sentMessages', 0, 'id'));
  },
  files: {
    way: 'url',
    // The picture may have 10 MB and its preview 1 MB: ours is its own preview, so that is what it may have. Other kinds have
    // no message of their own, or one that needs a preview.
    bytesMax: { 'image/jpeg': megabyte, 'image/png': megabyte },
    send: ({ url }, to, settings, { idempotencyKey }) =>
      postJson(under(settings['apiUrl'] ?? '', 'v2/bot/message/push'), lineImage(url, to), {
        ...bearer(settings),
        'x-line-retry-key': idempotencyKey,
      }),
  },
  typing: (to, settings) =>
    postJson(
      under(settings['apiUrl'] ?? '', 'v2/bot/chat/loading/start'),
      { chatId: to['user'], loadingSeconds: 5 },
      bearer(settings),
    ),
  download: (file, settings) => ({
    first: get(
      under(settings['dataUrl'] ?? '', `v2/bot/message/${encodeURIComponent(file.id)}/content`),
      bearer(settings),
    ),
  }),
  check: {
    call: (settings) => get(under(settings['apiUrl'] ?? '', 'v2/bot/info'), bearer(settings)),
    name: (json) => textAt(json, 'displayName'),
  },
  register: (settings, endpoint) => ({
    ...postJson(
      under(settings['apiUrl'] ?? '', 'v2/bot/channel/webhook/endpoint'),
      { endpoint },
      bearer(settings),
    ),
    method: 'PUT',
  }),
};

/** What `push` gets. */
export function lineMessage({ text, choices }: TextPiece, { user: to = '' }: Address) {
  const items = choices?.options.map(({ label, data }) => ({
    type: 'action' as const,
    action: { type: 'postback' as const, label, data, displayText: label },
  }));
  return {
    to,
    messages: [{ type: 'text' as const, text, ...(items && { quickReply: { items } }) }],
  };
}

/** The same for a picture that LINE fetches from us (messaging-api/#image-message). */
export function lineImage(url: string, { user: to = '' }: Address) {
  return {
    to,
    messages: [{ type: 'image' as const, originalContentUrl: url, previewImageUrl: url }],
  };
}

const bearer = ({ accessToken = '' }: Settings) => ({ authorization: `Bearer ${accessToken}` });

function itemsOf(event: unknown): readonly Item[] {
  // A message's own id, which is what taking it back names; it is the same in every redelivery, as the event's is.
  const key = textAt(event, 'message', 'id') ?? textAt(event, 'webhookEventId');
  const userId = textAt(event, 'source', 'userId');
  if (key === undefined || userId === undefined) return [];
  // Only chats of two: in a group others would see a customer's account. On standby somebody else answers.
  if (textAt(event, 'source', 'type') !== 'user' || textAt(event, 'mode') === 'standby') return [];
  const content = contentOf(event);
  return content ? [{ key, userId, to: { user: userId }, content }] : [];
}

function contentOf(event: unknown): ItemContent | undefined {
  switch (textAt(event, 'type')) {
    case 'follow':
      return { kind: 'begun' };
    case 'postback':
      return { kind: 'choice', data: textAt(event, 'postback', 'data') ?? '', label: '' };
    case 'unsend':
      return { kind: 'deleted', of: textAt(event, 'unsend', 'messageId') ?? '' };
    case 'message':
      return messageOf(at(event, 'message'));
    default:
      return undefined;
  }
}

const fileNames: { readonly [type: string]: string } = {
  image: 'photo.jpg',
  video: 'video.mp4',
  file: 'file',
};

function messageOf(message: unknown): ItemContent {
  const [type = '', id, text] = [
    textAt(message, 'type'),
    textAt(message, 'id'),
    textAt(message, 'text'),
  ];
  if (type === 'text' && text !== undefined) return { kind: 'text', text };
  // What an app of the operator's sent in their name is kept elsewhere.
  if (textAt(message, 'contentProvider', 'type') === 'external') return { kind: 'unreadable' };
  const name =
    textAt(message, 'fileName') ?? (Object.hasOwn(fileNames, type) ? fileNames[type] : undefined);
  if (id === undefined || name === undefined) return { kind: 'unreadable' };
  return { kind: 'file', file: { id, name }, caption: '' };
}
