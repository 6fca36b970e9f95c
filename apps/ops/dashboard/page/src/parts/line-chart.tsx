import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { LineChart as Chart } from '../../../src/api/data.ts';
import { measured } from '../format.tsx';

const height = 200;

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seriesColour = (at: number): string => colour(`--series-${(at % 8) + 1}`);

function optionsOf({ series, unit }: Chart, width: number): uPlot.Options {
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { stroke: colour('--grid'), width: 1 },
  };
  return {
    ...{ width, height },
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true },
    axes: [
      { ...axis, values: (_, seconds) => seconds.map(timeText) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => measured(tick, unit)) },
    ],
    scales: { y: { range: (_, low, high) => [low < 0 ? low : 0, high <= 0 ? 1 : high * 1.05] } },
    series: [
      {
        value: (_, seconds: number | null) =>
          seconds === null ? '' : new Date(seconds * 1000).toLocaleTimeString('en-GB'),
      },
      ...series.map(({ name }, at) => ({
        label: name,
        stroke: seriesColour(at),
        width: 1.5,
        points: { show: false },
        value: (_: uPlot, value: number | null) => measured(value, unit),
      })),
    ],
  };
}

/** `23:55`, with the date at midnight and on longer spans. */
function timeText(seconds: number, at: number, all: readonly number[]): string {
  const date = new Date(seconds * 1000);
  const isDaily = (all[1] ?? seconds) - (all[0] ?? seconds) >= 86_400;
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  if (isDaily) return day;
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return at === 0 || time === '00:00' ? `${time}\n${day}` : time;
}

const summary = ({ title, series, unit }: Chart): string =>
  `${title}; newest values: ${series
    .map(
      ({ name, values }) =>
        `${name} ${measured(
          values.findLast((value) => value !== null),
          unit,
        )}`,
    )
    .join(', ')}`;

/** Lines over time. Redrawn when its data, its width or the colours change. */
export function LineChart({ chart }: { chart: Chart }) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shape = `${chart.unit} ${chart.series.map(({ name }) => name).join('\n')}`;
  const data = (): uPlot.AlignedData => [chart.times, ...chart.series.map(({ values }) => values)];

  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(chart, current.clientWidth), data(), current);
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: current.clientWidth, height }));
    resized.observe(current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(data()), [chart]);

  return <div class="chart" ref={frame} role="img" aria-label={summary(chart)} />;
}
