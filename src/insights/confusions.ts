import { predictedOf, type Judged } from './judged.ts';

export interface Confusion {
  /** What was meant, and what the engine held likeliest. */
  readonly meant: string;
  readonly taken: string;
  readonly lines: readonly Judged[];
}

/** Which intent is taken for which, the most frequent first; equals in the order of their names. */
export function confusionsOf(judged: readonly Judged[]): readonly Confusion[] {
  const pairs = new Map<string, { meant: string; taken: string; lines: Judged[] }>();
  for (const one of judged) {
    const taken = predictedOf(one);
    if (taken === one.intent) continue;
    const key = `${one.intent}\n${taken}`;
    const pair = pairs.get(key) ?? { meant: one.intent, taken, lines: [] };
    pairs.set(key, pair);
    pair.lines.push(one);
  }
  return [...pairs]
    .sort(([a, { lines: x }], [b, { lines: y }]) =>
      x.length === y.length ? (a < b ? -1 : 1) : y.length - x.length,
    )
    .map(([, pair]) => pair);
}

export interface ConfusionMatrix {
  readonly intents: readonly string[];
  /** `counts[meant][taken]`, in the order of `intents`; what is taken for any other intent is in `elsewhere[meant]`. */
  readonly counts: readonly (readonly number[])[];
  readonly elsewhere: readonly number[];
}

/** Between the intents that are in the most confusions, on either side, at most `most` of them. */
export function confusionMatrix(judged: readonly Judged[], most: number): ConfusionMatrix {
  const weight = new Map<string, number>();
  for (const { meant, taken, lines } of confusionsOf(judged)) {
    for (const intent of [meant, taken]) {
      weight.set(intent, (weight.get(intent) ?? 0) + lines.length);
    }
  }
  const intents = [...weight]
    .sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : y - x))
    .slice(0, most)
    .map(([intent]) => intent)
    .sort();
  const rows = intents.map((meant) => judged.filter(({ intent }) => intent === meant));
  const counts = rows.map((row) =>
    intents.map((taken) => row.filter((one) => predictedOf(one) === taken).length),
  );
  const elsewhere = rows.map((row, at) => row.length - sum(counts[at] ?? []));
  return { intents, counts, elsewhere };
}

function sum(of: readonly number[]): number {
  return of.reduce((total, one) => total + one, 0);
}
