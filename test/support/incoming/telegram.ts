import { file, nothing, text, unreadable, type Sample } from './sample.ts';

/** Forms: core.telegram.org/bots/api, Update and Message. */
const person = {
  id: 1111111,
  is_bot: false,
  first_name: 'Wei',
  last_name: 'Lin',
  username: 'wei',
  language_code: 'zh-hans',
};
const chat = { id: 1111111, type: 'private', first_name: 'Wei', username: 'wei' };
const message = (parts: object, over: object = {}) => ({
  update_id: 10000,
  message: { message_id: 1365, date: 1441645532, from: person, chat, ...parts, ...over },
});
const edited = (parts: object) => ({
  update_id: 10001,
  edited_message: {
    message_id: 1365,
    date: 1441645532,
    edit_date: 1441645600,
    from: person,
    chat,
    ...parts,
  },
});
const photo = [
  { file_id: 'small', file_unique_id: 's', width: 90, height: 60, file_size: 1253 },
  { file_id: 'large', file_unique_id: 'l', width: 800, height: 533, file_size: 70000 },
];
const document = {
  file_id: 'doc',
  file_unique_id: 'd',
  file_name: 'invoice.pdf',
  mime_type: 'application/pdf',
  file_size: 5000,
};
const place = { latitude: 40.4, longitude: -3.7 };
const pressed = {
  id: '4382bfdwdsb323b2d9',
  from: person,
  chat_instance: '-1',
  data: 'c:AAAAAAAAAAA:0',
};

export const telegramSamples: readonly Sample[] = [
  { what: 'a text', body: message({ text: 'Hello' }), is: text('Hello') },
  {
    what: 'a text with marks in it',
    body: message({ text: 'https://x.test', entities: [{ type: 'url', offset: 0, length: 14 }] }),
    is: text('https://x.test'),
  },
  {
    what: 'a reply to a message',
    body: message({
      text: 'this one',
      reply_to_message: { message_id: 3, date: 1, chat, text: 'old' },
    }),
    is: text('this one'),
  },
  {
    what: 'the start',
    body: message({ text: '/start', entities: [{ type: 'bot_command', offset: 0, length: 6 }] }),
    is: [{ kind: 'begun' }],
  },
  {
    what: 'the start by a link',
    body: message({ text: '/start campaign' }),
    is: [{ kind: 'begun' }],
  },
  {
    what: 'a photo in several sizes with a caption',
    body: message({ photo, caption: 'my receipt' }),
    is: file('large', 'photo.jpg', 'my receipt', 70000),
  },
  {
    what: 'one photo of an album',
    body: message({ photo, media_group_id: '133' }),
    is: file('large', 'photo.jpg', '', 70000),
  },
  { what: 'a document', body: message({ document }), is: file('doc', 'invoice.pdf', '', 5000) },
  {
    what: 'a moving picture, which is a document too',
    body: message({ animation: document, document }),
    is: file('doc', 'invoice.pdf', '', 5000),
  },
  {
    what: 'a video',
    body: message({
      video: { file_id: 'v', file_unique_id: 'v', width: 1, height: 1, duration: 3 },
    }),
    is: file('v', 'video.mp4'),
  },
  {
    what: 'a voice message',
    body: message({ voice: { file_id: 'o', file_unique_id: 'o', duration: 2 } }),
    is: unreadable,
  },
  {
    what: 'a round video',
    body: message({ video_note: { file_id: 'n', file_unique_id: 'n', length: 9, duration: 2 } }),
    is: unreadable,
  },
  {
    what: 'music',
    body: message({ audio: { file_id: 'a', file_unique_id: 'a', duration: 200 } }),
    is: unreadable,
  },
  {
    what: 'a sticker',
    body: message({
      sticker: {
        file_id: 'st',
        file_unique_id: 'st',
        type: 'regular',
        width: 1,
        height: 1,
        emoji: '👍',
      },
    }),
    is: unreadable,
  },
  { what: 'a place', body: message({ location: place }), is: unreadable },
  {
    what: 'a venue',
    body: message({ location: place, venue: { location: place, title: 'Bank', address: 'x' } }),
    is: unreadable,
  },
  {
    what: 'a contact',
    body: message({ contact: { phone_number: '+34600', first_name: 'Ana', user_id: 5 } }),
    is: unreadable,
  },
  {
    what: 'a poll',
    body: message({ poll: { id: '1', question: 'x', options: [] } }),
    is: unreadable,
  },
  { what: 'a die', body: message({ dice: { emoji: '🎲', value: 4 } }), is: unreadable },
  {
    what: 'that a message was pinned',
    body: message({ pinned_message: { message_id: 3, date: 1, chat, text: 'old' } }),
    is: nothing,
  },
  {
    what: 'that messages go away by themselves',
    body: message({ message_auto_delete_timer_changed: { message_auto_delete_time: 86400 } }),
    is: nothing,
  },
  {
    what: 'other words in an earlier message',
    body: edited({ text: 'Helo → Hello' }),
    is: [{ kind: 'edit', text: 'Helo → Hello' }],
  },
  {
    what: 'another caption',
    body: edited({ photo, caption: 'the other receipt' }),
    is: [{ kind: 'edit', text: 'the other receipt' }],
  },
  {
    what: 'a place that moves',
    body: edited({ location: { ...place, live_period: 900 } }),
    is: nothing,
  },
  {
    what: 'a pressed button',
    body: {
      update_id: 1,
      callback_query: {
        ...pressed,
        message: {
          message_id: 9,
          date: 1,
          chat,
          text: 'Which?',
          reply_markup: { inline_keyboard: [[{ text: 'Fees', callback_data: 'c:AAAAAAAAAAA:0' }]] },
        },
      },
    },
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: 'Fees' }],
  },
  {
    what: 'a button of a message that is no longer to be had',
    body: {
      update_id: 1,
      callback_query: { ...pressed, message: { message_id: 9, date: 0, chat } },
    },
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: '' }],
  },
  {
    what: 'a message in a group',
    body: message({ text: 'hi all' }, { chat: { id: -100, type: 'supergroup', title: 'Club' } }),
    is: nothing,
  },
  {
    what: 'a channel’s post',
    body: {
      update_id: 1,
      channel_post: {
        message_id: 1,
        date: 1,
        chat: { id: -5, type: 'channel', title: 'News' },
        text: 'x',
      },
    },
    is: nothing,
  },
  {
    what: 'what another bot says',
    body: message({ text: 'beep' }, { from: { ...person, is_bot: true } }),
    is: nothing,
  },
  {
    what: 'that they blocked the bot',
    body: {
      update_id: 1,
      my_chat_member: {
        chat,
        from: person,
        date: 1,
        old_chat_member: { status: 'member' },
        new_chat_member: { status: 'kicked' },
      },
    },
    is: nothing,
  },
];
