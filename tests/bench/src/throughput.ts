import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCase, caseNames, type CaseName } from './cases.ts';
import { writeBulkBodies } from './bulk-bodies.ts';
import { measureLatency } from './latency.ts';
import type { Measurement } from './measure.ts';
import { publishTweets } from './publish.ts';
import { document, median, medians, table, type BenchResult } from './report.ts';

export const fullRecords = 500_000;
export const fullRounds = 3;
const mostWarmUps = 5;
const seed = 42;
const dayMs = 86_400_000;

/** Drains the same backlog in each case, and prints what it cost. */
export async function measureThroughput(options: {
  environment: Readonly<Record<string, string>>;
  /** For the ready-made bodies. */
  folder: string;
  /** The folder of the bundled programs. */
  programs: string;
  records: number;
  rounds: number;
  /** These cases only; all where it is undefined. */
  only: readonly CaseName[] | undefined;
  json: boolean;
  say(line: string): void;
}): Promise<void> {
  const { environment, folder, programs, records, rounds, only, say } = options;
  const bodies = join(folder, 'bodies');
  const startMs = Math.floor(Date.now() / dayMs - 1) * dayMs;
  say(`publishing ${records.toLocaleString('en-US')} tweets`);
  const bodyBytes = await publishTweets(environment, records, seed);
  writeBulkBodies(bodies, records, seed, startMs);

  const cases = caseNames.filter((name) => only?.includes(name) ?? true);
  const measured = Object.fromEntries(caseNames.map((name) => [name, [] as Measurement[]])) as Record<
    CaseName,
    Measurement[]
  >;
  if (only === undefined) {
    say('warming up');
    // Elasticsearch compiles itself while it works: it is warm when it no longer gets faster by a tenth.
    for (let [before, runs] = [0, 0]; runs < mostWarmUps; runs++) {
      const { recordsPerSecond } = await runCase('limit', { environment, programs, bodies, records });
      if (recordsPerSecond < before * 1.1) break;
      before = recordsPerSecond;
    }
  }
  for (let round = 1; round <= rounds; round++) {
    // Alternating: what one case leaves behind does not always meet the same other.
    for (const name of round % 2 === 1 ? cases : cases.toReversed()) {
      const result = await runCase(name, { environment, programs, bodies, records });
      measured[name].push(result);
      const { recordsPerSecond, cpuSecondsPerMillion, peakMemoryMiB } = result;
      say(
        `round ${round}  ${name.padEnd(16)} ${recordsPerSecond.toFixed(0).padStart(8)}/s  ${cpuSecondsPerMillion.toFixed(2).padStart(6)} CPU-s per million  ${peakMemoryMiB.toFixed(0).padStart(4)} MiB`,
      );
    }
  }
  if (only !== undefined) return;
  say('latency at 1,000 records/s');
  const latencyMs = await measureLatency(programs, environment, 1000, 20);
  const result: BenchResult = {
    null: medians(measured.null),
    elasticsearch: medians(measured.elasticsearch),
    limit: medians(measured.limit),
    straightforward: medians(measured.straightforward),
    gcsJson: medians(measured.gcsJson),
    gcsAvro: medians(measured.gcsAvro),
    latencyMs,
  };
  const ratio = median(
    measured.elasticsearch.map(
      (one, round) => one.recordsPerSecond / (measured.limit[round]?.recordsPerSecond ?? Number.NaN),
    ),
  );
  // A quick look is no benchmark to be kept.
  if (records >= fullRecords && rounds >= fullRounds) {
    writeFileSync(
      resolve(import.meta.dirname, '../../../docs/benchmarks.md'),
      document({ result, ratio, records, rounds, bodyBytes, date: new Date() }),
    );
  }
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    process.stdout.write(
      `\n${table(result)}\n\nof the limit: ${ratio.toFixed(2)}   latency: p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms\n`,
    );
}
