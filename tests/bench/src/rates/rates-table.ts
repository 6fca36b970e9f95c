import type { RateResult } from './rates.ts';

const columns: readonly (readonly [title: string, value: (result: RateResult) => string])[] = [
  ['events/s', ({ eventsPerSecond }) => eventsPerSecond.toLocaleString('en-US')],
  ['Sluice, %', ({ sluice }) => sluice.percentOfCore.toFixed(1)],
  ['straightforward, %', ({ straightforward }) => straightforward.percentOfCore.toFixed(1)],
  ['p50 / p99 ms', ({ sluice: { latencyMs } }) => (latencyMs === null ? '' : `${latencyMs.p50} / ${latencyMs.p99}`)],
  ['requests/s', ({ sluice }) => sluice.requestsPerSecond.toFixed(0)],
  ['Kafka, %', ({ sluice }) => sluice.kafkaPercentOfCore.toFixed(1)],
  ['Elasticsearch, %', ({ sluice }) => sluice.elasticsearchPercentOfCore.toFixed(1)],
  ['gcs, %', ({ gcs }) => gcs.percentOfCore.toFixed(1)],
  ['processor, %', ({ processor }) => processor.percentOfCore.toFixed(1)],
  ['source, %', ({ source }) => source.percentOfCore.toFixed(1)],
];

/** The rates as a Markdown table. */
export function ratesTable(results: readonly RateResult[]): string {
  const rows = results.map((result) => columns.map(([, value]) => value(result)));
  const widths = columns.map(([title], column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => `${'-'.repeat(width - 1)}:`).join(' | ')} |`;
  return [line(columns.map(([title]) => title)), rule, ...rows.map(line)].join('\n');
}
