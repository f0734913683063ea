import { at, get, numberAt, outcomeByStatus, textAt, under } from './calls.ts';
import type {
  Answer,
  Call,
  Driver,
  FileWithContent,
  Sent,
  Settings,
  TextPiece,
  Uploading,
} from './driver.ts';
import { formOf, uploadedAs } from './uploads.ts';

/** What the two WeChat APIs have in common: access tokens, error codes, menus within a message. */

export function tokenBy(call: (settings: Settings) => Call): NonNullable<Driver['token']> {
  return {
    call,
    read({ json }) {
      const [token, seconds] = [textAt(json, 'access_token'), numberAt(json, 'expires_in')];
      return token === undefined || seconds === undefined
        ? undefined
        : { token, ttlMs: seconds * 1000 };
    },
  };
}

export function withToken({ apiUrl = '', accessToken = '' }: Settings, path: string): string {
  const sign = path.includes('?') ? '&' : '?';
  return `${under(apiUrl, path)}${sign}access_token=${encodeURIComponent(accessToken)}`;
}

const expired: ReadonlySet<number> = new Set([40001, 40014, 42001, 42007]);
const passing: ReadonlySet<number> = new Set([-1, 45009, 45011, 95011]);
const named: { readonly [code: number]: string } = {
  45015: 'window_closed',
  45047: 'window_used_up',
  95001: 'window_used_up',
  95018: 'window_closed',
  95016: 'window_closed',
  43004: 'not_following',
  48001: 'not_allowed',
};

/** Refusals come with status 200 and a code (developers.weixin.qq.com, global return codes). */
export function outcomeWechat(answer: Answer): Sent {
  const code = numberAt(answer.json, 'errcode');
  if (code === undefined) {
    const byStatus = outcomeByStatus(answer);
    return byStatus.kind === 'sent' ? { kind: 'later', reason: 'unreadable_answer' } : byStatus;
  }
  if (code === 0) return { kind: 'sent', id: textAt(answer.json, 'msgid') };
  if (expired.has(code)) return { kind: 'expired', reason: `wechat_${code}` };
  if (passing.has(code)) return { kind: 'later', reason: `wechat_${code}` };
  return { kind: 'final', reason: named[code] ?? `wechat_${code}` };
}

/** Both keep what is uploaded for three days, under an id that may be sent as often as one likes. */
export function* uploadMedia(
  file: FileWithContent,
  kind: 'image' | 'video' | 'file',
  settings: Settings,
): Uploading {
  const url = withToken(settings, `cgi-bin/media/upload?type=${kind}`);
  const answer = yield { method: 'POST', url, headers: {}, body: formOf({}, 'media', file) };
  return uploadedAs(answer, 'media_id', outcomeWechat);
}

export function checkByIps(path: string): NonNullable<Driver['check']> {
  return {
    call: (settings) => get(withToken(settings, path)),
    name: (json) => (at(json, 'ip_list') === undefined ? undefined : 'WeChat'),
  };
}

/** What both send (doc/service, customer service messages; document/path/94677), as far as we use it. */
type WechatMessage<Entry> =
  | { readonly msgtype: 'text'; readonly text: { readonly content: string } }
  | {
      readonly msgtype: 'msgmenu';
      readonly msgmenu: {
        readonly head_content: string;
        readonly list: readonly Entry[];
        readonly tail_content: string;
      };
    };

/** A text, or a menu whose lines can be tapped. */
export function menuOrText<Entry>(
  { text, choices }: TextPiece,
  entry: (option: { readonly data: string; readonly label: string }) => Entry,
): WechatMessage<Entry> {
  if (!choices) return { msgtype: 'text', text: { content: text } };
  return {
    msgtype: 'msgmenu',
    msgmenu: { head_content: text, list: choices.options.map(entry), tail_content: '' },
  };
}
