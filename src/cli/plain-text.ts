import type { Block, FileRef } from '../core/index.ts';
import { fileText, plainText as blockText } from '../core/index.ts';
import type { WireEvent } from '../protocol/index.ts';

/** A message as a terminal shows it; empty for what a terminal need not show (its own words, marks of state). */
export function plainText(event: WireEvent): string {
  switch (event.type) {
    case 'message':
      if (event.from === 'bot') return shown(event.blocks);
      return event.from === 'agent' ? agentText(event) : '';
    case 'notice':
      return shown(event.blocks);
    case 'satisfaction':
      return event.state === 'asked' ? '[how was it? 1 to 5]' : '';
    case 'handoff':
      return `[${event.state}${event.agentName === undefined ? '' : ` ${event.agentName}`}]`;
    case 'code':
      return event.result === 'passed' ? '' : `[code ${event.result}]`;
    case 'language':
    case 'identity':
      return '';
  }
}

/** What is no running text is moved in, so that the eye finds where it ends. */
function shown(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      const text = blockText(block);
      return block.type === 'text' ? text : text.replaceAll(/^/gm, '  ');
    })
    .join('\n');
}

function agentText({
  agentName,
  text,
  files = [],
}: {
  readonly agentName: string;
  readonly text: string;
  readonly files?: readonly FileRef[];
}): string {
  return [`${agentName}: ${text}`, ...files.map(fileText)].join('\n');
}
