import { foldForSearch } from '../../store/index.ts';
import type { LoggedEvent } from '../deps.ts';

/** Topics that people name when they are angry. */
const hardTopics: ReadonlySet<string> = new Set(['frustrated', 'file_complaint']);
const waitLongMs = 10 * 60_000;
const missesMin = 2;

export interface Mood {
  readonly mood: 'calm' | 'uneasy' | 'upset';
  readonly signs: string[];
}

/**
 * How the customer seems to feel, read from what happened and not from a guess about words: the same log always gives the
 * same, and each sign is told, so that an agent can see why.
 */
export function moodOf(events: readonly LoggedEvent[], nowMs: number): Mood {
  const signs = Object.entries(readers)
    .filter(([, reads]) => reads(events, nowMs))
    .map(([sign]) => sign);
  // Asking for a person is everyone's right and by itself no sign of anger.
  const grave = signs.filter((sign) => sign !== 'asked_for_person');
  if (signs.includes('hard_words') || grave.length >= 3) return { mood: 'upset', signs };
  return { mood: grave.length > 0 ? 'uneasy' : 'calm', signs };
}

type Reads = (events: readonly LoggedEvent[], nowMs: number) => boolean;

const readers: { readonly [sign: string]: Reads } = {
  asked_for_person: (events) =>
    events.some(({ event }) => event.type === 'handoff.requested' && event.by === 'customer'),
  hard_words: (events) =>
    events.some(
      ({ event }) =>
        event.type === 'message.understood' &&
        event.understanding.verdict === 'answer' &&
        hardTopics.has(event.understanding.intents[0]?.intent ?? ''),
    ),
  not_understood: (events) =>
    events.filter(({ event }) => event.type === 'attempt.missed' && event.at !== 'aside').length >=
    missesMin,
  repeated: (events) => {
    const texts = textsOf(events).map((text) => foldForSearch(text).trim());
    return texts.some((text, index) => text.length > 8 && texts.indexOf(text) < index);
  },
  loud: (events) => textsOf(events).some(isLoud),
  waited_long: (events, nowMs) => waitMs(events, nowMs) > waitLongMs,
};

function textsOf(events: readonly LoggedEvent[]): readonly string[] {
  return events.flatMap(({ event }) => (event.type === 'message.received' ? [event.text] : []));
}

function isLoud(text: string): boolean {
  const letters = text.replace(/[^A-Za-zÁÉÍÓÚÑáéíóúñ]/g, '');
  const isShouted = letters.length >= 12 && letters === letters.toUpperCase();
  return isShouted || /[!！]{3,}/.test(text);
}

function waitMs(events: readonly LoggedEvent[], nowMs: number): number {
  const asked = events.findLast(({ event }) => event.type === 'handoff.requested');
  if (!asked) return 0;
  const taken = events.find(
    ({ event, pos }) => event.type === 'handoff.accepted' && pos > asked.pos,
  );
  return (taken?.atMs ?? nowMs) - asked.atMs;
}
