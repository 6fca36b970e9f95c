import type { Chart, LineChart } from '../../api/data.ts';
import type { ChartPlan } from './chart-plan.ts';
import type { TimeSpan } from './chart-request.ts';

/** A bucket of an aggregation: its key, its count, and the aggregations within. */
interface Bucket {
  key?: string | number;
  key_as_string?: string;
  doc_count?: number;
  [aggregation: string]: unknown;
}

const otherSeries = 8;

/** The charts from a search's answer to `chartAggregations`. Charts without any data are left out. */
export function chartsOf(
  plans: readonly ChartPlan[],
  aggregations: Readonly<Record<string, unknown>>,
  span: TimeSpan,
): Chart[] {
  const steps = bucketsIn(aggregations['time']);
  const times = steps.map(({ key }) => Number(key) / 1000);
  const lines = (at: number, title: string, unit: string, series: LineChart['series']): Chart => ({
    ...{ kind: 'lines', name: `p${at}`, title, unit, times, series },
  });
  const valuesOf = (at: number, n: number) => steps.map((step) => valueIn(step[`p${at}_${n}`]));
  const chart = (plan: ChartPlan, at: number): Chart => {
    const inSteps = steps.map((step) => step[`p${at}`]);
    switch (plan.kind) {
      case 'events': {
        const all = { name: 'all', values: steps.map(({ doc_count = 0 }) => doc_count) };
        const title = plan.by === undefined ? 'Events' : `Events by ${plan.by}`;
        const found = plan.by === undefined ? [] : byKey(inSteps, ({ doc_count = 0 }) => doc_count, 0);
        return lines(at, title, '', found.length === 1 ? found : [all, ...found]);
      }
      case 'gauges':
        return lines(
          at,
          plan.title,
          plan.unit,
          plan.fields.map((field, n) => ({ name: lastName(field), values: valuesOf(at, n) })),
        );
      case 'spread':
        return lines(
          at,
          plan.field,
          plan.unit,
          (['max', 'avg', 'min'] as const).map((name) => ({
            name,
            values: inSteps.map((stats) => numberAt(stats, name)),
          })),
        );
      case 'gauge by':
        return lines(
          at,
          `${plan.field} by ${plan.by}`,
          plan.unit,
          byKey(inSteps, ({ value }) => valueIn(value), null),
        );
      case 'rates':
        return lines(
          at,
          `${plan.title} per second`.trim(),
          plan.unit,
          plan.fields.map((field, n) => ({ name: lastName(field), values: perSecond(valuesOf(at, n), span.stepMs) })),
        );
      case 'elements': {
        const series = byKey(
          inSteps.map((nested) => fieldOf(nested, 'by')),
          ({ value }) => valueIn(value),
          null,
        );
        const rated = series.map(({ name, values }) => ({ name, values: perSecond(values, span.stepMs) }));
        return lines(
          at,
          `${plan.field}${plan.isCounter ? ' per second' : ''}`,
          plan.unit,
          plan.isCounter ? rated : series,
        );
      }
      case 'values':
      case 'words':
        return barChart(plan, `p${at}`, aggregations[`p${at}`]);
    }
  };
  return plans.map(chart).filter(hasData);
}

function barChart(plan: ChartPlan & { kind: 'values' | 'words' }, name: string, aggregation: unknown): Chart {
  const isWords = plan.kind === 'words';
  const bars = barsOf(bucketsIn(isWords ? fieldOf(aggregation, 'words') : aggregation));
  return { kind: 'bars', name, title: isWords ? `Trending words in ${plan.field}` : plan.field, bars };
}

function hasData(chart: Chart): boolean {
  if (chart.kind === 'bars') return chart.bars.length > 0;
  return chart.series.some(({ values }) => values.some((value) => value !== null && value !== 0));
}

const barsOf = (buckets: readonly Bucket[]) =>
  buckets.map(({ key, key_as_string: text, doc_count: count = 0 }) => ({ label: text ?? String(key), count }));

/** One series for each key of the steps' buckets, the most frequent first. */
function byKey(
  steps: readonly unknown[],
  valueOf: (bucket: Bucket) => number | null,
  absent: number | null,
): LineChart['series'] {
  const found = steps.map(
    (step) => new Map(bucketsIn(step).map((bucket) => [bucket.key_as_string ?? String(bucket.key), bucket])),
  );
  const counts = new Map<string, number>();
  for (const step of found)
    for (const [name, { doc_count = 0 }] of step) counts.set(name, (counts.get(name) ?? 0) + doc_count);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, otherSeries)
    .map(([name]) => ({
      name,
      values: found.map((step) => {
        const bucket = step.get(name);
        return bucket === undefined ? absent : valueOf(bucket);
      }),
    }));
}

/** Growth from step to step; null where the counter began again. */
function perSecond(values: readonly (number | null)[], stepMs: number): (number | null)[] {
  return values.map((value, at) => {
    const before = values[at - 1];
    if (value === null || before === null || before === undefined || value < before) return null;
    return ((value - before) * 1000) / stepMs;
  });
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const numberAt = (value: unknown, name: string): number | null => {
  const found = fieldOf(value, name);
  if (typeof found === 'bigint') return Number(found);
  return typeof found === 'number' ? found : null;
};

const valueIn = (aggregation: unknown): number | null => numberAt(aggregation, 'value');

function bucketsIn(aggregation: unknown): Bucket[] {
  const buckets = fieldOf(aggregation, 'buckets');
  return Array.isArray(buckets) ? (buckets as Bucket[]) : [];
}

const lastName = (field: string): string => field.split('.').at(-1) ?? field;
