import type { Understanding } from '../core/index.ts';
import { current, flowNamed, isSmallTalk, type Draft } from './draft.ts';
import type { Flow } from './flow.ts';
import { isUnwanted } from './negation.ts';
import { hasText, isMadeOf, isOneOf, isPhrase, phrases } from './phrases.ts';

/** What the customer wrote and what was read out of it. */
export interface Heard {
  readonly text: string;
  readonly understanding: Understanding | undefined;
}

/** Longer answers to an open question are stories, whatever words they hold. */
const bareRequestLengthMax = 80;
const tellingLengthMax = 30;

/** The request that the message surely makes; undefined when that is not sure. */
export function requested({ understanding }: Heard): string | undefined {
  return understanding?.verdict === 'answer' ? understanding.intents[0]?.intent : undefined;
}

/** Something to be served, and more than small talk. */
export function isTopic(draft: Draft, intent: string): boolean {
  const flow = flowNamed(draft, intent);
  return flow !== undefined && !isSmallTalk(flow) && intent !== 'talk_to_agent';
}

export function wantsPerson(draft: Draft, heard: Heard): boolean {
  if (isPhrase(draft, 'words.person', heard.text)) return true;
  if (isUnwanted(draft, heard, 'talk_to_agent')) return false;
  const lengthMax = isTelling(draft) ? tellingLengthMax : bareRequestLengthMax;
  return requested(heard) === 'talk_to_agent' && heard.text.length <= lengthMax;
}

/** The open question takes free text, in which people are spoken of. */
function isTelling(draft: Draft): boolean {
  const at = current(draft);
  const slot = at?.step.kind === 'ask' ? at.step.slot : undefined;
  return slot !== undefined && at?.flow.slots[slot]?.type === 'text';
}

export function saysYes(draft: Draft, heard: Heard): boolean {
  return isPhrase(draft, 'words.yes', heard.text) || requested(heard) === 'affirm';
}

export function saysNo(draft: Draft, heard: Heard): boolean {
  return isPhrase(draft, 'words.no', heard.text) || requested(heard) === 'deny';
}

/** Thanks, greetings and the like, short and sure: no story, though the question takes any words. */
export function isBesidePoint(draft: Draft, heard: Heard): boolean {
  const intent = requested(heard);
  if (intent === undefined || heard.text.length > tellingLengthMax) return false;
  return intent !== 'affirm' && intent !== 'deny' && isSmallTalk(flowNamed(draft, intent));
}

function asksNumber(draft: Draft): boolean {
  const at = current(draft);
  const slot = at?.step.kind === 'ask' ? at.step.slot : undefined;
  const type = slot === undefined ? undefined : at?.flow.slots[slot]?.type;
  return type === 'number' || type === 'amount';
}

/** Longer farewells hold something else as well. */
const byeLengthMax = 50;

export function saysBye(draft: Draft, heard: Heard): boolean {
  // `88` is a farewell in Chinese, but the answer where a sum is asked for.
  if (/^\s*\d+\s*$/.test(heard.text) && asksNumber(draft)) return false;
  if (isPhrase(draft, 'words.bye', heard.text)) return true;
  return requested(heard) === 'goodbye' && heard.text.length <= byeLengthMax;
}

/** An answer that repeats the verb of the flow's own question: "unlock it" (`agree_words.<flow>`). */
export function agrees(draft: Draft, flow: Flow, text: string): boolean {
  return isOneOf(draft, `agree_words.${flow.id}`, text);
}

/**
 * A yes to the flow's own question and nothing beside it: "yes please, unlock it". What goes on behind the yes ("yes, but
 * wait") may take it back, whatever a classifier makes of it. A verb that also calls things off needs a yes with it.
 */
export function consents(draft: Draft, flow: Flow, text: string): boolean {
  // "Right?" asks.
  if (/[?？؟]/u.test(text)) return false;
  const agreeing = `agree_words.${flow.id}`;
  const verbs = hasText(draft, agreeing) ? phrases(draft, agreeing) : [];
  const off = phrases(draft, 'words.cancel');
  const unclear = verbs.filter((verb) => off.includes(verb));
  return isMadeOf(text, {
    some: [
      ...phrases(draft, 'words.yes'),
      ...phrases(draft, 'words.consent'),
      ...verbs.filter((verb) => !off.includes(verb)),
    ],
    beside: [...phrases(draft, 'words.with_yes'), ...unclear],
  });
}

/** Another request than the flow at hand serves, sure enough to turn to it. */
export function digression(draft: Draft, heard: Heard, flow: Flow): string | undefined {
  const intent = requested(heard);
  if (intent === undefined || intent === flow.id || !flowNamed(draft, intent)) return undefined;
  return intent;
}

/** One that must not wait for the question at hand to be answered. */
export function urgentRequest(draft: Draft, heard: Heard, flow: Flow): string | undefined {
  const intent = digression(draft, heard, flow);
  if (intent === undefined || flow.urgency === 'security') return undefined;
  return flowNamed(draft, intent)?.urgency === 'security' ? intent : undefined;
}
