import type { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { limits } from '../../core/index.ts';
import type { PlatformApi } from './api.ts';
import type { Call, Sent, Settings } from './driver.ts';
import { email } from './email.ts';
import { receiveFile } from './keep-file.ts';
import { readLetter, replyAddress } from './letters.ts';
import { imapClient, smtpTransport } from './mail-servers.ts';
import { acceptItem, cidOf, visitorOf, type ReceivingDeps } from './receiving.ts';

const cursorKind = 'platform-cursor';
/** Between looks; the server's own push makes it sooner where there is one. */
const everyMs = 15_000;
const letterBytesMax = 25 * 1024 * 1024;
const socketTtlMs = 30_000;

/** Email as the other platforms are called: letters go out by SMTP, one at a time. */
export function createMailApi(settings: Settings, secret: string): PlatformApi {
  const transport = smtpTransport(settings, socketTtlMs);
  const send = async (call: Call): Promise<Sent> => {
    try {
      const letter = JSON.parse(typeof call.body === 'string' ? call.body : '{}') as Letter;
      const info = await transport.sendMail({
        from: { name: settings['name'] ?? '', address: settings['address'] ?? '' },
        to: letter.to,
        replyTo: replyAddress(settings['address'] ?? '', letter.user, secret),
        subject: letter.subject,
        inReplyTo: letter.inReplyTo,
        references: letter.references,
        ...(letter.messageId !== undefined && { messageId: letter.messageId }),
        text: letter.text,
        ...(letter.file && {
          attachments: [
            {
              filename: letter.file.name,
              contentType: letter.file.type,
              content: Buffer.from(letter.file.base64, 'base64'),
            },
          ],
        }),
        // Says that a machine may have written it: other machines then do not answer.
        headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
      });
      return { kind: 'sent', id: info.messageId };
    } catch (error) {
      const status = (error as { readonly responseCode?: number }).responseCode ?? 0;
      return status >= 500 && status < 600
        ? { kind: 'final', reason: `smtp_${status}` }
        : { kind: 'later', reason: status === 0 ? 'no_answer' : `smtp_${status}` };
    }
  };
  return {
    driver: email,
    settings,
    send: (make) => send(make(settings)),
    upload: async () => ({ kind: 'final', reason: 'no_upload' }),
    ask: async () => undefined,
    download: async () => undefined,
  };
}

interface Letter {
  readonly to: string;
  readonly user: string;
  readonly subject: string;
  readonly inReplyTo: string;
  readonly references: string;
  readonly messageId?: string;
  readonly text: string;
  readonly file?: { readonly name: string; readonly type: string; readonly base64: string };
}

/**
 * Fetches letters. Modes: idle → looking (every so often, and once more when nudged meanwhile) → idle; stopped by `drain`. How far it has read is kept after each
 * letter, so a crash reads one letter again, which its Message-ID makes harmless. Letters that were there before the
 * mailbox was connected are left alone.
 */
export class Mailbox {
  readonly #deps: ReceivingDeps;
  readonly #api: PlatformApi;
  readonly #secret: string;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #isStopped = false;

  constructor(deps: ReceivingDeps, api: PlatformApi, secret: string) {
    this.#deps = deps;
    this.#api = api;
    this.#secret = secret;
  }

  start(): void {
    this.#timer = setInterval(() => this.nudge(), everyMs);
    this.nudge();
  }

  nudge(): void {
    if (this.#isStopped) return;
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
  }

  /** A nudge amid a look may tell of a letter that the look no longer sees: another look follows. */
  async #loop(): Promise<void> {
    while (this.#again && !this.#isStopped) {
      this.#again = false;
      try {
        await this.#look();
        this.#deps.tally.fetched('email');
      } catch (err) {
        this.#deps.tally.unread('email', 'the mailbox could not be read');
        this.#deps.log.error({ err }, 'the mailbox could not be read');
      }
    }
  }

  async drain(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    const client = imapClient(this.#api.settings, socketTtlMs);
    await client.connect();
    try {
      await this.#read(client);
    } finally {
      await client.logout().catch(() => client.close());
    }
  }

  async #read(client: ImapFlow): Promise<void> {
    const lock = await client.getMailboxLock('INBOX');
    try {
      const { mailbox } = client;
      if (mailbox === false) return;
      const validity = String(mailbox.uidValidity);
      const last = await this.#lastRead(validity, mailbox.uidNext - 1);
      if (last === undefined) return;
      const uids = await client.search({ uid: `${last + 1}:*` }, { uid: true });
      for (const uid of !uids ? [] : uids.filter((one) => one > last).sort((a, b) => a - b)) {
        await this.#take(client, uid);
        await this.#keep(validity, uid);
        if (this.#isStopped) return;
      }
    } finally {
      lock.release();
    }
  }

  /** Undefined at the first look, which only marks where we begin, and after the server renumbered the mailbox. */
  async #lastRead(validity: string, newest: number): Promise<number | undefined> {
    const body = await this.#deps.records.get(cursorKind, 'email');
    const [kept, uid] = (body ?? '').split(':');
    if (kept === validity) return Number(uid);
    await this.#keep(validity, Math.max(0, newest));
    return undefined;
  }

  async #keep(validity: string, uid: number): Promise<void> {
    const { records } = this.#deps;
    const body = `${validity}:${uid}`;
    const former = await records.get(cursorKind, 'email');
    if (former === undefined) await records.insert(cursorKind, 'email', body);
    else if (former !== body) await records.replace(cursorKind, 'email', former, body);
  }

  async #take(client: ImapFlow, uid: number): Promise<void> {
    const size = await client.fetchOne(String(uid), { size: true }, { uid: true });
    if (size === false || (size.size ?? 0) > letterBytesMax) return this.#drop('too_large');
    const fetched = await client.fetchOne(String(uid), { source: true }, { uid: true });
    if (fetched === false || !fetched.source) return;
    const mail = await simpleParser(fetched.source, {
      skipHtmlToText: false,
      maxHtmlLengthToParse: letterBytesMax,
    });
    const { address = '' } = this.#api.settings;
    const read = readLetter(mail, { address, secret: this.#secret });
    if ('dropped' in read) return this.#drop(read.dropped);
    await acceptItem(this.#deps, this.#api, read.item);
    await this.#attach(read);
  }

  /** What is attached comes as a message of its own right behind the words. */
  async #attach({
    item,
    attachments,
  }: Exclude<ReturnType<typeof readLetter>, { readonly dropped: string }>): Promise<void> {
    const { driver } = this.#api;
    const conversationId = await this.#deps.turns.chats.open(
      visitorOf(driver, item.userId),
      driver.name,
      this.#deps.defaultLanguage(),
    );
    for (const [nth, { filename, content }] of attachments
      .slice(0, limits.filesPerMessageMax)
      .entries()) {
      await receiveFile(this.#deps, {
        conversationId,
        senderId: visitorOf(driver, item.userId),
        cid: cidOf(driver, `${item.key}:${nth}`),
        name: filename ?? 'file',
        bytes: content,
        text: '',
      });
    }
  }

  #drop(reason: string): void {
    this.#deps.log.info({ reason }, 'a letter was left unread');
  }
}
