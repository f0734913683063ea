import { isFirstRight, isInside, isSettledRight, type Judged } from './judged.ts';
import { mcNemar, type Paired } from './statistics.ts';

/** One measure of two runs over the same lines. */
export interface Comparison extends Paired {
  readonly language: string;
  /** `first`: the right intent first, of the lines in scope; `settled`: answered or refused rightly at once, of all. */
  readonly measure: 'first' | 'settled';
  readonly lines: number;
  readonly first: number;
  readonly second: number;
  /** Exact two-sided probability of a difference like this one by chance alone. */
  readonly p: number;
}

/** `pairs[i]` holds the same line as judged by the one and by the other; by language, then measure. */
export function compareRuns(pairs: readonly (readonly [Judged, Judged])[]): readonly Comparison[] {
  const languages = [...new Set(pairs.map(([{ language }]) => language))].sort();
  return languages.flatMap((language) => {
    const own = pairs.filter(([one]) => one.language === language);
    const inside = own.filter(([one]) => isInside(one));
    return [
      compare({ language, measure: 'first' }, inside, isFirstRight),
      compare({ language, measure: 'settled' }, own, isSettledRight),
    ];
  });
}

function compare(
  what: Pick<Comparison, 'language' | 'measure'>,
  pairs: readonly (readonly [Judged, Judged])[],
  isRight: (one: Judged) => boolean,
): Comparison {
  const count = (test: (a: boolean, b: boolean) => boolean): number =>
    pairs.filter(([one, other]) => test(isRight(one), isRight(other))).length;
  const onlyFirst = count((a, b) => a && !b);
  const onlySecond = count((a, b) => b && !a);
  const both = count((a, b) => a && b);
  const lines = pairs.length;
  return {
    ...what,
    lines,
    first: lines === 0 ? 0 : (both + onlyFirst) / lines,
    second: lines === 0 ? 0 : (both + onlySecond) / lines,
    onlyFirst,
    onlySecond,
    p: mcNemar({ onlyFirst, onlySecond }),
  };
}
