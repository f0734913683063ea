import { simplifiedCode } from '../folding.ts';

/**
 * The text in plain ASCII where it has an ASCII twin: full-width forms, other digits, dashes and spaces folded, invisible
 * characters left out, Latin letters lower case. Patterns run on it; spans are given in the text as typed.
 */
export interface Shadow {
  readonly source: string;
  readonly text: string;
  /** Offset in the source of each character of the shadow, and the source's length at the end. */
  readonly offsets: Int32Array;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

const beyondAscii = /[^\0-\x7f]/;

export function shadowOf(source: string): Shadow {
  if (!beyondAscii.test(source)) return plainShadow(source);
  const offsets = new Int32Array(source.length + 1);
  const kept: string[] = [];
  for (let at = 0; at < source.length; at++) {
    const folded = fold(source.charCodeAt(at));
    if (folded === 0) continue;
    offsets[kept.length] = at;
    kept.push(String.fromCharCode(folded));
  }
  offsets[kept.length] = source.length;
  return { source, text: kept.join(''), offsets: offsets.subarray(0, kept.length + 1) };
}

/** Every character in its place, only letters small. */
function plainShadow(source: string): Shadow {
  const offsets = new Int32Array(source.length + 1);
  for (let at = 0; at <= source.length; at++) offsets[at] = at;
  return { source, text: source.toLowerCase(), offsets };
}

/** Shadow offsets to source offsets; an invisible character behind the last one is not part of the span. */
export function sourceSpan(shadow: Shadow, start: number, end: number): Span {
  const last = shadow.offsets[Math.max(start, end - 1)] ?? 0;
  return { start: shadow.offsets[start] ?? 0, end: end > start ? last + 1 : last };
}

/** Code of the first digit in scripts whose ten digits follow each other. */
const digitZeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10] as const;

function fold(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  if (isInvisible(code)) return 0;
  for (const zero of digitZeros) if (code >= zero && code <= zero + 9) return 0x30 + code - zero;
  if (code >= 0xff21 && code <= 0xff3a) return code - 0xfee0 + 32;
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  if (code === 0x3000 || code === 0xa0 || code === 0x202f || (code >= 0x2000 && code <= 0x200a)) {
    return 0x20;
  }
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe63) return 0x2d;
  if (code === 0xffe5) return 0xa5;
  if (code === 0x66b) return 0x2e;
  if (code === 0x66c) return 0x2c;
  if (code === 0x2019 || code === 0x2bc) return 0x27;
  return simplifiedCode(code);
}

function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    code === 0xfeff ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f)
  );
}
