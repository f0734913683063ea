/** Text as it may stand in HTML and SVG, in an attribute too: utterances are whatever somebody typed. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** Short enough for SVG: no digit that a screen could show is lost. */
export function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
