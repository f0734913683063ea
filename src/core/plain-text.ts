import type { Block, CardBlock } from './blocks.ts';
import type { FileRef } from './files.ts';

/** A block for where nothing but text can be shown: a terminal, an email, a platform without buttons. */
export function plainText(block: Block): string {
  switch (block.type) {
    case 'text':
      return withoutMarks(block.text);
    case 'choices':
      return block.options
        .map(({ label, detail }, index) => `${index + 1}) ${label}${inBrackets(detail)}`)
        .join(block.again === true ? '  ' : '\n');
    case 'card':
      return cardText(block);
    case 'form':
      return block.fields.map(({ label, hint }) => `[${label}]${inBrackets(hint)}`).join('\n');
    case 'steps':
      return lines([
        block.title,
        ...block.items.map((item, index) => `${index + 1}. ${withoutMarks(item)}`),
      ]);
    case 'quote':
      return lines([
        block.title,
        ...[...block.rows, block.total].map(({ label, value }) => `${label}: ${value}`),
        block.note,
      ]);
    case 'file_request':
      return lines([`[${block.hint}]`, block.skip === undefined ? undefined : `[${block.skip}]`]);
  }
}

/** A file where it cannot be shown: its name and size. */
export function fileText({ name, bytes }: FileRef): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return `[${name}, ${kilobytes < 1024 ? `${kilobytes} KB` : `${(kilobytes / 1024).toFixed(1)} MB`}]`;
}

function cardText({ title, state, rows, timeline = [] }: CardBlock): string {
  return lines([
    state ? `${title} · ${state.label}` : title,
    ...rows.map(({ label, value }) => `${label}: ${value}`),
    ...timeline.map(({ time, label }) => `- ${time} ${label}`),
  ]);
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}

function withoutMarks(text: string): string {
  return text.replaceAll('**', '');
}

function lines(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}
