import { createHmac } from 'node:crypto';
import { at, listAt, textAt } from '../../src/channels/platforms/calls.ts';
import { photoMark, publicUrl, type Hook, type Peer } from './platform-peer.ts';
import { wechatPeerWith, wecomPeerWith } from './wechat-peers.ts';

const json = { 'content-type': 'application/json' };
const seconds = () => String(Math.floor(Date.now() / 1000));
const hmac = (algorithm: string, key: string, data: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, key).update(data).digest(encoding);

const chatId = 777;
const telegramHook = (body: object, secret = 'a-secret-of-telegram'): Hook => ({
  path: '/hooks/telegram',
  method: 'POST',
  headers: { ...json, 'x-telegram-bot-api-secret-token': secret },
  body: JSON.stringify(body),
});
const telegramFrom = { id: chatId, first_name: 'Wei', is_bot: false, language_code: 'en' };
const telegramChat = { id: chatId, type: 'private' };

export const telegramPeer: Peer = {
  name: 'telegram',
  userId: String(chatId),
  settings: (apiUrl) => ({ token: '123:ABC', secret: 'a-secret-of-telegram', apiUrl }),
  text: (n, text) =>
    telegramHook({
      update_id: n,
      message: { message_id: n, date: 1, from: telegramFrom, chat: telegramChat, text },
    }),
  press: (n, data, label) =>
    telegramHook({
      update_id: n,
      callback_query: {
        id: `q${n}`,
        from: telegramFrom,
        data,
        message: {
          message_id: 1,
          chat: telegramChat,
          reply_markup: { inline_keyboard: [[{ text: label, callback_data: data }]] },
        },
      },
    }),
  photo: (n) =>
    telegramHook({
      update_id: n,
      message: {
        message_id: n,
        date: 1,
        from: telegramFrom,
        chat: telegramChat,
        photo: [{ file_id: 'F1', file_unique_id: 'u1', width: 4, height: 4, file_size: 90 }],
      },
    }),
  forged: (n) => telegramHook({ update_id: n }, 'a-secret-of-somebody'),
  answer: ({ path }) => {
    const result = path.endsWith('/getFile')
      ? { file_id: 'F1', file_path: `${photoMark}/1.png` }
      : { message_id: 1 };
    return { status: 200, body: { ok: true, result } };
  },
  seen({ path, body }) {
    if (!path.endsWith('/sendMessage')) return undefined;
    const rows = listAt(body, 'reply_markup', 'inline_keyboard').flatMap((row) => listAt(row));
    return {
      to: textAt(body, 'chat_id') ?? '',
      text: textAt(body, 'text') ?? '',
      buttons: rows.map((one) => ({
        label: textAt(one, 'text') ?? '',
        data: textAt(one, 'callback_data') ?? '',
      })),
    };
  },
};

const appSecret = 'app-secret-of-meta';
const metaHook = (path: string, body: object, secret = appSecret): Hook => {
  const text = JSON.stringify(body);
  const signature = `sha256=${hmac('sha256', secret, text, 'hex')}`;
  return {
    path,
    method: 'POST',
    headers: { ...json, 'x-hub-signature-256': signature },
    body: text,
  };
};
const metaSettings = (apiUrl: string) => ({
  appSecret,
  verifyToken: 'verify-token',
  accessToken: 'access-token',
  apiUrl,
});

const phone = '34600111222';
const whatsappHook = (message: object, secret?: string): Hook =>
  whatsappValue(
    {
      contacts: [{ wa_id: phone, profile: { name: 'Wei' } }],
      messages: [{ from: phone, timestamp: '1', ...message }],
    },
    secret,
  );

/** What became of a message that we sent. */
export const whatsappStatus = (status: object): Hook => whatsappValue({ statuses: [status] });

function whatsappValue(more: object, secret?: string): Hook {
  const metadata = { phone_number_id: '1234567' };
  const value = { messaging_product: 'whatsapp', metadata, ...more };
  const entry = [{ id: '1', changes: [{ field: 'messages', value }] }];
  return metaHook('/hooks/whatsapp', { object: 'whatsapp_business_account', entry }, secret);
}

export const whatsappPeer: Peer = {
  name: 'whatsapp',
  userId: phone,
  settings: (apiUrl) => ({ ...metaSettings(apiUrl), phoneNumberId: '1234567' }),
  text: (n, text) => whatsappHook({ id: `wamid.${n}`, type: 'text', text: { body: text } }),
  press: (n, id, title) =>
    whatsappHook({
      id: `wamid.${n}`,
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id, title } },
    }),
  photo: (n) =>
    whatsappHook({ id: `wamid.${n}`, type: 'image', image: { id: '77', mime_type: 'image/png' } }),
  forged: (n) => whatsappHook({ id: `wamid.${n}`, type: 'text', text: { body: 'x' } }, 'wrong'),
  answer: ({ method, headers }) => ({
    status: 200,
    body:
      method === 'GET'
        ? { url: `http://${headers['host']}/${photoMark}` }
        : { messages: [{ id: 'wamid.out' }] },
  }),
  seen({ body }) {
    const type = textAt(body, 'type');
    if (type === undefined) return undefined;
    const action = at(body, 'interactive', 'action');
    const buttons = listAt(action, 'buttons').map((one) => at(one, 'reply'));
    const rows = listAt(action, 'sections').flatMap((section) => listAt(section, 'rows'));
    return {
      to: textAt(body, 'to') ?? '',
      text: textAt(body, 'text', 'body') ?? textAt(body, 'interactive', 'body', 'text') ?? '',
      buttons: [...buttons, ...rows].map((one) => ({
        label: textAt(one, 'title') ?? '',
        data: textAt(one, 'id') ?? '',
      })),
    };
  },
};

const psid = '2468013579';
const messengerHook = (messaging: object, secret?: string): Hook =>
  metaHook(
    '/hooks/messenger',
    {
      object: 'page',
      entry: [
        {
          id: '9',
          time: 1,
          messaging: [{ sender: { id: psid }, recipient: { id: '9' }, timestamp: 1, ...messaging }],
        },
      ],
    },
    secret,
  );

export const messengerPeer: Peer = {
  name: 'messenger',
  userId: psid,
  settings: metaSettings,
  text: (n, text) => messengerHook({ message: { mid: `m_${n}`, text } }),
  press: (n, payload, text) =>
    messengerHook({ message: { mid: `m_${n}`, text, quick_reply: { payload } } }),
  forged: (n) => messengerHook({ message: { mid: `m_${n}`, text: 'x' } }, 'wrong'),
  answer: () => ({ status: 200, body: { recipient_id: psid, message_id: 'm_out' } }),
  seen({ body }) {
    const text = textAt(body, 'message', 'text');
    if (text === undefined) return undefined;
    return {
      to: textAt(body, 'recipient', 'id') ?? '',
      text,
      buttons: listAt(body, 'message', 'quick_replies').map((one) => ({
        label: textAt(one, 'title') ?? '',
        data: textAt(one, 'payload') ?? '',
      })),
    };
  },
};

const lineUser = 'U206d25c2ea6bd87c17655609a1c37cb8';
const lineHook = (event: object, secret = 'secret-of-line'): Hook => {
  const source = { type: 'user', userId: lineUser };
  const body = JSON.stringify({ destination: 'U1', events: [{ source, timestamp: 1, ...event }] });
  const signature = hmac('sha256', secret, body, 'base64');
  return {
    path: '/hooks/line',
    method: 'POST',
    headers: { ...json, 'x-line-signature': signature },
    body,
  };
};

export const linePeer: Peer = {
  name: 'line',
  userId: lineUser,
  settings: (apiUrl) => ({
    channelSecret: 'secret-of-line',
    accessToken: 'access-token',
    apiUrl,
    dataUrl: apiUrl,
  }),
  text: (n, text) =>
    lineHook({
      type: 'message',
      webhookEventId: `01H${n}`,
      message: { id: String(n), type: 'text', text },
    }),
  press: (n, data) => lineHook({ type: 'postback', webhookEventId: `01H${n}`, postback: { data } }),
  photo: (n) =>
    lineHook({
      type: 'message',
      webhookEventId: `01H${n}`,
      message: { id: photoMark, type: 'image', contentProvider: { type: 'line' } },
    }),
  forged: (n) => lineHook({ type: 'follow', webhookEventId: `01H${n}` }, 'wrong'),
  answer: () => ({ status: 200, body: { sentMessages: [{ id: '1' }] } }),
  seen({ path, body }) {
    if (!path.endsWith('/push')) return undefined;
    const message = at(body, 'messages', 0);
    return {
      to: textAt(body, 'to') ?? '',
      text: textAt(message, 'text') ?? '',
      buttons: listAt(message, 'quickReply', 'items').map((one) => ({
        label: textAt(one, 'action', 'label') ?? '',
        data: textAt(one, 'action', 'data') ?? '',
      })),
    };
  },
};

export const signedSlack = (body: string, type: string, secret = 'secret-of-slack'): Hook => {
  const timestamp = seconds();
  const signature = `v0=${hmac('sha256', secret, `v0:${timestamp}:${body}`, 'hex')}`;
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { path: '/hooks/slack', method: 'POST', headers, body };
};
const slackEvent = (n: number, text: string, secret?: string, more: object = {}) =>
  signedSlack(
    JSON.stringify({
      type: 'event_callback',
      team_id: 'T1',
      event_id: `Ev${n}`,
      event: {
        type: 'message',
        channel_type: 'im',
        channel: 'D1',
        user: 'U1',
        text,
        ts: `${n}.1`,
        ...more,
      },
    }),
    'application/json',
    secret,
  );

export const slackPeer: Peer = {
  name: 'slack',
  userId: 'T1.U1',
  settings: (apiUrl) => ({ signingSecret: 'secret-of-slack', botToken: 'xoxb-token', apiUrl }),
  text: (n, text) => slackEvent(n, text),
  press: (n, value, label) => {
    const payload = JSON.stringify({
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1' },
      channel: { id: 'D1' },
      actions: [{ action_ts: `${n}.0`, value, text: { type: 'plain_text', text: label } }],
    });
    const body = new URLSearchParams({ payload }).toString();
    return signedSlack(body, 'application/x-www-form-urlencoded');
  },
  photo: (n, apiUrl) => {
    const files = [{ id: 'F1', name: 'a.png', url_private_download: `${apiUrl}/${photoMark}` }];
    return slackEvent(n, '', undefined, { subtype: 'file_share', files });
  },
  forged: (n) => slackEvent(n, 'x', 'wrong-secret'),
  answer: () => ({ status: 200, body: { ok: true, ts: '1.2' } }),
  seen({ path, body }) {
    if (!path.endsWith('chat.postMessage')) return undefined;
    const elements = listAt(body, 'blocks').flatMap((block) => listAt(block, 'elements'));
    return {
      to: textAt(body, 'channel') ?? '',
      text: textAt(body, 'text') ?? '',
      buttons: elements.map((one) => ({
        label: textAt(one, 'text', 'text') ?? '',
        data: textAt(one, 'value') ?? '',
      })),
    };
  },
};

const authToken = '12345-auth-token';
export const smsHook = (fields: { readonly [name: string]: string }, token = authToken): Hook => {
  const base = Object.keys(fields)
    .sort()
    .map((name) => `${name}${fields[name]}`)
    .join('');
  return {
    path: '/hooks/sms',
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': hmac('sha1', token, `${publicUrl}/hooks/sms${base}`, 'base64'),
    },
    body: new URLSearchParams(fields).toString(),
  };
};
const smsFields = (n: number, Body: string) => ({
  MessageSid: `SM${n}`,
  From: '+34600111222',
  To: '+34900000000',
  Body,
  NumMedia: '0',
});

export const smsPeer: Peer = {
  name: 'sms',
  userId: '34600111222',
  settings: (apiUrl) => ({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken,
    from: '+34900000000',
    apiUrl,
  }),
  text: (n, text) => smsHook(smsFields(n, text)),
  photo: (n, apiUrl) =>
    smsHook({
      ...smsFields(n, ''),
      NumMedia: '1',
      MediaUrl0: `${apiUrl}/${photoMark}`,
      MediaContentType0: 'image/png',
    }),
  forged: (n) => smsHook(smsFields(n, 'x'), 'wrong-token'),
  answer: () => ({ status: 201, body: { sid: 'SMout' } }),
  seen({ path, body }) {
    if (!path.endsWith('/Messages.json')) return undefined;
    return { to: textAt(body, 'To') ?? '', text: textAt(body, 'Body') ?? '', buttons: [] };
  },
};

/** A fresh one of each, but for email, which is fetched and sent over other protocols. */
export const peers: readonly (() => Peer)[] = [
  () => telegramPeer,
  () => whatsappPeer,
  () => messengerPeer,
  () => linePeer,
  wechatPeerWith,
  wecomPeerWith,
  () => slackPeer,
  () => smsPeer,
];
