import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaApi, kafkaProxy, testKafka, type TestKafka } from '@sluice/kafka/testing';
import { videoEvent } from '@sluice/contracts';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import { consumerGroups, type GroupPartition } from '../../monitoring/consumer-groups.ts';
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
  const { say, folder } = context;
  const closing: (() => Promise<unknown>)[] = [];
  try {
    say('starting Kafka, the registry, Elasticsearch and the stand-in for Cloud Storage');
    const stack = await launchStack({
      name: `scenario-${process.pid}`,
      only: ['kafka', 'registry', 'elasticsearch', 'gcs'],
      quiet: true,
    });
    closing.push(() => stack.stop());
    const kafka = await testKafka(stack.environment['KAFKA_BROKERS'] ?? '');
    closing.push(() => kafka.disconnect());
    return await watch(context, { stack, kafka, closing, log: join(folder, 'player.log') });
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

async function watch(
  { say, folder, signal }: ScenarioContext,
  setup: { stack: LaunchedStack; kafka: TestKafka; closing: (() => Promise<unknown>)[]; log: string },
): Promise<ScenarioResult> {
  const { stack, kafka, closing, log } = setup;
  const brokers = stack.environment['KAFKA_BROKERS'] ?? '';
  const proxy = await kafkaProxy(brokers);
  closing.push(() => proxy.close());
  writeFileSync(log, '');
  const start = (app: string, settings: Record<string, string> = {}): AppProcess => {
    const running = startAppProcess({
      folder: app,
      environment: {
        ...stack.environment,
        ...{ ELASTICSEARCH_REPLICAS: '0', GCS_OBJECT_WAIT_MS: '2000', GCS_SMALL_OBJECT_WAIT_MS: '2000' },
        ...{ EVENT_RATES_LATENESS_MS: '1000', VIDEO_EVENTS_FILES: log, ...settings },
      },
      logFile: join(folder, `${app.replace('/', '-')}.log`),
    });
    closing.push(() => running.stop());
    return running;
  };
  /** Waits until the tool shows no lag, and returns what it shows. A partition that never had a record has no offset to commit. */
  const idle = (): Promise<GroupPartition[]> =>
    eventually(
      async () => {
        signal.throwIfAborted();
        const shown = await consumerGroups(brokers, folder);
        const behind = shown.filter(({ lag, end }) => lag !== 0 && !(lag === undefined && end === 0));
        if (shown.length === 0) throw new Error('there are no groups');
        if (behind.length > 0)
          throw new Error(behind.map((one) => `${one.group}: ${one.topic}-${one.partition} ${one.lag ?? '-'}`).join());
        return shown;
      },
      patienceMs,
      3_000,
    );
  const endOf = async () => (await kafka.ends(topic))?.reduce((sum, { end }) => sum + end, 0n) ?? 0n;

  say('events flow, and stop');
  const sinks = [start('sinks/elasticsearch'), start('sinks/gcs'), start('processors/event-rates')];
  const sources = [start('sources/host-metrics'), start('sources/video-events')];
  await Promise.all([...sinks, ...sources].map(({ telemetryUrl }) => telemetryUrl));
  for (let n = 0; n < 20; n++) {
    appendFileSync(log, lines(n * 10, 10));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await eventually(async () => {
    if ((await endOf()) < 200n) throw new Error('not all lines are events');
  }, patienceMs);
  await Promise.all(sources.map((source) => source.stop()));
  const before = await idle();

  say('the source is killed inside a transaction');
  const [ending, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const source = start('sources/video-events', { KAFKA_BROKERS: proxy.address });
  await source.telemetryUrl;
  proxy.faultOf = async (api) => {
    if (api !== kafkaApi.endTxn) return 'pass';
    ending.resolve();
    await held.promise;
    return 'lose-request';
  };
  const endBefore = await endOf();
  appendFileSync(log, lines(200, 10));
  await ending.promise;
  await source.kill();
  held.resolve();
  const openMs = performance.now();
  const whileOpen = await consumerGroups(brokers, folder);
  const lagOf = (shown: readonly GroupPartition[]) => shown.reduce((sum, { lag = 0 }) => sum + lag, 0);
  const ownLag = await Promise.all(sinks.map((sink) => shownLag(sink)));

  say('Kafka aborts the transaction after a minute');
  await eventually(
    async () => {
      if ((await endOf()) <= endBefore) throw new Error('the transaction is still open');
    },
    patienceMs,
    1_000,
  );
  const abortedMs = performance.now();
  const after = await idle();
  const groups = new Set(after.map(({ group }) => group));
  const records = (await kafka.records(topic)).length;
  return {
    counted: [
      ['groups', [...groups].toSorted().join(', ')],
      ['partitions with a committed offset, idle', before.filter(({ lag }) => lag === 0).length],
      ['lag by kafka-consumer-groups.sh, idle', lagOf(before)],
      ['  while the transaction is open', lagOf(whileOpen)],
      ['  by the metrics of the apps', ownLag.reduce((sum, one) => sum + one, 0)],
      ['seconds until Kafka aborted it', Math.round((abortedMs - openMs) / 1000)],
      ['lag by kafka-consumer-groups.sh after that', lagOf(after)],
      ['  seconds until it was 0', Math.round((performance.now() - abortedMs) / 1000)],
      ['offsets of the topic, which are', Number(await endOf())],
      ['  records', records],
    ],
    shortfalls: [
      ...(groups.size < sinks.length ? [`there are only the groups ${[...groups].join(', ')}`] : []),
      ...(lagOf(whileOpen) > 0 ? [] : ['no transaction was open when the source was killed']),
      ...(ownLag.some((one) => one > 0) ? ['the metrics count records of an open transaction'] : []),
      ...(lagOf(before) + lagOf(after) > 0 ? ['there is lag'] : []),
    ],
  };
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
