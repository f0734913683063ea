import porter from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { withoutAccents } from './folding.ts';
import { baseLanguage } from './senses.ts';

const cacheMax = 20_000;

/** The second view of a word beside the word as written: without what grammar, and careless typing, add and drop. */
export function createStemmer(language: string): (word: string) => string {
  const stem = stemmers[baseLanguage(language)] ?? withoutAccents;
  const cache = new Map<string, string>();
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const stemmed = stem(word);
    if (cache.size < cacheMax) cache.set(word, stemmed);
    return stemmed;
  };
}

const stemmers: { readonly [language: string]: (word: string) => string } = {
  en: (word) => porter.stem(word),
  es: stemSpanish,
  ar: stemArabic,
};

/** Pronouns hung on a verb, then the ending of number, gender or verb form. */
const spanishPronouns =
  /(?<=(?:ar|er|ir|ando|iendo|[aei]n?))(?:melos?|melas?|selos?|selas?|me|te|se|nos|los?|las?|les?)$/;
const spanishEndings =
  /(?:aciones|acion|amientos?|imientos?|adoras?|adores|ador|abamos|iamos|aremos|eremos|iremos|ieron|aron|ando|iendo|adas?|ados?|idas?|idos?|aban|abas|aba|arian|aria|eria|iria|ian|ias|ia|aste|iste|are|ere|ire|ara|era|ira|aran|eran|iran|amos|emos|imos|an|en|as|es|os|ar|er|ir|io|o|a|e|s)$/;

function stemSpanish(word: string): string {
  const plain = withoutAccents(word);
  if (plain.length < 4) return plain;
  const bare = plain.length > 6 ? plain.replace(spanishPronouns, '') : plain;
  const stem = bare.replace(spanishEndings, '');
  return stem.length >= 3 ? stem : bare;
}

/** The article and the little words that Arabic writes onto the next one, and its endings; both only off a long enough word. */
const arabicPrefixes = /^(?:[وف]?(?:ال|بال|كال|لل)|و(?=.{4}))/;
const arabicSuffixes =
  /(?:تها|هما|كما|ناه|تين|تان|ات|ون|ين|ان|ها|هم|كم|نا|ني|تي|وا|يه|ته|ه|ي|ك|ت)$/;

function stemArabic(word: string): string {
  if (word.length < 4) return word;
  const bare = word.replace(arabicPrefixes, '');
  const stem = (bare.length >= 3 ? bare : word).replace(arabicSuffixes, '');
  return stem.length >= 3 ? stem : bare.length >= 3 ? bare : word;
}
