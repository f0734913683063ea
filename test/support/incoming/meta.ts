import { file, nothing, text, unreadable, type Sample } from './sample.ts';

/** Forms: developers.facebook.com/docs/whatsapp/cloud-api/webhooks, messages and statuses. */
const contacts = [{ profile: { name: 'Wei' }, wa_id: '16505551234' }];
const value = (parts: object, number = '1234567') => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '8856996819413533',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '16505553333', phone_number_id: number },
            ...parts,
          },
        },
      ],
    },
  ],
});
const said = (parts: object, number?: string) =>
  value(
    {
      contacts,
      messages: [{ from: '16505551234', id: 'wamid.in', timestamp: '1603059201', ...parts }],
    },
    number,
  );
const status = (parts: object) =>
  value({
    statuses: [{ id: 'wamid.out', timestamp: '1603059201', recipient_id: '16505551234', ...parts }],
  });
const failed = (code: number) =>
  status({
    status: 'failed',
    errors: [{ code, title: 'x', message: 'x', error_data: { details: 'x' } }],
  });
const media = { id: '1003383421387256', mime_type: 'image/jpeg', sha256: 'abc' };
const undelivered = (reason: string) => [{ kind: 'undelivered', of: 'wamid.out', reason }] as const;

export const whatsappSamples: readonly Sample[] = [
  { what: 'a text', body: said({ type: 'text', text: { body: 'Hello' } }), is: text('Hello') },
  {
    what: 'a reply to a message',
    body: said({ type: 'text', text: { body: 'this' }, context: { from: '1', id: 'wamid.old' } }),
    is: text('this'),
  },
  {
    what: 'a text after a tap on an advert',
    body: said({
      type: 'text',
      text: { body: 'Hi' },
      referral: { source_type: 'ad', source_id: '1' },
    }),
    is: text('Hi'),
  },
  {
    what: 'a pressed button',
    body: said({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'c:AAAAAAAAAAA:0', title: 'Yes' } },
    }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: 'Yes' }],
  },
  {
    what: 'a picked line of a list',
    body: said({
      type: 'interactive',
      interactive: {
        type: 'list_reply',
        list_reply: { id: 'c:AAAAAAAAAAA:7', title: 'Fees', description: 'x' },
      },
    }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:7', label: 'Fees' }],
  },
  {
    what: 'a button of a template',
    body: said({
      type: 'button',
      button: { text: 'Read it', payload: 'x' },
      context: { id: 'wamid.t' },
    }),
    is: text('Read it'),
  },
  {
    what: 'a filled-in form of Meta’s',
    body: said({
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{}' } },
    }),
    is: unreadable,
  },
  {
    what: 'a photo with a caption',
    body: said({ type: 'image', image: { ...media, caption: 'my receipt' } }),
    is: file(media.id, 'photo.jpg', 'my receipt'),
  },
  {
    what: 'a document',
    body: said({ type: 'document', document: { ...media, filename: 'invoice.pdf' } }),
    is: file(media.id, 'invoice.pdf'),
  },
  { what: 'a video', body: said({ type: 'video', video: media }), is: file(media.id, 'video.mp4') },
  {
    what: 'a voice message',
    body: said({ type: 'audio', audio: { ...media, voice: true } }),
    is: unreadable,
  },
  {
    what: 'a sticker',
    body: said({ type: 'sticker', sticker: { ...media, animated: false } }),
    is: unreadable,
  },
  {
    what: 'a place',
    body: said({ type: 'location', location: { latitude: 1, longitude: 2 } }),
    is: unreadable,
  },
  {
    what: 'a contact',
    body: said({ type: 'contacts', contacts: [{ name: { formatted_name: 'Ana' } }] }),
    is: unreadable,
  },
  {
    what: 'an order',
    body: said({ type: 'order', order: { catalog_id: '1', product_items: [] } }),
    is: unreadable,
  },
  {
    what: 'what the Cloud API cannot carry',
    body: said({ type: 'unsupported', errors: [{ code: 131051, title: 'x' }] }),
    is: unreadable,
  },
  {
    what: 'a thumb below a message',
    body: said({ type: 'reaction', reaction: { message_id: 'wamid.out', emoji: '👍' } }),
    is: nothing,
  },
  {
    what: 'that their number changed',
    body: said({
      type: 'system',
      system: { body: 'x', type: 'user_changed_number', new_wa_id: '2' },
    }),
    is: nothing,
  },
  {
    what: 'that they opened the chat',
    body: said({ type: 'request_welcome' }),
    is: [{ kind: 'begun' }],
  },
  {
    what: 'a message taken back',
    body: said({ type: 'revoke', revoke: { original_message_id: 'wamid.old' } }),
    is: [{ kind: 'deleted', of: 'wamid.old' }],
  },
  {
    what: 'other words in an earlier message',
    body: said({
      type: 'edit',
      edit: {
        original_message_id: 'wamid.old',
        message: { type: 'text', text: { body: 'Hello' } },
      },
    }),
    is: [{ kind: 'edit', text: 'Hello' }],
  },
  {
    what: 'a message in a group',
    body: said({ type: 'text', text: { body: 'hi all' }, group_id: 'g1' }),
    is: nothing,
  },
  {
    what: 'a message to another number of the account',
    body: said({ type: 'text', text: { body: 'hi' } }, '7654321'),
    is: nothing,
  },
  {
    what: 'our own words, sent from the app',
    body: value({
      message_echoes: [{ from: '1', to: '2', id: 'wamid.e', type: 'text', text: { body: 'x' } }],
    }),
    is: nothing,
  },
  {
    what: 'sent',
    body: status({ status: 'sent', conversation: { id: 'c', origin: { type: 'service' } } }),
    is: nothing,
  },
  { what: 'delivered', body: status({ status: 'delivered' }), is: nothing },
  { what: 'read', body: status({ status: 'read' }), is: nothing },
  { what: 'failed: the window is over', body: failed(131047), is: undelivered('window_closed') },
  { what: 'failed: nobody there', body: failed(131026), is: undelivered('not_reachable') },
  {
    what: 'failed: for a reason without a name of ours',
    body: failed(131000),
    is: undelivered('graph_131000'),
  },
  {
    what: 'failed: a file that WhatsApp could not take after all',
    body: failed(131053),
    is: undelivered('file_refused'),
  },
  {
    what: 'an error of the account',
    body: value({ errors: [{ code: 130429, title: 'x' }] }),
    is: nothing,
  },
  {
    what: 'news of a template',
    body: {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'message_template_status_update',
              value: { event: 'APPROVED', message_template_name: 'x' },
            },
          ],
        },
      ],
    },
    is: nothing,
  },
];

/** Forms: developers.facebook.com/docs/messenger-platform/reference/webhook-events. */
const event = (parts: object) => ({
  object: 'page',
  entry: [
    {
      id: 'PAGE',
      time: 1458692752478,
      messaging: [
        { sender: { id: '2468' }, recipient: { id: 'PAGE' }, timestamp: 1458692752478, ...parts },
      ],
    },
  ],
});
const message = (parts: object) => event({ message: { mid: 'm_1', ...parts } });
const attachment = (type: string, payload: object) => ({ type, payload });
const cdn = 'https://cdn.fbsbx.com/v/photo_1.jpg?x=1';

export const messengerSamples: readonly Sample[] = [
  { what: 'a text', body: message({ text: 'Hello' }), is: text('Hello') },
  {
    what: 'a reply to a message',
    body: message({ text: 'this', reply_to: { mid: 'm_0' } }),
    is: text('this'),
  },
  {
    what: 'a quick reply',
    body: message({ text: 'Fees', quick_reply: { payload: 'c:AAAAAAAAAAA:2' } }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:2', label: 'Fees' }],
  },
  {
    what: 'a button',
    body: event({ postback: { mid: 'm_2', title: 'Start', payload: 'c:AAAAAAAAAAA:0' } }),
    is: [{ kind: 'choice', data: 'c:AAAAAAAAAAA:0', label: 'Start' }],
  },
  {
    what: 'a photo',
    body: message({ attachments: [attachment('image', { url: cdn })] }),
    is: file(cdn, 'photo_1.jpg'),
  },
  {
    what: 'two photos and a voice message with words',
    body: message({
      text: 'look',
      attachments: [
        attachment('image', { url: cdn }),
        attachment('audio', { url: cdn }),
        attachment('image', { url: cdn }),
      ],
    }),
    is: [...file(cdn, 'photo_1.jpg', 'look'), ...file(cdn, 'photo_1.jpg'), ...unreadable],
  },
  {
    what: 'a document',
    body: message({
      attachments: [attachment('file', { url: 'https://cdn.fbsbx.com/v/invoice.pdf' })],
    }),
    is: file('https://cdn.fbsbx.com/v/invoice.pdf', 'invoice.pdf'),
  },
  {
    what: 'a shared link',
    body: message({
      text: 'https://x.test',
      attachments: [attachment('fallback', { url: 'https://x.test', title: 'X' })],
    }),
    is: text('https://x.test'),
  },
  {
    what: 'a voice message',
    body: message({ attachments: [attachment('audio', { url: cdn })] }),
    is: unreadable,
  },
  {
    what: 'the thumb',
    body: message({
      attachments: [attachment('image', { url: cdn, sticker_id: 369239263222822 })],
    }),
    is: text('👍'),
  },
  {
    what: 'a sticker',
    body: message({
      attachments: [attachment('image', { url: cdn, sticker_id: 144884852352448 })],
    }),
    is: unreadable,
  },
  {
    what: 'a place',
    body: message({ attachments: [attachment('location', { coordinates: { lat: 1, long: 2 } })] }),
    is: unreadable,
  },
  {
    what: 'a file that is not behind https',
    body: message({ attachments: [attachment('file', { url: 'file:///etc/passwd' })] }),
    is: unreadable,
  },
  {
    what: 'other words in an earlier message',
    body: event({ message_edit: { mid: 'm_1', text: 'Hello', num_edit: 1 } }),
    is: [{ kind: 'edit', text: 'Hello' }],
  },
  {
    what: 'a message taken back',
    body: message({ is_deleted: true }),
    is: [{ kind: 'deleted', of: 'm_1' }],
  },
  { what: 'our own words', body: message({ is_echo: true, app_id: 1, text: 'x' }), is: nothing },
  {
    what: 'a heart below a message',
    body: event({ reaction: { reaction: 'love', emoji: '❤', action: 'react', mid: 'm_1' } }),
    is: nothing,
  },
  { what: 'delivered', body: event({ delivery: { mids: ['m_out'], watermark: 1 } }), is: nothing },
  { what: 'read', body: event({ read: { watermark: 1 } }), is: nothing },
  {
    what: 'what another app answers',
    body: {
      object: 'page',
      entry: [
        {
          id: 'PAGE',
          time: 1,
          standby: [{ sender: { id: '1' }, message: { mid: 'm', text: 'x' } }],
        },
      ],
    },
    is: nothing,
  },
  {
    what: 'news of the page',
    body: {
      object: 'page',
      entry: [{ id: 'PAGE', time: 1, changes: [{ field: 'feed', value: {} }] }],
    },
    is: nothing,
  },
];
