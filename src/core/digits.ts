/** The text with the full-width, Arabic and Persian digits that people type as common ones; every sign keeps its place. */
export function commonDigits(text: string): string {
  // The last four bits of each of these are the digit.
  return text.replace(/[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]/g, (digit) =>
    String(digit.charCodeAt(0) & 15),
  );
}
