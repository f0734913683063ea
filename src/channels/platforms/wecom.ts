import { z } from 'zod';
import { get, listAt, numberAt, postJson, textAt, under } from './calls.ts';
import type {
  Address,
  Driver,
  Item,
  ItemContent,
  Manner,
  OutgoingFile,
  Reply,
  Settings,
  Webhook,
} from './driver.ts';
import { isSame } from './signatures.ts';
import { megabyte } from './uploads.ts';
import { menuOrText, outcomeWechat, tokenBy, uploadMedia, withToken } from './wechat-api.ts';
import { decrypt, signatureOf, verifyWechat } from './wechat-crypto.ts';

/** Of any kind of file. */
const fileMax = 20 * megabyte;

/**
 * WeCom customer service, 微信客服 (developer.work.weixin.qq.com/document/path/94638). The callback says only that there are
 * messages; they are fetched by cursor for up to three days. 2,048 bytes a text, menus of 10, 48 hours and 5 messages for each
 * of the customer's. Our own `msgid` of up to 32 characters makes sending once.
 */
export const wecom: Driver = {
  name: 'wecom',
  prefix: 'wk',
  facts: {
    text: { max: 2048, unit: 'bytes' },
    buttons: { max: 10, labelMax: 128 },
    choiceTextMax: 1024,
    window: { ms: 48 * 60 * 60_000, messagesMax: 5, afterwards: ['link'] },
    perSecond: 50,
  },
  settings: z.strictObject({
    corpId: z.string().regex(/^[0-9a-zA-Z]{8,40}$/),
    secret: z.string().min(8).max(200),
    token: z.string().regex(/^[0-9a-zA-Z]{3,32}$/),
    encodingAesKey: z.string().regex(/^[0-9a-zA-Z]{43}$/),
    apiUrl: z.url().default('https://qyapi.weixin.qq.com'),
  }),
  handshake,
  verify: (webhook, { token = '', encodingAesKey = '', corpId = '' }, nowMs) =>
    verifyWechat(webhook, { token, encodingAesKey, receiver: corpId }, nowMs),
  accepted: { type: 'text/plain', body: 'success' },
  // Nothing is in the callback itself.
  parse: () => [],
  send(piece, to, settings, manner) {
    const message = menuOrText(piece, ({ data: id, label: content }) => ({
      type: 'click',
      click: { id, content },
    }));
    return postJson(withToken(settings, 'cgi-bin/kf/send_msg'), {
      ...headOf(to, manner),
      ...message,
    });
  },
  outcome: outcomeWechat,
  files: {
    way: 'upload',
    // Temporary material (document/path/90253), kept for three days.
    bytesMax: {
      'image/jpeg': 10 * megabyte,
      'image/png': 10 * megabyte,
      'video/mp4': 10 * megabyte,
      'image/webp': fileMax,
      'image/gif': fileMax,
      'image/heic': fileMax,
      'application/pdf': fileMax,
      'text/plain': fileMax,
    },
    upload: (file, settings) => uploadMedia(file, kindOf(file), settings),
    send: (file, to, settings, manner) =>
      postJson(withToken(settings, 'cgi-bin/kf/send_msg'), {
        ...headOf(to, manner),
        msgtype: kindOf(file),
        [kindOf(file)]: { media_id: file.uploadedAs },
      }),
  },
  tellsUndelivered: true,
  token: tokenBy(({ apiUrl = '', corpId = '', secret = '' }) => {
    const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
    return get(`${under(apiUrl, 'cgi-bin/gettoken')}?${query.toString()}`);
  }),
  pull: {
    hint(body) {
      const [token, account] = [textAt(body, 'Token'), textAt(body, 'OpenKfId')];
      return token === undefined || account === undefined ? undefined : { token, account };
    },
    call: (cursor, hint, settings) =>
      postJson(withToken(settings, 'cgi-bin/kf/sync_msg'), {
        ...(cursor !== undefined && { cursor }),
        ...(hint && { token: hint['token'], open_kfid: hint['account'] }),
        limit: 1000,
      }),
    read({ json }) {
      const cursor = textAt(json, 'next_cursor');
      if (numberAt(json, 'errcode') !== 0 || cursor === undefined) return undefined;
      const items = listAt(json, 'msg_list').flatMap(itemsOf);
      return { items, cursor, more: numberAt(json, 'has_more') === 1 };
    },
  },
  download: (file, settings) => ({
    first: get(withToken(settings, `cgi-bin/media/get?media_id=${encodeURIComponent(file.id)}`)),
  }),
  check: {
    call: (settings) =>
      postJson(withToken(settings, 'cgi-bin/kf/account/list'), { offset: 0, limit: 1 }),
    name: (json) => textAt(json, 'account_list', 0, 'name'),
  },
};

function headOf({ user, account }: Address, { idempotencyKey }: Manner) {
  return {
    touser: user,
    open_kfid: account,
    msgid: idempotencyKey.replaceAll('-', '').slice(0, 32),
  };
}

function kindOf({ type }: OutgoingFile): 'image' | 'video' | 'file' {
  if (type === 'image/jpeg' || type === 'image/png') return 'image';
  return type === 'video/mp4' ? 'video' : 'file';
}

/** The text to be sent back is itself encrypted. */
function handshake({ method, query }: Webhook, settings: Settings): Reply | undefined {
  const { echostr, msg_signature: given = '', timestamp = '', nonce = '' } = query;
  if (method !== 'GET' || echostr === undefined) return undefined;
  const { token = '', encodingAesKey = '', corpId = '' } = settings;
  const plain = decrypt(encodingAesKey, corpId, echostr);
  if (plain === undefined || !isSame(given, signatureOf(token, timestamp, nonce, echostr))) {
    return { status: 401, type: 'text/plain', body: 'wrong signature' };
  }
  return { status: 200, type: 'text/plain', body: plain };
}

/** From a customer; other origins are our own staff and the system. */
const fromCustomer = 3;

function itemsOf(message: unknown): readonly Item[] {
  const [key, account] = [
    textAt(message, 'msgid'),
    textAt(message, 'open_kfid') ?? textAt(message, 'event', 'open_kfid'),
  ];
  const user = textAt(message, 'external_userid') ?? textAt(message, 'event', 'external_userid');
  const content = contentOf(message);
  if (key === undefined || account === undefined || user === undefined || !content) return [];
  return [{ key, userId: user, to: { user, account }, content }];
}

function contentOf(message: unknown): ItemContent | undefined {
  const type = textAt(message, 'msgtype') ?? '';
  if (type === 'event') return eventOf(message);
  if (numberAt(message, 'origin') !== fromCustomer) return undefined;
  const [text, menu] = [textAt(message, 'text', 'content'), textAt(message, 'text', 'menu_id')];
  if (menu !== undefined) return { kind: 'choice', data: menu, label: text ?? '' };
  if (type === 'text') return text === undefined ? undefined : { kind: 'text', text };
  const id = textAt(message, type, 'media_id');
  const isFile = type === 'image' || type === 'video' || type === 'file';
  return isFile && id !== undefined
    ? { kind: 'file', file: { id, name: type }, caption: '' }
    : { kind: 'unreadable' };
}

/** Why a message that was taken did not arrive (document/path/94670, msg_send_fail). */
const failTypes: { readonly [type: string]: string } = {
  '4': 'window_closed',
  '6': 'window_used_up',
  '10': 'blocked',
};

function eventOf(message: unknown): ItemContent | undefined {
  switch (textAt(message, 'event', 'event_type')) {
    case 'enter_session':
      return { kind: 'begun' };
    case 'user_recall_msg':
      return { kind: 'deleted', of: textAt(message, 'event', 'recall_msgid') ?? '' };
    case 'msg_send_fail': {
      const of = textAt(message, 'event', 'fail_msgid') ?? '';
      const type = textAt(message, 'event', 'fail_type') ?? '0';
      return { kind: 'undelivered', of, reason: failTypes[type] ?? `wechat_fail_${type}` };
    }
    default:
      return undefined;
  }
}
