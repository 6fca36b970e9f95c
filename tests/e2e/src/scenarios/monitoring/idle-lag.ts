import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kafkaApi, kafkaProxy, testKafka, type TestKafka } from '@sluice/kafka/testing';
import { videoEvent } from '@sluice/contracts';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import { consumerGroups, type GroupPartition } from '../../monitoring/consumer-groups.ts';
import { unpacedLoads } from '../../loads/unpaced-loads.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const idleLag: Scenario = {
  sentence:
    "Kafka's own kafka-consumer-groups.sh shows lag 0 for every group of an idle stack, also after a source was killed inside a transaction: groups commit past markers and aborted records.",
  run,
};
export default idleLag;

const patienceMs = 240_000;
const { topic } = videoEvent;

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, folder, signal } = context;
  const closing: (() => Promise<unknown>)[] = [];
  try {
    say('starting Kafka, the registry, Elasticsearch and the stand-ins for Cloud Storage and BigQuery');
    const stack = await launchStack({
      name: `scenario-${process.pid}`,
      only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'],
      quiet: true,
    });
    closing.push(() => stack.stop());
    const brokers = stack.environment['KAFKA_BROKERS'] ?? '';
    const kafka = await testKafka(brokers);
    closing.push(() => kafka.disconnect());
    const log = join(folder, 'player.log');
    writeFileSync(log, '');
    const start: Flow['start'] = (app, settings = {}) => {
      const running = startAppProcess({
        folder: app,
        environment: {
          ...stack.environment,
          ...{ ELASTICSEARCH_REPLICAS: '0', GCS_OBJECT_WAIT_MS: '2000', GCS_SMALL_OBJECT_WAIT_MS: '2000' },
          ...{ BIGQUERY_PROJECT: 'local', BIGQUERY_GATHER_MS: '1000', ...unpacedLoads },
          ...{ EVENT_RATES_LATENESS_MS: '1000', VIDEO_EVENTS_FILES: log, ...settings },
        },
        logFile: join(folder, `${app.replace('/', '-')}.log`),
      });
      closing.push(() => running.stop());
      return running;
    };
    const noLag = async () => {
      signal.throwIfAborted();
      const shown = await consumerGroups(brokers, folder);
      const behind = shown
        .filter(isBehind)
        .map((one) => `${one.group}: ${one.topic}-${one.partition} ${one.lag ?? '-'}`);
      if (shown.length === 0 || behind.length > 0) throw new Error(behind.join() || 'there are not any groups');
      return shown;
    };
    const idle = () => eventually(noLag, patienceMs, 3_000);
    return await watch(context, { stack, kafka, log, closing, start, idle });
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

/** A running flow: its servers, and how its apps are started. */
interface Flow {
  readonly stack: LaunchedStack;
  readonly kafka: TestKafka;
  /** The player's log. */
  readonly log: string;
  readonly closing: (() => Promise<unknown>)[];
  start(app: string, settings?: Record<string, string>): AppProcess;
  /** Waits until the tool shows no lag, and returns what it shows. */
  idle(): Promise<GroupPartition[]>;
}

async function watch({ say, folder }: ScenarioContext, flow: Flow): Promise<ScenarioResult> {
  const { stack, kafka, log, start, idle } = flow;
  say('events flow, and stop');
  const delivering = [
    start('sinks/elasticsearch'),
    start('sinks/gcs'),
    start('sinks/bigquery'),
    start('processors/event-rates'),
  ];
  const sources = [start('sources/host-metrics'), start('sources/video-events')];
  await Promise.all([...delivering, ...sources].map(({ telemetryUrl }) => telemetryUrl));
  for (let n = 0; n < 20; n++) {
    appendFileSync(log, lines(n * 10, 10));
    await delay(250);
  }
  await eventually(async () => {
    if ((await endOf(kafka)) < 200n) throw new Error('not all lines are events');
  }, patienceMs);
  await Promise.all(sources.map((source) => source.stop()));
  const before = await idle();
  const idlePercent = await cpuPercent(delivering[0]?.pid ?? 0);

  say('the source is killed inside a transaction');
  const endBefore = await killInsideTransaction(flow);
  const openMs = performance.now();
  const whileOpen = await consumerGroups(stack.environment['KAFKA_BROKERS'] ?? '', folder);
  const ownLag = await Promise.all(delivering.map((app) => shownLag(app)));

  say('Kafka aborts the transaction after a minute');
  const aborted = async () => {
    if ((await endOf(kafka)) <= endBefore) throw new Error('the transaction is still open');
  };
  await eventually(aborted, patienceMs, 1_000);
  const abortedMs = performance.now();
  const after = await idle();
  const groups = new Set(after.map(({ group }) => group));
  return {
    counted: [
      ['groups', [...groups].toSorted().join(', ')],
      ['partitions with a committed offset', before.filter(({ lag }) => lag === 0).length],
      ['lag by kafka-consumer-groups.sh, idle', lagOf(before)],
      ['  CPU of the sink elasticsearch then, in percent of a core', idlePercent.toFixed(2)],
      ['  while the transaction is open', lagOf(whileOpen)],
      ['    by the metrics of the apps', ownLag.reduce((sum, one) => sum + one, 0)],
      ['seconds until Kafka aborted it', Math.round((abortedMs - openMs) / 1000)],
      ['lag by kafka-consumer-groups.sh after that', lagOf(after)],
      ['  seconds until it was 0', Math.round((performance.now() - abortedMs) / 1000)],
      ['offsets of the topic, which are', Number(await endOf(kafka))],
      ['  records', (await kafka.records(topic)).length],
    ],
    shortfalls: [
      ...(groups.size < delivering.length ? [`there are only the groups ${[...groups].join(', ')}`] : []),
      ...(lagOf(whileOpen) > 0 ? [] : ['no transaction was open when the source was killed']),
      ...(ownLag.some((one) => one > 0) ? ['the metrics count records of an open transaction'] : []),
      ...(lagOf(before) + lagOf(after) > 0 ? ['there is lag'] : []),
    ],
  };
}

/** Kills a source when its transaction is in the log and not ended. @returns where the topic ended before */
async function killInsideTransaction({ stack, kafka, log, closing, start }: Flow): Promise<bigint> {
  const proxy = await kafkaProxy(stack.environment['KAFKA_BROKERS'] ?? '');
  closing.push(() => proxy.close());
  const [ending, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const source = start('sources/video-events', { KAFKA_BROKERS: proxy.address });
  await source.telemetryUrl;
  proxy.faultOf = async (api) => {
    if (api !== kafkaApi.endTxn) return 'pass';
    ending.resolve();
    await held.promise;
    return 'lose-request';
  };
  const endBefore = await endOf(kafka);
  appendFileSync(log, lines(200, 10));
  await ending.promise;
  await source.kill();
  held.resolve();
  return endBefore;
}

/** A partition that never had a record has no offset to commit: the tool shows a dash. */
const isBehind = ({ lag, end }: GroupPartition): boolean => lag !== 0 && !(lag === undefined && end === 0);

const lagOf = (partitions: readonly GroupPartition[]): number => partitions.reduce((sum, { lag = 0 }) => sum + lag, 0);

/** Where the records of the topic that can be read end, over all partitions. */
const endOf = async (kafka: TestKafka): Promise<bigint> =>
  (await kafka.ends(topic))?.reduce((sum, { end }) => sum + end, 0n) ?? 0n;

/** What a process uses of a core, over 20 seconds. */
async function cpuPercent(pid: number): Promise<number> {
  // In hundredths of a second: utime and stime, the fields 14 and 15, behind the name in parentheses.
  const used = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const [before, startedMs] = [used(), performance.now()];
  await delay(20_000);
  return ((used() - before) * 1_000) / (performance.now() - startedMs);
}

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => {
    const line = { board_id: `board-${from + n}`, playtime: 3, user_id: 'user', interest: 'music' };
    return `${JSON.stringify({ ...line, timestamp: new Date() })}\n`;
  }).join('');

async function shownLag(app: AppProcess): Promise<number> {
  const text = await (await fetch(`${await app.telemetryUrl}/metrics`)).text();
  return [...text.matchAll(/^\w+_lag_records\{[^}]*\} (\S+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
}
