import type { Comparison, Figures, LanguageEvaluation, SetEvaluation } from '../insights/index.ts';

const confusionsShown = 10;
const utterancesShown = 3;

/** A set's figures as a terminal shows them: one column a language, then styles and confusions. */
export function setText({ name, languages }: SetEvaluation): string {
  return [
    name,
    figureTable(languages),
    ...languages.map(styleTable),
    ...languages.map(confusionList),
  ].join('\n\n');
}

const rows: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['lines in scope', ({ inside }) => String(inside)],
  ['  right intent first', ({ top1 }) => percent(top1)],
  ['  right intent in first three', ({ top3 }) => percent(top3)],
  ['  answered', ({ answered }) => percent(answered)],
  ['    right of these', ({ rightOfAnswered }) => percent(rightOfAnswered)],
  ['  asked which is meant', ({ clarified }) => percent(clarified)],
  ['    right one among the choices', ({ listedOfClarified }) => percent(listedOfClarified)],
  ['  refused', ({ refused }) => percent(refused)],
  ['lines out of scope', ({ outside }) => String(outside)],
  ['  refused', ({ oosRecall }) => percent(oosRecall)],
  ['  answered', ({ oosAnswered }) => percent(oosAnswered)],
];

const lastRows: typeof rows = [
  ['  told from those in scope (area)', ({ oosArea }) => oosArea?.toFixed(3) ?? '-'],
  ['macro F1, out of scope included', ({ macroF1 }) => percent(macroF1)],
  ['calibration error', ({ ece }) => percent(ece)],
  ['language right', ({ languageRight }) => percent(languageRight)],
];

function figureTable(languages: readonly LanguageEvaluation[]): string {
  const line = ([label, cell]: (typeof rows)[number]): readonly string[] => [
    label,
    ...languages.map(({ figures }) => cell(figures)),
  ];
  const rates = languages[0]?.recallAtFalseRefusals ?? [];
  const rateRows = rates.map(({ falseRefusals }, at) => [
    `  could be refused at ${percent(falseRefusals)} false`,
    ...languages.map((one) => percent(one.recallAtFalseRefusals[at]?.recall)),
  ]);
  return table([
    ['', ...languages.map(({ language }) => language)],
    ...rows.map(line),
    ...rateRows,
    ...lastRows.map(line),
  ]);
}

const styleNames = {
  short: '3 words or fewer',
  long: '15 words or more',
  figures: 'with ids or amounts',
};

function styleTable({ language, styles }: LanguageEvaluation): string {
  return table([
    [`${language}, by style`, 'lines', 'first', 'answered', 'right of these', 'refused'],
    ...styles.map(({ style, figures }) => [
      styleNames[style],
      String(figures.inside),
      percent(figures.top1),
      percent(figures.answered),
      percent(figures.rightOfAnswered),
      percent(figures.refused),
    ]),
  ]);
}

function confusionList({ language, confusions }: LanguageEvaluation): string {
  if (confusions.length === 0) return `${language}: no confusions`;
  const shown = confusions.slice(0, confusionsShown).flatMap(({ meant, taken, lines }) => {
    const more = lines.length - utterancesShown;
    return [
      `  ${String(lines.length).padStart(3)}  ${meant} taken for ${taken}`,
      ...lines.slice(0, utterancesShown).map(({ text }) => `         ${text}`),
      ...(more > 0 ? [`         and ${more} more`] : []),
    ];
  });
  return [`${language}, worst confusions`, ...shown].join('\n');
}

const measureNames = { first: 'right intent first', settled: 'settled right at once' };

/** Which of two runs is better, and whether chance would explain it. */
export function comparisonText(comparisons: readonly Comparison[], other: string): string {
  return [
    `Against ${other}`,
    table([
      ['', 'lines', 'here', 'there', 'only here', 'only there', 'p', ''],
      ...comparisons.map((one) => [
        `${one.language}, ${measureNames[one.measure]}`,
        String(one.lines),
        percent(one.first),
        percent(one.second),
        String(one.onlyFirst),
        String(one.onlySecond),
        probability(one.p),
        judgement(one),
      ]),
    ]),
  ].join('\n\n');
}

/** Below this a difference is called one. */
const significance = 0.05;

function judgement({ p, onlyFirst, onlySecond }: Comparison): string {
  if (p >= significance) return 'no difference shown';
  return onlyFirst > onlySecond ? 'better here' : 'better there';
}

function probability(p: number): string {
  return p >= 0.001 ? p.toFixed(3) : p.toExponential(1);
}

export function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(100 * share).toFixed(1)} %`;
}

/** The first column to the left, the others to the right. */
export function table(cells: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  }
  return cells
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart((widths[at] ?? 0) + 2),
        )
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
