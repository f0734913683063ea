/** Share of first answers that are right, one bar an engine and set. */
export interface Bar {
  readonly set: string;
  readonly engine: string;
  readonly share: number;
}

const barHeight = 18;
const gap = 14;
const labelWidth = 260;
const scaleWidth = 420;
const ours = '#0b6e4f';
const theirs = '#9aa5b1';

/** A picture that needs nothing but a browser: horizontal bars from 0 to 100 %, grouped by set. */
export function plot(bars: readonly Bar[]): string {
  const drawn: string[] = [];
  let top = 16;
  let set = '';
  for (const bar of bars) {
    if (bar.set !== set) {
      set = bar.set;
      top += gap;
      drawn.push(`<text x="8" y="${top + 4}" font-weight="bold">${escaped(set)}</text>`);
      top += gap;
    }
    drawn.push(drawBar(bar, top));
    top += barHeight + 4;
  }
  const width = labelWidth + scaleWidth + 70;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + gap}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2933" role="img" aria-label="First answer right, by set and engine">`,
    `<rect width="${width}" height="${top + gap}" fill="#ffffff"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawBar({ engine, share }: Bar, top: number): string {
  const width = (share * scaleWidth).toFixed(1);
  const middle = top + barHeight / 2 + 4;
  const plain = engine.replaceAll('`', '');
  return [
    `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escaped(plain)}</text>`,
    `<rect x="${labelWidth}" y="${top}" width="${width}" height="${barHeight}" fill="${plain.startsWith('Kefu') ? ours : theirs}"/>`,
    `<text x="${labelWidth + Number(width) + 6}" y="${middle}">${(100 * share).toFixed(1)} %</text>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
