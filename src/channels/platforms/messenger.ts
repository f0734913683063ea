import { z } from 'zod';
import { at, get, listAt, postJson, textAt, under } from './calls.ts';
import { attached } from './attached.ts';
import type {
  Address,
  Driver,
  FileWithContent,
  Item,
  ItemContent,
  Manner,
  RemoteFile,
  OutgoingFile,
  Settings,
  TextPiece,
  Uploading,
} from './driver.ts';
import {
  bearer,
  dayMs,
  handshakeMeta,
  isObject,
  metaSettings,
  outcomeMeta,
  verifyMeta,
} from './meta.ts';
import { formOf, megabyte, uploadedAs } from './uploads.ts';

/** Of all but pictures (messenger-platform/send-messages/saving-assets). */
const fileMax = 25 * megabyte;
/** Named there for what is fetched by address; kept for what we upload too. */
const pictureMax = 8 * megabyte;

/**
 * Facebook Messenger (developers.facebook.com/docs/messenger-platform). Text 2,000; 13 quick replies of 20 characters. 24 hours
 * from the customer's message; a person may write up to 7 days with the tag HUMAN_AGENT, a bot may not. Files are uploaded for
 * an id, which holds for 90 days.
 */
export const messenger: Driver = {
  name: 'messenger',
  prefix: 'fb',
  facts: {
    text: { max: 2000, unit: 'utf16' },
    buttons: { max: 13, labelMax: 20 },
    window: { ms: dayMs, humanAgentMs: 7 * dayMs, afterwards: ['human_agent', 'link'] },
    perSecond: 100,
  },
  settings: z.strictObject(metaSettings),
  handshake: handshakeMeta,
  verify: verifyMeta,
  parse(body) {
    if (!isObject(body, 'page')) return [];
    return listAt(body, 'entry')
      .flatMap((entry) => listAt(entry, 'messaging'))
      .flatMap(itemsOf);
  },
  send: (piece, to, settings, manner) => messages(settings, messengerMessage(piece, to, manner)),
  outcome: outcomeMeta,
  files: {
    way: 'upload',
    bytesMax: {
      'image/jpeg': pictureMax,
      'image/png': pictureMax,
      'image/gif': pictureMax,
      'image/webp': fileMax,
      'image/heic': fileMax,
      'video/mp4': fileMax,
      'application/pdf': fileMax,
      'text/plain': fileMax,
    },
    upload,
    send: (file, to, settings, manner) =>
      messages(settings, {
        ...headOf(to, manner),
        message: {
          attachment: { type: kindOf(file), payload: { attachment_id: file.uploadedAs } },
        },
      } satisfies MessengerMessage),
  },
  typing: (to, settings) =>
    messages(settings, { recipient: { id: to['user'] }, sender_action: 'typing_on' }),
  // The address of a file stands in the signed webhook and needs no token.
  download: (file) => ({ first: get(file.id) }),
  check: {
    call: (settings) => get(under(settings['apiUrl'] ?? '', 'me?fields=name'), bearer(settings)),
    name: (json) => textAt(json, 'name'),
  },
};

/** A message of the Send API (docs/messenger-platform/reference/send-api), as far as we use it. */
type MessengerMessage = Head & {
  readonly message:
    | {
        readonly text: string;
        readonly quick_replies?: readonly {
          readonly content_type: 'text';
          readonly title: string;
          readonly payload: string;
        }[];
      }
    | {
        readonly attachment: {
          readonly type: AttachmentKind;
          readonly payload: { readonly attachment_id: string };
        };
      };
};

interface Head {
  readonly recipient: { readonly id: string };
  readonly messaging_type: 'RESPONSE' | 'MESSAGE_TAG';
  readonly tag?: 'HUMAN_AGENT';
}

type AttachmentKind = 'image' | 'video' | 'file';
const shown: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif']);

function kindOf({ type }: OutgoingFile): AttachmentKind {
  if (shown.has(type)) return 'image';
  return type === 'video/mp4' ? 'video' : 'file';
}

function* upload(file: FileWithContent, settings: Settings): Uploading {
  const url = under(settings['apiUrl'] ?? '', 'me/message_attachments');
  const attachment = { type: kindOf(file), payload: { is_reusable: true } };
  const body = formOf({ message: JSON.stringify({ attachment }) }, 'filedata', file);
  const answer = yield { method: 'POST', url, headers: bearer(settings), body };
  return uploadedAs(answer, 'attachment_id', outcomeMeta);
}

function headOf({ user: id = '' }: Address, { asHumanAgent }: Manner): Head {
  return {
    recipient: { id },
    ...(asHumanAgent === true
      ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
      : { messaging_type: 'RESPONSE' }),
  };
}

function messengerMessage(
  { text, choices }: TextPiece,
  to: Address,
  manner: Manner,
): MessengerMessage {
  const quick_replies = choices?.options.map(({ label: title, data: payload }) => ({
    content_type: 'text' as const,
    title,
    payload,
  }));
  return {
    ...headOf(to, manner),
    message: { text, ...(quick_replies && { quick_replies }) },
  };
}

function messages(settings: Settings, body: object) {
  return postJson(under(settings['apiUrl'] ?? '', 'me/messages'), body, bearer(settings));
}

function itemsOf(messaging: unknown): readonly Item[] {
  const userId = textAt(messaging, 'sender', 'id');
  const edit = at(messaging, 'message_edit');
  const key =
    textAt(messaging, 'message', 'mid') ??
    textAt(messaging, 'postback', 'mid') ??
    textAt(edit, 'mid');
  // What the page itself says comes back as an echo.
  if (userId === undefined || key === undefined) return [];
  if (at(messaging, 'message', 'is_echo') === true) return [];
  const item = (content: ItemContent, part = ''): Item => ({
    key: `${key}${part}`,
    userId,
    to: { user: userId },
    content,
  });
  if (at(messaging, 'message', 'is_deleted') === true) {
    return [item({ kind: 'deleted', of: key }, ':deleted')];
  }
  const edited = textAt(edit, 'text');
  if (edit !== undefined) {
    const nth = textAt(edit, 'num_edit') ?? '';
    return edited === undefined ? [] : [item({ kind: 'edit', text: edited }, `:edit:${nth}`)];
  }
  return contentsOf(messaging).map((content, nth) => item(content, nth === 0 ? '' : `:${nth}`));
}

function contentsOf(messaging: unknown): readonly ItemContent[] {
  const pressed = textAt(messaging, 'postback', 'payload');
  if (pressed !== undefined) {
    return [{ kind: 'choice', data: pressed, label: textAt(messaging, 'postback', 'title') ?? '' }];
  }
  const message = at(messaging, 'message');
  const text = textAt(message, 'text');
  const payload = textAt(message, 'quick_reply', 'payload');
  if (payload !== undefined) return [{ kind: 'choice', data: payload, label: text ?? '' }];
  const attachments = listAt(message, 'attachments');
  if (attachments.some(isThumb)) return [{ kind: 'text', text: '👍' }];
  const contents = attached(text ?? '', attachments.map(fileOf));
  return contents.length > 0 ? contents : [{ kind: 'unreadable' }];
}

/** The three sizes of the thumb beside the field, which is a sticker. */
const thumbs: ReadonlySet<string> = new Set([
  '369239263222822',
  '369239343222814',
  '369239383222810',
]);

function isThumb(attachment: unknown): boolean {
  return thumbs.has(textAt(attachment, 'payload', 'sticker_id') ?? '');
}

/** A shared link comes as words and as an attachment that is no file. */
function fileOf(attachment: unknown): RemoteFile | undefined {
  const url = textAt(attachment, 'payload', 'url');
  const type = textAt(attachment, 'type');
  const isSticker = at(attachment, 'payload', 'sticker_id') !== undefined;
  if (url === undefined || URL.parse(url)?.protocol !== 'https:' || isSticker) return undefined;
  if (type !== 'image' && type !== 'file' && type !== 'video') return undefined;
  return { id: url, name: URL.parse(url)?.pathname.split('/').at(-1) ?? 'file' };
}
