import type { Block } from '../core/index.ts';
import type { WireEvent } from '../protocol/index.ts';

/** A message as a terminal shows it; empty for what a terminal need not show (its own words, marks of state). */
export function plainText(event: WireEvent): string {
  switch (event.type) {
    case 'message':
      if (event.from === 'bot') return event.blocks.map(blockText).join('\n');
      return event.from === 'agent' ? `${event.agentName}: ${event.text}` : '';
    case 'handoff':
      return `[${event.state}${event.agentName === undefined ? '' : ` ${event.agentName}`}]`;
    case 'code':
      return event.result === 'passed' ? '' : `[code ${event.result}]`;
    case 'language':
    case 'identity':
      return '';
  }
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text.replaceAll('**', '');
    case 'choices':
      return block.options
        .map(
          ({ label, detail }, index) =>
            `  ${index + 1}) ${label}${detail === undefined ? '' : `  (${detail})`}`,
        )
        .join('\n');
    case 'card':
      return [
        `  [${block.title}${block.state ? ` · ${block.state.label}` : ''}]`,
        ...block.rows.map(({ label, value }) => `   ${label}: ${value}`),
      ].join('\n');
    case 'form':
      return block.fields.map(({ label }) => `  [${label}]`).join('\n');
  }
}
