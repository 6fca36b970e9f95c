import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

type Labels<L extends string> = { name: string; help: string; labelNames?: readonly L[] };

/** The metrics of one app, in Prometheus' text form under `/metrics`. All are defined in `catalogue/metric-definitions.ts`. */
export interface Metrics {
  counter<L extends string = never>(options: Labels<L>): Counter<L>;
  gauge<L extends string = never>(
    options: Labels<L> & { collect?: (gauge: Gauge<L>) => void | Promise<void> },
  ): Gauge<L>;
  histogram<L extends string = never>(options: Labels<L> & { buckets: number[] }): Histogram<L>;
  /** The whole exposition, and its content type. */
  expose(): Promise<{ contentType: string; text: string }>;
}

/** How often the delay of the event loop is measured. Each time wakes the process, and an idle app should sleep. */
const eventLoopSampleMs = 500;

/** The app's registry. Nothing is global, so that several can live in one process (tests). */
export function createMetrics(app: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopSampleMs });
  const own = { registers: [registry] };
  return {
    counter: (options) => new Counter({ ...options, ...own }),
    gauge: ({ collect, ...options }) =>
      new Gauge({
        ...options,
        ...own,
        ...(collect && {
          collect() {
            return collect(this);
          },
        }),
      }),
    histogram: (options) => new Histogram({ ...options, ...own }),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
