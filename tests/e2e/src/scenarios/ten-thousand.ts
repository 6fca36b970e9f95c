import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, type KafkaClient } from '@sluice/kafka';
import { videoEvent } from '@sluice/contracts';
import { seededRandom } from '@sluice/random';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from '../harness/audit.ts';
import { documents, lines, rows } from '../read-back/delivered-impressions.ts';
import { writePlayerLog } from '../loads/player-log.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';

const tenThousand: Scenario = {
  sentence:
    '10,000 player events in a rotating log, with three kill -9 of the source, become 10,000 documents, 10,000 lines in objects and 10,000 rows.',
  run,
};
export default tenThousand;

const events = 10_000;
const sinks = ['elasticsearch', 'gcs', 'bigquery'];
/** The sinks' defaults. */
const [bucket, dataset] = ['sluice', 'sluice'];
/** The log is written in about half a minute, in files of this many lines. */
const perSecond = 350;
const rotateLines = 700;
/** When the source is killed: with so many events in Kafka, or a little more. */
const kills = [2_000, 4_500, 7_000];
const patienceMs = 300_000;

async function run({ say, folder, signal, seed }: ScenarioContext): Promise<ScenarioResult> {
  say(`seed ${seed}; starting Kafka, the registry, Elasticsearch and the stand-ins for Cloud Storage and BigQuery`);
  const only = ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const environment = {
    ...stack.environment,
    SINK_TOPICS: videoEvent.topic,
    ELASTICSEARCH_REPLICAS: '0',
    // Objects are complete soon, and many.
    GCS_OBJECT_RECORDS: '700',
    GCS_OBJECT_WAIT_MS: '3000',
    GCS_SMALL_OBJECT_WAIT_MS: '3000',
    BIGQUERY_GATHER_MS: '1000',
  };
  const files = join(folder, 'player');
  const running: AppProcess[] = [];
  const start = (name: string, app: string, settings: Readonly<Record<string, string>>): AppProcess => {
    const process = startAppProcess({ folder: app, environment: settings, logFile: join(folder, `${name}.log`) });
    running.push(process);
    return process;
  };
  const startSource = () =>
    start('video-events', 'sources/video-events', {
      ...stack.environment,
      VIDEO_EVENTS_FILES: join(files, 'player.log*'),
      VIDEO_EVENTS_REFRESH_MS: '200',
      // Many requests, so that a kill meets one under way.
      SOURCE_BATCH_RECORDS: '50',
    });
  const config = loadConfig('scenario', kafkaSettings, { KAFKA_BROKERS: stack.environment['KAFKA_BROKERS'] ?? '' });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const writing = new AbortController();
  let kafka: KafkaClient | undefined;
  try {
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    /** With the marks of transactions, which take offsets too. */
    const published = async () =>
      ((await client.ends(videoEvent.topic)) ?? []).reduce((sum, { end }) => sum + Number(end), 0);
    const reaches = (count: number) =>
      eventually(async () => {
        signal.throwIfAborted();
        const now = await published();
        if (now < count) throw new Error(`the topic has ${now} of ${count} events`);
      }, patienceMs);

    for (const sink of sinks) start(sink, `sinks/${sink}`, environment);
    let source = startSource();
    say(`writing ${events} events, ${rotateLines} lines a file`);
    const written = writePlayerLog({
      ...{ folder: files, perSecond, rotateLines, seed },
      signal: AbortSignal.any([signal, writing.signal]),
    });
    written.catch(() => {});
    const random = seededRandom(seed);
    for (const kill of kills) {
      await reaches(kill + random.whole(0, 500));
      say(`killing the source, with ${await published()} offsets in the topic`);
      await source.kill();
      source = startSource();
    }
    await written;
    say('all are written; waiting for the documents');
    await eventually(async () => {
      signal.throwIfAborted();
      const { count } = await documents(stack.environment);
      if (count < events) throw new Error(`${count} of ${events} events are documents`);
    }, patienceMs).catch(() => {});
    say('auditing all three destinations');
    const audits = await auditDestinations(stack.environment, videoEvent.topic, sinks, patienceMs / 1000);
    const delivered = await Promise.all([
      documents(stack.environment),
      lines(stack.environment, bucket),
      rows(stack.environment, dataset),
    ]);
    const records = audits[0]?.totals.records ?? 0;
    return {
      counted: [
        ['seed', String(seed)],
        ['events written', events],
        ['kill -9 of the source', kills.length],
        ['records in the topic', records],
        ...delivered.flatMap(({ what, count, places }) => [
          [what, count] as const,
          ['  in', places.join(', ')] as const,
        ]),
      ],
      shortfalls: [
        ...(records === events ? [] : [`${records} records are in the topic`]),
        ...delivered.flatMap(({ what, count, pairs }) =>
          count === events && pairs === events ? [] : [`${count} ${what}, of ${pairs} pairs of user and board`],
        ),
        ...audits.flatMap(auditShortfalls),
      ],
    };
  } finally {
    writing.abort();
    await Promise.all(running.map((app) => app.stop()));
    await kafka?.disconnect();
    await stack.stop();
  }
}
