import type { ConfusionMatrix } from './confusions.ts';
import type { LearningPoint } from './evaluation.ts';
import type { ReliabilityBin, ScopePoint } from './figures.ts';
import { escaped, percent, round } from './markup.ts';

/** A square plot of shares: both axes run from 0 to 1, or the upright one from `from`. */
const plot = { left: 46, top: 20, size: 240, width: 300, height: 308 } as const;

interface Axes {
  readonly label: string;
  readonly across: string;
  readonly up: string;
  readonly from?: number;
}

interface Scale {
  readonly x: (share: number) => number;
  readonly y: (share: number) => number;
}

function frame({ label, across, up, from = 0 }: Axes, body: (scale: Scale) => string): string {
  const { left, top, size, width, height } = plot;
  const scale: Scale = {
    x: (share) => left + share * size,
    y: (share) => top + (1 - (share - from) / (1 - from)) * size,
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = from + part * (1 - from);
    const y = round(scale.y(value));
    const x = round(scale.x(part));
    return (
      `<line class="grid" x1="${left}" x2="${left + size}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" x="${left - 6}" y="${y}" dy=".35em" text-anchor="end">${whole(value)}</text>` +
      `<text class="tick" x="${x}" y="${top + size + 14}" text-anchor="middle">${whole(part)}</text>`
    );
  });
  return (
    `<svg class="plot" role="img" aria-label="${escaped(label)}" viewBox="0 0 ${width} ${height}">` +
    ticks.join('') +
    `<text class="axis" x="${left + size / 2}" y="${height - 12}" text-anchor="middle">${escaped(across)}</text>` +
    `<text class="axis" transform="translate(11 ${top + size / 2}) rotate(-90)" text-anchor="middle">${escaped(up)}</text>` +
    `${body(scale)}</svg>`
  );
}

function whole(share: number): string {
  return `${Math.round(100 * share)}`;
}

/** Bars say how often the first intent was right, the dots how sure the engine was; equal heights are perfect. */
export function reliabilityPlot(bins: readonly ReliabilityBin[], language: string): string {
  const axes = {
    label: `Reliability in ${language}: share right by confidence`,
    across: 'confidence in the first intent, %',
    up: 'right, %',
  };
  const most = Math.max(1, ...bins.map(({ lines }) => lines));
  return frame(axes, ({ x, y }) => {
    const marks = bins
      .filter(({ lines }) => lines > 0)
      .map(({ from, to, lines, right, meanConfidence }) => {
        const told = `${whole(from)} to ${whole(to)} %: ${lines} lines, right ${percent(right)}, mean confidence ${percent(meanConfidence)}`;
        const width = round(x(to) - x(from) - 3);
        // Bars of few lines are paler: their height is mostly chance.
        const opacity = round(0.25 + 0.75 * Math.sqrt(lines / most));
        return (
          `<g><title>${told}</title>` +
          `<rect class="bar" opacity="${opacity}" x="${round(x(from) + 1.5)}" width="${width}" y="${round(y(right))}" height="${round(y(0) - y(right))}"/>` +
          `<circle class="dot" cx="${round(x(meanConfidence))}" cy="${round(y(right))}" r="3.5"/>` +
          `<text class="count" x="${round((x(from) + x(to)) / 2)}" y="${plot.top - 7}" text-anchor="middle">${lines}</text></g>`
        );
      });
    return `<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>${marks.join('')}`;
  });
}

/** Recall out of scope over false refusals, and the point that the engine's own thresholds chose. */
export function scopePlot(
  curve: readonly ScopePoint[],
  own: ScopePoint | undefined,
  language: string,
): string {
  const axes = {
    label: `Out of scope in ${language}: recall by false refusals`,
    across: 'in scope, refused, %',
    up: 'out of scope, refused, %',
  };
  return frame(axes, ({ x, y }) => {
    const points = curve.map(
      ({ falseRefusals, recall }) => `${round(x(falseRefusals))},${round(y(recall))}`,
    );
    const mark = own
      ? `<g><title>chosen: ${percent(own.recall)} recall at ${percent(own.falseRefusals)}</title>` +
        `<circle class="dot" cx="${round(x(own.falseRefusals))}" cy="${round(y(own.recall))}" r="5"/>` +
        `<text class="note" x="${round(x(own.falseRefusals) + 9)}" y="${round(y(own.recall) + 13)}">verdicts</text></g>`
      : '';
    return (
      `<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>` +
      `<polyline class="line" points="${points.join(' ')}"/>${mark}`
    );
  });
}

/** What more utterances bring: still rising at the right end means that more would help. */
export function learningPlot(points: readonly LearningPoint[], language: string): string {
  const values = points.flatMap(({ top1, top3 }) => [top1 ?? 1, top3 ?? 1]);
  const lowest = Math.min(1, ...values);
  const axes = {
    label: `Learning curve in ${language}: share right by share of utterances`,
    across: 'utterances learned from, %',
    up: 'right, %',
    from: Math.max(0, Math.min(0.8, Math.floor(lowest * 10) / 10)),
  };
  return frame(axes, ({ x, y }) =>
    (['top3', 'top1'] as const)
      .map((key) => {
        const known = points.flatMap((point) => {
          const value = point[key];
          return value === undefined ? [] : [{ share: point.share, value }];
        });
        const name = key === 'top1' ? 'first' : 'in first three';
        const path = known.map(({ share, value }) => `${round(x(share))},${round(y(value))}`);
        const dots = known.map(
          ({ share, value }) =>
            `<circle class="dot ${key}" cx="${round(x(share))}" cy="${round(y(value))}" r="3.5"><title>${name}, of ${whole(share)} %: ${percent(value)}</title></circle>`,
        );
        const last = known.at(-1);
        const note = last
          ? `<text class="note" x="${round(x(1) - 4)}" y="${round(y(last.value) + (key === 'top1' ? 20 : -11))}" text-anchor="end">${name} ${percent(last.value)}</text>`
          : '';
        return `<polyline class="line ${key}" points="${path.join(' ')}"/>${dots.join('')}${note}`;
      })
      .join(''),
  );
}

const cell = 34;

/** Rows: what was meant. Columns: what it was taken for. The right ones stand on the diagonal. */
export function confusionPlot({ intents, counts, elsewhere }: ConfusionMatrix): string {
  const longest = Math.max(0, ...intents.map((intent) => intent.length));
  const side = 10 + longest * 6.6;
  // The heads lean to the right, over the last column.
  const lean = Math.max(side, 60) * 0.72;
  const width = side + (intents.length + 1) * cell + lean - cell / 2;
  const head = lean + 14;
  const height = head + intents.length * cell + 6;
  const columns = [...intents, 'another'];
  const heads = columns.map((intent, at) => {
    const x = round(side + (at + 0.6) * cell);
    return `<text class="tick" transform="translate(${x} ${round(head - 6)}) rotate(-48)">${escaped(intent)}</text>`;
  });
  const rows = intents.map((meant, row) => {
    const line = [...(counts[row] ?? []), elsewhere[row] ?? 0];
    const total = line.reduce((sum, count) => sum + count, 0);
    const y = head + row * cell;
    const cells = line.map((count, column) => {
      if (count === 0) return '';
      const kind = column === row ? 'right' : 'wrong';
      const depth = round(
        column === row ? 0.12 + (0.4 * count) / total : 0.2 + Math.min(0.7, (4 * count) / total),
      );
      const x = side + column * cell;
      return (
        `<g><title>${escaped(meant)} taken for ${escaped(columns[column] ?? '')}: ${count} of ${total}</title>` +
        `<rect class="${kind}" opacity="${depth}" x="${round(x + 1)}" y="${round(y + 1)}" width="${cell - 2}" height="${cell - 2}" rx="3"/>` +
        `<text class="cell" x="${round(x + cell / 2)}" y="${round(y + cell / 2)}" dy=".35em" text-anchor="middle">${count}</text></g>`
      );
    });
    return (
      `<text class="tick" x="${round(side - 6)}" y="${round(y + cell / 2)}" dy=".35em" text-anchor="end">${escaped(meant)}</text>` +
      cells.join('')
    );
  });
  return (
    `<svg class="matrix" role="img" aria-label="Confusions: rows are meant, columns are taken for" ` +
    `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">${heads.join('')}${rows.join('')}</svg>`
  );
}
