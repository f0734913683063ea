import { describe, expect, test } from 'vitest';
import type { Item } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { lineSamples, slackSamples } from '../../support/incoming/line-slack.ts';
import { messengerSamples, whatsappSamples } from '../../support/incoming/meta.ts';
import type { Sample } from '../../support/incoming/sample.ts';
import { telegramSamples } from '../../support/incoming/telegram.ts';
import { smsSamples, wechatSamples, wecomSamples } from '../../support/incoming/wechat-sms.ts';

const fetched = (body: unknown): readonly Item[] => {
  const json = { errcode: 0, next_cursor: '1', has_more: 0, msg_list: [body] };
  const answer = { status: 200, header: () => undefined, json };
  return drivers.wecom.pull?.read(answer)?.items ?? [];
};
const number = { phoneNumberId: '1234567' };

const platforms: readonly [string, readonly Sample[], (body: unknown) => readonly Item[]][] = [
  ['Telegram', telegramSamples, (body) => drivers.telegram.parse(body)],
  ['WhatsApp', whatsappSamples, (body) => drivers.whatsapp.parse(body, number)],
  ['Messenger', messengerSamples, (body) => drivers.messenger.parse(body)],
  ['LINE', lineSamples, (body) => drivers.line.parse(body)],
  ['Slack', slackSamples, (body) => drivers.slack.parse(body)],
  ['WeChat', wechatSamples, (body) => drivers.wechat.parse(body)],
  ['WeCom', wecomSamples, fetched],
  ['SMS', smsSamples, (body) => drivers.sms.parse(body)],
];

describe.each(platforms)('what comes from %s', (_name, samples, parse) => {
  test.each(samples.map((sample) => [sample.what, sample] as const))('%s', (_what, sample) => {
    const items = parse(sample.body);
    expect(items.map(({ content }) => content)).toEqual(sample.is);
    // Each is one thing, the same however often it comes.
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
    expect(parse(structuredClone(sample.body))).toEqual(items);
  });
});
