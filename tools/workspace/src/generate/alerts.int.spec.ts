import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prometheusPrograms } from '@sluice/kubernetes/prometheus';
import { alerts } from '@sluice/telemetry';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const infra = join(import.meta.dirname, '../../../../infra');
const rules = join(infra, 'prometheus/alerts.yml');

/** A case of `promtool test rules`: what alerts fire at some times, a minute between two values of a series. */
interface Case {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  /** The labels of what fires, by minute. */
  readonly fires: readonly { readonly minute: number; readonly labels: readonly Readonly<Record<string, string>>[] }[];
}

const of = (metric: string, labels = '') => `${metric}{job="sluice",instance="a:9464",app="ship"${labels}}`;

const cases: readonly Case[] = [
  {
    alert: 'SluiceBehind',
    series: {
      [of('sink_overdue_seconds', ',topic="tweets"')]: '0 60 120 180 240 300 360 0',
      [of('processor_overdue_seconds', ',topic="iot-readings"')]: '0x6 301 0',
    },
    fires: [
      { minute: 5, labels: [] },
      { minute: 6, labels: [{ topic: 'tweets', app: 'ship' }] },
      { minute: 7, labels: [{ topic: 'iot-readings', app: 'ship' }] },
      { minute: 8, labels: [] },
    ],
  },
  {
    // The first dead letter of a topic makes the series.
    alert: 'SluiceDeadLetters',
    series: { [of('sink_dead_letters_total', ',topic="tweets",reason="conflict"')]: '_ _ 1 1x20' },
    fires: [
      { minute: 1, labels: [] },
      { minute: 2, labels: [{ topic: 'tweets', app: 'ship', reason: 'conflict' }] },
      { minute: 9, labels: [{ topic: 'tweets', app: 'ship', reason: 'conflict' }] },
      { minute: 14, labels: [] },
    ],
  },
  {
    alert: 'SluiceDeadLetters',
    series: { [of('sink_dead_letters_total', ',topic="tweets",reason="refused"')]: '7x12 8 8x20' },
    fires: [
      { minute: 12, labels: [] },
      { minute: 14, labels: [{ topic: 'tweets', app: 'ship', reason: 'refused' }] },
      { minute: 30, labels: [] },
    ],
  },
  {
    alert: 'SluiceRescuedValues',
    series: { [of('sink_rescued_values_total', ',topic="tweets",field="place"')]: '_ _ 1 1x20' },
    fires: [
      { minute: 1, labels: [] },
      { minute: 2, labels: [{ topic: 'tweets', app: 'ship', field: 'place' }] },
      { minute: 14, labels: [] },
    ],
  },
  {
    alert: 'SluiceRescuedRows',
    series: { [of('bigquery_rescued_values_total', ',table="tweets",field="place"')]: '0 0 3 3' },
    fires: [{ minute: 3, labels: [{ table: 'tweets', app: 'ship', field: 'place' }] }],
  },
  {
    alert: 'SluiceFieldBudget',
    series: {
      [of('sink_index_fields_count', ',topic="tweets"')]: '70 81',
      [of('sink_index_fields_count', ',topic="iot-readings"')]: '10 20',
      [of('sink_index_fields_limit', ',topic="tweets"')]: '100 100',
      [of('sink_index_fields_limit', ',topic="iot-readings"')]: '1000 1000',
    },
    fires: [
      { minute: 0, labels: [] },
      { minute: 1, labels: [{ app: 'ship', topic: 'tweets' }] },
    ],
  },
  {
    alert: 'SluiceSourceDeadLetters',
    series: { [of('source_dead_letters_total', ',topic="tweets"')]: '0 0 3 3' },
    fires: [{ minute: 3, labels: [{ topic: 'tweets', app: 'ship' }] }],
  },
  {
    alert: 'SluiceBlockedPartition',
    series: { [of('sink_blocked_partitions', ',topic="tweets",partition="3",reason="truncated-log"')]: '_ 1 1 _' },
    fires: [
      { minute: 0, labels: [] },
      { minute: 1, labels: [{ topic: 'tweets', app: 'ship', partition: '3', reason: 'truncated-log' }] },
    ],
  },
  {
    alert: 'SluiceLostRecords',
    series: { [of('sink_lost_records_total', ',topic="tweets"')]: '_ 5 5' },
    fires: [{ minute: 1, labels: [{ topic: 'tweets', app: 'ship' }] }],
  },
  {
    alert: 'SluiceNotReady',
    series: { [of('app_not_ready_seconds', ',part="destination"')]: '0 60 120 180 240' },
    fires: [
      { minute: 2, labels: [] },
      { minute: 3, labels: [{ app: 'ship', instance: 'a:9464', part: 'destination' }] },
    ],
  },
  {
    alert: 'SluiceDown',
    series: { 'up{job="sluice",instance="a:9464"}': '1 0 0 1', 'up{job="other",instance="b:80"}': '0x4' },
    fires: [
      { minute: 1, labels: [] },
      { minute: 2, labels: [{ job: 'sluice', instance: 'a:9464' }] },
      { minute: 3, labels: [] },
    ],
  },
  {
    alert: 'SluiceSourceSilent',
    series: { [of('source_silence_seconds', ',topic="tweets"')]: '0+60x20' },
    fires: [
      { minute: 15, labels: [] },
      { minute: 16, labels: [{ topic: 'tweets', app: 'ship', instance: 'a:9464' }] },
    ],
  },
  {
    alert: 'SluiceLoadQuota',
    series: {
      [of('bigquery_day_jobs_count', ',table="sluice.tweets"')]: '1300 1400',
      [of('bigquery_day_jobs_count', ',table="sluice.iot"')]: '10 20',
      [of('bigquery_day_jobs_limit')]: '1500 1500',
    },
    fires: [
      { minute: 0, labels: [] },
      { minute: 1, labels: [{ app: 'ship', table: 'sluice.tweets' }] },
    ],
  },
  {
    alert: 'SluiceAuditFailed',
    series: {
      [of('audit_found_records', ',topic="tweets",destination="gcs",found="missing"')]: '_ 0 3 0',
      [of('audit_found_records', ',topic="tweets",destination="gcs",found="late"')]: '_ 5 5 5',
      [of('audit_found_records', ',topic="tweets",destination="gcs",found="expected"')]: '_ 9 9 9',
    },
    fires: [
      { minute: 1, labels: [] },
      { minute: 2, labels: [{ topic: 'tweets', destination: 'gcs', found: 'missing' }] },
      { minute: 3, labels: [] },
    ],
  },
  {
    alert: 'SluiceAuditOverdue',
    series: {
      [of('audit_interval_seconds')]: '120x10',
      [of('audit_since_ok_seconds')]: '0 60 120 180 240 300 360 420 0',
    },
    fires: [
      { minute: 6, labels: [] },
      { minute: 7, labels: [{ app: 'ship', instance: 'a:9464' }] },
      { minute: 8, labels: [] },
    ],
  },
  {
    // No audits are scheduled.
    alert: 'SluiceAuditOverdue',
    series: { [of('audit_ok', ',topic="tweets",destination="gcs"')]: '0x20' },
    fires: [{ minute: 15, labels: [] }],
  },
];

it('have a case each', () => {
  expect(new Set(cases.map(({ alert }) => alert))).toEqual(new Set(alerts.map(({ name }) => name)));
});

it('are rules that Prometheus takes, and fire and clear when they should', { timeout: 120_000 }, async () => {
  const { promtool } = await prometheusPrograms();
  await run(promtool, ['check', 'rules', rules]);
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  const tests = cases.map(({ alert, series, fires }, n) => ({
    name: `${alert} ${n}`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    // Which alerts are active, with their labels: not their sentences.
    promql_expr_test: fires.map(({ minute, labels }) => ({
      expr: `count by (${[...new Set(['alertname', ...labels.flatMap((one) => Object.keys(one))])].join()}) (ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: `${minute}m`,
      exp_samples: labels.map((one) => ({
        labels: `{${Object.entries({ alertname: alert, ...one })
          .map(([label, value]) => `${label}="${value}"`)
          .join()}}`,
        value: 1,
      })),
    })),
  }));
  const file = join(folder, 'tests.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  try {
    const { stdout } = await run(promtool, ['test', 'rules', file]);
    expect(stdout).toContain('SUCCESS');
  } catch (error) {
    expect.fail((error as { stderr?: string }).stderr ?? String(error));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('of the Grafana dashboard are expressions that Prometheus takes', async () => {
  const { panels } = JSON.parse(readFileSync(join(infra, 'grafana/sluice.json'), 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(panels.length);
  const recorded = expressions.map((expr, n) => ({
    record: `panel_${n}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  const { promtool } = await prometheusPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'panels-'));
  const file = join(folder, 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }));
  const { stdout } = await run(promtool, ['check', 'rules', file]);
  expect(stdout).toContain(`${expressions.length} rules found`);
  rmSync(folder, { recursive: true });
});
