import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type { Found } from './found.ts';

const email =
  /(?<![a-z\d._%+-])[a-z\d][a-z\d._%+-]{0,63}@(?:[a-z\d-]{1,63}\.){1,4}[a-z]{2,24}(?![a-z\d])/g;

export function findEmails(text: string): readonly Found[] {
  if (!text.includes('@')) return [];
  return Array.from(text.matchAll(email), (match) => ({
    type: 'email' as const,
    start: match.index,
    end: match.index + match[0].length,
    value: match[0],
  }));
}

const candidate = /(?<![\d.,a-z])(?:\+ ?|00)?\(?\d(?:[ ().-]{0,2}\d){6,16}(?![\d])/g;
/** More than this in one message is a list, not a contact. */
const candidatesMax = 20;

/** Numbers that can be dialled; those without a country code are read as of the given countries, in order. */
export function findPhones(text: string, countries: readonly string[]): readonly Found[] {
  const found: Found[] = [];
  let tried = 0;
  for (const match of text.matchAll(candidate)) {
    if (++tried > candidatesMax) break;
    const before = text.slice(Math.max(0, match.index - 24), match.index);
    // Nine digits and more that are all that was written answer the question for a number.
    const isAll = text.trim() === match[0] && match[0].replace(/\D/g, '').length >= 9;
    const value = dialled({ typed: match[0], before, isAll }, countries);
    if (value === undefined) continue;
    found.push({ type: 'phone', start: match.index, end: match.index + match[0].length, value });
  }
  return found;
}

const phoneWord =
  /phone|mobile|cell|call|number|text me|sms|tel|whatsapp|movil|móvil|celular|telefono|teléfono|llamar|numero|número|电话|手机|号码|联系|短信|جوال|هاتف|تلفون|موبايل|رقمي|رقم الجوال|اتصل/;

/** A leading zero is how most countries write their own numbers: no order number begins so. */
const nationalForm = /^0[1-9]\d{7,9}$/;

function dialled(
  {
    typed,
    before,
    isAll,
  }: { readonly typed: string; readonly before: string; readonly isAll: boolean },
  countries: readonly string[],
): string | undefined {
  const digits = typed.replace(/\D/g, '');
  if (typed.startsWith('+')) return validNumber(typed, undefined);
  if (typed.startsWith('00')) return validNumber(`+${digits.slice(2)}`, undefined);
  // Eight digits that begin like a year are a day, and a bare run of digits may be an order number:
  // only a Chinese mobile number is known by its looks alone.
  if (/^20[1-3]\d[01]\d[0-3]\d$/.test(digits)) return undefined;
  const grouped = /[ ().-]/.test(typed);
  const looksMobile = /^1[3-9]\d{9}$/.test(digits);
  const isSaidSo = (grouped && digits.length >= 10) || phoneWord.test(before) || isAll;
  if (!looksMobile && !isSaidSo && !nationalForm.test(digits)) return undefined;
  if (looksMobile) return validNumber(digits, 'CN');
  // 415-555-2671 is how North America groups; 400 and 800 lead Chinese service numbers.
  const american = /^\(?(?!400|800)[2-9]\d{2}\)?[ .-]{0,2}\d{3}[ .-]\d{4}$/.test(typed);
  const ordered = american ? ['US', ...countries] : countries;
  for (const country of ordered) {
    const value = validNumber(digits, country);
    if (value !== undefined) return value;
  }
  return undefined;
}

function validNumber(typed: string, country: string | undefined): string | undefined {
  const parsed = country
    ? parsePhoneNumberFromString(typed, country as CountryCode)
    : parsePhoneNumberFromString(typed);
  return parsed?.isValid() ? parsed.number : undefined;
}
