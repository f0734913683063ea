import type { Found } from './found.ts';
import { plainForm } from './lexicon.ts';

const tail = '(?<tail>\\d{4})(?!\\d|[.,]\\d)';
const lead = '(?: ?(?:in|with|on|is|are|=|:|en|con|por|son|是|为|ب|بـ|هي|هو)){0,2}[ :]{0,2}[\'"]?';
const phrases = [
  // "card ending in 1234", "last four 1234"; a phone's end is no card's.
  `(?<!(?:phone|mobile|number|cell) )(?<![a-z])(?:ending|ends|that end|end|finishing|last (?:4|four)(?: digits| numbers)?(?: of (?:my|the) card)?)${lead}${tail}`,
  `(?<![a-z])(?:terminad[oa]s?|termina|terminan|terminacion|acabad[oa]s?|acaba|finaliza|finalizada|(?:l[oa]s )?ultim[oa]s (?:4|cuatro)(?: digitos| numeros| cifras)?)(?: (?:de mi|de la) tarjeta)?${lead}${tail}`,
  `(?<!手机|电话|手机号|号码)(?:尾号|末尾|末四位|后四位|最后四位|末4位|后4位|最后4位|卡尾)(?:数)?${lead}${tail}`,
  `(?<!\\p{L})(?:المنتهيه|منتهيه|المنتهي|تنتهي|ينتهي|اللي اخرها|اخرها|اخر (?:4|اربعه|اربع)(?: ارقام| خانات| ارقامها)?)${lead}${tail}`,
  `(?<![\\p{L}\\d])(?:[*x#•.]{2,12}|[*x#•]{4}(?:[ -][*x#•]{4}){1,3})[ -]?${tail}`,
  `(?<![a-z])(?:visa|mastercard|amex|maestro|unionpay|mada|card|tarjeta|debit card|credit card)(?: ?(?:no\\.?|#|number))? ?[*#x•]{0,4}-?(?<!\\d)${tail}`,
];
const patterns = phrases.map((phrase) => new RegExp(phrase, 'gu'));

/** The last four digits by which people tell their cards apart; the value is these digits. */
export function findCardTails(text: string): readonly Found[] {
  if (!/\d{4}/.test(text)) return [];
  const plain = plainForm(text);
  const found: Found[] = [];
  for (const pattern of patterns) {
    for (const match of plain.matchAll(pattern)) {
      const value = match.groups?.['tail'] ?? '';
      const end = match.index + match[0].length;
      found.push({ type: 'card_tail', start: end - value.length, end, value });
    }
  }
  return found;
}
