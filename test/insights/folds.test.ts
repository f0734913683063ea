import { array, assert, constantFrom, integer, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { dealFolds, takeShare, type LabelledText } from '../../src/insights/index.ts';

const anyLines = array(
  record({
    language: constantFrom('en', 'zh-CN'),
    intent: constantFrom('a', 'b', 'c'),
    text: string({ maxLength: 12 }),
  }),
  { maxLength: 80 },
).map((lines) => lines.map((line, at): LabelledText => ({ ...line, place: `f:${at}` })));

const groupOf = ({ language, intent }: LabelledText): string => `${language} ${intent}`;

test('every part gets its share of every intent and language, give or take one line', () => {
  assert(
    property(anyLines, integer({ min: 2, max: 7 }), (lines, folds) => {
      const parts = dealFolds(lines, folds);
      for (const group of new Set(lines.map(groupOf))) {
        const counts = Array.from(
          { length: folds },
          (_, part) =>
            lines.filter((line, at) => groupOf(line) === group && parts[at] === part).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('lines of one intent keep their parts when another intent changes', () => {
  const of = (intent: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      language: 'en',
      intent,
      text: `${intent} number ${at}`,
      place: `${intent}:${at}`,
    }));
  const before = dealFolds([...of('a', 20), ...of('b', 20)], 5);
  const after = dealFolds([...of('a', 20), ...of('b', 33)], 5);
  expect(after.slice(0, 20)).toEqual(before.slice(0, 20));
  expect(new Set(before.slice(0, 5)).size).toBeGreaterThan(1);
});

test('a larger share of the lines holds every smaller one, and no intent is left without', () => {
  assert(
    property(anyLines, (lines) => {
      const quarter = takeShare(lines, 0.25);
      const half = takeShare(lines, 0.5);
      expect(half).toEqual(expect.arrayContaining([...quarter]));
      expect(takeShare(lines, 1)).toEqual(lines);
      expect(new Set(quarter.map(groupOf))).toEqual(new Set(lines.map(groupOf)));
    }),
  );
});
