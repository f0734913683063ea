import type { SetEvaluation } from './evaluation.ts';
import type { Figures } from './figures.ts';

/** What must be reached, or with `eceMax` not passed; left out: no floor. */
export interface Floors {
  readonly top1?: number | undefined;
  readonly top3?: number | undefined;
  readonly oosRecall?: number | undefined;
  readonly eceMax?: number | undefined;
}

/** By name of the set, then language. */
export interface FloorTable {
  readonly [set: string]: { readonly [language: string]: Floors };
}

export interface MissedFloor {
  readonly set: string;
  readonly language: string;
  readonly floor: keyof Floors;
  readonly wanted: number;
  /** `undefined`: there were no lines to measure it on, which does not hold the floor either. */
  readonly found: number | undefined;
}

/** In the order of sets and languages; floors of sets and languages that were not evaluated are not judged. */
export function missedFloors(
  table: FloorTable,
  sets: readonly SetEvaluation[],
): readonly MissedFloor[] {
  return sets.flatMap(({ name, languages }) =>
    languages.flatMap(({ language, figures }) =>
      missedOf(table[name]?.[language] ?? {}, figures).map((missed) => ({
        set: name,
        language,
        ...missed,
      })),
    ),
  );
}

function missedOf(
  floors: Floors,
  { top1, top3, oosRecall, ece }: Figures,
): readonly Omit<MissedFloor, 'set' | 'language'>[] {
  const rows = [
    { floor: 'top1', wanted: floors.top1, found: top1 },
    { floor: 'top3', wanted: floors.top3, found: top3 },
    { floor: 'oosRecall', wanted: floors.oosRecall, found: oosRecall },
    { floor: 'eceMax', wanted: floors.eceMax, found: ece },
  ] as const;
  return rows.flatMap(({ floor, wanted, found }) => {
    if (wanted === undefined) return [];
    const held = found !== undefined && (floor === 'eceMax' ? found <= wanted : found >= wanted);
    return held ? [] : [{ floor, wanted, found }];
  });
}

/** `cross-validation en: top1 is 81.2 %, its floor is 82.0 %`. */
export function missedFloorText({ set, language, floor, wanted, found }: MissedFloor): string {
  const name = floor === 'eceMax' ? 'ece' : floor;
  const bound = floor === 'eceMax' ? 'ceiling' : 'floor';
  const figure = found === undefined ? 'was not measured (no such lines)' : `is ${percent(found)}`;
  return `${set} ${language}: ${name} ${figure}, its ${bound} is ${percent(wanted)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
