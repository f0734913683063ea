import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hoodiecrow from 'hoodiecrow-imap';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/channels.ts';

const listening = async (server: Server): Promise<number> => {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

let folder = '';
let got: string[] = [];
let said: string[] = [];
let imap: ReturnType<typeof hoodiecrow>;
let smtp: SMTPServer;
let urls: { readonly imapUrl: string; readonly smtpUrl: string };

/** The IMAP server knows `testuser` by `testpass`; the SMTP server wants the same of who signs in. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-channels-'));
  got = [];
  said = [];
  imap = hoodiecrow({ storage: { INBOX: {} } });
  imap.listen(0);
  smtp = new SMTPServer({
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'testuser' && password === 'testpass'
        ? done(null, { user: username })
        : done(new Error('Wrong name or password')),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        got.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  urls = {
    imapUrl: `imap://127.0.0.1:${await listening(imap.server)}`,
    smtpUrl: `smtp://127.0.0.1:${await listening(smtp.server)}`,
  };
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise<void>((resolve) => imap.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const add = (given: { readonly [name: string]: string }) =>
  run([
    'add',
    'email',
    '--data',
    folder,
    '--url',
    'https://chat.okpay.test',
    ...Object.entries({
      address: 'help@okpay.test',
      user: 'testuser',
      password: 'testpass',
      ...urls,
      ...given,
    }).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
const kept = () => readFile(join(folder, 'channels.json'), 'utf8');

test('a mailbox that lets us in both ways is kept, and a test letter goes out', async () => {
  expect(await add({})).toBe(0);
  expect(said[0]).toBe('email is connected as help@okpay.test.');
  expect(await kept()).toContain('testpass');
  expect(await run(['test', 'email', '--data', folder, '--to', 'me@example.com'])).toBe(0);
  const letter = await simpleParser(got[0] ?? '');
  expect(letter.to).toMatchObject({ text: 'me@example.com' });
  expect(letter.text).toContain('this is a test');
});

test.each([
  ['imapUrl', { password: 'wrong' }],
  ['smtpUrl', { smtpUrl: 'smtp://127.0.0.1:1' }],
  ['imapUrl', { imapUrl: 'imap://127.0.0.1:1' }],
])(
  'a server behind %s that does not let us in is named, and nothing is kept',
  async (which, given) => {
    expect(await add(given)).toBe(1);
    expect(said.join('\n')).toContain(`(${which}: `);
    expect(said.join('\n')).not.toMatch(/testpass|wrong/i);
    await expect(kept()).rejects.toThrow('ENOENT');
  },
);
