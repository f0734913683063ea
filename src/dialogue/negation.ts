import { requestOf, type Draft } from './draft.ts';
import type { Heard } from './heard.ts';
import { hasText, listed, nameAt } from './phrases.ts';

/** Longer ones are stories in which much is not wanted. */
const lengthMax = 120;
/** "I don't want ⟨a full⟩ refund"; a script without spaces has no room for more than one character. */
const between = /^(?:[^\p{L}\p{N}\p{P}]*[\p{L}\p{M}'’]+){0,2}[^\p{L}\p{N}\p{P}]*$/u;
const tight = /^[\s\p{L}]?$/u;
const unspaced = /[\p{Script=Han}]/u;

/**
 * Whether the words say that just this is not wanted: "I don't want a refund". Only where the topic's own word
 * (`topic_words.<flow>`) follows at once, for "I don't want it any more, refund me" wants a refund.
 */
export function isUnwanted(draft: Draft, { text }: Heard, intent: string): boolean {
  const key = `topic_words.${intent}`;
  if (text.length > lengthMax || !hasText(draft, key)) return false;
  const topics = listed(draft, key);
  return listed(draft, 'words.not_wanted').some((phrase) => {
    const at = nameAt(text, phrase);
    if (at < 0) return false;
    const from = at + phrase.trim().length;
    return topics.some((topic) => follows(text, from, topic));
  });
}

function follows(text: string, from: number, topic: string): boolean {
  const at = nameAt(text, topic, from);
  if (at < from) return false;
  const gap = text.normalize('NFKC').slice(from, at);
  return unspaced.test(topic) ? tight.test(gap) : between.test(gap);
}

/** The request under way that the words call off, if any. */
export function calledOff(draft: Draft, heard: Heard): boolean {
  const asked = requestOf(draft);
  return asked !== undefined && isUnwanted(draft, heard, asked);
}
