import type { Entity, RequestSpan, Values } from '../core/index.ts';
import { priorities } from '../core/index.ts';
import { parkedSlots } from './control.ts';
import { emit, flowNamed, say, topicOf, type Draft } from './draft.ts';
import { isTopic, requested, type Heard } from './heard.ts';
import { isUnwanted } from './negation.ts';
import { openingSlots } from './slots.ts';

/** Without spans a second reading this likely is a second request; below it, it is the first one's shadow. */
const secondIntentFrom = 0.35;

/** A part of the message must be this likely to be what it seems. */
const spanFrom = 0.5;
const clauseWordsMin = 3;

/** One of the things that a message asks for: its own words and what stands in them. */
export interface Request {
  readonly intent: string;
  readonly heard: Heard;
  readonly entities: readonly Entity[];
}

/**
 * What the message asks for that the bot has flows for, the most urgent first. An entity belongs to the request in
 * whose words it stands; one between them, to the first.
 */
export function requestsIn(draft: Draft, heard: Heard): readonly Request[] {
  const found = spans(draft, heard) ?? readings(draft, heard);
  const served = found.filter(
    ({ intent, heard: own }) =>
      (isTopic(draft, intent) || intent === 'talk_to_agent') && !isUnwanted(draft, own, intent),
  );
  const rank = ({ intent }: Request) =>
    priorities.indexOf(flowNamed(draft, intent)?.urgency ?? 'normal');
  return served.toSorted((a, b) => rank(a) - rank(b));
}

function spans(draft: Draft, heard: Heard): readonly Request[] | undefined {
  const { text, understanding } = heard;
  const read = understanding?.requests ?? [];
  if (!understanding || read.length < 2) return undefined;
  const clauses = read.filter((one) => isClause(text.slice(one.start, one.end)));
  const sure = clauses.filter(({ confidence }) => confidence >= spanFrom);
  const requests = withoutBareIds(draft, withoutAsides(draft, sure, heard), heard);
  if (requests.length < 2) {
    // The split was none: "it is slow and freezes" asks for one thing.
    const [only] = requests.length === 1 ? requests : clauses.length === 1 ? clauses : [];
    const intent = (only ?? understanding.intents[0])?.intent;
    const { entities } = understanding;
    return intent === undefined
      ? undefined
      : [{ intent, heard: { text, understanding }, entities }];
  }
  const ownerOf = ({ start }: Entity) => {
    const at = requests.findIndex((one) => start >= one.start && start < one.end);
    return Math.max(0, at);
  };
  return requests.map(({ intent, start, end }, nth) => ({
    intent,
    heard: { text: text.slice(start, end), understanding },
    entities: understanding.entities.filter((one) => ownerOf(one) === nth),
  }));
}

/**
 * What only a comma joins is mostly one thing told in two halves ("I can't get in, the page keeps loading"): the half
 * that the whole message is more about counts, unless one of them must not be missed.
 */
function withoutAsides(
  draft: Draft,
  all: readonly RequestSpan[],
  { text, understanding }: Heard,
): readonly RequestSpan[] {
  const isGrave = ({ intent }: RequestSpan) => flowNamed(draft, intent)?.urgency === 'security';
  const ranked = understanding?.intents.map(({ intent }) => intent) ?? [];
  const rank = ({ intent }: RequestSpan) => (ranked.indexOf(intent) + 99) % 99;
  const kept: RequestSpan[] = [];
  for (const one of all) {
    const last = kept.at(-1);
    const isJoined = last && /^[,，、\s]*$/.test(text.slice(last.end, one.start));
    if (!last || !isJoined || isGrave(last) !== isGrave(one)) kept.push(one);
    else {
      const { intent, confidence } = rank(one) < rank(last) ? one : last;
      kept.splice(-1, 1, { intent, confidence, start: last.start, end: one.end });
    }
  }
  return kept;
}

/** "… , the number is P…" belongs to the request before it, if that has a use for the number. */
function withoutBareIds(
  draft: Draft,
  all: readonly RequestSpan[],
  { understanding }: Heard,
): readonly RequestSpan[] {
  return all.filter((one) => {
    const ids = (understanding?.entities ?? []).filter(
      ({ type, start }) => type.endsWith('_id') && start >= one.start && start < one.end,
    );
    const [id] = ids;
    if (!id || flowNamed(draft, one.intent)?.opensOn !== id.type) return true;
    const others = all.filter((other) => other !== one && other.end <= one.start);
    return !others.some(({ intent }) => hasSlotFor(draft, intent, id));
  });
}

function hasSlotFor(draft: Draft, intent: string, { type }: Entity): boolean {
  return Object.values(flowNamed(draft, intent)?.slots ?? {}).some((slot) => slot.type === type);
}

/** Words enough to ask for something by themselves, beside what comes before an "and". */
function isClause(text: string): boolean {
  const unspaced = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu) ?? [];
  const words = text.match(/[\p{L}\p{N}'’]+/gu) ?? [];
  return words.length >= clauseWordsMin || unspaced.length > clauseWordsMin;
}

function readings(draft: Draft, heard: Heard): readonly Request[] {
  const first = requested(heard);
  if (first === undefined) return [];
  const others = (heard.understanding?.intents ?? [])
    .slice(1, 3)
    .filter(({ confidence }) => confidence >= secondIntentFrom);
  const { entities } = draft;
  return [
    { intent: first, heard, entities },
    ...others.map(({ intent }) => ({ intent, heard: { ...heard, text: '' }, entities: [] })),
  ];
}

/** Keeps requests for later, each with what its own words already say. */
export function park(draft: Draft, requests: readonly Request[]): void {
  const slots = requests.map(({ intent, heard, entities }): [string, Values] => {
    const flow = flowNamed(draft, intent);
    const { entities: all } = draft;
    draft.entities = entities;
    const own = flow ? openingSlots(draft, flow, heard.text) : {};
    draft.entities = all;
    return [intent, own];
  });
  parkedSlots(draft, Object.fromEntries(slots));
}

/** Says in which order they come, and keeps all but the first; that one is the caller's to begin. */
export function takeFirst(draft: Draft, requests: readonly Request[]): Request | undefined {
  const [first, second] = requests;
  if (!first || !second) return first;
  park(draft, requests.slice(1));
  say(draft, 'common.several', {
    topic: topicOf(draft, first.intent),
    other: topicOf(draft, second.intent),
  });
  return first;
}

/** Nothing is kept any more. */
export function unpark(draft: Draft): void {
  if (draft.state.waitingIntents.length > 0) emit(draft, { type: 'intents.parked', intents: [] });
}
