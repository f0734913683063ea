import { z } from 'zod';
import { at, get, listAt, numberAt, outcomeByStatus, postJson, textAt, under } from './calls.ts';
import type {
  Address,
  Answer,
  Driver,
  Item,
  ItemContent,
  OutgoingFile,
  Sent,
  Settings,
  TextPiece,
} from './driver.ts';
import { isSame, jsonOf } from './signatures.ts';
import { formOf, megabyte } from './uploads.ts';

/** Of `sendDocument` (core.telegram.org/bots/api#senddocument): any kind of file. */
const documentMax = 50 * megabyte;

/**
 * Telegram's Bot API (core.telegram.org/bots/api). Updates carry no signature: the header holds the secret that `setWebhook`
 * was given. Text at most 4,096 characters, `callback_data` 64 bytes, files out 50 MB and in 20 MB, some 30 messages a
 * second (core.telegram.org/bots/faq). Only private chats: a group would see one customer's account.
 */
export const telegram: Driver = {
  name: 'telegram',
  prefix: 'tg',
  facts: {
    text: { max: 4096, unit: 'utf16' },
    buttons: { max: 12, labelMax: 60 },
    perSecond: 25,
  },
  settings: z.strictObject({
    token: z.string().regex(/^[\w:-]{5,100}$/),
    secret: z.string().regex(/^[\w-]{16,256}$/),
    apiUrl: z.url().default('https://api.telegram.org'),
  }),
  verify({ headers, raw }, settings) {
    const given = headers['x-telegram-bot-api-secret-token'];
    if (given === undefined) return { kind: 'forged', reason: 'missing' };
    if (!isSame(given, settings['secret'] ?? '')) return { kind: 'forged', reason: 'wrong' };
    return jsonOf(raw);
  },
  parse(update) {
    const key = textAt(update, 'update_id');
    const item = key === undefined ? undefined : itemOf(key, update);
    return item ? [item] : [];
  },
  send: (piece, to, settings) => method(settings, 'sendMessage', telegramMessage(piece, to)),
  outcome,
  files: {
    way: 'bytes',
    bytesMax: {
      'image/jpeg': documentMax,
      'image/png': documentMax,
      'image/webp': documentMax,
      'image/gif': documentMax,
      'image/heic': documentMax,
      'application/pdf': documentMax,
      'video/mp4': documentMax,
      'text/plain': documentMax,
    },
    send(file, { chat = '' }, settings) {
      const [name, field] = isPhoto(file) ? ['sendPhoto', 'photo'] : ['sendDocument', 'document'];
      const body = formOf({ chat_id: chat }, field, file);
      return { method: 'POST', url: address(settings, name), headers: {}, body };
    },
  },
  acknowledge: ({ acknowledge }, settings) =>
    acknowledge === undefined
      ? undefined
      : method(settings, 'answerCallbackQuery', { callback_query_id: acknowledge }),
  typing: (to, settings) =>
    method(settings, 'sendChatAction', { chat_id: to['chat'], action: 'typing' }),
  download: (file, settings) => ({
    first: method(settings, 'getFile', { file_id: file.id }),
    next(json) {
      const path = textAt(json, 'result', 'file_path');
      if (path === undefined || path.split('/').includes('..')) return undefined;
      const { apiUrl = '', token = '' } = settings;
      return get(under(apiUrl, `file/bot${token}/${path}`));
    },
  }),
  check: {
    call: (settings) => method(settings, 'getMe', {}),
    name: (json) => textAt(json, 'result', 'username'),
  },
  register: (settings, url) =>
    method(settings, 'setWebhook', {
      url,
      secret_token: settings['secret'],
      allowed_updates: ['message', 'edited_message', 'callback_query'],
      max_connections: 40,
    }),
};

/**
 * What `sendPhoto` takes (core.telegram.org/bots/api#sendphoto): 10 MB, width and height together 10,000, neither more than 20
 * times the other. Other pictures go as documents, which are not made smaller.
 */
function isPhoto({ type, bytes, width = 0, height = 0 }: OutgoingFile): boolean {
  if (type !== 'image/jpeg' && type !== 'image/png') return false;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return bytes <= 10 * megabyte && short > 0 && short + long <= 10_000 && long <= 20 * short;
}

/** What `sendMessage` gets. */
export function telegramMessage({ text, choices }: TextPiece, { chat: chat_id = '' }: Address) {
  const rows = choices?.options.map(({ label, data }) => [{ text: label, callback_data: data }]);
  return { chat_id, text, ...(rows && { reply_markup: { inline_keyboard: rows } }) };
}

function method(settings: Settings, name: string, body: object) {
  return postJson(address(settings, name), body);
}

function address({ apiUrl = '', token = '' }: Settings, name: string): string {
  return under(apiUrl, `bot${token}/${name}`);
}

function itemOf(key: string, update: unknown): Item | undefined {
  const pressed = at(update, 'callback_query');
  if (pressed !== undefined) {
    const content = {
      kind: 'choice',
      data: textAt(pressed, 'data') ?? '',
      label: labelOf(pressed),
    } as const;
    const id = textAt(pressed, 'id');
    const item = from(key, at(pressed, 'from'), at(pressed, 'message', 'chat'), content);
    return item && id !== undefined ? { ...item, acknowledge: id } : item;
  }
  const edited = at(update, 'edited_message');
  const message = at(update, 'message') ?? edited;
  const content = message === undefined ? undefined : contentOf(message, edited !== undefined);
  return content && from(key, at(message, 'from'), at(message, 'chat'), content);
}

function from(key: string, user: unknown, chat: unknown, content: ItemContent): Item | undefined {
  const userId = textAt(user, 'id');
  const chatId = textAt(chat, 'id');
  if (userId === undefined || chatId === undefined || at(user, 'is_bot') === true) return undefined;
  if (textAt(chat, 'type') !== 'private') return undefined;
  const to: Address = { chat: chatId };
  const language = textAt(user, 'language_code');
  const name = textAt(user, 'first_name') ?? textAt(user, 'username');
  return {
    key,
    userId,
    to,
    content,
    ...(name !== undefined && { name }),
    ...(language !== undefined && { language }),
  };
}

function contentOf(message: unknown, isEdit: boolean): ItemContent | undefined {
  const text = textAt(message, 'text');
  if (text !== undefined && isEdit) return { kind: 'edit', text };
  if (text !== undefined)
    return /^\/start\b/.test(text) ? { kind: 'begun' } : { kind: 'text', text };
  const caption = textAt(message, 'caption') ?? '';
  const file =
    fileOf(listAt(message, 'photo').at(-1), 'photo.jpg') ??
    fileOf(at(message, 'document'), 'file') ??
    fileOf(at(message, 'video'), 'video.mp4');
  if (file) return isEdit ? { kind: 'edit', text: caption } : { kind: 'file', file, caption };
  // A place that is shared live comes as an edit every few seconds; other messages are the platform's own, such as of a pin.
  const isSaid = !isEdit && unreadable.some((name) => at(message, name) !== undefined);
  return isSaid ? { kind: 'unreadable' } : undefined;
}

const unreadable = [
  'voice',
  'audio',
  'video_note',
  'sticker',
  'location',
  'venue',
  'contact',
  'poll',
  'dice',
  'story',
  'game',
  'paid_media',
  'checklist',
] as const;

function fileOf(part: unknown, name: string) {
  const id = textAt(part, 'file_id');
  if (id === undefined) return undefined;
  const bytes = numberAt(part, 'file_size');
  return { id, name: textAt(part, 'file_name') ?? name, ...(bytes !== undefined && { bytes }) };
}

/** The words on the pressed button, from the message that it stands below. */
function labelOf(pressed: unknown): string {
  const data = textAt(pressed, 'data');
  const rows = listAt(pressed, 'message', 'reply_markup', 'inline_keyboard');
  const button = rows
    .flatMap((row) => listAt(row))
    .find((one) => textAt(one, 'callback_data') === data);
  return textAt(button, 'text') ?? '';
}

function outcome(answer: Answer): Sent {
  const { status, json } = answer;
  if (at(json, 'ok') === true) {
    return { kind: 'sent', id: textAt(json, 'result', 'message_id') };
  }
  const seconds = numberAt(json, 'parameters', 'retry_after');
  if (status === 429 && seconds !== undefined) {
    return { kind: 'later', reason: 'too_many', afterMs: seconds * 1000 };
  }
  if (status === 403) return { kind: 'final', reason: 'blocked' };
  // An answer 200 that is not ok is none of Telegram's: something between us and it.
  return status < 300 ? { kind: 'later', reason: 'unreadable_answer' } : outcomeByStatus(answer);
}
