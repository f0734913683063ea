import type { Comparison } from './compare.ts';
import { confusionMatrix } from './confusions.ts';
import type { LanguageEvaluation, SetEvaluation } from './evaluation.ts';
import type { Figures } from './figures.ts';
import { missedFloorText, type FloorTable, type MissedFloor } from './floors.ts';
import { escaped, percent } from './markup.ts';
import { confusionPlot, learningPlot, reliabilityPlot, scopePlot } from './report-plots.ts';
import { reportStyle } from './report-style.ts';
import { wilsonInterval } from './statistics.ts';

export interface ReportInput {
  readonly madeAtMs: number;
  readonly method: string;
  readonly utterances: number;
  readonly trainedOn: string;
  readonly notes: readonly string[];
  readonly sets: readonly SetEvaluation[];
  readonly against: string | undefined;
  readonly comparisons: readonly Comparison[];
  readonly floors: FloorTable;
  readonly missed: readonly MissedFloor[];
}

/** One HTML file that needs nothing beside it: no script, no font, no picture from elsewhere. */
export function reportPage(input: ReportInput): string {
  const made = new Date(input.madeAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evaluation, ${made} UTC</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>How well messages are understood</h1>
<p class="soft">${made} UTC · ${escaped(input.method)} · ${input.utterances.toLocaleString('en')} utterances · content <code>${escaped(input.trainedOn)}</code></p>
${input.notes.map((note) => `<p class="soft">${escaped(note)}</p>`).join('\n')}
${floorsPart(input)}
${comparisonPart(input)}
${input.sets.map(setPart).join('\n')}
</main>
</body>
</html>
`;
}

function floorsPart({ floors, missed, sets }: ReportInput): string {
  const judged = sets.flatMap(({ name, languages }) =>
    languages.flatMap(({ language }) => Object.keys(floors[name]?.[language] ?? {})),
  ).length;
  if (judged === 0) return '<div class="floors none">No floors are set for these figures.</div>';
  if (missed.length === 0) return `<div class="floors">All ${judged} floors hold.</div>`;
  const items = missed.map((one) => `<li>${escaped(missedFloorText(one))}</li>`);
  return `<div class="floors missed">${missed.length} of ${judged} floors missed<ul>${items.join('')}</ul></div>`;
}

/** Below this a difference is called one. */
const significance = 0.05;

function comparisonPart({ against, comparisons }: ReportInput): string {
  if (against === undefined) return '';
  const rows = comparisons.map((one) => {
    const measure = one.measure === 'first' ? 'right intent first' : 'settled right at once';
    const better = one.onlyFirst > one.onlySecond;
    const judged =
      one.p >= significance
        ? 'no difference shown'
        : `<span class="${better ? 'good' : 'low'}">${better ? 'better here' : 'better there'}</span>`;
    const p = one.p >= 0.001 ? one.p.toFixed(3) : one.p.toExponential(1);
    return row(`${escaped(one.language)}, ${measure}`, [
      String(one.lines),
      percent(one.first),
      percent(one.second),
      String(one.onlyFirst),
      String(one.onlySecond),
      p,
      judged,
    ]);
  });
  const heads = ['lines', 'here', 'there', 'only here', 'only there', 'p', 'which is better'];
  const caption =
    'Right at once: answered with the right intent, or refused when out of scope. p: exact McNemar, two-sided.';
  return `<h2>Against ${escaped(against)}</h2>${table(heads, rows, caption)}`;
}

function setPart({ name, languages }: SetEvaluation): string {
  return [
    `<h2>${escaped(name)}</h2>`,
    figuresTable(languages),
    ...languages.map(languagePart),
  ].join('\n');
}

interface FigureRow {
  readonly label: string;
  readonly part?: boolean;
  readonly cell: (figures: Figures) => string;
}

const figureRows: readonly FigureRow[] = [
  { label: 'lines in scope', cell: ({ inside }) => inside.toLocaleString('en') },
  {
    label: 'right intent first',
    cell: ({ top1, inside }) => withInterval(top1, inside),
  },
  { label: 'right intent in the first three', cell: ({ top3 }) => percent(top3) },
  { label: 'answered', cell: ({ answered }) => percent(answered) },
  { label: 'right of these', part: true, cell: ({ rightOfAnswered }) => percent(rightOfAnswered) },
  { label: 'asked which is meant', cell: ({ clarified }) => percent(clarified) },
  {
    label: 'right one among the choices',
    part: true,
    cell: ({ listedOfClarified }) => percent(listedOfClarified),
  },
  { label: 'refused', cell: ({ refused }) => percent(refused) },
  { label: 'lines out of scope', cell: ({ outside }) => outside.toLocaleString('en') },
  {
    label: 'refused',
    part: true,
    cell: ({ oosRecall, outside }) => withInterval(oosRecall, outside),
  },
  { label: 'answered', part: true, cell: ({ oosAnswered }) => percent(oosAnswered) },
  { label: 'macro F1, out of scope included', cell: ({ macroF1 }) => percent(macroF1) },
  { label: 'calibration error', cell: ({ ece }) => percent(ece) },
  { label: 'language right', cell: ({ languageRight }) => percent(languageRight) },
];

/** Rows of figures that come after those of the lines out of scope. */
const afterScope = 3;

function figuresTable(languages: readonly LanguageEvaluation[]): string {
  const rows = figureRows.map(({ label, part = false, cell }) =>
    row(
      label,
      languages.map(({ figures }) => cell(figures)),
      part,
    ),
  );
  const rates = (languages[0]?.recallAtFalseRefusals ?? []).map(({ falseRefusals }, at) =>
    row(
      `could be refused at ${percent(falseRefusals)} false refusals`,
      languages.map((one) => percent(one.recallAtFalseRefusals[at]?.recall)),
      true,
    ),
  );
  rows.splice(rows.length - afterScope, 0, ...rates);
  const heads = languages.map(({ language }) => escaped(language));
  return table(heads, rows, 'In small: the interval that holds the true share 95 times in 100.');
}

function withInterval(share: number | undefined, of: number): string {
  if (share === undefined) return percent(share);
  const [low, high] = wilsonInterval(Math.round(share * of), of);
  const whole = (bound: number) => (100 * bound).toFixed(1);
  return `${percent(share)} <small class="soft">${whole(low)}–${whole(high)}</small>`;
}

const matrixIntentsMax = 14;
const confusionsMax = 10;
const utterancesMax = 8;

function languagePart(one: LanguageEvaluation): string {
  const { language, figures, reliability, scopeCurve, learning, judged } = one;
  const own =
    figures.refused === undefined || figures.oosRecall === undefined
      ? undefined
      : { falseRefusals: figures.refused, recall: figures.oosRecall };
  const matrix = confusionMatrix(judged, matrixIntentsMax);
  const name = escaped(language);
  return [
    `<h3>${name}: confidence, scope and learning</h3><div class="plots">`,
    figure(
      reliabilityPlot(reliability, language),
      'Bars: right, by confidence; on top, how many lines. Confidences whose dots lie on the dashed line mean what they say.',
    ),
    scopeCurve.length > 0
      ? figure(
          scopePlot(scopeCurve, own, language),
          'What other thresholds would catch of what is out of scope, and what they would cost.',
        )
      : '',
    learning.length > 0
      ? figure(
          learningPlot(learning, language),
          'Right intent by how much of the utterances was learned from.',
        )
      : '',
    '</div>',
    `<h3>${name}: by style</h3>`,
    stylesTable(one),
    `<h3>${name}: confusions</h3>`,
    matrix.intents.length > 0
      ? `<div class="plots">${figure(`<div class="scroll">${confusionPlot(matrix)}</div>`, 'Rows: meant. Columns: taken for. The intents with the most confusions.', 'wide')}</div>`
      : '<p>None.</p>',
    confusionCards(one),
    intentsTable(one),
  ].join('\n');
}

function figure(content: string, caption: string, kind = ''): string {
  return `<figure class="${kind}">${content}<figcaption>${caption}</figcaption></figure>`;
}

const styleNames = {
  short: '3 words or fewer',
  long: '15 words or more',
  figures: 'with ids or amounts',
} as const;

function stylesTable({ styles, figures }: LanguageEvaluation): string {
  const cells = (of: Figures) => [
    of.inside.toLocaleString('en'),
    withInterval(of.top1, of.inside),
    percent(of.answered),
    percent(of.rightOfAnswered),
    percent(of.refused),
  ];
  const rows = [
    row('all', cells(figures)),
    ...styles.map(({ style, figures: own }) => row(styleNames[style], cells(own))),
  ];
  const heads = ['lines in scope', 'first right', 'answered', 'right of these', 'refused'];
  return table(heads, rows);
}

function confusionCards({ language, confusions }: LanguageEvaluation): string {
  const lang = escaped(language);
  const cards = confusions.slice(0, confusionsMax).map(({ meant, taken, lines }) => {
    const items = lines.slice(0, utterancesMax).map(({ text, verdict }) => {
      const mark = { answer: 'answered', clarify: 'asked', refuse: 'refused' }[verdict];
      return `<li><span lang="${lang}" dir="auto">${escaped(text)}</span><small>${mark}</small></li>`;
    });
    const more = lines.length - utterancesMax;
    const rest = more > 0 ? `<li><small>and ${more} more</small></li>` : '';
    return `<section><h4><b>${lines.length}</b>${escaped(meant)} taken for ${escaped(taken)}</h4><ul>${items.join('')}${rest}</ul></section>`;
  });
  return `<div class="confusions">${cards.join('')}</div>`;
}

/** Marked in the table of intents: an intent that is missed one time in four. */
const lowRecall = 0.75;

function intentsTable({ intents }: LanguageEvaluation): string {
  const rows = [...intents]
    .sort((a, b) => a.f1 - b.f1)
    .map(({ intent, lines, precision, recall, f1 }) =>
      row(escaped(intent), [
        String(lines),
        percent(precision),
        recall < lowRecall ? `<span class="low">${percent(recall)}</span>` : percent(recall),
        percent(f1),
      ]),
    );
  const body = table(['lines', 'precision', 'recall', 'F1'], rows);
  return `<details><summary>All ${intents.length} intents, the worst first</summary>${body}</details>`;
}

/** Cells and heads are HTML already. */
function table(heads: readonly string[], rows: readonly string[], caption?: string): string {
  const head = heads.map((one) => `<th scope="col">${one}</th>`).join('');
  const told = caption === undefined ? '' : `<p class="soft">${caption}</p>`;
  return `${told}<div class="scroll"><table><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function row(head: string, cells: readonly string[], part = false): string {
  const body = cells.map((cell) => `<td>${cell}</td>`).join('');
  return `<tr${part ? ' class="part"' : ''}><th scope="row">${head}</th>${body}</tr>`;
}
