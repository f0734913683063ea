/** Share of `of` for which `test` holds; `undefined` of nothing, because no figure was measured then. */
export function shareOf<T>(of: readonly T[], test: (one: T) => boolean): number | undefined {
  return of.length === 0 ? undefined : of.filter(test).length / of.length;
}

/** Wilson's interval of a share at 95 %: honest at the ends, where most of our shares are. */
export function wilsonInterval(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / of;
  const spread = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / spread;
  const half = (z / spread) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return [
    hits === 0 ? 0 : Math.max(0, middle - half),
    hits === of ? 1 : Math.min(1, middle + half),
  ];
}

/** Two runs over the same lines: what only the one and only the other has right. */
export interface Paired {
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * McNemar's test, exact and two-sided: how probable a split at least this uneven is when neither run is better. The
 * tail is summed from its largest term in logarithms, so that thousands of differences neither overflow nor vanish.
 */
export function mcNemar({ onlyFirst, onlySecond }: Paired): number {
  const differing = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  if (2 * fewer >= differing) return 1;
  const logLargest = logChoose(differing, fewer) - differing * Math.LN2;
  let sum = 0;
  let term = 1;
  for (let k = fewer; k >= 0 && term > 1e-18 * sum; k--) {
    sum += term;
    term *= k / (differing - k + 1);
  }
  return Math.min(1, 2 * Math.exp(logLargest + Math.log(sum)));
}

export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Stirling's series beyond 20: its first term left out is below 1e-12 there. */
function logFactorial(n: number): number {
  if (n <= 20) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The area under the curve of hits over false alarms: the chance that a positive ranks above a negative; ties count half. */
export function rankingArea(
  positives: readonly number[],
  negatives: readonly number[],
): number | undefined {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const sorted = [...negatives].sort((a, b) => a - b);
  let wins = 0;
  for (const value of positives) {
    wins += (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2;
  }
  return wins / (positives.length * negatives.length);
}

/** How many of the sorted values are below `value`, or equal to it as well. */
function countBelow(sorted: readonly number[], value: number, equalToo: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < value || (equalToo && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
