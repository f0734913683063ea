import { z } from 'zod';
import { get, postJson, textAt, under } from './calls.ts';
import type { Driver, Item, ItemContent, Reply, Settings, Webhook } from './driver.ts';
import { isSame } from './signatures.ts';
import {
  checkByIps,
  menuOrText,
  outcomeWechat,
  tokenBy,
  uploadMedia,
  withToken,
} from './wechat-api.ts';
import { megabyte } from './uploads.ts';
import { signatureOf, verifyWechat } from './wechat-crypto.ts';

/**
 * WeChat Official Account (developers.weixin.qq.com/doc/service). Callbacks are answered `success` within 5 s and spoken to by
 * the customer service API: 2,048 bytes a text, 48 hours from the customer's message, 5 messages for each of theirs. Safe mode
 * when the encoding key is given; in plain mode the body is not signed, so the secret of the address is all there is.
 */
export const wechat: Driver = {
  name: 'wechat',
  prefix: 'wx',
  facts: {
    text: { max: 2048, unit: 'bytes' },
    buttons: { max: 10, labelMax: 128 },
    choiceTextMax: 1024,
    window: {
      ms: 48 * 60 * 60_000,
      messagesMax: 5,
      begin: { ms: 60_000, messagesMax: 3 },
      afterwards: ['template', 'link'],
    },
    perSecond: 50,
  },
  settings: z.strictObject({
    appId: z.string().regex(/^wx[0-9a-zA-Z]{8,40}$/),
    appSecret: z.string().min(8).max(200),
    token: z.string().regex(/^[0-9a-zA-Z]{3,32}$/),
    encodingAesKey: z
      .string()
      .regex(/^([0-9a-zA-Z]{43})?$/)
      .default(''),
    apiUrl: z.url().default('https://api.weixin.qq.com'),
    /** An approved template message, the field of it that takes our words, and where a tap on it leads; empty: none. */
    templateId: z
      .string()
      .regex(/^[\w-]{0,64}$/)
      .default(''),
    templateField: z
      .string()
      .regex(/^\w{1,32}$/)
      .default('thing1'),
    templateLink: z.union([z.literal(''), z.url()]).default(''),
  }),
  handshake,
  verify: (webhook, { token = '', encodingAesKey = '', appId = '' }, nowMs) =>
    verifyWechat(webhook, { token, encodingAesKey, receiver: appId }, nowMs),
  accepted: { type: 'text/plain', body: 'success' },
  parse(body) {
    const userId = textAt(body, 'FromUserName');
    const content = contentOf(body);
    if (userId === undefined || !content) return [];
    // Events have no id: who and when tell them apart (the platform's own advice).
    const key = textAt(body, 'MsgId') ?? `${userId}.${textAt(body, 'CreateTime') ?? ''}`;
    return [{ key, userId, to: { user: userId }, content } satisfies Item];
  },
  send(piece, to, settings) {
    const message = menuOrText(piece, ({ data: id, label: content }) => ({ id, content }));
    const url = withToken(settings, 'cgi-bin/message/custom/send');
    return postJson(url, { touser: to['user'], ...message });
  },
  invite: (to, { words: value }, settings) => {
    const { templateId: template_id = '', templateField = '', templateLink: url = '' } = settings;
    if (template_id === '') return undefined;
    return postJson(withToken(settings, 'cgi-bin/message/template/send'), {
      touser: to['user'],
      template_id,
      ...(url !== '' && { url }),
      data: { [templateField]: { value } },
    });
  },
  outcome: outcomeWechat,
  files: {
    way: 'upload',
    // Temporary material (doc/service, media/upload), kept for three days. A video needs a cover picture; other kinds do not exist.
    bytesMax: {
      'image/jpeg': 10 * megabyte,
      'image/png': 10 * megabyte,
      'image/gif': 10 * megabyte,
    },
    upload: (file, settings) => uploadMedia(file, 'image', settings),
    send: ({ uploadedAs: media_id }, to, settings) =>
      postJson(withToken(settings, 'cgi-bin/message/custom/send'), {
        touser: to['user'],
        msgtype: 'image',
        image: { media_id },
      }),
  },
  typing: (to, settings) =>
    postJson(withToken(settings, 'cgi-bin/message/custom/typing'), {
      touser: to['user'],
      command: 'Typing',
    }),
  token: tokenBy(({ apiUrl = '', appId = '', appSecret = '' }) =>
    postJson(under(apiUrl, 'cgi-bin/stable_token'), {
      grant_type: 'client_credential',
      appid: appId,
      secret: appSecret,
    }),
  ),
  download: (file, settings) => ({
    first: get(withToken(settings, `cgi-bin/media/get?media_id=${encodeURIComponent(file.id)}`)),
  }),
  check: checkByIps('cgi-bin/get_api_domain_ip'),
};

/** Asked with a GET in both modes: the answer is the text that it came with. */
function handshake({ method, query }: Webhook, { token = '' }: Settings): Reply | undefined {
  const { echostr, signature = '', timestamp = '', nonce = '' } = query;
  if (method !== 'GET' || echostr === undefined) return undefined;
  if (!isSame(signature, signatureOf(token, timestamp, nonce))) {
    return { status: 401, type: 'text/plain', body: 'wrong signature' };
  }
  return { status: 200, type: 'text/plain', body: echostr };
}

function contentOf(body: unknown): ItemContent | undefined {
  const [text, menu, media] = [
    textAt(body, 'Content'),
    textAt(body, 'bizmsgmenuid'),
    textAt(body, 'MediaId'),
  ];
  switch (textAt(body, 'MsgType')) {
    case 'text':
      if (menu !== undefined) return { kind: 'choice', data: menu, label: text ?? '' };
      return text === undefined ? undefined : { kind: 'text', text };
    case 'image':
    case 'video':
      if (media === undefined) return undefined;
      return {
        kind: 'file',
        file: { id: media, name: textAt(body, 'MsgType') ?? '' },
        caption: '',
      };
    case 'voice': {
      // What WeChat heard, where the operator has that switched on.
      const heard = textAt(body, 'Recognition');
      return heard === undefined ? { kind: 'unreadable' } : { kind: 'text', text: heard };
    }
    case 'event':
      return eventOf(body);
    case undefined:
      return undefined;
    default:
      return { kind: 'unreadable' };
  }
}

/** A menu's key is what the operator wrote for it: read as the customer's words. Other events ask for no answer. */
function eventOf(body: unknown): ItemContent | undefined {
  switch (textAt(body, 'Event')?.toUpperCase()) {
    case 'SUBSCRIBE':
      return { kind: 'begun' };
    case 'CLICK': {
      const text = textAt(body, 'EventKey');
      return text === undefined ? undefined : { kind: 'text', text };
    }
    default:
      return undefined;
  }
}
