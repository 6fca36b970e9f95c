import type { ChartPlan } from './chart-plan.ts';

/** A span of time in equal steps. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

const mostSeries = 8;
const mostBars = 12;
const mostWords = 20;

/** Aggregations of Elasticsearch, by the name that the answer has them under. */
type Aggregations = Record<string, object>;

/** The aggregations of all charts, for one search whose query already has the span. @param time the field with the event time */
export function chartAggregations(plans: readonly ChartPlan[], time: string, span: TimeSpan): Aggregations {
  const overTime = Object.assign({}, ...plans.map((plan, at) => inStep(plan, at))) as Aggregations;
  const histogram = {
    field: time,
    fixed_interval: `${Math.round(span.stepMs / 1000)}s`,
    min_doc_count: 0,
    extended_bounds: { min: span.fromMs, max: span.toMs },
  };
  return {
    time: { date_histogram: histogram, aggs: overTime },
    ...(Object.assign({}, ...plans.map((plan, at) => overAll(plan, at))) as Aggregations),
  };
}

/** What is asked in each step of time. */
function inStep(plan: ChartPlan, at: number): Aggregations {
  const terms = (field: string, aggs?: Aggregations) => ({
    terms: { field, size: mostSeries },
    ...(aggs !== undefined && { aggs }),
  });
  switch (plan.kind) {
    case 'events':
      return plan.by === undefined ? {} : { [`p${at}`]: terms(plan.by) };
    case 'gauges':
      return Object.fromEntries(plan.fields.map((field, n) => [`p${at}_${n}`, { avg: { field } }]));
    case 'spread':
      return { [`p${at}`]: { stats: { field: plan.field } } };
    case 'gauge by':
      return { [`p${at}`]: terms(plan.by, { value: { avg: { field: plan.field } } }) };
    case 'rates':
      return Object.fromEntries(plan.fields.map((field, n) => [`p${at}_${n}`, { max: { field } }]));
    case 'elements': {
      const value = plan.isCounter ? { max: { field: plan.field } } : { avg: { field: plan.field } };
      return { [`p${at}`]: { nested: { path: plan.path }, aggs: { by: terms(plan.by, { value }) } } };
    }
    case 'values':
    case 'words':
      return {};
  }
}

/** What is asked over the whole span. */
function overAll(plan: ChartPlan, at: number): Aggregations {
  if (plan.kind === 'values') return { [`p${at}`]: { terms: { field: plan.field, size: mostBars } } };
  if (plan.kind !== 'words') return {};
  // Text has no index by document, so the words of a sample are analysed again.
  const words = {
    significant_text: { field: plan.field, size: mostWords, filter_duplicate_text: true, min_doc_count: 3 },
  };
  return { [`p${at}`]: { sampler: { shard_size: 500 }, aggs: { words } } };
}
