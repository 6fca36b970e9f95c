// `npm run bench`: the same tweets through Sluice, through a straightforward program, and as ready-made requests, side by side.
// `npm run bench -- rates`: what they cost at steady rates.
// `npm run bench -- mappings`: what the ways to map a tweet cost Elasticsearch.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { indexTemplate } from '@sluice/index-templates';
import { describeError } from '@sluice/telemetry';
import { launchStack, type LaunchedStack } from '@sluice/testkit';
import { benchTweets, latencyTweets } from './bench-tweet.ts';
import { bundlePrograms, caseNames, type CaseName } from './cases.ts';
import { mappingsTable, measureMappings } from './mapping-cost.ts';
import { measureRates } from './rates/rates.ts';
import { ratesTable } from './rates/rates-table.ts';
import { fullRecords, fullRounds, measureThroughput } from './throughput.ts';

const wholeNumber = (least: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  return value;
};
const positive = wholeNumber(1);
const say = (line: string) => process.stderr.write(`${line}\n`);

const bench = new Command('bench')
  .description('compare Sluice with the limit and with a straightforward program')
  .enablePositionalOptions()
  .option('--records <number>', 'tweets to move in each case; fewer are for a quick look', positive, fullRecords)
  .option('--rounds <number>', 'rounds; the medians count', positive, fullRounds)
  .addOption(new Option('--only <case...>', 'these cases only, for a look').choices(caseNames))
  .option('--json', 'print one JSON object')
  .action(async ({ json = false, only, ...options }: ThroughputOptions) => {
    await withServers(({ environment, folder, programs }) =>
      measureThroughput({ ...options, environment, folder, programs, only, json, say }),
    );
  });
interface ThroughputOptions {
  records: number;
  rounds: number;
  json?: boolean;
  only?: CaseName[];
}

bench
  .command('rates')
  .description('measure what each component costs at steady rates, and how long an event takes')
  .option('--rates <numbers>', 'events a second, separated by commas', rateList, [0, 10, 100, 250, 1000, 5000])
  .option('--rounds <number>', 'rounds; the medians count', positive, 3)
  .option('--seconds <number>', 'length of one measurement', positive, 20)
  .option('--warm-up <seconds>', 'time before each measurement, for V8 to compile what is hot', positive, 30)
  .option('--json', 'print one JSON object')
  .action(async (options: RatesCommandOptions) => {
    const { rates, rounds, seconds, warmUp, json = false } = options;
    await withServers(async ({ environment, programs, stack, signal }) => {
      const results = await measureRates({
        ...{ stack, environment, programs, rates, rounds, seconds, warmUpSeconds: warmUp, signal, say },
      });
      process.stdout.write(json ? `${JSON.stringify({ rates: results })}\n` : `\n${ratesTable(results)}\n`);
    });
  });
interface RatesCommandOptions {
  rates: number[];
  rounds: number;
  seconds: number;
  warmUp: number;
  json?: boolean;
}

bench
  .command('mappings')
  .description('measure what the ways to map a tweet cost Elasticsearch')
  .option('--documents <number>', 'tweets in one measurement', positive, 100_000)
  .option('--rounds <number>', 'rounds; the medians count', positive, 3)
  .option('--json', 'print one JSON object')
  .action(async ({ documents, rounds, json = false }: { documents: number; rounds: number; json?: boolean }) => {
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
    try {
      const costs = await measureMappings({ documents, rounds, signal: interrupted.signal, say });
      process.stdout.write(json ? `${JSON.stringify({ mappings: costs })}\n` : `\n${mappingsTable(costs)}\n`);
    } catch (error) {
      if (!interrupted.signal.aborted) say(`The benchmark could not be carried out: ${describeError(error)}`);
      process.exitCode = 1;
    }
  });

function rateList(text: string): number[] {
  return text.split(',').map(wholeNumber(0));
}

await bench.parseAsync();

/** Gives an action servers of its own and the bundled programs, and ends all of it. */
async function withServers(
  action: (given: {
    stack: LaunchedStack;
    environment: Readonly<Record<string, string>>;
    folder: string;
    programs: string;
    signal: AbortSignal;
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const only = ['kafka', 'registry', 'elasticsearch', 'gcs'] as const;
  const stack = await launchStack({ name: `bench-${process.pid}`, only });
  const interrupted = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stack.stop().finally(() => rmSync(folder, { recursive: true, force: true })));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      interrupted.abort();
      void stop().then(() => process.exit(1));
    });
  try {
    // Uncompressed, because kafkajs as it comes, in the straightforward program, reads only gzip.
    const environment = { ...stack.environment, ELASTICSEARCH_REPLICAS: '0', KAFKA_COMPRESSION: 'none' };
    const programs = join(folder, 'programs');
    await bundlePrograms(programs);
    await putTemplates(stack.environment['ELASTICSEARCH_URL'] ?? '');
    await action({ stack, environment, folder, programs, signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted) say(`The benchmark could not be carried out: ${describeError(error)}`);
    process.exitCode = 1;
  } finally {
    await stop();
  }
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
