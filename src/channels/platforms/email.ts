import { z } from 'zod';
import { textAt } from './calls.ts';
import type { Address, Call, Driver, Manner, Settings } from './driver.ts';
import { everyType, megabyte } from './uploads.ts';

/** In a letter it is a third longer; most mail servers take 20 to 25 MB. */
const fileMax = 10 * megabyte;

/**
 * Email: IMAP in, SMTP out. No webhook, so nothing to verify: who wrote is only what the letter says, and is never taken for an
 * identity. Choices are numbered lists; a letter has no limit worth the name, so a page of text is ours.
 */
export const email: Driver = {
  name: 'email',
  prefix: 'em',
  facts: { text: { max: 20_000, unit: 'utf16' }, perSecond: 5 },
  settings: z.strictObject({
    /** The address that customers write to; replies carry a mark behind a plus sign. */
    address: z.email(),
    name: z.string().min(1).max(80).default('Support'),
    imapUrl: z.url({ protocol: /^imaps?$/ }),
    smtpUrl: z.url({ protocol: /^smtps?$/ }),
    user: z.string().min(1).max(200),
    password: z.string().min(1).max(300),
  }),
  verify: () => ({ kind: 'forged', reason: 'wrong' }),
  parse: () => [],
  send: ({ text }, to, settings, manner) =>
    letter(settings, { ...headOf(to, settings, manner), text }),
  files: {
    way: 'bytes',
    bytesMax: everyType(fileMax),
    send: ({ name, type, content }, to, settings, manner) =>
      letter(settings, {
        ...headOf(to, settings, manner),
        text: name,
        file: { name, type, base64: Buffer.from(content).toString('base64') },
      }),
  },
  outcome({ status, json }) {
    const id = textAt(json, 'messageId');
    if (status < 300) return { kind: 'sent', id };
    // As SMTP has it: 4xx may pass later, 5xx will not.
    return status < 500
      ? { kind: 'later', reason: `smtp_${status}` }
      : { kind: 'final', reason: `smtp_${status}` };
  },
};

/** The same Message-ID for every try, so that the reader's program shows one letter. */
function headOf(to: Address, { address = '' }: Settings, { idempotencyKey }: Manner) {
  return {
    messageId: `<${idempotencyKey}@${address.split('@')[1] ?? 'localhost'}>`,
    to: to['address'] ?? '',
    user: to['user'] ?? to['address'] ?? '',
    subject: to['subject'] ?? '',
    inReplyTo: to['messageId'] ?? '',
    references: to['references'] ?? '',
  };
}

/** A letter as data, for whoever speaks SMTP. */
function letter({ smtpUrl = '' }: Settings, fields: object): Call {
  return { method: 'POST', url: smtpUrl, headers: {}, body: JSON.stringify(fields) };
}
