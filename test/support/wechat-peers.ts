import { createHash, randomBytes } from 'node:crypto';
import { encrypt as wecomEncrypt } from '@wecom/crypto';
import { listAt, textAt } from '../../src/channels/platforms/calls.ts';
import { photoMark, type Hook, type Peer, type Seen } from './platform-peer.ts';

const wxToken = 'QDG6eK';
const wxKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const wxId = 'wx5823bf96d3bd56c7';
const sha1 = (...parts: readonly string[]) =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
const seconds = () => String(Math.floor(Date.now() / 1000));
const openId = 'oAbCdEfGhIjKlMnOpQrStUvWxYz1';
/** In safe mode; made with WeCom's own library. */
const sealed = (path: string, xml: string, token = wxToken): Hook => {
  const encrypted = wecomEncrypt(wxKey, xml, wxId, randomBytes(16));
  const timestamp = seconds();
  const signature = sha1(token, timestamp, '42', encrypted);
  const query = new URLSearchParams({ timestamp, nonce: '42', msg_signature: signature });
  const body = `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return {
    path: `${path}?${query.toString()}`,
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body,
  };
};
const wechatXml = (inner: string) =>
  `<xml><FromUserName><![CDATA[${openId}]]></FromUserName><CreateTime>1</CreateTime>${inner}</xml>`;

const menuOf = (body: unknown): Seen['buttons'] =>
  listAt(body, 'msgmenu', 'list').map((one) => ({
    label: textAt(one, 'content') ?? textAt(one, 'click', 'content') ?? '',
    data: textAt(one, 'id') ?? textAt(one, 'click', 'id') ?? '',
  }));
const wechatSeen = (path: string, body: unknown): Seen | undefined =>
  /custom\/send|kf\/send_msg/.test(path)
    ? {
        to: textAt(body, 'touser') ?? '',
        text: textAt(body, 'text', 'content') ?? textAt(body, 'msgmenu', 'head_content') ?? '',
        buttons: menuOf(body),
      }
    : undefined;
const wechatToken = { access_token: 'access-token', expires_in: 7200 };

/** Both platforms take five messages of ours for each of the customer's, and know nothing of our links. */
const messagesMax = 5;

class Counted {
  #sent = 0;

  heard<T>(hook: T): T {
    this.#sent = 0;
    return hook;
  }

  /** False when the customer has to write first. */
  mayAnswer(): boolean {
    this.#sent += 1;
    return this.#sent <= messagesMax;
  }
}

/** Counts from the messages that it makes. */
export function wechatPeerWith(): Peer {
  const counted = new Counted();
  const { text, press, photo, answer } = wechatPeer;
  return {
    ...wechatPeer,
    text: (n, words) => counted.heard(text(n, words)),
    ...(press && { press: (n, data, label) => counted.heard(press(n, data, label)) }),
    ...(photo && { photo: (n, apiUrl) => counted.heard(photo(n, apiUrl)) }),
    answer: (call) =>
      call.path.includes('custom/send') && !counted.mayAnswer()
        ? { status: 200, body: { errcode: 45047, errmsg: 'out of response count limit' } }
        : answer(call),
  };
}

export const wechatPeer: Peer = {
  name: 'wechat',
  userId: openId,
  settings: (apiUrl) => ({
    appId: wxId,
    appSecret: 'secret-of-wechat',
    token: wxToken,
    encodingAesKey: wxKey,
    apiUrl,
  }),
  text: (n, text) =>
    sealed(
      '/hooks/wechat',
      wechatXml(
        `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${n}</MsgId>`,
      ),
    ),
  press: (n, data, label) =>
    sealed(
      '/hooks/wechat',
      wechatXml(
        `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${label}]]></Content><MsgId>${n}</MsgId><bizmsgmenuid>${data}</bizmsgmenuid>`,
      ),
    ),
  photo: (n) =>
    sealed(
      '/hooks/wechat',
      wechatXml(
        `<MsgType><![CDATA[image]]></MsgType><MediaId><![CDATA[${photoMark}]]></MediaId><MsgId>${n}</MsgId>`,
      ),
    ),
  forged: (n) => sealed('/hooks/wechat', wechatXml(`<MsgId>${n}</MsgId>`), 'wrong'),
  answer: ({ path }) => ({
    status: 200,
    body: path.includes('stable_token') ? wechatToken : { errcode: 0, errmsg: 'ok' },
  }),
  seen: ({ path, body }) => wechatSeen(path, body),
};

/** WeCom's callback carries nothing: messages wait here until they are fetched. */
export function wecomPeerWith(): Peer {
  const waiting: object[] = [];
  const counted = new Counted();
  const add = (message: object): Hook => {
    counted.heard(undefined);
    waiting.push({
      open_kfid: 'wkAccount',
      external_userid: 'wmCustomer',
      send_time: 1,
      origin: 3,
      ...message,
    });
    return sealed(
      '/hooks/wecom',
      '<xml><ToUserName>corp</ToUserName><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENC]]></Token><OpenKfId><![CDATA[wkAccount]]></OpenKfId></xml>',
    );
  };
  return {
    name: 'wecom',
    userId: 'wmCustomer',
    settings: (apiUrl) => ({
      corpId: wxId,
      secret: 'secret-of-wecom',
      token: wxToken,
      encodingAesKey: wxKey,
      apiUrl,
    }),
    text: (n, content) => add({ msgid: `k${n}`, msgtype: 'text', text: { content } }),
    press: (n, menu_id, content) =>
      add({ msgid: `k${n}`, msgtype: 'text', text: { content, menu_id } }),
    photo: (n) => add({ msgid: `k${n}`, msgtype: 'image', image: { media_id: photoMark } }),
    forged: () => sealed('/hooks/wecom', '<xml></xml>', 'wrong'),
    answer({ path, body }) {
      if (path.includes('gettoken')) return { status: 200, body: { errcode: 0, ...wechatToken } };
      if (path.includes('send_msg') && !counted.mayAnswer()) {
        return { status: 200, body: { errcode: 95001, errmsg: 'send msg count limit' } };
      }
      if (!path.includes('sync_msg')) return { status: 200, body: { errcode: 0, msgid: 'out' } };
      const from = Number(textAt(body, 'cursor') ?? 0);
      const page = waiting.slice(from, from + 2);
      const next = from + page.length;
      const more = next < waiting.length ? 1 : 0;
      return {
        status: 200,
        body: { errcode: 0, next_cursor: String(next), has_more: more, msg_list: page },
      };
    },
    seen: ({ path, body }) => wechatSeen(path, body),
  };
}
