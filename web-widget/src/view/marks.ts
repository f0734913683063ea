/** A text message as a tree: the view makes elements of it, never markup. */
export type Mark =
  | { readonly type: 'paragraph'; readonly lines: readonly (readonly Inline[])[] }
  | {
      readonly type: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Inline[])[];
    };

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'bold'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

const item = /^(?:(\d{1,3})[.)]|[-•])\s+(.+)$/;
const bold = /\*\*([^*\n]+)\*\*/g;
// Up to the first blank or a sign that no address holds, such as those that set a direction; CJK text follows an
// address without a blank.
const address =
  /(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?:\/\/[^\s<>"'`{}|\\^，。；：！？、（）《》「」【】،؛؟\u200e\u200f\u2066-\u2069\u4e00-\u9fff]+)/gi;
const trailing = /[.,;:!?)\]}]+$/;

/** A person's words: addresses become links, everything else stays as it was written. */
export function parsePlain(text: string): readonly Inline[] {
  return parseLinks(text);
}

/** Reads `**bold**`, lines that begin `1. ` or `- `, and http(s) and mail addresses; everything else is text. */
export function parseMarks(text: string): readonly Mark[] {
  const marks: Mark[] = [];
  let lines: Inline[][] = [];
  let list: { ordered: boolean; start: number; items: Inline[][] } | undefined;
  const flush = () => {
    if (lines.length > 0) marks.push({ type: 'paragraph', lines });
    if (list) marks.push({ type: 'list', ...list });
    lines = [];
    list = undefined;
  };
  for (const line of text.split('\n')) {
    const match = item.exec(line.trim());
    const ordered = match?.[1] !== undefined;
    if (match?.[2] !== undefined) {
      if (list?.ordered !== ordered) {
        flush();
        list = { ordered, start: Number(match[1] ?? 1), items: [] };
      }
      list.items.push(parseInline(match[2]));
    } else if (line.trim() === '') flush();
    else {
      if (list) flush();
      lines.push(parseInline(line));
    }
  }
  flush();
  return marks;
}

function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(bold)) {
    parts.push(...parseLinks(text.slice(from, match.index)));
    parts.push({ type: 'bold', text: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  parts.push(...parseLinks(text.slice(from)));
  return parts;
}

function parseLinks(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const shown = trimmed(match[0]);
    const href = safeHref(shown);
    if (href === undefined) continue;
    if (match.index > from) parts.push({ type: 'text', text: text.slice(from, match.index) });
    parts.push({ type: 'link', text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) });
  return parts;
}

/** Signs that end a sentence are not the address's, except a bracket that the address opened itself. */
function trimmed(found: string): string {
  const cut = found.replace(trailing, '');
  return cut.includes('(') && found.startsWith(`${cut})`) ? `${cut})` : cut;
}

/** Only http, https and mail addresses, and never with a user name in front of the host, which is how hosts are faked. */
function safeHref(text: string): string | undefined {
  if (!/^https?:/i.test(text)) return `mailto:${text}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.protocol === 'http:' || url.protocol === 'https:';
  return plain && url.username === '' && url.password === '' ? url.href : undefined;
}
