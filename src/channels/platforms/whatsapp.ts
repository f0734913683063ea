import { z } from 'zod';
import { at, get, listAt, postJson, textAt, under } from './calls.ts';
import type {
  Driver,
  FileWithContent,
  Item,
  ItemContent,
  PieceChoices,
  Settings,
  TextPiece,
  UploadedFile,
  Uploading,
} from './driver.ts';
import {
  bearer,
  dayMs,
  handshakeMeta,
  isObject,
  metaReason,
  metaSettings,
  outcomeMeta,
  verifyMeta,
} from './meta.ts';
import { formOf, megabyte, uploadedAs } from './uploads.ts';

/**
 * WhatsApp Business Platform, Cloud API (developers.facebook.com/docs/whatsapp/cloud-api). Text 4,096; with buttons (3 of 20
 * characters) or a list (10 of 24, details 72) the body has 1,024. 24 hours from the customer's message anything may be sent,
 * then only approved templates. 80 messages a second for a new number. Files (cloud-api/reference/media, supported types): JPEG
 * and PNG 5 MB, MP4 16 MB, PDF and plain text 100 MB; an uploaded one is kept for 30 days.
 */
export const whatsapp: Driver = {
  name: 'whatsapp',
  prefix: 'wa',
  facts: {
    text: { max: 4096, unit: 'utf16' },
    buttons: { max: 3, labelMax: 20, isDistinct: true },
    list: { max: 10, labelMax: 24, detailMax: 72 },
    choiceTextMax: 1024,
    window: { ms: dayMs, afterwards: ['template', 'link'] },
    perSecond: 70,
  },
  settings: z.strictObject({
    ...metaSettings,
    phoneNumberId: z.string().regex(/^\d{5,30}$/),
    /** An approved template that asks the customer to write; empty: none. */
    template: z
      .string()
      .regex(/^[a-z0-9_]{0,512}$/)
      .default(''),
    /** Where its languages are called otherwise than ours: `en=en_US,zh-CN=zh_CN`. */
    templateLanguages: z
      .string()
      .regex(/^([\w-]+=[\w-]+(,[\w-]+=[\w-]+)*)?$/)
      .default(''),
    /** Where the web chat is, as the template's one variable; empty: it has none. */
    templateLink: z.union([z.literal(''), z.url({ protocol: /^https$/ })]).default(''),
  }),
  handshake: handshakeMeta,
  verify: verifyMeta,
  parse(body, { phoneNumberId } = {}) {
    if (!isObject(body, 'whatsapp_business_account')) return [];
    return listAt(body, 'entry')
      .flatMap((entry) => listAt(entry, 'changes'))
      .map((change) => at(change, 'value'))
      .filter((value) => {
        // The account may have other numbers, which are somebody else's to answer.
        const number = textAt(value, 'metadata', 'phone_number_id');
        return phoneNumberId === undefined || number === undefined || number === phoneNumberId;
      })
      .flatMap(itemsOf);
  },
  send(piece, to, settings) {
    return messages(settings, { to: to['phone'], ...drawn(piece) });
  },
  invite: (to, { language }, settings) => {
    const { template: name = '', templateLink: text = '' } = settings;
    if (name === '') return undefined;
    const code = languageOf(language, settings);
    const body = { type: 'body', parameters: [{ type: 'text', text }] };
    const components = text === '' ? [] : [body];
    const template = { name, language: { code }, components };
    return messages(settings, { to: to['phone'], type: 'template', template });
  },
  outcome: outcomeMeta,
  files: {
    way: 'upload',
    bytesMax: {
      'image/jpeg': 5 * megabyte,
      'image/png': 5 * megabyte,
      'video/mp4': 16 * megabyte,
      'application/pdf': 100 * megabyte,
      'text/plain': 100 * megabyte,
    },
    upload,
    send: (file, to, settings) => messages(settings, { to: to['phone'], ...fileMessage(file) }),
  },
  tellsUndelivered: true,
  typing: (to, settings) =>
    messages(settings, {
      status: 'read',
      message_id: to['messageId'],
      typing_indicator: { type: 'text' },
    }),
  download: (file, settings) => ({
    first: get(under(settings['apiUrl'] ?? '', encodeURIComponent(file.id)), bearer(settings)),
    next(json) {
      const url = textAt(json, 'url');
      return url === undefined || !isMetas(url, settings) ? undefined : get(url, bearer(settings));
    },
  }),
  check: {
    call: (settings) =>
      get(
        under(settings['apiUrl'] ?? '', `${settings['phoneNumberId']}?fields=verified_name`),
        bearer(settings),
      ),
    name: (json) => textAt(json, 'verified_name'),
  },
};

function messages(settings: Settings, body: object) {
  const url = under(settings['apiUrl'] ?? '', `${settings['phoneNumberId']}/messages`);
  return postJson(url, { messaging_product: 'whatsapp', ...body }, bearer(settings));
}

function* upload(file: FileWithContent, settings: Settings): Uploading {
  const url = under(settings['apiUrl'] ?? '', `${settings['phoneNumberId']}/media`);
  const body = formOf({ messaging_product: 'whatsapp', type: file.type }, 'file', file);
  const answer = yield { method: 'POST', url, headers: bearer(settings), body };
  return uploadedAs(answer, 'id', outcomeMeta);
}

/** As WhatsApp writes it: `zh_CN`. */
function languageOf(language: string, { templateLanguages = '' }: Settings): string {
  const pairs = templateLanguages.split(',').map((pair) => pair.split('='));
  const named = pairs.find(([ours]) => ours?.toLowerCase() === language.toLowerCase());
  return named?.[1] ?? language.replace('-', '_');
}

/** Our token goes with the request, so only where Meta keeps media. */
function isMetas(url: string, settings: Settings): boolean {
  const { hostname, protocol, origin } = URL.parse(url) ?? {};
  if (origin === URL.parse(settings['apiUrl'] ?? '')?.origin) return true;
  return (
    protocol === 'https:' &&
    /(^|\.)(fbsbx|facebook|fbcdn|whatsapp)\.(com|net)$/.test(hostname ?? '')
  );
}

/** A message of the Cloud API (docs/whatsapp/cloud-api/reference/messages), as far as we use it. */
type WhatsappMessage =
  | {
      readonly type: 'text';
      readonly text: { readonly body: string; readonly preview_url: boolean };
    }
  | { readonly type: 'interactive'; readonly interactive: Interactive }
  | { readonly type: 'image'; readonly image: { readonly id: string } }
  | { readonly type: 'video'; readonly video: { readonly id: string } }
  | {
      readonly type: 'document';
      readonly document: { readonly id: string; readonly filename: string };
    };

type Interactive = { readonly body: { readonly text: string } } & (
  | {
      readonly type: 'button';
      readonly action: {
        readonly buttons: readonly {
          readonly type: 'reply';
          readonly reply: { readonly id: string; readonly title: string };
        }[];
      };
    }
  | {
      readonly type: 'list';
      readonly action: {
        readonly button: string;
        readonly sections: readonly {
          readonly rows: readonly {
            readonly id: string;
            readonly title: string;
            readonly description?: string;
          }[];
        }[];
      };
    }
);

function fileMessage({ type, name, uploadedAs: id }: UploadedFile): WhatsappMessage {
  if (type.startsWith('image/')) return { type: 'image', image: { id } };
  if (type === 'video/mp4') return { type: 'video', video: { id } };
  return { type: 'document', document: { id, filename: name } };
}

function drawn({ text, choices }: TextPiece): WhatsappMessage {
  if (!choices) return { type: 'text', text: { body: text, preview_url: false } };
  const { style, options } = choices;
  const interactive: Interactive =
    style === 'buttons'
      ? { type: 'button', body: { text }, action: { buttons: options.map(buttonOf) } }
      : {
          type: 'list',
          body: { text },
          action: { button: '☰', sections: [{ rows: options.map(rowOf) }] },
        };
  return { type: 'interactive', interactive };
}

type Option = PieceChoices['options'][number];

function buttonOf({ data: id, label: title }: Option) {
  return { type: 'reply' as const, reply: { id, title } };
}

function rowOf({ data: id, label: title, detail: description = '' }: Option) {
  return { id, title, ...(description !== '' && { description }) };
}

function itemsOf(value: unknown): readonly Item[] {
  const names = new Map(
    listAt(value, 'contacts').map((contact) => [
      textAt(contact, 'wa_id'),
      textAt(contact, 'profile', 'name'),
    ]),
  );
  const said = listAt(value, 'messages').flatMap((message): Item[] => {
    const [key, userId] = [textAt(message, 'id'), textAt(message, 'from')];
    const content = contentOf(message);
    // Only chats of two: in a group others would see a customer's account.
    const isGroup = textAt(message, 'group_id') !== undefined;
    if (key === undefined || userId === undefined || !content || isGroup) return [];
    const to = { phone: userId, messageId: key };
    const name = names.get(userId);
    return [{ key, userId, to, content, ...(name !== undefined && { name }) }];
  });
  const failed = listAt(value, 'statuses').flatMap((status): Item[] => {
    const [of, userId] = [textAt(status, 'id'), textAt(status, 'recipient_id')];
    if (textAt(status, 'status') !== 'failed' || of === undefined) return [];
    const reason = metaReason(at(status, 'errors', 0));
    const content = { kind: 'undelivered', of, reason } as const;
    return [{ key: `${of}:failed`, userId: userId ?? '', to: {}, content }];
  });
  return [...said, ...failed];
}

/** What asks for no answer: a thumb below a message, the platform's own notes. */
const silent: ReadonlySet<string> = new Set(['reaction', 'system', 'ephemeral']);

function contentOf(message: unknown): ItemContent | undefined {
  const type = textAt(message, 'type') ?? '';
  if (silent.has(type)) return undefined;
  if (type === 'request_welcome') return { kind: 'begun' };
  if (type === 'revoke') {
    return { kind: 'deleted', of: textAt(message, 'revoke', 'original_message_id') ?? '' };
  }
  if (type === 'edit') return editOf(at(message, 'edit', 'message'));
  const text = textAt(message, 'text', 'body');
  if (type === 'text' && text !== undefined) return { kind: 'text', text };
  const pressed =
    at(message, 'interactive', 'button_reply') ?? at(message, 'interactive', 'list_reply');
  if (pressed !== undefined) {
    const [data = '', label = ''] = [textAt(pressed, 'id'), textAt(pressed, 'title')];
    return { kind: 'choice', data, label };
  }
  const template = textAt(message, 'button', 'text');
  if (template !== undefined) return { kind: 'text', text: template };
  return mediaOf(message, type);
}

function editOf(message: unknown): ItemContent | undefined {
  const text =
    textAt(message, 'text', 'body') ?? textAt(message, textAt(message, 'type') ?? '', 'caption');
  return text === undefined ? undefined : { kind: 'edit', text };
}

function mediaOf(message: unknown, type: string): ItemContent {
  if (type !== 'image' && type !== 'document' && type !== 'video') return { kind: 'unreadable' };
  const media = at(message, type);
  const id = textAt(media, 'id');
  if (id === undefined) return { kind: 'unreadable' };
  const name =
    textAt(media, 'filename') ?? { image: 'photo.jpg', video: 'video.mp4', document: 'file' }[type];
  return { kind: 'file', file: { id, name }, caption: textAt(media, 'caption') ?? '' };
}
