import type { Found } from './found.ts';
import { plainForm } from './lexicon.ts';

/** Stands for a code wherever one was typed; the code itself is kept nowhere. */
const hidden = '••••••';

const digits = '(?<code>\\d{3}[ -]\\d{3}|\\d{4,8}|•{6})(?![\\d.,/:-]*\\d)';
/** What may stand between the word and the code: nothing that could be about another number. */
const between =
  '(?: ?(?:number|no\\.?|is|was|=|:|i got(?: is)?|it says|you sent(?: me)?(?: is)?|they sent(?: me)? (?:is|was)|here|es|era|fue|que me llego(?: es)?|que me enviaron es|是|为|就是|我收到的是|收到的是|هو|وصلني|اللي وصلني|اللي جاني)){0,2}[ :,]{0,3}[\'"(]?';
/** Codes of another kind: of errors, promotions, places, banks and parcels. */
const otherKinds =
  '(?<!error |promo |discount |coupon |voucher |gift |postal |post |zip |country |area |dial(?:l)?ing |sort |bank |branch |swift |routing |merchant |tracking |product |referral |invite |invitation |bar|qr |ticket |order |reason |response |status |dress )';
const ofOneTime =
  'codigo(?! (?:postal|promocional|de (?:error|descuento|pais|area|barras|referido|invitacion|banco|cupon)|swift|qr))(?: (?:de )?(?:verificacion|seguridad|confirmacion|acceso|sms|un solo uso))?|clave (?:dinamica|temporal|de un solo uso|sms)';
const words = [
  `(?<![a-z])${otherKinds}(?:(?:verification|security|confirmation|one[- ]time|login|log-in|sign-in|sms|text|auth|authentication|access) )?(?:pass)?code(?:s)?(?! (?:of|for) )|(?<![a-z])otp(?: code)?|(?<![a-z])one[- ]time (?:password|pin)`,
  `(?<![a-z])(?:${ofOneTime})`,
  '(?<!错误|优惠|邀请|推荐|邮政|二维|条)(?:验证码|校验码|动态码|动态密码|动态口令|短信码|安全码|确认码|一次性密码)',
  '(?<!\\p{L})(?:رمز التحقق|كود التحقق|رمز التاكيد|كود التفعيل|رمز التفعيل|رمز الامان|الرمز|الكود|رمزي|رمز|كود)(?! (?:الخطا|البريد|الخصم|الترويجي))',
].join('|');
const behindWord = new RegExp(`(?:${words})${between}${digits}`, 'gu');
const beforeWord = new RegExp(
  `(?<![\\p{L}\\d.,:/-])${digits} ?(?:is (?:the|my) (?:(?:verification|security|sms|login) )?(?:code|otp)|es (?:el|mi) codigo|是(?:我的)?验证码|هو (?:الرمز|الكود|رمز التحقق))`,
  'gu',
);

/** One-time codes that are named as such. The value never holds the code. */
export function findCodes(text: string): readonly Found[] {
  if (!/\d{3}|•{6}/.test(text)) return [];
  const plain = plainForm(text);
  const found: Found[] = [];
  for (const pattern of [behindWord, beforeWord]) {
    for (const match of plain.matchAll(pattern)) {
      const code = match.groups?.['code'] ?? '';
      const start = match.index + match[0].lastIndexOf(code);
      found.push({ type: 'one_time_code', start, end: start + code.length, value: hidden });
    }
  }
  return found;
}
