import { Fragment } from 'react';
import type { ReactElement } from 'react';

/** Bot text as the customer saw it: `**bold**`, lines that begin `1. ` or `- `; everything else as it stands. */
export function Marked({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {paragraphs(text).map((part, index) => {
        if (part.kind === 'lines') return <p key={index}>{withBreaks(part.lines)}</p>;
        const List = part.kind === 'numbers' ? 'ol' : 'ul';
        return (
          <List key={index}>
            {part.lines.map((line, at) => (
              <li key={at}>{bold(line)}</li>
            ))}
          </List>
        );
      })}
    </>
  );
}

interface Part {
  readonly kind: 'lines' | 'numbers' | 'points';
  readonly lines: string[];
}

function paragraphs(text: string): readonly Part[] {
  const parts: Part[] = [];
  let broken = true;
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      broken = true;
      continue;
    }
    const [kind, content] = kindOf(line);
    const last = parts.at(-1);
    if (last && last.kind === kind && !(broken && kind === 'lines')) last.lines.push(content);
    else parts.push({ kind, lines: [content] });
    broken = false;
  }
  return parts;
}

function kindOf(line: string): [Part['kind'], string] {
  const number = /^\s*\d+\.\s+(.*)$/.exec(line);
  if (number) return ['numbers', number[1] ?? ''];
  const point = /^\s*-\s+(.*)$/.exec(line);
  return point ? ['points', point[1] ?? ''] : ['lines', line];
}

function withBreaks(lines: readonly string[]) {
  return lines.map((line, index) => (
    <Fragment key={index}>
      {index > 0 && <br />}
      {bold(line)}
    </Fragment>
  ));
}

function bold(line: string) {
  // Every second piece stands between two marks.
  return line
    .split(/\*\*(.+?)\*\*/)
    .map((piece, index) => (index % 2 === 1 ? <strong key={index}>{piece}</strong> : piece));
}
