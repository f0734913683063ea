import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { priorities } from '../../src/core/index.ts';
import { choose, compareQueued, handoffTimes } from '../../src/handoff/index.ts';
import type { Candidate, Waiting } from '../../src/handoff/index.ts';

const nowMs = 1_000_000;
const waiting: Waiting = {
  conversationId: 'c',
  priority: 'normal',
  sinceMs: nowMs,
  queue: 'default',
  language: 'en',
};

function agent(agentId: string, about: Partial<Candidate> = {}): Candidate {
  return {
    agentId,
    agentName: agentId,
    languages: [],
    skills: [],
    queues: [],
    free: 1,
    servedAtMs: 0,
    ...about,
  };
}

const to = (one: Partial<Waiting>, candidates: readonly Candidate[], atMs = nowMs) =>
  choose({ ...waiting, ...one }, candidates, atMs, handoffTimes)?.agentId;

test('among equals whoever has been without work for longest is next', () => {
  const agents = [
    agent('a', { servedAtMs: 9 }),
    agent('b', { servedAtMs: 3 }),
    agent('c', { servedAtMs: 5 }),
  ];
  expect(to({}, agents)).toBe('b');
});

test('whoever knows the customer comes before the longest idle, but not before the right language', () => {
  const agents = [
    agent('idle'),
    agent('known', { servedAtMs: 9 }),
    agent('es', { languages: ['es'] }),
  ];
  expect(to({ lastAgentId: 'known' }, agents)).toBe('known');
  expect(to({ lastAgentId: 'es' }, agents)).toBe('idle');
});

test('a language is met by its region and the other way round', () => {
  const agents = [agent('en', { languages: ['en'] }), agent('zh', { languages: ['zh'] })];
  expect(to({ language: 'zh-CN' }, agents)).toBe('zh');
  expect(to({ language: 'en' }, [agent('gb', { languages: ['en-GB'] })])).toBe('gb');
});

test('the right language on duty but busy is waited for, though not for ever', () => {
  const agents = [agent('es', { languages: ['es'] }), agent('zh', { languages: ['zh'], free: 0 })];
  expect(to({ language: 'zh-CN' }, agents)).toBeUndefined();
  expect(to({ language: 'zh-CN' }, agents, nowMs + handoffTimes.matchMs)).toBe('es');
});

test('when nobody on duty has the language or the skill, whoever is free will do at once', () => {
  expect(to({ language: 'ar' }, [agent('es', { languages: ['es'] })])).toBe('es');
  expect(to({ skills: ['fraud'] }, [agent('plain')])).toBe('plain');
  const agents = [agent('plain'), agent('skilled', { skills: ['fraud', 'cards'], servedAtMs: 9 })];
  expect(to({ skills: ['fraud'] }, agents)).toBe('skilled');
});

test('agents of other teams, without room or who have let it pass are left out', () => {
  expect(to({ queue: 'refunds' }, [agent('a', { queues: ['default'] })])).toBeUndefined();
  expect(to({ queue: 'refunds' }, [agent('a', { queues: ['refunds', 'x'] })])).toBe('a');
  expect(to({}, [agent('a', { free: 0 })])).toBeUndefined();
  const passes = [{ agentId: 'a', untilMs: nowMs + 1 }];
  expect(to({ passes }, [agent('a')])).toBeUndefined();
  expect(to({ passes }, [agent('a')], nowMs + 1)).toBe('a');
});

test('what a clock that was ahead has written keeps nobody waiting longer than was meant', () => {
  const passes = [{ agentId: 'a', untilMs: nowMs + 3_600_000 }];
  expect(to({ passes }, [agent('a')])).toBe('a');
  const agents = [agent('plain'), agent('german', { languages: ['de'], free: 0 })];
  const speaks = { ...agents[0], languages: ['en'] } as Candidate;
  const ahead = { language: 'de', sinceMs: nowMs + 3_600_000 };
  expect(to(ahead, [speaks, ...agents.slice(1)])).toBe('plain');
});

test('a transfer to a person is theirs though they are full, and anybody’s when they are not there', () => {
  expect(to({ wantedId: 'b' }, [agent('a'), agent('b', { free: 0 })])).toBe('b');
  expect(to({ wantedId: 'b' }, [agent('a')])).toBe('a');
});

const someone = fc.record({
  languages: fc.constantFrom([], ['en'], ['es'], ['zh', 'en']),
  skills: fc.constantFrom([], ['fraud']),
  queues: fc.constantFrom([], ['default'], ['refunds']),
  free: fc.integer({ min: 0, max: 2 }),
  servedAtMs: fc.nat(5),
});

test('whoever waits long enough is given to somebody of the team who has room, whatever they speak', () => {
  fc.assert(
    fc.property(
      fc.array(someone, { maxLength: 6 }),
      fc.constantFrom('en', 'ar'),
      (all, language) => {
        const agents = all.map((about, index) => agent(`a${index}`, about));
        const able = agents.filter(
          ({ free, queues }) => free > 0 && (queues.length === 0 || queues.includes('default')),
        );
        const chosen = to({ language, skills: ['fraud'] }, agents, nowMs + handoffTimes.matchMs);
        if (able.length === 0) expect(chosen).toBeUndefined();
        else expect(able.map(({ agentId }) => agentId)).toContain(chosen);
      },
    ),
  );
});

test('nobody starves: however many graver matters keep coming, each is served within the head start and its turn', () => {
  const arrival = fc.record({
    afterMs: fc.integer({ min: 1000, max: 120_000 }),
    priority: fc.constantFrom(...priorities),
  });
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 20, maxLength: 200 }), (arrivals) => {
      let atMs = 0;
      let line: { conversationId: string; priority: Waiting['priority']; sinceMs: number }[] = [];
      const overtaken = new Map<string, number>();
      for (const [index, { afterMs, priority }] of arrivals.entries()) {
        atMs += afterMs;
        line.push({ conversationId: `c${index}`, priority, sinceMs: atMs });
        // One is served for every two who come: the line only grows.
        if (index % 2 === 0) continue;
        const [next, ...rest] = line.toSorted(compareQueued);
        if (!next) continue;
        line = rest;
        for (const one of rest) {
          const byMs = next.sinceMs - one.sinceMs;
          overtaken.set(one.conversationId, Math.max(overtaken.get(one.conversationId) ?? 0, byMs));
        }
      }
      // Whoever came an hour after somebody is never served before them.
      for (const byMs of overtaken.values()) expect(byMs).toBeLessThanOrEqual(60 * 60_000);
    }),
  );
});
