import { fileText, plainText } from '../core/index.ts';
import type { Block } from '../core/index.ts';
import type { LoggedEvent, MessageReceived } from '../dialogue/index.ts';

/** What the parties of a conversation saw, for reading; `pos` is where it stands in the log. */
export interface TranscriptLine {
  readonly pos: number;
  readonly by: 'customer' | 'bot' | 'agent' | 'event';
  readonly text: string;
}

/** The visible part of a log, a block or a message a line. */
export function transcriptOf(log: readonly LoggedEvent[]): readonly TranscriptLine[] {
  return log.flatMap(({ pos, event }): readonly TranscriptLine[] => {
    switch (event.type) {
      case 'message.received':
        return [{ pos, by: 'customer', text: customerText(event) }];
      case 'bot.said':
        return event.blocks.map((block) => ({ pos, by: 'bot', text: blockText(block) }));
      case 'agent.said':
        return [{ pos, by: 'agent', text: `${event.agentName}: ${withFiles(event.text, event)}` }];
      case 'ticket.changed':
        return [{ pos, by: 'event', text: `ticket ${event.ticketId} ${event.state}` }];
      case 'satisfaction.given':
        return [{ pos, by: 'event', text: `rated ${event.score} of 5` }];
      case 'identity.bound':
        return [{ pos, by: 'event', text: event.customerId ? 'signed in' : 'signed out' }];
      case 'identity.checked':
        return [{ pos, by: 'event', text: `code ${event.result}` }];
      case 'handoff.requested':
        return [{ pos, by: 'event', text: `waits for a person (${event.priority})` }];
      case 'handoff.accepted':
        return [{ pos, by: 'event', text: `${event.agentName} takes over` }];
      case 'handoff.released':
        return [{ pos, by: 'event', text: `released to ${event.to}` }];
      default:
        return [];
    }
  });
}

const marks = { customer: '> ', bot: '  ', agent: '@ ', event: '* ' } as const;

/** With a mark for whose it is. */
export function transcriptText({ by, text }: TranscriptLine): string {
  return marks[by] + text;
}

/** A block in one or a few lines of plain text. */
export function blockText(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'choices':
      return `[${block.options.map(({ label }) => label).join('] [')}]`;
    case 'card':
      return `{${block.title}: ${block.rows.map(({ label, value }) => `${label} ${value}`).join(', ')}}`;
    case 'form':
      return `(${block.fields.map(({ label }) => label).join(', ')})`;
    case 'steps':
    case 'quote':
    case 'file_request':
      return `{${plainText(block).replaceAll('\n', ', ')}}`;
  }
}

function customerText(event: MessageReceived): string {
  return withFiles(event.text || fieldsOf(event.form), event);
}

function withFiles(text: string, { files = [] }: Pick<MessageReceived, 'files'>): string {
  return [text, ...files.map(fileText)].filter((part) => part !== '').join(' ');
}

function fieldsOf(form: { readonly fields: { readonly [name: string]: string } } | undefined) {
  return form ? `(${Object.values(form.fields).join(', ')})` : '';
}
