import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import hoodiecrow from 'hoodiecrow-imap';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { describe, expect, test } from 'vitest';
import { readLetter, replyAddress } from '../../../src/channels/platforms/letters.ts';
import type { Peer } from '../../support/platform-peer.ts';
import { platformWorld } from '../../support/platform-world.ts';

const ours = { address: 'help@okpay.test', secret: 'a-secret-for-links' };
const letter = (headers: string, body = 'Hello') =>
  `From: Wei <wei@example.com>\r\nTo: help@okpay.test\r\nSubject: A question\r\nMessage-ID: <1@example.com>\r\n${headers}\r\n${body}\r\n`;
const read = async (source: string) => readLetter(await simpleParser(source), ours);

describe('a letter', () => {
  test('is a message with what was written this time, tied to its thread', async () => {
    const body =
      'My payment failed.\r\n\r\nOn Mon, 2 Nov 2026 at 10:00, Support <help@okpay.test> wrote:\r\n> How can I help?\r\n';
    const got = await read(letter('References: <0@okpay.test>\r\n', body));
    expect(got).toMatchObject({
      item: {
        key: '<1@example.com>',
        userId: 'wei@example.com',
        content: { kind: 'text', text: 'My payment failed.' },
        to: {
          subject: 'Re: A question',
          messageId: '<1@example.com>',
          references: '<0@okpay.test> <1@example.com>',
        },
      },
    });
  });

  test.each([
    ['Auto-Submitted: auto-replied\r\n', 'automatic'],
    ['X-Auto-Response-Suppress: All\r\n', 'automatic'],
    ['Precedence: bulk\r\n', 'bulk'],
    ['List-Id: <list.example.com>\r\n', 'bulk'],
    ['Return-Path: <>\r\n', 'bounce'],
  ])('that a machine wrote (%j) is dropped', async (headers, dropped) => {
    expect(await read(letter(headers))).toEqual({ dropped });
  });

  test('our own and the postmaster’s are dropped', async () => {
    const from = (address: string) => letter('').replace('wei@example.com', address);
    expect(await read(from('help@okpay.test'))).toEqual({ dropped: 'ours' });
    expect(await read(from('MAILER-DAEMON@example.com'))).toEqual({ dropped: 'bounce' });
  });

  test('belongs to whom the mark in its address names, and to its sender when the mark is forged', async () => {
    const to = (address: string) => letter('').replace('To: help@okpay.test', `To: ${address}`);
    const good = replyAddress(ours.address, 'other@example.com', ours.secret);
    expect(await read(to(good))).toMatchObject({ item: { userId: 'other@example.com' } });
    const forged = replyAddress(ours.address, 'other@example.com', 'guess');
    expect(await read(to(forged))).toMatchObject({ item: { userId: 'wei@example.com' } });
  });
});

const listening = async (server: Server): Promise<number> => {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

test('a customer’s letter is answered by letter in its thread, over servers that are not ours', async () => {
  const imap = hoodiecrow({ storage: { INBOX: {} } });
  imap.listen(0);
  const imapPort = await listening(imap.server);
  const got: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        got.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  const smtpPort = await listening(smtp.server);
  const peer: Peer = {
    name: 'email',
    userId: 'wei@example.com',
    settings: () => ({
      address: ours.address,
      imapUrl: `imap://127.0.0.1:${imapPort}`,
      smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
      user: 'testuser',
      password: 'testpass',
    }),
    text: () => ({ path: '', method: 'POST', headers: {}, body: '' }),
    photo: () => ({ path: '', method: 'POST', headers: {}, body: '' }),
    forged: () => ({ path: '', method: 'POST', headers: {}, body: '' }),
    answer: () => ({ status: 404, body: {} }),
    seen: () => undefined,
  };
  const world = await platformWorld(peer);
  try {
    // The first look only marks where we begin.
    await expect.poll(() => world.core.store.records.get('platform-cursor', 'email')).toBeDefined();
    imap.appendMessage('INBOX', [], new Date(), letter('', 'What are your support hours?'));
    world.service.fetchNow();
    await expect.poll(() => got.join('\n'), { timeout: 60_000 }).toMatch(/hours|09:00/i);
    const answer = await simpleParser(got.at(-1) ?? '');
    expect(answer.inReplyTo).toBe('<1@example.com>');
    expect(answer.subject).toBe('Re: A question');
    expect(answer.headers.get('auto-submitted')).toBe('auto-replied');
    expect(answer.replyTo?.text).toMatch(/help\+.+@okpay\.test/);
    const count = got.length;
    world.service.fetchNow();
    await world.restart();
    await expect
      .poll(
        async () => (await world.events()).filter(({ type }) => type === 'message.received').length,
      )
      .toBe(1);
    expect(got).toHaveLength(count);
  } finally {
    await world.stop();
    await new Promise<void>((resolve) => smtp.close(resolve));
    await new Promise<void>((resolve) => imap.close(resolve));
  }
});
