/** How messages begin before they come to the point, in the languages that the content has. */
const salutation =
  /^(?:hello|hallo|hi|hey|hiya|good (?:morning|afternoon|evening|day)|dear (?:support|team|sir|madam)|您好|你好|哈喽|嗨|在吗|在么|在不在|有人吗|早上好|下午好|晚上好|hola|buenas(?: (?:tardes|noches))?|buenos d[ií]as|qu[eé] tal|oigan?|disculpen?|مرحبا|مرحبًا|أهلا|اهلا|أهلين|هلا|هاي|السلام عليكم|سلام عليكم|سلام|صباح الخير|مساء الخير|لو سمحت|يا جماعة)(?![\p{Script=Latin}\p{Script=Arabic}])[\s\p{P}\p{S}]*/iu;

/** Less than this beside a greeting is part of it. */
const wordsMin = 3;
const unspacedMin = 3;

/** What comes after one or several greetings, where enough comes to be a request; else undefined. */
export function afterSalutation(text: string): string | undefined {
  let rest = text.trim();
  for (let match = salutation.exec(rest); match; match = salutation.exec(rest)) {
    rest = rest.slice(match[0].length);
  }
  if (rest === text.trim()) return undefined;
  const words = rest.match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const unspaced = rest.match(/\p{Script=Han}/gu) ?? [];
  return words.length >= wordsMin || unspaced.length >= unspacedMin ? rest : undefined;
}
