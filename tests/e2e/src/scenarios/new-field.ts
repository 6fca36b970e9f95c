import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { eventContract, tableName, tweet, type EventContract, type Tweet } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from '../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { madeUpTweet } from '../loads/made-up-tweet.ts';
import { queriedRows } from '../read-back/queried-rows.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

const newField: Scenario = {
  sentence:
    'A field is added to the tweets while they flow: its column appears, rows from before and after arrive, even of older producers, and no sink stops.',
  run,
};
export default newField;

const patienceMs = 180_000;
const table = tableName(tweet, 'sluice');
/** Of the older producer alone, then of both at once; a tenth at a time. */
const tweetsEach = 2_000;

type NewerTweet = Tweet & { mood: string | null };

/** The contract as it is after the field has joined. */
const newerTweet: EventContract<NewerTweet> = eventContract({
  ...tweet.schema,
  fields: [...tweet.schema.fields, { name: 'mood', type: ['null', 'string'], default: null, doc: 'How it sounds.' }],
});

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry and the stand-ins for Cloud Storage and BigQuery');
  const only = ['kafka', 'registry', 'gcs', 'bigquery'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const { environment } = stack;
  const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const sinks: AppProcess[] = [];
  const ended: string[] = [];
  const start = (name: string, settings: Record<string, string>) => {
    const sink = startAppProcess({
      folder: `sinks/${name}`,
      environment: { ...environment, SINK_TOPICS: tweet.topic, ...settings },
      logFile: join(folder, `${name}.log`),
    });
    sinks.push(sink);
    void sink.exited.then((how) => ended.push(`the sink ${name} ended (${how})`));
  };
  let kafka: KafkaClient | undefined;
  try {
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const codec = createCodec({ url: config.SCHEMA_REGISTRY_URL });
    await client.ensureTopics([tweet.topic], { signal });
    start('gcs', {
      // The records' own bytes, under the schema of whoever wrote them: so a field comes without the sink's knowing of it.
      GCS_FORMAT: 'avro',
      GCS_OBJECT_RECORDS: '500',
      GCS_OBJECT_WAIT_MS: '1000',
      GCS_SMALL_OBJECT_WAIT_MS: '1000',
    });
    start('bigquery', { BIGQUERY_GATHER_MS: '500', ...unpacedLoads });

    const producer = await client.producer();
    const publish = async <T extends Tweet>(contract: EventContract<T>, tweets: readonly T[]): Promise<void> => {
      const encoder = await codec.encoder(contract);
      await producer.send(
        tweet.topic,
        tweets.map((value) => outgoingEvent({ value }, contract, encoder, Date.now())),
      );
    };
    let made = 0;
    const some = (): Tweet[] => Array.from({ length: tweetsEach / 10 }, () => madeUpTweet(made++));
    const newer = (): NewerTweet[] => some().map((one) => ({ ...one, mood: 'glad' }));

    say(`${tweetsEach} tweets of the contract as it is`);
    for (let part = 0; part < 10; part++) await publish(tweet, some());
    await eventually(async () => {
      signal.throwIfAborted();
      const [[count] = []] = await queriedRows(environment, `SELECT COUNT(*) AS tweets FROM ${table}`);
      if (Number(count) < tweetsEach) throw new Error(`the table has ${count} of ${tweetsEach} tweets`);
    }, patienceMs);
    say(`${tweetsEach} of a newer producer, which knows the field mood, and ${tweetsEach} more of the older, in turn`);
    for (let part = 0; part < 10; part++) {
      await publish(newerTweet, newer());
      await publish(tweet, some());
      await delay(500, undefined, { signal });
    }
    await producer.disconnect();

    say('auditing');
    const audits = await auditDestinations(environment, tweet.topic, ['gcs', 'bigquery'], patienceMs / 1000);
    const [[count, ids, moods] = []] = await queriedRows(
      environment,
      `SELECT COUNT(*) AS tweets, COUNT(DISTINCT id) AS ids, COUNT(mood) AS moods FROM ${table}`,
    );
    const found = { rows: Number(count), ids: Number(ids), moods: Number(moods) };
    return {
      counted: [
        ['tweets published', made],
        ['rows', found.rows],
        ['  with an id of their own', found.ids],
        ['  with the new field', found.moods],
        ['sinks that ended', ended.length],
      ],
      shortfalls: [
        ...(found.rows === made && found.ids === made ? [] : [`${made} tweets are ${found.rows} rows`]),
        ...(found.moods === tweetsEach ? [] : [`${found.moods} rows have the new field`]),
        ...ended,
        ...audits.flatMap(auditShortfalls),
      ],
    };
  } finally {
    await Promise.all(sinks.map((sink) => sink.stop()));
    await kafka?.disconnect();
    await stack.stop();
  }
}
