import { setTimeout as delay } from 'node:timers/promises';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { loadConfig } from '@sluice/config';
import type { EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import type { LaunchedStack } from '@sluice/testkit';
import type { Latency } from '../latency.ts';
import { randomTweets } from '../random-tweet.ts';
import { median } from '../report.ts';
import { measureWindow, type WindowResult } from './measure-window.ts';
import { paced } from './paced.ts';
import { startRateProgram, type RateProgram, type RateProgramName } from './rate-program.ts';
import { randomReading } from './random-reading.ts';
import { rateTopics, type RateTopics } from './topics.ts';

/** A component at one rate: medians over the rounds. */
interface ComponentAtRate {
  percentOfCore: number;
  requestsPerSecond: number;
}

/** All components at one rate. */
export interface RateResult {
  eventsPerSecond: number;
  sluice: ComponentAtRate & {
    kafkaPercentOfCore: number;
    elasticsearchPercentOfCore: number;
    latencyMs: Latency | null;
  };
  straightforward: ComponentAtRate & { elasticsearchPercentOfCore: number; latencyMs: Latency | null };
  gcs: ComponentAtRate;
  processor: ComponentAtRate;
  source: ComponentAtRate & { latencyMs: Latency | null };
}

export interface RatesOptions {
  stack: LaunchedStack;
  environment: Readonly<Record<string, string>>;
  /** The folder of the bundled programs. */
  programs: string;
  rates: readonly number[];
  rounds: number;
  /** Of one window. */
  seconds: number;
  /** Before each window, so that code and connections are warm. */
  warmUpSeconds: number;
  signal: AbortSignal;
  say(line: string): void;
}

const partitions = 4;
/** As many as seven topics of four. */
const idlePartitions = 28;

/** Those that are measured at the same time: the first two are compared with one another, and so alone. */
const groups: readonly (readonly RateProgramName[])[] = [
  ['elasticsearch'],
  ['straightforward'],
  ['gcs', 'processor', 'source'],
];

/** Measures all components at each of the rates, in alternating rounds. */
export async function measureRates(options: RatesOptions): Promise<RateResult[]> {
  const { environment, rates, rounds, signal, say } = options;
  const config = loadConfig('bench', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
  const kafka = await connectKafka({ config, clientId: 'bench', logger, signal });
  try {
    const results: RateResult[] = [];
    for (const perSecond of rates) {
      const measured = new Map<RateProgramName, WindowResult[]>();
      for (let round = 1; round <= rounds; round++)
        for (const names of round % 2 === 1 ? groups : groups.toReversed()) {
          const windows = await oneWindow(options, kafka, perSecond, names);
          for (const [index, name] of names.entries()) {
            const window = windows[index] as WindowResult;
            measured.set(name, [...(measured.get(name) ?? []), window]);
            say(
              `${String(perSecond).padStart(5)} events/s  round ${round}  ${name.padEnd(16)} ${window.percentOfCore.toFixed(2).padStart(6)} % of a core, ${window.requestsPerSecond.toFixed(1)} requests/s${window.latencyMs === null ? '' : `, p50 ${window.latencyMs.p50} ms, p99 ${window.latencyMs.p99} ms`}`,
            );
          }
        }
      results.push(resultOf(perSecond, (name) => measured.get(name) ?? []));
    }
    return results;
  } finally {
    await kafka.disconnect();
  }
}

async function oneWindow(
  { stack, environment, programs, seconds, warmUpSeconds, signal }: RatesOptions,
  kafka: KafkaClient,
  perSecond: number,
  names: readonly RateProgramName[],
): Promise<WindowResult[]> {
  const pidOf = (name: string) => stack.servers.find((server) => server.name === name)?.pid;
  const servers = Object.fromEntries(
    ['kafka', 'elasticsearch'].flatMap((name) => {
      const pid = pidOf(name);
      return pid === undefined ? [] : [[name, pid]];
    }),
  );
  const run = String(Date.now());
  const topics = rateTopics(run);
  const started: RateProgram[] = [];
  const load = new AbortController();
  const loads: Promise<unknown>[] = [];
  try {
    await kafka.ensureTopics(
      Object.values<RateTopics[keyof RateTopics]>({ ...topics }).map(({ topic }) => topic),
      { signal, partitions: perSecond === 0 ? idlePartitions : partitions },
    );
    // A topic's leaders are there a moment after it is created.
    for (const { topic } of Object.values({ ...topics })) await kafka.ends(topic);
    const publish = async <T extends object>(contract: EventContract<T>, make: (index: number) => T) => {
      const encoder = await createCodec({ url: environment['SCHEMA_REGISTRY_URL'] ?? '' }).encoder(contract);
      const producer = await kafka.producer();
      await paced(perSecond, load.signal, (first, count) =>
        producer.send(
          contract.topic,
          Array.from({ length: count }, (_, place) =>
            outgoingEvent({ value: make(first + place) }, contract, encoder, Date.now()),
          ),
        ),
      );
      await producer.disconnect();
    };
    for (const name of names) {
      const args = argumentsOf(name, perSecond, run, topics);
      started.push(
        await startRateProgram(programs, name, args, {
          ...environment,
          SINK_GROUP: `bench-${name}-${run}`,
          PROCESSOR_GROUP: `bench-${name}-${run}`,
          GCS_BUCKET: `bench-${run}`,
        }),
      );
    }
    if (perSecond > 0 && names.some((name) => name !== 'source' && name !== 'processor')) {
      const tweet = randomTweets(7);
      loads.push(publish(topics.tweets, (index) => ({ ...tweet(index, new Date()), id: `${run}-${index}` })));
    }
    if (perSecond > 0 && names.includes('processor'))
      loads.push(publish(topics.readings, (index) => randomReading(`${run}-${index}`, index)));
    await delay(warmUpSeconds * 1000, undefined, { signal });
    return await measureWindow(started, servers, seconds, signal);
  } finally {
    load.abort();
    for (const program of started) program.kill();
    await Promise.all(loads);
  }
}

function argumentsOf(name: RateProgramName, perSecond: number, run: string, { tweets }: RateTopics): string[] {
  if (name === 'source') return [run, String(perSecond)];
  if (name === 'straightforward') return [tweets.topic, `${tweets.topic}-straightforward`];
  return [run];
}

function resultOf(eventsPerSecond: number, of: (name: RateProgramName) => readonly WindowResult[]): RateResult {
  const medianOf = (name: RateProgramName, value: (window: WindowResult) => number, digits = 2): number =>
    Number(median(of(name).map(value)).toFixed(digits));
  const cost = (name: RateProgramName): ComponentAtRate => ({
    percentOfCore: medianOf(name, ({ percentOfCore }) => percentOfCore),
    requestsPerSecond: medianOf(name, ({ requestsPerSecond }) => requestsPerSecond, 1),
  });
  const latencyMs = (name: RateProgramName): Latency | null => {
    const found = of(name).flatMap((window) => window.latencyMs ?? []);
    if (found.length === 0) return null;
    return { p50: median(found.map(({ p50 }) => p50)), p99: median(found.map(({ p99 }) => p99)) };
  };
  const server = (name: RateProgramName, which: string) =>
    medianOf(name, ({ servers }) => servers[which] ?? Number.NaN);
  return {
    eventsPerSecond,
    sluice: {
      ...cost('elasticsearch'),
      kafkaPercentOfCore: server('elasticsearch', 'kafka'),
      elasticsearchPercentOfCore: server('elasticsearch', 'elasticsearch'),
      latencyMs: latencyMs('elasticsearch'),
    },
    straightforward: {
      ...cost('straightforward'),
      elasticsearchPercentOfCore: server('straightforward', 'elasticsearch'),
      latencyMs: latencyMs('straightforward'),
    },
    gcs: cost('gcs'),
    processor: cost('processor'),
    source: { ...cost('source'), latencyMs: latencyMs('source') },
  };
}
