import { createHmac, randomBytes } from 'node:crypto';
import * as lineSdk from '@line/bot-sdk';
import { verify as verifyHub } from '@octokit/webhooks-methods';
import { isValidSlackRequest } from '@slack/bolt';
import { decrypt as wecomDecrypt, encrypt as wecomEncrypt, getSignature } from '@wecom/crypto';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import type { Driver, Settings, Webhook } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { hmac } from '../../../src/channels/platforms/signatures.ts';
import { decrypt, encrypt, signatureOf } from '../../../src/channels/platforms/wechat-crypto.ts';

/** Bodies that go wrong when a signature is made over anything but the very bytes. */
const bodies = ['{"hello":"world"}', '{"text":"退款 ¿cuánto? مرحبا 🙂"}', '{ "b":1,\n "a":2 }', ''];

function webhook(over: Partial<Webhook> & { readonly body?: string }): Webhook {
  const { body = '{}', ...rest } = over;
  const base = {
    method: 'POST',
    url: 'https://kefu.test/hooks/x',
    query: {},
    headers: {},
  } as const;
  return { ...base, raw: Buffer.from(body), ...rest };
}

const verdict = (driver: Driver, hook: Webhook, settings: Settings, nowMs = 0) =>
  driver.verify(hook, settings, nowMs).kind;

describe('known answers from the platforms’ own documentation', () => {
  test('Slack', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    const settings = { signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };
    const headers = {
      'x-slack-signature': signature,
      'x-slack-request-timestamp': '1531420618',
      'content-type': 'application/x-www-form-urlencoded',
    };
    // Signed rightly; a slash command is nothing that we read.
    expect(verdict(drivers.slack, webhook({ body, headers }), settings, 1531420618_000)).toBe(
      'unreadable',
    );
    expect(
      verdict(drivers.slack, webhook({ body: `${body}x`, headers }), settings, 1531420618_000),
    ).toBe('forged');
    expect(
      verdict(drivers.slack, webhook({ body, headers }), settings, 1531420618_000 + 301_000),
    ).toBe('forged');
  });

  test('Twilio', () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    const form = {
      Digits: '1234',
      To: '+18005551212',
      From: '+14158675309',
      Caller: '+14158675309',
      CallSid: 'CA1234567890ABCDE',
    };
    const body = new URLSearchParams(form).toString();
    const headers = { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' };
    expect(verdict(drivers.sms, webhook({ url, body, headers }), { authToken: '12345' })).toBe(
      'ok',
    );
    expect(
      verdict(drivers.sms, webhook({ url: `${url}&x=1`, body, headers }), { authToken: '12345' }),
    ).toBe('forged');
  });

  test('X-Hub-Signature-256, as GitHub and Meta have it', () => {
    expect(hmac('sha256', "It's a Secret to Everybody", 'Hello, World!', 'hex')).toBe(
      '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  test('LINE', () => {
    const headers = { 'x-line-signature': 't7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=' };
    const hook = webhook({ body: '{"hello":"world"}', headers });
    expect(verdict(drivers.line, hook, { channelSecret: 'test_secret' })).toBe('ok');
  });

  test('WeCom', () => {
    const key = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
    const corpId = 'wx5823bf96d3bd56c7';
    const echo =
      'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
    const signature = '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3';
    expect(signatureOf('QDG6eK', '1409659589', '263014780', echo)).toBe(signature);
    expect(decrypt(key, corpId, echo)).toBe('1616140317555161061');
    const settings = { token: 'QDG6eK', encodingAesKey: key, corpId };
    const query = {
      msg_signature: signature,
      timestamp: '1409659589',
      nonce: '263014780',
      echostr: echo,
    };
    const asked = webhook({ method: 'GET', query });
    expect(drivers.wecom.handshake?.(asked, settings)).toMatchObject({
      status: 200,
      body: '1616140317555161061',
    });
    const wrong = webhook({ method: 'GET', query: { ...query, nonce: '1' } });
    expect(drivers.wecom.handshake?.(wrong, settings)?.status).toBe(401);
  });
});

describe('the vendors’ own libraries take what we take and refuse what we refuse', () => {
  test.each(bodies)('LINE: %j', (body) => {
    const signature = createHmac('sha256', 'a-secret').update(body).digest('base64');
    for (const given of [signature, signature.slice(0, -2), 'x', signature.replace(/./, 'A')]) {
      const ours = verdict(
        drivers.line,
        webhook({ body, headers: { 'x-line-signature': given } }),
        {
          channelSecret: 'a-secret',
        },
      );
      expect(ours !== 'forged').toBe(lineSdk.validateSignature(body, 'a-secret', given));
    }
  });

  test.each(bodies.filter((body) => body !== ''))('X-Hub: %j', async (body) => {
    const signature = `sha256=${createHmac('sha256', 'a-secret').update(body).digest('hex')}`;
    for (const given of [signature, `${signature}0`, 'sha256=00', signature.replace(/.$/, 'g')]) {
      const hook = webhook({ body, headers: { 'x-hub-signature-256': given } });
      const theirs = await verifyHub('a-secret', body, given);
      expect(verdict(drivers.whatsapp, hook, { appSecret: 'a-secret' }) !== 'forged').toBe(theirs);
      expect(verdict(drivers.messenger, hook, { appSecret: 'a-secret' }) !== 'forged').toBe(theirs);
    }
  });

  test.each(bodies)('Slack: %j', (body) => {
    const time = 1_700_000_000;
    const signature = `v0=${createHmac('sha256', 'a-secret').update(`v0:${time}:${body}`).digest('hex')}`;
    for (const given of [signature, `${signature}0`, 'v0=', signature.replace(/.$/, 'g')]) {
      const headers = { 'x-slack-signature': given, 'x-slack-request-timestamp': String(time) };
      const ours = verdict(
        drivers.slack,
        webhook({ body, headers }),
        { signingSecret: 'a-secret' },
        time * 1000,
      );
      const theirs = isValidSlackRequest({
        signingSecret: 'a-secret',
        body,
        headers: { 'x-slack-signature': given, 'x-slack-request-timestamp': time },
        nowMilliseconds: time * 1000,
      });
      expect(ours !== 'forged').toBe(theirs);
    }
  });

  test.each([
    { Body: 'hola ¿qué tal? 退款', From: '+1', MessageSid: 'SM1' },
    { Body: 'a b&c=d+e', MessageSid: 'SM2', Empty: '' },
    {},
  ])('Twilio: %j', (form) => {
    const url = 'https://kefu.test:8443/hooks/sms?a=1';
    const signature = twilio.getExpectedTwilioSignature('a-token', url, form);
    for (const given of [signature, signature.slice(1), '', 'é']) {
      const body = new URLSearchParams(form).toString();
      const hook = webhook({ url, body, headers: { 'x-twilio-signature': given } });
      const ours = verdict(drivers.sms, hook, { authToken: 'a-token' }) === 'ok';
      expect(ours).toBe(twilio.validateRequest('a-token', given, url, form));
    }
  });

  test.each(bodies)('WeCom’s encryption, both ways: %j', (body) => {
    const key = randomBytes(32).toString('base64').slice(0, 43);
    const theirs = wecomEncrypt(key, body, 'corp', randomBytes(16));
    expect(decrypt(key, 'corp', theirs)).toBe(body);
    expect(decrypt(key, 'other', theirs)).toBeUndefined();
    expect(decrypt(key, 'corp', theirs.slice(0, -4))).toBeUndefined();
    const ours = encrypt(key, 'corp', body, randomBytes(16));
    expect(wecomDecrypt(key, ours)).toMatchObject({ message: body, id: 'corp' });
    expect(signatureOf('t', '1', '2', ours)).toBe(getSignature('t', '1', '2', ours));
  });
});
