/** Characters of the GSM alphabet (3GPP TS 23.038): one septet each. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Those of its extension: two. */
const extended = new Set('^{}\\[~]|€\f');

/** One alone; of several each gives up six bytes for its place in the row. A character is never cut between two. */
const gsm = { alone: 160, ofMany: 153 } as const;
const ucs2 = { alone: 70, ofMany: 67 } as const;

/** How many short messages a text becomes, which is what it costs. */
export function segmentsOf(text: string): number {
  const widths = gsmWidths(text);
  return widths ? countIn(widths, gsm) : countIn(ucs2Widths(text), ucs2);
}

function gsmWidths(text: string): readonly number[] | undefined {
  const widths: number[] = [];
  for (const character of text) {
    if (basic.has(character)) widths.push(1);
    else if (extended.has(character)) widths.push(2);
    else return undefined;
  }
  return widths;
}

function ucs2Widths(text: string): readonly number[] {
  return Array.from(text, ({ length }) => length);
}

function countIn(widths: readonly number[], room: typeof gsm | typeof ucs2): number {
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total <= room.alone) return 1;
  let [count, used] = [1, 0];
  for (const width of widths) {
    if (used + width > room.ofMany) [count, used] = [count + 1, 0];
    used += width;
  }
  return count;
}
