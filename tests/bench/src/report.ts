import { arch, cpus, platform, totalmem } from 'node:os';
import { caseNames, type CaseName } from './cases.ts';
import type { Latency } from './latency.ts';
import type { Measurement } from './measure.ts';

/** What the benchmark found: medians over its rounds. */
export type BenchResult = Record<CaseName, Measurement> & {
  latencyMs: Latency;
};

const titles: Record<CaseName, string> = {
  null: 'Sluice into nothing',
  elasticsearch: 'Sluice into Elasticsearch',
  limit: 'ready-made bulk bodies (the limit)',
  straightforward: 'kafkajs, registry `decode`, `helpers.bulk`',
  gcsJson: 'Sluice into objects of gzip JSON lines',
  gcsAvro: 'Sluice into objects of Avro',
};

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export function medians(rounds: readonly Measurement[]): Measurement {
  const of = (key: keyof Measurement, digits: number) =>
    Number(median(rounds.map((round) => round[key])).toFixed(digits));
  return {
    recordsPerSecond: of('recordsPerSecond', 0),
    cpuSecondsPerMillion: of('cpuSecondsPerMillion', 2),
    peakMemoryMiB: of('peakMemoryMiB', 0),
  };
}

/** The result as a Markdown table, which reads well on a terminal too. */
export function table(result: BenchResult): string {
  const rows = caseNames.map((name) => {
    const { recordsPerSecond, cpuSecondsPerMillion, peakMemoryMiB } = result[name];
    return [
      titles[name],
      recordsPerSecond.toLocaleString('en-US'),
      cpuSecondsPerMillion.toFixed(2),
      String(peakMemoryMiB),
    ];
  });
  const header = ['case', 'records/s', 'CPU-s per million', 'peak MiB'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

export function document(options: {
  result: BenchResult;
  ratio: number;
  records: number;
  rounds: number;
  bodyBytes: number;
  date: Date;
}): string {
  const { result, ratio, records, rounds, bodyBytes, date } = options;
  const [cpu] = cpus();
  return `# Benchmarks

Written by \`npm run bench\`, ${date.toISOString().slice(0, 10)}. ${records.toLocaleString('en-US')} tweets of ${bodyBytes.toFixed(0)} Avro bytes, 4 partitions; medians of
${rounds} alternating rounds on warm servers; the servers run on the same cores. CPU is the program's own, from its first record to its last.

Machine: ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${arch()}, Node ${process.versions.node}.

${table(result)}

- Sluice into Elasticsearch reaches ${ratio.toFixed(2)} of the limit (median of the rounds' ratios).
- It takes ${(result.straightforward.cpuSecondsPerMillion / result.elasticsearch.cpuSecondsPerMillion).toFixed(1)} times less CPU than the straightforward program.
- From an event to Elasticsearch's acknowledgement, at 1,000 records/s: p50 ${result.latencyMs.p50} ms, p99 ${result.latencyMs.p99} ms.
`;
}
