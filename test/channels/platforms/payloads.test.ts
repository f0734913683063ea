import type { ApiMethods } from '@grammyjs/types';
import type { messagingApi } from '@line/bot-sdk';
import type { KnownBlock } from '@slack/types';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import { expect, expectTypeOf, test } from 'vitest';
import type { TextPiece } from '../../../src/channels/platforms/driver.ts';
import { lineMessage } from '../../../src/channels/platforms/line.ts';
import { slackMessage } from '../../../src/channels/platforms/slack.ts';
import { smsMessage } from '../../../src/channels/platforms/sms.ts';
import { telegramMessage } from '../../../src/channels/platforms/telegram.ts';

/**
 * The vendors' own types, over what the drivers really make: `tsc` refuses a field that a vendor does not know. LINE's are
 * generated from its OpenAPI description, Twilio's too; no installed package has a description itself.
 */
const options = [{ data: 'c:AAAAAAAAAAA:0', label: 'Fees' }];
const piece: TextPiece = { kind: 'text', text: 'Which?', choices: { style: 'buttons', options } };

type SendMessage = Parameters<ApiMethods<string>['sendMessage']>[0];

test('Telegram’s message is grammY’s', () => {
  const message = telegramMessage(piece, { chat: '777' }) satisfies SendMessage;
  expectTypeOf<Exclude<keyof typeof message, keyof SendMessage>>().toBeNever();
  expect(message.reply_markup?.inline_keyboard).toEqual([
    [{ text: 'Fees', callback_data: 'c:AAAAAAAAAAA:0' }],
  ]);
});

test('LINE’s message is the SDK’s', () => {
  const request = lineMessage(piece, { user: 'U1' }) satisfies messagingApi.PushMessageRequest;
  expectTypeOf<Exclude<keyof typeof request, keyof messagingApi.PushMessageRequest>>().toBeNever();
  const [message] = request.messages;
  expectTypeOf<
    Exclude<keyof NonNullable<typeof message>, keyof messagingApi.TextMessage>
  >().toBeNever();
  expect(message).toMatchObject({ type: 'text', quickReply: { items: [{ type: 'action' }] } });
});

test('Slack’s blocks are Block Kit’s', () => {
  const message = slackMessage(piece, { channel: 'D1' });
  const blocks: KnownBlock[] = 'blocks' in message ? message.blocks : [];
  expect(blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
});

test('an SMS has the fields that Twilio’s library sends', () => {
  const settings = { from: '+34900000000', statusUrl: 'https://chat.okpay.test/hooks/sms' };
  const fields = smsMessage(piece, { phone: '+34600111222' }, settings);
  type Named = Uncapitalize<keyof typeof fields>;
  expectTypeOf<Exclude<Named, keyof MessageListInstanceCreateOptions>>().toBeNever();
  expect(fields).toEqual({
    To: '+34600111222',
    From: '+34900000000',
    Body: 'Which?',
    SmartEncoded: 'true',
    StatusCallback: 'https://chat.okpay.test/hooks/sms',
  });
  expect(smsMessage(piece, { phone: '+1' }, { from: 'MG1' })).toMatchObject({
    MessagingServiceSid: 'MG1',
  });
});
