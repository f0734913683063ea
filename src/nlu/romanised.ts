import type { LanguageGuess } from './language-id.ts';

/** Digits that stand for Arabic letters within a word (`3ayez`, `ma2fool`), and words that no other offered language has. */
const digitWord =
  /(?<![\p{L}\d])(?=[a-z0-9']{3,20}(?![\p{L}\d]))(?:[a-z']{1,12}[235679][a-z']{1,12}|[23579][a-z']{2,12}|[a-z']{2,12}[37])(?:[23579][a-z']{0,8})?(?![\p{L}\d])/gu;
/** Written with a digit in English and Spanish too. */
const otherDigitWord =
  /^(?:[a-z]2[a-z]|[a-z]2p|m2m|2fa|3ds|mp[34]|5g|k9|web3|h2h|[23579](?:nd|rd|th|st|am|pm|hrs?|min|days?|dias?|usd|eur|cny|sar|aed|egp|mxn))$/;
const arabicWord =
  /(?<![\p{L}\d])(?:fl?oo?u?s(?:i|y|ak)?|flousi|mesh|msh|mish|wen|wein|feen|kifash|kif|keef|ezay|izay|leh|leish|lesh|ya3ni|yaani|inshallah|wallah|habibi|shukran|choukran|salam|marhaba|ahlan|abgha|abi|bidi|baddi|bghit|el[- ]?floos|el7esab|hesabi|7esabi|hsabi|dyal|dyali|mawslat|waslat|mowsl|ma wasal|wasal|gawwal|mablagh|ta7wil|tahwil|rasid|raseed|sa7b|bta3i?|beta3i?|3ayez|ayez|3awez|kaza|fil|fel|bel)(?![\p{L}\d])/gu;

/** Nothing more of a text is looked at. */
const readLengthMax = 400;

/** Words in the text that are Arabic in Latin letters. */
function markers(text: string): number {
  const small = text.slice(0, readLengthMax).toLowerCase();
  const withDigits = (small.match(digitWord) ?? []).filter((one) => !otherDigitWord.test(one));
  const words = (small.match(arabicWord) ?? []).filter((one) => !/\d/.test(one));
  return withDigits.length + words.length;
}

/** One such word is enough in an Arabic conversation, where no other language was spoken yet; elsewhere it takes two. */
const markersMin = { held: 1, other: 2 };
const arabicShare = 0.7;

/**
 * Arabic in Latin letters: letters alone point to English or Spanish. Hindi so written is not recognised; there the
 * conversation's language has to say it.
 */
export function withRomanised(
  guess: LanguageGuess,
  text: string,
  hint: string | undefined,
): LanguageGuess {
  const place = guess.languages.indexOf('ar');
  if (place < 0 || guess.language === 'ar') return guess;
  const wanted = hint === 'ar' ? markersMin.held : markersMin.other;
  if (markers(text) < wanted) return guess;
  const rest = (shares: Float64Array): Float64Array =>
    shares.map((share, at) =>
      at === place
        ? arabicShare
        : (share * (1 - arabicShare)) / Math.max(1e-9, 1 - (shares[place] ?? 0)),
    );
  return {
    ...guess,
    language: 'ar',
    confidence: arabicShare,
    probabilities: rest(guess.probabilities),
    evidence: rest(guess.evidence),
  };
}
