import { format } from 'prettier';
import {
  alertThresholds,
  auditFaults,
  auditMetrics,
  bigqueryMetrics,
  deliveryMetrics,
  appMetrics,
  ofRole,
  sourceMetrics,
  type MetricDefinition,
} from '@sluice/telemetry';

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: 's' | 'short' | 'bytes' | 'cps' | 'percentunit';
  readonly targets: readonly { readonly expr: string; readonly legend: string }[];
  /** A line where it becomes a problem. */
  readonly bound?: number;
}

const chosen = 'job=~"$job",app=~"$app"';
const roles = ['sink', 'processor'] as const;

/** A metric of sinks and one of processors: an app has one of them. */
const delivered = (metric: MetricDefinition, expr: (series: string) => string, legend: string): Panel['targets'] =>
  roles.map((role) => ({ expr: expr(`${ofRole(role, metric).name}{${chosen}}`), legend }));

const rate = (series: string) => `rate(${series}[$__rate_interval])`;

/** A panel of a metric that one kind of apps has. */
const ofApps = (metric: MetricDefinition, expr: (series: string) => string, legend: string): Panel['targets'] => [
  { expr: expr(`${metric.name}{${chosen}}`), legend },
];

const panels: readonly Panel[] = [
  {
    title: 'Published',
    description: sourceMetrics.events.help,
    unit: 'cps',
    targets: ofApps(sourceMetrics.events, (series) => `sum by (app, topic) (${rate(series)})`, '{{app}} → {{topic}}'),
  },
  {
    title: 'Delivered',
    description: deliveryMetrics.records.help,
    unit: 'cps',
    targets: delivered(
      deliveryMetrics.records,
      (series) => `sum by (app, topic) (${rate(series)})`,
      '{{topic}} → {{app}}',
    ),
  },
  {
    title: 'How late the oldest record is',
    description: deliveryMetrics.overdue.help,
    unit: 's',
    targets: delivered(deliveryMetrics.overdue, (series) => `max by (app, topic) (${series})`, '{{topic}} → {{app}}'),
    bound: Number(alertThresholds.overdueSeconds),
  },
  {
    title: 'Lag',
    description: deliveryMetrics.lag.help,
    unit: 'short',
    targets: delivered(deliveryMetrics.lag, (series) => `sum by (app, topic) (${series})`, '{{topic}} → {{app}}'),
  },
  {
    title: 'Time since the last event of a source',
    description: sourceMetrics.silence.help,
    unit: 's',
    targets: ofApps(sourceMetrics.silence, (series) => `max by (app, topic) (${series})`, '{{app}}: {{topic}}'),
    bound: Number(alertThresholds.silentSeconds),
  },
  {
    title: 'Not ready',
    description: appMetrics.notReady.help,
    unit: 's',
    targets: ofApps(appMetrics.notReady, (series) => `max by (app, part) (${series})`, '{{app}}: {{part}}'),
    bound: Number(alertThresholds.notReadySeconds),
  },
  {
    title: 'Dead letters',
    description: deliveryMetrics.deadLetters.help,
    unit: 'cps',
    targets: [
      ...delivered(
        deliveryMetrics.deadLetters,
        (series) => `sum by (app, topic, reason) (${rate(series)})`,
        '{{app}}: {{topic}}, {{reason}}',
      ),
      ...ofApps(sourceMetrics.deadLetters, (series) => `sum by (app, topic) (${rate(series)})`, '{{app}}: {{topic}}'),
    ],
  },
  {
    title: 'Retries by cause',
    description: deliveryMetrics.retries.help,
    unit: 'cps',
    targets: delivered(
      deliveryMetrics.retries,
      (series) => `sum by (app, cause) (${rate(series)})`,
      '{{app}}: {{cause}}',
    ),
  },
  {
    title: 'Duration of a write, 95 of 100',
    description: deliveryMetrics.writes.help,
    unit: 's',
    targets: roles.map((role) => ({
      expr: `histogram_quantile(0.95, sum by (app, topic, le) (${rate(`${ofRole(role, deliveryMetrics.writes).name}_bucket{${chosen}}`)}))`,
      legend: '{{topic}} → {{app}}',
    })),
  },
  {
    title: 'Memory of records',
    description: 'Bytes that are read ahead and in flight',
    unit: 'bytes',
    targets: [
      ...delivered(deliveryMetrics.buffered, (series) => `sum by (app) (${series})`, '{{app}}, read ahead'),
      ...delivered(deliveryMetrics.inFlight, (series) => `sum by (app) (${series})`, '{{app}}, in flight'),
    ],
  },
  {
    title: 'Partitions that are paused, or blocked',
    description: `${deliveryMetrics.paused.help}; ${deliveryMetrics.blocked.help}`,
    unit: 'short',
    targets: [
      ...delivered(deliveryMetrics.paused, (series) => `sum by (app) (${series})`, '{{app}}, paused'),
      ...delivered(deliveryMetrics.blocked, (series) => `sum by (app) (${series})`, '{{app}}, blocked'),
    ],
  },
  {
    title: 'Joins of the consumer group',
    description: deliveryMetrics.joins.help,
    unit: 'short',
    targets: delivered(
      deliveryMetrics.joins,
      (series) => `sum by (app) (increase(${series}[$__rate_interval]))`,
      '{{app}}',
    ),
  },
  {
    title: 'Load jobs of a day, of the quota',
    description: bigqueryMetrics.dayJobs.help,
    unit: 'percentunit',
    targets: [
      {
        expr: `max by (app, table) (${bigqueryMetrics.dayJobs.name}{${chosen}}) / on (app) group_left () max by (app) (${bigqueryMetrics.dayJobsLimit.name}{${chosen}})`,
        legend: '{{table}}',
      },
    ],
    bound: Number(alertThresholds.quotaShare),
  },
  {
    title: 'Faults that the last audits found',
    description: auditMetrics.found.help,
    unit: 'short',
    targets: ofApps(
      auditMetrics.found,
      (series) =>
        `sum by (topic, destination, found) (${series.replace('}', `,found=~"${auditFaults.join('|')}"}`)}) > 0`,
      '{{topic}} in {{destination}}: {{found}}',
    ),
    bound: 1,
  },
  {
    title: 'Time since the last audit',
    description: auditMetrics.age.help,
    unit: 's',
    targets: ofApps(
      auditMetrics.age,
      (series) => `min by (topic, destination) (${series})`,
      '{{topic}} in {{destination}}',
    ),
  },
];

/** infra/grafana/sluice.json: a dashboard of the metrics that the alerts are about, for Grafana 10 or newer. */
export async function generateGrafana(): Promise<{ path: string; text: string }> {
  const dashboard = {
    title: 'Sluice',
    uid: 'sluice',
    tags: ['sluice'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [dataSource, variable('job', 'up'), variable('app', appMetrics.ready.name)] },
    panels: panels.map(panel),
  };
  return {
    path: 'infra/grafana/sluice.json',
    text: await format(JSON.stringify(dashboard), { parser: 'json', printWidth: 120 }),
  };
}

const dataSource = { name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus' };
const prometheus = { type: 'prometheus', uid: '${source}' };

const variable = (name: string, metric: string) => ({
  ...{ name, type: 'query', datasource: prometheus, refresh: 2, multi: true, includeAll: true, allValue: '.*' },
  query: { query: `label_values(${metric}, ${name})`, refId: name },
  current: { text: 'All', value: '$__all' },
});

function panel({ title, description, unit, targets, bound }: Panel, at: number): object {
  const steps = [{ color: 'green', value: null }, ...(bound === undefined ? [] : [{ color: 'red', value: bound }])];
  return {
    ...{ id: at + 1, type: 'timeseries', title, description, datasource: prometheus },
    gridPos: { h: 8, w: 12, x: (at % 2) * 12, y: Math.floor(at / 2) * 8 },
    targets: targets.map(({ expr, legend }, n) => ({
      ...{ refId: String.fromCharCode(65 + n), datasource: prometheus, expr, legendFormat: legend },
    })),
    fieldConfig: {
      defaults: {
        ...{ unit, min: 0, thresholds: { mode: 'absolute', steps } },
        custom: { thresholdsStyle: { mode: bound === undefined ? 'off' : 'line' } },
      },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
  };
}
