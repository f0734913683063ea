import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import uPlot from 'uplot';
// eslint-disable-next-line import/no-unassigned-import -- styles that come with the chart
import 'uplot/dist/uPlot.min.css';
import { clockTime } from '../format.ts';
import { useSettings } from '../settings.ts';
import { useWords } from '../words.ts';
import type { Sample } from './samples.ts';

const height = 150;

/** Waiting and free places since the page was opened. The table above has the figures for those who do not see it. */
export default function WaitChart({
  samples,
}: {
  readonly samples: readonly Sample[];
}): ReactElement {
  const words = useWords();
  const theme = useSettings((settings) => settings.theme);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  useEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const made = new uPlot(optionsFor(current, words), dataOf(samples), current);
    plot.current = made;
    const resized = new ResizeObserver(() => {
      made.setSize({ width: current.clientWidth, height });
    });
    resized.observe(current);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
    // New samples are set below: the plot itself is made anew only when its looks change.
  }, [theme, words]);
  useEffect(() => plot.current?.setData(dataOf(samples)), [samples]);
  const last = samples.at(-1);
  const label = words('floor.chart', { waiting: last?.waiting ?? 0, free: last?.free ?? 0 });
  return (
    <figure className="chart">
      <figcaption className="quiet">{words('floor.since')}</figcaption>
      <div ref={box} role="img" aria-label={label} />
    </figure>
  );
}

function dataOf(samples: readonly Sample[]): uPlot.AlignedData {
  return [
    samples.map(({ atMs }) => atMs / 1000),
    samples.map(({ waiting }) => waiting),
    samples.map(({ free }) => free),
  ];
}

function optionsFor(box: HTMLElement, words: ReturnType<typeof useWords>): uPlot.Options {
  const style = getComputedStyle(box);
  const color = (name: string) => {
    // Custom properties hold light-dark(): the browser works it out on a real property.
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    box.append(probe);
    const shown = getComputedStyle(probe).color;
    probe.remove();
    return shown;
  };
  const axis = {
    stroke: color('--text-quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const line = (label: string, stroke: string) => ({
    label,
    stroke,
    width: 2,
    points: { show: false },
    ...(paths && { paths }),
  });
  return {
    width: box.clientWidth,
    height,
    cursor: { show: false },
    legend: { live: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, max + 1)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        // Nobody needs seconds: the first mark comes with the first full minute.
        incrs: [60, 300, 900, 3600],
        values: (_plot, times) => times.map((time) => clockTime(time * 1000)),
      },
      { ...axis, size: 32, incrs: [1, 2, 5, 10, 25, 50, 100, 500] },
    ],
    series: [
      {},
      line(words('floor.waiting'), color('--wait')),
      line(words('floor.free'), color('--good')),
    ],
  };
}
