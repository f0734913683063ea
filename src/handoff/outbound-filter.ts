import { ar } from './outbound/ar.ts';
import { en } from './outbound/en.ts';
import { es } from './outbound/es.ts';
import { secretKinds, type OutboundRules, type SecretKind } from './outbound/rules.ts';
import { zh } from './outbound/zh.ts';

export { secretKinds, type SecretKind };

export type OutboundCheck =
  | { readonly ok: true }
  /** `words` are the customer-facing words that were refused, as they were read. */
  | { readonly ok: false; readonly asksFor: SecretKind; readonly words: string };

/**
 * Whether a text for a customer may go out: it must not ask for a password, a code, a PIN, a seed phrase, a full card number or
 * a CVV. Every language's rules are asked, whatever the conversation's language is. Warnings ("never share your code") and
 * the ways to a secure form pass. It reads one message at a time; `checkOutboundAfter` looks back.
 */
export function checkOutbound(text: string): OutboundCheck {
  const folded = fold(text);
  for (const variant of new Set([folded, unleet(folded)])) {
    for (const reader of readers) {
      const found = reader(variant);
      if (found) return found;
    }
  }
  return { ok: true };
}

/** Messages of the same agent that a request may be spread over, beside the one that is looked at. */
export const outboundLookBack = 2;

/**
 * As `checkOutbound`, also for a request that is spread over messages: "please send me", "the 6-digit code". `former` are the
 * agent's own words just before, oldest first. Short pieces are read as one sentence; longer ones as sentences after one another,
 * so that "send it to me" is understood of what was named before.
 */
export function checkOutboundAfter(text: string, former: readonly string[]): OutboundCheck {
  const alone = checkOutbound(text);
  const latest = former.slice(-outboundLookBack).filter((one) => checkOutbound(one).ok);
  if (!alone.ok || latest.length === 0) return alone;
  const readings = [`${latest.at(-1) ?? ''}. ${text}`, ...oneSentence([...latest, text])];
  return readings.map(checkOutbound).find(({ ok }) => !ok) ?? alone;
}

/** The end of what was said and the beginning of what is said now, as far as both are pieces and not sentences of their own. */
function oneSentence(messages: readonly string[]): readonly string[] {
  const clauses = messages.map((one) => clausesOf(fold(one)));
  const first = clauses.at(-1)?.[0] ?? '';
  if (!isPiece(first)) return [];
  const readings: string[] = [];
  let joined = first;
  for (const before of clauses.slice(0, -1).toReversed()) {
    const last = before.at(-1) ?? '';
    if (!isPiece(last)) break;
    joined = `${last} ${joined}`;
    if (wordsOf(joined) > sentenceWordsMax) break;
    readings.push(joined);
    if (before.length > 1) break;
  }
  return readings;
}

/** Words of a piece, and of the sentence that pieces make, at most: longer ones say something by themselves. */
const pieceWordsMax = 5;
const sentenceWordsMax = 8;

function isPiece(clause: string): boolean {
  return clause !== '' && wordsOf(clause) <= pieceWordsMax;
}

/** A sign of Chinese counts as half a word. */
function wordsOf(clause: string): number {
  const signs = clause.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = clause.replace(/\p{Script=Han}/gu, ' ').match(/[\p{L}\p{N}'-]+/gu)?.length ?? 0;
  return words + signs / 2;
}

type Reader = (folded: string) => Extract<OutboundCheck, { ok: false }> | undefined;

function createReader(rules: OutboundRules): Reader {
  const any = `(?:${secretKinds.map((kind) => rules.secrets[kind]).join('|')})`;
  const compile = (source: string) => new RegExp(source.replaceAll('{s}', any), 'gu');
  const harmless = rules.harmless.map(compile);
  const asks = rules.asks.map(compile);
  const asksForIt = rules.asksForIt.map(compile);
  const secrets = secretKinds.map((kind) => ({
    kind,
    words: new RegExp(rules.secrets[kind], 'u'),
  }));
  const without = (clause: string) =>
    harmless.reduce((rest, pattern) => rest.replace(pattern, ' … '), clause).trim();
  const kindOf = (clause: string) => secrets.findLast(({ words }) => words.test(clause))?.kind;
  const isIn = (patterns: readonly RegExp[], clause: string) =>
    patterns.some((pattern) => clause.search(pattern) >= 0);
  return (folded) => {
    let before: SecretKind | undefined;
    for (const clause of clausesOf(folded)) {
      const rest = without(clause);
      const kind = kindOf(rest);
      if (kind && isIn(asks, rest)) return { ok: false, asksFor: kind, words: clause };
      const named = kind ?? before;
      if (named && isIn(asksForIt, rest)) return { ok: false, asksFor: named, words: clause };
      before = kind ?? kindOf(clause);
    }
    return undefined;
  };
}

/** Sentences; a question keeps its mark, which is a sign of asking. */
function clausesOf(folded: string): readonly string[] {
  return folded
    .split(/(?<=[.!?;])(?:\s+|$)|\n+|(?<=\p{Script=Han}), /u)
    .map((clause) => clause.replace(/[.!;:,\s]+$/u, '').trim())
    .filter((clause) => clause !== '');
}

/** One form for what looks the same: width, case, accents, Arabic letters' variants, invisible signs, letters apart. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}\p{Cf}ـ]/gu, '')
    .replace(/[’‘`´ʼ]/gu, "'")
    .replace(/[“”«»"*_~()[\]{}]/gu, '')
    .replace(/[。｡]/gu, '. ')
    .replace(/[！]/gu, '! ')
    .replace(/[？؟]/gu, '? ')
    .replace(/[；؛]/gu, '; ')
    .replace(/[，،]/gu, ', ')
    .replace(/、/gu, '/')
    .replace(/[¿¡]/gu, '')
    .replace(/ى/gu, 'ي')
    .replace(/ة/gu, 'ه')
    .replace(/[٠-٩]/gu, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replace(/(?<![a-z])(?:[a-z][ .\-–/]){3,}[a-z](?![a-z])/gu, (apart) =>
      apart.replace(/[^a-z]/gu, ''),
    )
    .replace(/[^\S\n]+/gu, ' ');
}

const looks: { readonly [sign: string]: string } = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};

/** `p4ssw0rd` → `password`: signs inside words that have letters too. */
function unleet(folded: string): string {
  return folded.replace(/[a-z0-9@$]*[a-z][a-z0-9@$]*/gu, (word) =>
    /[0-9@$]/u.test(word) ? word.replace(/[01345@$]/gu, (sign) => looks[sign] ?? sign) : word,
  );
}

const readers: readonly Reader[] = [en, es, zh, ar].map(createReader);
