// `npm run bench`: the same tweets through Sluice, through a straightforward program, and as ready-made requests, side by side.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { indexTemplate } from '@sluice/index-templates';
import { describeError } from '@sluice/telemetry';
import { launchStack } from '@sluice/testkit';
import { benchTweets, latencyTweets } from './bench-tweet.ts';
import { writeBulkBodies } from './bulk-bodies.ts';
import { bundlePrograms, caseNames, runCase, type CaseName } from './cases.ts';
import { measureLatency } from './latency.ts';
import type { Measurement } from './measure.ts';
import { publishTweets } from './publish.ts';
import { document, median, medians, table, type BenchResult } from './report.ts';

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
};
const fullRecords = 500_000;
const fullRounds = 3;
const mostWarmUps = 5;
const options = new Command('bench')
  .description('compare Sluice with the limit and with a straightforward program')
  .option('--records <number>', 'tweets to move in each case; fewer are for a quick look', positive, fullRecords)
  .option('--rounds <number>', 'rounds; the medians count', positive, fullRounds)
  .addOption(new Option('--only <case...>', 'these cases only, for a look').choices(caseNames))
  .option('--json', 'print one JSON object')
  .parse()
  .opts<{ records: number; rounds: number; json?: boolean; only?: CaseName[] }>();

const seed = 42;
const dayMs = 86_400_000;
const say = (line: string) => process.stderr.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const stack = await launchStack({ name: `bench-${process.pid}`, only: ['kafka', 'registry', 'elasticsearch', 'gcs'] });
let stopping: Promise<void> | undefined;
const stop = () => (stopping ??= stack.stop().finally(() => rmSync(folder, { recursive: true, force: true })));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().then(() => process.exit(1)));

try {
  // Uncompressed, because kafkajs as it comes, in the straightforward program, reads only gzip.
  const environment: Record<string, string> = {
    ...stack.environment,
    ELASTICSEARCH_REPLICAS: '0',
    KAFKA_COMPRESSION: 'none',
  };
  const bodies = join(folder, 'bodies');
  const programs = join(folder, 'programs');
  await bundlePrograms(programs);
  const startMs = Math.floor(Date.now() / dayMs - 1) * dayMs;
  say(`publishing ${options.records.toLocaleString('en-US')} tweets`);
  const bodyBytes = await publishTweets(environment, options.records, seed);
  writeBulkBodies(bodies, options.records, seed, startMs);
  await putTemplates(environment['ELASTICSEARCH_URL'] ?? '');

  const cases = caseNames.filter((name) => options.only?.includes(name) ?? true);
  const measured = Object.fromEntries(caseNames.map((name) => [name, [] as Measurement[]])) as Record<
    CaseName,
    Measurement[]
  >;
  if (options.only === undefined) {
    say('warming up');
    // Elasticsearch compiles itself while it works: it is warm when it no longer gets faster by a tenth.
    for (let [before, runs] = [0, 0]; runs < mostWarmUps; runs++) {
      const { recordsPerSecond } = await runCase('limit', { environment, programs, bodies, records: options.records });
      if (recordsPerSecond < before * 1.1) break;
      before = recordsPerSecond;
    }
  }
  for (let round = 1; round <= options.rounds; round++) {
    // Alternating: what one case leaves behind does not always meet the same other.
    for (const name of round % 2 === 1 ? cases : cases.toReversed()) {
      const result = await runCase(name, { environment, programs, bodies, records: options.records });
      measured[name].push(result);
      const { recordsPerSecond, cpuSecondsPerMillion, peakMemoryMiB } = result;
      say(
        `round ${round}  ${name.padEnd(16)} ${recordsPerSecond.toFixed(0).padStart(8)}/s  ${cpuSecondsPerMillion.toFixed(2).padStart(6)} CPU-s per million  ${peakMemoryMiB.toFixed(0).padStart(4)} MiB`,
      );
    }
  }
  if (options.only === undefined) {
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
    const { records, rounds } = options;
    // A quick look is no benchmark to be kept.
    if (records >= fullRecords && rounds >= fullRounds) {
      writeFileSync(
        resolve(import.meta.dirname, '../../../docs/benchmarks.md'),
        document({ result, ratio, records, rounds, bodyBytes, date: new Date() }),
      );
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else
      process.stdout.write(
        `\n${table(result)}\n\nof the limit: ${ratio.toFixed(2)}   latency: p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms\n`,
      );
  }
} catch (error) {
  say(`The benchmark could not be carried out: ${describeError(error)}`);
  process.exitCode = 1;
} finally {
  await stop();
}

/** All cases index with the same mapping. */
async function putTemplates(elasticsearch: string): Promise<void> {
  for (const contract of [benchTweets, latencyTweets]) {
    const { index_patterns, priority, template } = indexTemplate(contract, {
      shards: 1,
      replicas: 0,
      refreshIntervalMs: 1000,
    });
    const answer = await fetch(`${elasticsearch}/_index_template/${contract.topic}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ index_patterns, priority, template }),
    });
    if (!answer.ok)
      throw new Error(`Elasticsearch does not take the template of ${contract.topic}: ${await answer.text()}`);
  }
}
