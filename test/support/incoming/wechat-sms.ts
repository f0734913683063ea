import { file, nothing, text, unreadable, type Sample } from './sample.ts';

/** Forms: developers.weixin.qq.com/doc/service, receiving messages and events; XML as it is read, each value a text. */
const wechat = (parts: object) => ({
  ToUserName: 'gh_1',
  FromUserName: 'oUser',
  CreateTime: '1348831860',
  ...parts,
});
const said = (parts: object) => wechat({ MsgId: '1234567890123456', ...parts });
const event = (Event: string, parts: object = {}) => wechat({ MsgType: 'event', Event, ...parts });

export const wechatSamples: readonly Sample[] = [
  { what: 'a text', body: said({ MsgType: 'text', Content: '你好' }), is: text('你好') },
  {
    what: 'a text of digits only',
    body: said({ MsgType: 'text', Content: '100' }),
    is: text('100'),
  },
  {
    what: 'a tapped line of a menu',
    body: said({ MsgType: 'text', Content: 'Fees', bizmsgmenuid: 'c:AAAAAAAAAAA:0' }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: 'Fees' }],
  },
  {
    what: 'a photo',
    body: said({ MsgType: 'image', PicUrl: 'http://x', MediaId: 'media' }),
    is: file('media', 'image'),
  },
  {
    what: 'a video',
    body: said({ MsgType: 'video', MediaId: 'media', ThumbMediaId: 't' }),
    is: file('media', 'video'),
  },
  {
    what: 'a voice message',
    body: said({ MsgType: 'voice', MediaId: 'media', Format: 'amr' }),
    is: unreadable,
  },
  {
    what: 'a voice message that WeChat heard',
    body: said({ MsgType: 'voice', MediaId: 'media', Format: 'amr', Recognition: '我要退款' }),
    is: text('我要退款'),
  },
  {
    what: 'a place',
    body: said({ MsgType: 'location', Location_X: '23.1', Location_Y: '113.3', Label: 'x' }),
    is: unreadable,
  },
  {
    what: 'a link',
    body: said({ MsgType: 'link', Title: 'x', Url: 'https://x.test' }),
    is: unreadable,
  },
  {
    what: 'a short video',
    body: said({ MsgType: 'shortvideo', MediaId: 'media' }),
    is: unreadable,
  },
  { what: 'that they follow the account', body: event('subscribe'), is: [{ kind: 'begun' }] },
  {
    what: 'that they follow by a scanned code',
    body: event('subscribe', { EventKey: 'qrscene_1', Ticket: 't' }),
    is: [{ kind: 'begun' }],
  },
  { what: 'that they follow no longer', body: event('unsubscribe'), is: nothing },
  {
    what: 'a pressed line of the account’s menu',
    body: event('CLICK', { EventKey: 'fees' }),
    is: text('fees'),
  },
  { what: 'a menu’s link', body: event('VIEW', { EventKey: 'https://x.test' }), is: nothing },
  { what: 'a scanned code', body: event('SCAN', { EventKey: '1' }), is: nothing },
  {
    what: 'where they are',
    body: event('LOCATION', { Latitude: '23', Longitude: '113' }),
    is: nothing,
  },
  {
    what: 'that a template arrived',
    body: event('TEMPLATESENDJOBFINISH', { MsgID: '1', Status: 'success' }),
    is: nothing,
  },
];

/** Forms: developer.work.weixin.qq.com/document/path/94670, one message of `sync_msg`. */
const kf = (parts: object) => ({
  msgid: 'from_msgid_4622416642169452483',
  open_kfid: 'wkAccount',
  external_userid: 'wmUser',
  send_time: 1615478585,
  origin: 3,
  ...parts,
});
const kfEvent = (parts: object) => ({
  msgid: 'm1',
  send_time: 1615478585,
  origin: 4,
  msgtype: 'event',
  event: { open_kfid: 'wkAccount', external_userid: 'wmUser', ...parts },
});
const undelivered = (reason: string) => [{ kind: 'undelivered', of: 'out', reason }] as const;

export const wecomSamples: readonly Sample[] = [
  { what: 'a text', body: kf({ msgtype: 'text', text: { content: '你好' } }), is: text('你好') },
  {
    what: 'a tapped line of a menu',
    body: kf({ msgtype: 'text', text: { content: '手续费', menu_id: 'c:AAAAAAAAAAA:0' } }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: '手续费' }],
  },
  {
    what: 'a photo',
    body: kf({ msgtype: 'image', image: { media_id: 'media' } }),
    is: file('media', 'image'),
  },
  {
    what: 'a file',
    body: kf({ msgtype: 'file', file: { media_id: 'media' } }),
    is: file('media', 'file'),
  },
  {
    what: 'a voice message',
    body: kf({ msgtype: 'voice', voice: { media_id: 'media' } }),
    is: unreadable,
  },
  {
    what: 'a place',
    body: kf({ msgtype: 'location', location: { latitude: 1, longitude: 2, name: 'x' } }),
    is: unreadable,
  },
  {
    what: 'a business card',
    body: kf({ msgtype: 'business_card', business_card: { userid: 'x' } }),
    is: unreadable,
  },
  {
    what: 'a mini program',
    body: kf({ msgtype: 'miniprogram', miniprogram: { title: 'x', appid: 'wx1' } }),
    is: unreadable,
  },
  {
    what: 'what a member of staff said',
    body: kf({ origin: 5, servicer_userid: 'zhang', msgtype: 'text', text: { content: 'x' } }),
    is: nothing,
  },
  {
    what: 'that they opened the chat',
    body: kfEvent({ event_type: 'enter_session', scene: '123', welcome_code: 'w' }),
    is: [{ kind: 'begun' }],
  },
  {
    what: 'a message taken back',
    body: kfEvent({ event_type: 'user_recall_msg', recall_msgid: 'm0' }),
    is: [{ kind: 'deleted', of: 'm0' }],
  },
  {
    what: 'not arrived: later than 48 hours',
    body: kfEvent({ event_type: 'msg_send_fail', fail_msgid: 'out', fail_type: 4 }),
    is: undelivered('window_closed'),
  },
  {
    what: 'not arrived: more than five',
    body: kfEvent({ event_type: 'msg_send_fail', fail_msgid: 'out', fail_type: 6 }),
    is: undelivered('window_used_up'),
  },
  {
    what: 'not arrived: they refuse messages',
    body: kfEvent({ event_type: 'msg_send_fail', fail_msgid: 'out', fail_type: 10 }),
    is: undelivered('blocked'),
  },
  {
    what: 'not arrived: unknown why',
    body: kfEvent({ event_type: 'msg_send_fail', fail_msgid: 'out', fail_type: 0 }),
    is: undelivered('wechat_fail_0'),
  },
  {
    what: 'that the session changed hands',
    body: kfEvent({ event_type: 'session_status_change', change_type: 1 }),
    is: nothing,
  },
  {
    what: 'that staff came or went',
    body: kfEvent({ event_type: 'servicer_status_change', servicer_userid: 'z', status: 1 }),
    is: nothing,
  },
];

/** Forms: twilio.com/docs/messaging/guides/webhook-request and /track-outbound-message-status; a form's fields. */
const sms = (fields: object) => ({
  MessageSid: 'SM1',
  SmsSid: 'SM1',
  AccountSid: 'AC1',
  From: '+14017122661',
  To: '+15558675310',
  Body: '',
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
  ...fields,
});
const status = (MessageStatus: string, more: object = {}) => ({
  MessageSid: 'SMout',
  SmsSid: 'SMout',
  AccountSid: 'AC1',
  From: '+15558675310',
  To: '+14017122661',
  MessageStatus,
  SmsStatus: MessageStatus,
  ...more,
});
const mms = {
  NumMedia: '1',
  MediaUrl0: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1',
  MediaContentType0: 'image/jpeg',
};

export const smsSamples: readonly Sample[] = [
  { what: 'a text', body: sms({ Body: 'Hello' }), is: text('Hello') },
  { what: 'a number as the answer to a list', body: sms({ Body: ' 2 ' }), is: text(' 2 ') },
  {
    what: 'a picture with words',
    body: sms({ Body: 'look', ...mms }),
    is: file(mms.MediaUrl0, 'mms-a36a60b1', 'look'),
  },
  {
    what: 'a picture whose address is none',
    body: sms({ Body: 'look', NumMedia: '1', MediaUrl0: 'x' }),
    is: text('look'),
  },
  { what: 'nothing at all', body: sms({}), is: unreadable },
  {
    what: 'STOP, which Twilio answered',
    body: sms({ Body: 'STOP', OptOutType: 'STOP' }),
    is: nothing,
  },
  {
    what: 'HELP, which Twilio answered',
    body: sms({ Body: 'HELP', OptOutType: 'HELP' }),
    is: nothing,
  },
  { what: 'START again', body: sms({ Body: 'START', OptOutType: 'START' }), is: text('START') },
  { what: 'queued', body: status('queued'), is: nothing },
  { what: 'sent', body: status('sent'), is: nothing },
  { what: 'delivered', body: status('delivered'), is: nothing },
  {
    what: 'undelivered',
    body: status('undelivered', { ErrorCode: '30003' }),
    is: [{ kind: 'undelivered', of: 'SMout', reason: 'twilio_30003' }],
  },
  {
    what: 'failed',
    body: status('failed'),
    is: [{ kind: 'undelivered', of: 'SMout', reason: 'twilio_failed' }],
  },
];
