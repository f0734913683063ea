import { z } from 'zod';
import type { PlatformName } from '../../src/channels/platforms/driver.ts';

/**
 * What each platform takes, by its own documentation and in its own units; strict, so that a field that does not exist is
 * seen. Written apart from the drivers: they agree or a test fails.
 */
const utf16 = (max: number) => z.string().min(1).max(max);
const bytes = (max: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= max, `more than ${max} bytes`);

/** core.telegram.org/bots/api#sendmessage, #inlinekeyboardbutton */
const telegram = z.strictObject({
  chat_id: utf16(50),
  text: utf16(4096),
  reply_markup: z
    .strictObject({
      inline_keyboard: z
        .array(z.array(z.strictObject({ text: utf16(200), callback_data: bytes(64) })).max(8))
        .min(1)
        .max(100),
    })
    .optional(),
});

const whatsappBody = z.strictObject({ text: utf16(1024) });
/** developers.facebook.com/docs/whatsapp/cloud-api: text messages, interactive reply buttons, interactive lists */
const whatsapp = z.discriminatedUnion('type', [
  z.strictObject({
    messaging_product: z.literal('whatsapp'),
    to: utf16(20),
    type: z.literal('text'),
    text: z.strictObject({ body: utf16(4096), preview_url: z.boolean() }),
  }),
  z.strictObject({
    messaging_product: z.literal('whatsapp'),
    to: utf16(20),
    type: z.literal('interactive'),
    interactive: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('button'),
        body: whatsappBody,
        action: z.strictObject({
          buttons: z
            .array(
              z.strictObject({
                type: z.literal('reply'),
                reply: z.strictObject({ id: utf16(256), title: utf16(20) }),
              }),
            )
            .min(1)
            .max(3)
            .refine(
              (all) => new Set(all.map(({ reply }) => reply.title)).size === all.length,
              'titles are distinct',
            ),
        }),
      }),
      z.strictObject({
        type: z.literal('list'),
        body: whatsappBody,
        action: z.strictObject({
          button: utf16(20),
          sections: z.tuple([
            z.strictObject({
              rows: z
                .array(
                  z.strictObject({
                    id: utf16(200),
                    title: utf16(24),
                    description: utf16(72).optional(),
                  }),
                )
                .min(1)
                .max(10),
            }),
          ]),
        }),
      }),
    ]),
  }),
]);

/** developers.facebook.com/docs/messenger-platform/reference/send-api, /buttons/quick-replies */
const messenger = z.strictObject({
  recipient: z.strictObject({ id: utf16(50) }),
  messaging_type: z.literal('RESPONSE'),
  message: z.strictObject({
    text: utf16(2000),
    quick_replies: z
      .array(
        z.strictObject({
          content_type: z.literal('text'),
          title: utf16(20),
          payload: utf16(1000),
        }),
      )
      .min(1)
      .max(13)
      .optional(),
  }),
});

/** developers.line.biz/en/reference/messaging-api: push message, text message, quick reply, postback action */
const line = z.strictObject({
  to: utf16(50),
  messages: z.tuple([
    z.strictObject({
      type: z.literal('text'),
      text: utf16(5000),
      quickReply: z
        .strictObject({
          items: z
            .array(
              z.strictObject({
                type: z.literal('action'),
                action: z.strictObject({
                  type: z.literal('postback'),
                  label: utf16(20),
                  data: utf16(300),
                  displayText: utf16(300),
                }),
              }),
            )
            .min(1)
            .max(13),
        })
        .optional(),
    }),
  ]),
});

const menu = <Entry extends z.ZodType>(entry: Entry) => ({
  msgtype: z.literal('msgmenu'),
  msgmenu: z.strictObject({
    head_content: bytes(1024),
    list: z.array(entry).min(1).max(10),
    tail_content: z.literal(''),
  }),
});
const words = {
  msgtype: z.literal('text'),
  text: z.strictObject({ content: bytes(2048) }),
};
/** developers.weixin.qq.com/doc/service: customer service messages, text and msgmenu */
const wechatTo = { touser: utf16(64) };
const wechat = z.discriminatedUnion('msgtype', [
  z.strictObject({ ...wechatTo, ...words }),
  z.strictObject({
    ...wechatTo,
    ...menu(z.strictObject({ id: bytes(128), content: bytes(128) })),
  }),
]);

/** developer.work.weixin.qq.com/document/path/94677: kf/send_msg, text and menu */
const wecomTo = {
  touser: utf16(64),
  open_kfid: utf16(64),
  msgid: z.string().regex(/^[\w-]{1,32}$/),
};
const wecom = z.discriminatedUnion('msgtype', [
  z.strictObject({ ...wecomTo, ...words }),
  z.strictObject({
    ...wecomTo,
    ...menu(
      z.strictObject({
        type: z.literal('click'),
        click: z.strictObject({ id: bytes(128), content: bytes(128) }),
      }),
    ),
  }),
]);

/** docs.slack.dev: chat.postMessage, section, actions, button */
const slack = z.strictObject({
  channel: utf16(50),
  text: utf16(40_000),
  unfurl_links: z.literal(false),
  blocks: z
    .tuple([
      z.strictObject({
        type: z.literal('section'),
        text: z.strictObject({ type: z.literal('mrkdwn'), text: utf16(3000) }),
      }),
      z.strictObject({
        type: z.literal('actions'),
        elements: z
          .array(
            z.strictObject({
              type: z.literal('button'),
              action_id: utf16(255),
              value: utf16(2000),
              text: z.strictObject({ type: z.literal('plain_text'), text: utf16(75) }),
            }),
          )
          .min(1)
          .max(25)
          .refine(
            (all) => new Set(all.map(({ action_id }) => action_id)).size === all.length,
            'action ids are distinct',
          ),
      }),
    ])
    .optional(),
});

/** twilio.com/docs/messaging/api/message-resource; ten short messages: 1,530 septets or 670 UTF-16 units */
const sms = z.strictObject({
  To: utf16(20),
  From: utf16(20),
  Body: utf16(1600).refine(
    (text) => text.length <= (/[^\n\r -_a-~¡-ÿΔΦΓΛΩΠΨΣΘΞ€]/u.test(text) ? 670 : 1530),
    'more than ten short messages',
  ),
  SmartEncoded: z.literal('true'),
});

/** Ours: no platform limits a letter. */
const email = z.strictObject({
  to: z.email(),
  user: utf16(320),
  subject: z.string(),
  inReplyTo: z.string(),
  references: z.string(),
  messageId: utf16(200),
  text: utf16(20_000),
});

export const outgoingSchemas: { readonly [name in PlatformName]: z.ZodType } = {
  telegram,
  whatsapp,
  messenger,
  line,
  wechat,
  wecom,
  slack,
  sms,
  email,
};
