import { fileText, plainText } from '../../core/index.ts';
import type { ConversationId } from '../../core/index.ts';
import type { WireEvent } from '../../protocol/index.ts';
import type { ConversationReads } from './ports.ts';
import { readPage } from './resume.ts';

export interface TranscriptLine {
  readonly atMs: number;
  /** Undefined for what nobody said. */
  readonly by: string | undefined;
  readonly text: string;
}

export interface TranscriptHow {
  readonly format: 'txt' | 'html';
  readonly language: string;
  readonly timeZone: string;
  readonly brand: string;
  /** Names of those who have none of their own, in the reader's language. */
  readonly customer: string;
  readonly bot: string;
  readonly joined: (name: string) => string;
  readonly rtl: boolean;
}

const pageLength = 500;
/** A longer conversation is told from here on, and says so. */
const eventsMax = 20_000;

/** All that the customer saw, as a text or a page to keep. Made of visible events only: a note has no way in. */
export async function transcript(
  conversations: ConversationReads,
  id: ConversationId,
  how: TranscriptHow,
): Promise<string> {
  const lines: TranscriptLine[] = [];
  let after = 0;
  while (after < eventsMax) {
    const page = await readPage(conversations, id, after, pageLength);
    lines.push(...page.flatMap((event) => lineOf(event, how)));
    if (page.length < pageLength) break;
    after = page.at(-1)?.seq ?? eventsMax;
  }
  return how.format === 'html' ? asPage(lines, how) : asText(lines, how);
}

function lineOf(event: WireEvent, how: TranscriptHow): readonly TranscriptLine[] {
  const { atMs } = event;
  if (event.type === 'notice') {
    return [{ atMs, by: how.brand, text: event.blocks.map(plainText).join('\n') }];
  }
  if (event.type === 'handoff' && event.agentName !== undefined) {
    return [{ atMs, by: undefined, text: how.joined(event.agentName) }];
  }
  if (event.type !== 'message') return [];
  if (event.from === 'bot') {
    return [{ atMs, by: how.bot, text: event.blocks.map(plainText).join('\n') }];
  }
  const by = event.from === 'agent' ? event.agentName : how.customer;
  const parts = [event.text, ...(event.files ?? []).map(fileText)];
  return [{ atMs, by, text: parts.filter((part) => part !== '').join('\n') }];
}

function asText(lines: readonly TranscriptLine[], how: TranscriptHow): string {
  const time = clockOf(how);
  const body = lines.map(({ atMs, by, text }) => {
    const head = `[${time(atMs)}]${by === undefined ? '' : ` ${by}`}`;
    return by === undefined ? `${head} — ${text}` : `${head}\n${text.replaceAll(/^/gm, '  ')}`;
  });
  return `${how.brand}\n${how.timeZone}\n\n${body.join('\n\n')}\n`;
}

/** Whole in one file, without script; every word of it is text. */
function asPage(lines: readonly TranscriptLine[], how: TranscriptHow): string {
  const time = clockOf(how);
  const rows = lines.map(({ atMs, by, text }) => {
    const who = by === undefined ? '' : `<b dir="auto">${escaped(by)}</b> `;
    return `<article>${who}<time>${escaped(time(atMs))}</time><p dir="auto">${escaped(text)}</p></article>`;
  });
  const title = escaped(how.brand);
  return [
    '<!doctype html>',
    `<html lang="${escaped(how.language)}" dir="${how.rtl ? 'rtl' : 'ltr'}">`,
    `<head><meta charset="utf-8"><title>${title}</title>`,
    '<meta name="viewport" content="width=device-width">',
    `<style>${pageStyle}</style></head>`,
    `<body><h1>${title}</h1><p>${escaped(how.timeZone)}</p>`,
    ...rows,
    '</body></html>\n',
  ].join('\n');
}

const pageStyle =
  'body{font:16px/1.5 system-ui,sans-serif;max-inline-size:44rem;margin:2rem auto;padding:0 1rem}article{margin-block:1rem}time{color:#595959;font-size:.85em}p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}';

function clockOf({ language, timeZone }: TranscriptHow): (atMs: number) => string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  return (atMs) => format.format(atMs);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
