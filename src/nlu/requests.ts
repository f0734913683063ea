import type { RequestSpan } from '../core/index.ts';
import type { Judgement } from './classifier.ts';
import type { Span } from './entities/shadow.ts';
import { outOfScope } from './model.ts';
import { areNear } from './near-intents.ts';
import { segmentsOf } from './segments.ts';

interface Message {
  readonly text: string;
  /** What the message is about when it is read as one request. */
  readonly whole: Judgement;
  readonly accompanying: readonly string[];
  readonly judgePart: (part: string) => Judgement;
}

/** A longer text is a story: its parts are not a list of requests. */
const requestsLengthMax = 600;

/**
 * The parts that would each be answered by themselves, when they ask for different things. Where nothing in the words
 * parts them, the message as a whole must point to just these two.
 */
export function findRequests(message: Message): readonly RequestSpan[] {
  if (message.text.length > requestsLengthMax) return [];
  const { sure, possible } = segmentsOf(message.text);
  const requests = requestsAt(sure, message);
  if (requests.length > 1 || possible.length <= sure.length) return requests;
  const both = likelyIntents(message.whole);
  if (both.length < 2) return requests;
  const found = requestsAt(possible, message);
  const [one, other] = found;
  // "忘记密码，登不上去": near intents side by side are one story.
  if (!one || !other || areNear(one.intent, other.intent)) return requests;
  return found.every(({ intent }) => both.includes(intent)) ? found : requests;
}

/** From here on an intent is one that the whole message speaks of. */
const likelyFrom = 0.3;

function likelyIntents({ intents }: Judgement): readonly string[] {
  return intents
    .filter(({ intent, confidence }) => intent !== outOfScope && confidence >= likelyFrom)
    .map(({ intent }) => intent);
}

function requestsAt(
  spans: readonly Span[],
  { text, accompanying, judgePart }: Message,
): readonly RequestSpan[] {
  const requests: RequestSpan[] = [];
  for (const [place, { start, end }] of spans.entries()) {
    // One request alone is none of several: where two can no longer come together nothing more is read.
    if (requests.length + spans.length - place < 2) break;
    const { intents, verdict } = judgePart(text.slice(start, end));
    const first = intents[0];
    if (verdict !== 'answer' || !first || accompanying.includes(first.intent)) continue;
    const same = requests.some(({ intent }) => intent === first.intent);
    if (!same) requests.push({ intent: first.intent, confidence: first.confidence, start, end });
  }
  return requests;
}
