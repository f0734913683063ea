type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** The surfaces that brand-coloured words stand on; the same as in `app.css`. */
const lightSurface: Rgb = [245, 246, 248];
const darkSurface: Rgb = [38, 42, 49];
/** WCAG 2.2 AA for text. */
const contrastMin = 4.5;
const defaultBrand: Rgb = [31, 94, 255];

export interface Palette {
  /** Filled surfaces; white words on it can be read. */
  readonly fill: string;
  /** Brand-coloured words on the light and on the dark surface. */
  readonly inkOnLight: string;
  readonly inkOnDark: string;
}

/** The operator's colour, moved towards black or white until the words on it, or it as words, can be read. */
export function paletteOf(color: string): Palette {
  const brand = parseHex(color) ?? defaultBrand;
  return {
    fill: hex(until(brand, black, (tone) => contrast(tone, white) >= contrastMin)),
    inkOnLight: hex(until(brand, black, (tone) => contrast(tone, lightSurface) >= contrastMin)),
    inkOnDark: hex(until(brand, white, (tone) => contrast(tone, darkSurface) >= contrastMin)),
  };
}

function parseHex(color: string): Rgb | undefined {
  const digits = /^#([0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (digits === undefined) return undefined;
  const number = Number.parseInt(digits, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function hex(tone: Rgb): string {
  return `#${tone.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function until(tone: Rgb, goal: Rgb, fits: (tone: Rgb) => boolean): Rgb {
  let mixed = tone;
  for (let share = 0; share <= 1 && !fits(mixed); share += 0.04) mixed = mix(tone, goal, share);
  return mixed;
}

function mix([r, g, b]: Rgb, [gr, gg, gb]: Rgb, share: number): Rgb {
  const part = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [part(r, gr), part(g, gg), part(b, gb)];
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
