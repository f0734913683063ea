import { file, nothing, text, unreadable, type Sample } from './sample.ts';

/** Forms: developers.line.biz/en/reference/messaging-api, webhook event objects. */
const line = (parts: object) => ({
  destination: 'U1',
  events: [
    {
      mode: 'active',
      timestamp: 1462629479859,
      source: { type: 'user', userId: 'U4af4980629' },
      webhookEventId: '01FZ74A0TDDPYRVKNK77XKC3ZR',
      deliveryContext: { isRedelivery: false },
      replyToken: 'nHuyWiB7yP5Zw52FIkcQobQuGDXCTA',
      ...parts,
    },
  ],
});
const said = (message: object, over: object = {}) =>
  line({ type: 'message', message: { id: '444573844083572737', ...message }, ...over });
const theirs = { contentProvider: { type: 'line' } };

export const lineSamples: readonly Sample[] = [
  {
    what: 'a text',
    body: said({ type: 'text', text: 'Hello', quoteToken: 'q' }),
    is: text('Hello'),
  },
  {
    what: 'the same again, redelivered',
    body: said({ type: 'text', text: 'Hello' }, { deliveryContext: { isRedelivery: true } }),
    is: text('Hello'),
  },
  {
    what: 'a pressed button',
    body: line({ type: 'postback', postback: { data: 'c:AAAAAAAAAAA:0' } }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: '' }],
  },
  {
    what: 'a photo',
    body: said({ type: 'image', ...theirs }),
    is: file('444573844083572737', 'photo.jpg'),
  },
  {
    what: 'a photo that is kept elsewhere',
    body: said({
      type: 'image',
      contentProvider: { type: 'external', originalContentUrl: 'https://x.test/a.jpg' },
    }),
    is: unreadable,
  },
  {
    what: 'a video',
    body: said({ type: 'video', duration: 60000, ...theirs }),
    is: file('444573844083572737', 'video.mp4'),
  },
  {
    what: 'a file',
    body: said({ type: 'file', fileName: 'invoice.pdf', fileSize: 2138 }),
    is: file('444573844083572737', 'invoice.pdf'),
  },
  {
    what: 'a voice message',
    body: said({ type: 'audio', duration: 60000, ...theirs }),
    is: unreadable,
  },
  {
    what: 'a sticker',
    body: said({ type: 'sticker', packageId: '1', stickerId: '1', stickerResourceType: 'STATIC' }),
    is: unreadable,
  },
  {
    what: 'a place',
    body: said({ type: 'location', title: 'x', latitude: 1, longitude: 2 }),
    is: unreadable,
  },
  {
    what: 'a message taken back',
    body: line({ type: 'unsend', unsend: { messageId: '444573844083572737' } }),
    is: [{ kind: 'deleted', of: '444573844083572737' }],
  },
  {
    what: 'that they follow the account',
    body: line({ type: 'follow', follow: { isUnblocked: false } }),
    is: [{ kind: 'begun' }],
  },
  { what: 'that they follow no longer', body: line({ type: 'unfollow' }), is: nothing },
  {
    what: 'a message in a group',
    body: said(
      { type: 'text', text: 'hi' },
      { source: { type: 'group', groupId: 'C1', userId: 'U2' } },
    ),
    is: nothing,
  },
  {
    what: 'a message that another module answers',
    body: said({ type: 'text', text: 'hi' }, { mode: 'standby' }),
    is: nothing,
  },
  {
    what: 'a beacon nearby',
    body: line({ type: 'beacon', beacon: { hwid: 'd41d8cd98f', type: 'enter' } }),
    is: nothing,
  },
  {
    what: 'a linked account',
    body: line({ type: 'accountLink', link: { result: 'ok', nonce: 'x' } }),
    is: nothing,
  },
  {
    what: 'the console’s check of the address',
    body: { destination: 'U1', events: [] },
    is: nothing,
  },
];

/** Forms: docs.slack.dev/reference/events/message and /reference/interaction-payloads. */
const slack = (event: object) => ({
  token: 'x',
  team_id: 'T1',
  api_app_id: 'A1',
  type: 'event_callback',
  event_id: 'Ev1',
  event_time: 1355517523,
  event,
});
const im = {
  type: 'message',
  channel: 'D1',
  channel_type: 'im',
  user: 'U1',
  ts: '1355517523.000005',
};
const hosted = {
  id: 'F1',
  name: 'photo.jpg',
  url_private: 'https://files.slack.com/a',
  url_private_download: 'https://files.slack.com/a/download',
};
const changed = (before: string, after: string, over: object = {}) =>
  slack({
    ...im,
    user: undefined,
    subtype: 'message_changed',
    hidden: true,
    message: {
      type: 'message',
      user: 'U1',
      text: after,
      ts: '1.1',
      edited: { user: 'U1', ts: '2.2' },
      ...over,
    },
    previous_message: { type: 'message', user: 'U1', text: before, ts: '1.1' },
  });

export const slackSamples: readonly Sample[] = [
  {
    what: 'a text',
    body: slack({ ...im, text: 'Hello', client_msg_id: 'x', blocks: [] }),
    is: text('Hello'),
  },
  {
    what: 'a text with a link, a mention and the three marks',
    body: slack({ ...im, text: '<https://x.test|x> &amp; <@U2> a &lt; b' }),
    is: text('x & @U2 a < b'),
  },
  {
    what: 'an answer in a thread',
    body: slack({ ...im, text: 'this', thread_ts: '1.1' }),
    is: text('this'),
  },
  {
    what: 'two files with words',
    body: slack({
      ...im,
      subtype: 'file_share',
      text: 'look',
      files: [hosted, { ...hosted, name: 'b.pdf' }],
      upload: false,
    }),
    is: [
      ...file(hosted.url_private_download, 'photo.jpg', 'look'),
      ...file(hosted.url_private_download, 'b.pdf'),
    ],
  },
  {
    what: 'a file that is gone',
    body: slack({
      ...im,
      subtype: 'file_share',
      text: '',
      files: [{ id: 'F2', mode: 'tombstone' }],
    }),
    is: unreadable,
  },
  {
    what: 'other words in an earlier message',
    body: changed('Helo', 'Hello'),
    is: [{ kind: 'edit', text: 'Hello' }],
  },
  {
    what: 'a preview of a link that came to a message',
    body: changed('https://x.test', 'https://x.test'),
    is: nothing,
  },
  { what: 'our own message, drawn anew', body: changed('a', 'b', { bot_id: 'B1' }), is: nothing },
  {
    what: 'a message taken back',
    body: slack({
      ...im,
      user: undefined,
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: '1.1',
      previous_message: { user: 'U1', text: 'x', ts: '1.1' },
    }),
    is: [{ kind: 'deleted', of: 'D1.1.1' }],
  },
  {
    what: 'our own message taken back',
    body: slack({
      ...im,
      user: undefined,
      subtype: 'message_deleted',
      deleted_ts: '1.1',
      previous_message: { user: 'UB', bot_id: 'B1', text: 'x', ts: '1.1' },
    }),
    is: nothing,
  },
  { what: 'our own words', body: slack({ ...im, bot_id: 'B1', text: 'x' }), is: nothing },
  {
    what: 'another bot’s words',
    body: slack({ ...im, user: undefined, subtype: 'bot_message', bot_id: 'B2', text: 'x' }),
    is: nothing,
  },
  {
    what: 'a message in a channel',
    body: slack({ ...im, channel: 'C1', channel_type: 'channel', text: 'hi' }),
    is: nothing,
  },
  {
    what: 'that they opened the chat',
    body: slack({
      type: 'app_home_opened',
      user: 'U1',
      channel: 'D1',
      tab: 'messages',
      event_ts: '1.1',
    }),
    is: [{ kind: 'begun' }],
  },
  {
    what: 'that they opened the app’s home',
    body: slack({
      type: 'app_home_opened',
      user: 'U1',
      channel: 'D1',
      tab: 'home',
      event_ts: '1.1',
    }),
    is: nothing,
  },
  {
    what: 'a pressed button',
    body: {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1', team_id: 'T1' },
      channel: { id: 'D1', name: 'directmessage' },
      actions: [
        {
          type: 'button',
          block_id: 'b',
          action_id: 'c:AAAAAAAAAAA:0:0',
          value: 'c:AAAAAAAAAAA:0',
          action_ts: '1.1',
          text: { type: 'plain_text', text: 'Fees' },
        },
      ],
    },
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: 'Fees' }],
  },
  {
    what: 'a dialog that was sent',
    body: { type: 'view_submission', team: { id: 'T1' }, user: { id: 'U1' }, view: {} },
    is: nothing,
  },
  { what: 'that the app was taken away', body: slack({ type: 'app_uninstalled' }), is: nothing },
];
