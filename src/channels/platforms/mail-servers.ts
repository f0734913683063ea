import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import type { Settings } from './driver.ts';

/** As long as a person who sets a channel up is ready to wait. */
const answerTtlMs = 15_000;

export type MailChecked =
  | { readonly kind: 'ok'; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Signs in where letters are fetched and where they are sent, and leaves again; nothing is read or written there. */
export async function checkMail(settings: Settings): Promise<MailChecked> {
  for (const [name, check] of [
    ['imapUrl', checkImap],
    ['smtpUrl', checkSmtp],
  ] as const) {
    try {
      await check(settings);
    } catch (error) {
      return { kind: 'refused', reason: `${name}: ${reasonOf(error)}` };
    }
  }
  return { kind: 'ok', name: settings['address'] ?? '' };
}

async function checkImap(settings: Settings): Promise<void> {
  const client = imapClient(settings, answerTtlMs);
  await client.connect();
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
  } finally {
    await client.logout().catch(() => client.close());
  }
}

async function checkSmtp(settings: Settings): Promise<void> {
  const transport = smtpTransport(settings, answerTtlMs);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/** The server's own words where it said some: they name what is wrong, and never the password. */
function reasonOf(error: unknown): string {
  const { responseText, response } = error as { responseText?: unknown; response?: unknown };
  const said = [responseText, response].find((one) => typeof one === 'string' && one !== '');
  const text = typeof said === 'string' ? said : error instanceof Error ? error.message : 'unknown';
  return text.replaceAll(/[^\P{C}]+/gu, ' ').slice(0, 200);
}

/** How we read the operator's mailbox. */
export function imapClient(settings: Settings, socketTtlMs: number): ImapFlow {
  const { imapUrl = '', user = '', password: pass = '' } = settings;
  const { hostname, port, protocol } = new URL(imapUrl);
  const secure = protocol === 'imaps:';
  const client = new ImapFlow({
    host: hostname,
    port: Number(port) || (secure ? 993 : 143),
    secure,
    auth: { user, pass },
    logger: false,
    connectionTimeout: socketTtlMs,
    greetingTimeout: socketTtlMs,
    socketTimeout: socketTtlMs,
  });
  // Told by the promises as well; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

/** How we send the operator's letters. */
export function smtpTransport(settings: Settings, socketTtlMs: number) {
  return createTransport({
    url: settings['smtpUrl'] ?? '',
    auth: { user: settings['user'] ?? '', pass: settings['password'] ?? '' },
    connectionTimeout: socketTtlMs,
    greetingTimeout: socketTtlMs,
    socketTimeout: socketTtlMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
