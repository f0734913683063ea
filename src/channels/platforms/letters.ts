import { createHash } from 'node:crypto';
import type { Attachment, ParsedMail } from 'mailparser';
import type { Item } from './driver.ts';
import { hmac, isSame } from './signatures.ts';

/** A letter as an item, with the bytes of what is attached: they came with it and need no fetching. */
export interface LetterItem {
  readonly item: Item;
  readonly attachments: readonly Attachment[];
}

/** Why a letter is no message of a person to us. */
export type Dropped =
  'automatic' | 'bulk' | 'bounce' | 'ours' | 'empty' | 'no_sender' | 'already_read';

const referencesMax = 20;
const textLengthMax = 20_000;

/**
 * A letter read as a message. What machines wrote is dropped, else two of them would write to each other for ever (RFC 3834).
 * Whose it is is what it says; the mark in the address that it answers to ties it to its conversation whatever the sender
 * calls themselves, and only that.
 */
export function readLetter(
  mail: ParsedMail,
  ours: { readonly address: string; readonly secret: string },
): LetterItem | { readonly dropped: Dropped } {
  const from = mail.from?.value[0]?.address?.toLowerCase();
  const dropped = whyDropped(mail, from, ours.address);
  if (dropped) return { dropped };
  if (from === undefined) return { dropped: 'no_sender' };
  const text = newWordsOf(mail.text ?? '').slice(0, textLengthMax);
  const attachments = mail.attachments.filter(({ related }) => !related);
  if (text === '' && attachments.length === 0) return { dropped: 'empty' };
  const key =
    mail.messageId ??
    createHash('sha256').update(`${from}${mail.date?.toISOString()}${text}`).digest('hex');
  const user = markedUser(mail, ours) ?? from;
  const subject = mail.subject ?? '';
  const name = mail.from?.value[0]?.name ?? '';
  return {
    attachments,
    item: {
      key,
      userId: user,
      name: name === '' ? from : name,
      to: {
        user,
        address: from,
        subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
        messageId: key,
        references: referencesOf(mail, key),
      },
      content: { kind: 'text', text: text === '' ? subject : text },
    },
  };
}

function whyDropped(
  mail: ParsedMail,
  from: string | undefined,
  address: string,
): Dropped | undefined {
  const header = (name: string) => {
    const value = mail.headers.get(name);
    return typeof value === 'string' ? value.toLowerCase() : undefined;
  };
  if (from === undefined) return 'no_sender';
  if (from === address.toLowerCase()) return 'ours';
  if (/^(mailer-daemon|postmaster)@/.test(from) || hasEmptyReturn(mail)) return 'bounce';
  if (mail.attachments.some(({ contentType }) => contentType === 'message/delivery-status'))
    return 'bounce';
  if ((header('auto-submitted') ?? 'no') !== 'no' || header('x-autoreply') !== undefined)
    return 'automatic';
  if (mail.headers.has('x-auto-response-suppress') || /^(no-?reply|do-?not-?reply)@/.test(from))
    return 'automatic';
  const isBulk = /^(bulk|list|junk|auto_reply)$/.test(header('precedence') ?? '');
  return isBulk || mail.headers.has('list') || mail.headers.has('list-id') ? 'bulk' : undefined;
}

/** The parser reads an empty address as none; the line itself tells. */
function hasEmptyReturn({ headerLines }: ParsedMail): boolean {
  return headerLines.some(({ key, line }) => key === 'return-path' && /:\s*<\s*>\s*$/.test(line));
}

/** What the person wrote this time: not what they answer to. */
function newWordsOf(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const quoteAt = lines.findIndex(
    (line, at) =>
      isIntroduction(line) ||
      // An introduction may be broken over two lines.
      isIntroduction(`${line} ${lines[at + 1] ?? ''}`) ||
      (line.startsWith('>') &&
        lines.slice(at).every((rest) => rest.startsWith('>') || rest.trim() === '')),
  );
  const own = quoteAt < 0 ? lines : lines.slice(0, quoteAt);
  return own.join('\n').trim();
}

/** "On … wrote:", "El … escribió:", "在 … 写道：", "كتب …:", and Outlook's rule. */
function isIntroduction(line: string): boolean {
  return (
    /^On .{4,200} wrote:\s*$/.test(line) ||
    /^El .{4,200} escribió:\s*$/.test(line) ||
    /^.{0,200}(?:写道|寫道)[:：]\s*$/.test(line) ||
    /^.{0,200}كتب.{0,200}[:：]\s*$/.test(line) ||
    /^-{3,}\s*(?:Original Message|Mensaje original|原始邮件|الرسالة الأصلية)\s*-{3,}\s*$/i.test(
      line,
    )
  );
}

function referencesOf({ references }: ParsedMail, messageId: string): string {
  const former = references === undefined ? [] : [references].flat();
  return [...former, messageId].slice(-referencesMax).join(' ');
}

/** `support@example.com` → `support+<user>.<mark>@example.com`: replies find their conversation by it. */
export function replyAddress(address: string, user: string, secret: string): string {
  const [local = '', domain = ''] = address.split('@');
  const id = Buffer.from(user).toString('base64url');
  return `${local}+${id}.${markOf(secret, user)}@${domain}`;
}

function markedUser(
  mail: ParsedMail,
  { address, secret }: { readonly address: string; readonly secret: string },
): string | undefined {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const receivers = [mail.to, mail.cc].flat().flatMap((one) => one?.value ?? []);
  for (const { address: to = '' } of receivers) {
    const match = /^(.+?)\+([\w-]{1,400})\.([\w-]{16})@(.+)$/.exec(to);
    if (!match || match[1]?.toLowerCase() !== local || match[4]?.toLowerCase() !== domain) continue;
    const user = Buffer.from(match[2] ?? '', 'base64url').toString('utf8');
    if (isSame(markOf(secret, user), match[3] ?? '')) return user;
  }
  return undefined;
}

/** 96 bits. */
function markOf(secret: string, user: string): string {
  return hmac('sha256', secret, `mail:${user}`, 'base64url').slice(0, 16);
}
