import { commonDigits } from '../core/index.ts';
import { codeSpans } from '../nlu/index.ts';

/** Digits with single spaces or dashes between them, as card numbers are typed; 13 to 19 digits (ISO/IEC 7812). */
const cardLike = /\d(?:[ \u3000\uff0d-]?\d){12,18}/g;

/**
 * Puts dots over payment card numbers before a text is stored; the last four digits stay, so that people can
 * still tell which card is meant. Only what passes the Luhn check is taken for a card number: order ids are kept.
 */
export function maskCards(text: string): string {
  let kept = '';
  let from = 0;
  for (const { 0: match, index } of commonDigits(text).matchAll(cardLike)) {
    const digits = match.replace(/\D/g, '');
    if (!passesLuhn(digits)) continue;
    kept += `${text.slice(from, index)}•••• ${digits.slice(-4)}`;
    from = index + match.length;
  }
  return kept + text.slice(from);
}

/** Luhn check digit, ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const codeLike = /^\s*\d{3}[ \u3000\uff0d-]?\d{3}\s*$|^\s*\d{4,8}\s*$/;

/** A text that is nothing but a code, in whatever digits: while one is asked for, it is checked and never stored. */
export function looksLikeCode(text: string): boolean {
  return codeLike.test(commonDigits(text));
}

/** Stands in the log where a code was typed. */
export const maskedCode = '••••••';

/** As `maskCards`, and one-time codes that are named as such: nobody asked for them here, and nobody may read them. */
export function maskSecrets(text: string): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of codeSpans(text)) {
    kept += text.slice(from, start) + maskedCode;
    from = end;
  }
  return maskCards(kept + text.slice(from));
}
