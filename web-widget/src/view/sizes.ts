/** `1.5 MB`, as one language writes it. */
export function sizeText(language: string, bytes: number): string {
  const large = bytes >= 1e6;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: large ? 'megabyte' : 'kilobyte',
    unitDisplay: 'short',
    maximumFractionDigits: large ? 1 : 0,
  }).format(large ? bytes / 1e6 : Math.max(1, bytes / 1e3));
}
