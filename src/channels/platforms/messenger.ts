import { z } from 'zod';
import { at, get, listAt, postJson, textAt, under } from './calls.ts';
import type { Driver, Item, ItemContent, Settings } from './driver.ts';
import {
  bearer,
  dayMs,
  handshakeMeta,
  isObject,
  metaSettings,
  outcomeMeta,
  verifyMeta,
} from './meta.ts';

/**
 * Facebook Messenger (developers.facebook.com/docs/messenger-platform). Text 2,000; 13 quick replies of 20 characters. 24 hours
 * from the customer's message; a person may write up to 7 days with the tag HUMAN_AGENT, a bot may not.
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
  send({ text, choices }, to, settings, { asHumanAgent }) {
    const quickReplies = choices?.options.map(({ label: title, data: payload }) => ({
      content_type: 'text',
      title,
      payload,
    }));
    return messages(settings, {
      recipient: { id: to['user'] },
      ...(asHumanAgent === true
        ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
        : { messaging_type: 'RESPONSE' }),
      message: { text, ...(quickReplies && { quick_replies: quickReplies }) },
    });
  },
  outcome: outcomeMeta,
  typing: (to, settings) =>
    messages(settings, { recipient: { id: to['user'] }, sender_action: 'typing_on' }),
  // The address of a file stands in the signed webhook and needs no token.
  download: (file) => ({ first: get(file.id) }),
  check: {
    call: (settings) => get(under(settings['apiUrl'] ?? '', 'me?fields=name'), bearer(settings)),
    name: (json) => textAt(json, 'name'),
  },
};

function messages(settings: Settings, body: object) {
  return postJson(under(settings['apiUrl'] ?? '', 'me/messages'), body, bearer(settings));
}

function itemsOf(messaging: unknown): readonly Item[] {
  const userId = textAt(messaging, 'sender', 'id');
  const key = textAt(messaging, 'message', 'mid') ?? textAt(messaging, 'postback', 'mid');
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
  const files = listAt(message, 'attachments').map(fileOf);
  if (files.length > 0) return files;
  return text === undefined ? [{ kind: 'unreadable' }] : [{ kind: 'text', text }];
}

function fileOf(attachment: unknown): ItemContent {
  const url = textAt(attachment, 'payload', 'url');
  const type = textAt(attachment, 'type');
  if (url === undefined || URL.parse(url)?.protocol !== 'https:') return { kind: 'unreadable' };
  if (type !== 'image' && type !== 'file' && type !== 'video') return { kind: 'unreadable' };
  const name = URL.parse(url)?.pathname.split('/').at(-1) ?? 'file';
  return { kind: 'file', file: { id: url, name }, caption: '' };
}
