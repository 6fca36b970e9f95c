import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { indexName, tableName, tweet, type Tweet } from '@sluice/contracts';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditShortfalls, auditTopics } from '../../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { madeUpTweet } from '../../loads/made-up-tweet.ts';
import { unpacedLoads } from '../../loads/unpaced-loads.ts';
import { foundDocuments, olderIndex, olderTable } from '../../read-back/older-destinations.ts';
import { queriedRows } from '../../read-back/queried-rows.ts';
import { metricsOf } from '../../read-back/shown-metrics.ts';

const rescue: Scenario = {
  sentence:
    'An index and a table that an older version made refuse values of 600 in 10,000 tweets: all are delivered, and the values are aside.',
  run,
};
export default rescue;

const tweets = 10_000;
/** Of these, the id of the conversation is text, and the index and the table have numbers there. */
const withText = 500;
/** Of these, the place is an object, and the index and the table have a text there. */
const withObject = 100;
const patienceMs = 240_000;
const waitSeconds = 240;
const dataset = 'sluice';
const table = tableName(tweet, dataset);

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry, Elasticsearch and the stand-ins for Cloud Storage and BigQuery');
  const only = ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const environment = { ...stack.environment, ELASTICSEARCH_REPLICAS: '0', SINK_TOPICS: tweet.topic };
  const sinks: AppProcess[] = [];
  const start = (name: string, settings: Record<string, string> = {}): AppProcess => {
    const { SINK_TOPICS: _, ...withoutTopics } = environment;
    const sink = startAppProcess({
      folder: `sinks/${name}`,
      environment: { ...(name === 'bigquery' ? withoutTopics : environment), ...settings },
      logFile: join(folder, `${name}.log`),
    });
    sinks.push(sink);
    return sink;
  };
  try {
    const postedMs = Date.parse('2026-11-20T12:00:00Z');
    const index = indexName(tweet)(postedMs);
    say(`making the index ${index} and the table ${table} as an older version did`);
    await olderIndex(environment, index, { conversation_id: { type: 'long' }, place: { type: 'keyword' } });
    await olderTable(environment, dataset, tweet, { conversation_id: 'INTEGER', place: 'STRING' });
    say(`publishing ${tweets} tweets, ${withText} with text for a number and ${withObject} with an object for a text`);
    await publish(environment, postedMs, signal);
    const documents = start('elasticsearch');
    start('gcs', { GCS_FORMAT: 'json', GCS_OBJECT_WAIT_MS: '2000', GCS_SMALL_OBJECT_WAIT_MS: '2000' });
    const rows = start('bigquery', { BIGQUERY_GATHER_MS: '2000', ...unpacedLoads });

    say('auditing, the contents of all rows too');
    const audits = await auditTopics(environment, [tweet.topic], ['elasticsearch', 'gcs', 'bigquery'], waitSeconds, [
      '--full',
    ]);
    const found = await foundDocuments(environment, tweet.topic);
    const [[rowCount, aside, texts, objects] = []] = await queriedRows(
      environment,
      `SELECT COUNT(*), COUNT(_sluice.rescued), COUNT(JSON_VALUE(_sluice.rescued, '$.conversation_id')), ` +
        `COUNT(JSON_QUERY(_sluice.rescued, '$.place.full_name')) FROM ${table}`,
    );
    // The cluster is asked twice a minute.
    const shown = await eventually(async () => {
      signal.throwIfAborted();
      const figures = {
        ignored: (await metricsOf(documents))('sink_ignored_documents_count', 'conversation_id'),
        moved: (await metricsOf(documents))('sink_rescued_values_total', 'place'),
        texts: (await metricsOf(rows))('bigquery_rescued_values_total', 'conversation_id'),
        objects: (await metricsOf(rows))('bigquery_rescued_values_total', 'place'),
      };
      if (figures.ignored < withText) throw new Error(`the metric shows ${figures.ignored} ignored documents`);
      return figures;
    }, patienceMs);
    const expected: [what: string, value: number, wanted: number][] = [
      ['documents', found.documents, tweets],
      ['  with text that the index keeps and ignores', found.ignored.get('conversation_id') ?? 0, withText],
      ['  with an object that is aside', found.rescued.get('place') ?? 0, withObject],
      ['rows', Number(rowCount), tweets],
      ['  with a value that is aside', Number(aside), withText + withObject],
      ['  of these a text for a number', Number(texts), withText],
      ['  of these an object for a text', Number(objects), withObject],
      ['metric: ignored documents, conversation_id', shown.ignored, withText],
      ['metric: rescued values of documents, place', shown.moved, withObject],
      ['metric: rescued values of rows, conversation_id', shown.texts, withText],
      ['metric: rescued values of rows, place', shown.objects, withObject],
    ];
    return {
      counted: [
        ['tweets', tweets],
        ...expected.map(([what, value]) => [what, value] as const),
        ...audits.map(
          ({ destination, totals }) =>
            [`${destination}: delivered unchanged`, totals.delivered - totals.changed] as const,
        ),
      ],
      shortfalls: [
        ...expected.flatMap(([what, value, wanted]) =>
          value === wanted ? [] : [`${what.trim()}: ${value}, not ${wanted}`],
        ),
        ...audits.flatMap(auditShortfalls),
      ],
    };
  } finally {
    await Promise.all(sinks.map((sink) => sink.stop()));
    await stack.stop();
  }
}

async function publish(
  environment: Readonly<Record<string, string>>,
  postedMs: number,
  signal: AbortSignal,
): Promise<void> {
  const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const kafka: KafkaClient = await connectKafka({ config, clientId: 'scenario', logger, signal });
  try {
    await kafka.ensureTopics([tweet.topic], { signal });
    const encoder = await createCodec({ url: config.SCHEMA_REGISTRY_URL }).encoder(tweet);
    const producer = await kafka.producer();
    for (let from = 0; from < tweets; from += 1_000) {
      const some = Array.from({ length: 1_000 }, (_, at) => unusualTweet(from + at, postedMs));
      await producer.send(
        tweet.topic,
        some.map((value) => outgoingEvent({ value }, tweet, encoder, Date.now())),
      );
    }
    await producer.disconnect();
  } finally {
    await kafka.disconnect();
  }
}

/** The odd ones are spread over the topic. */
function unusualTweet(index: number, postedMs: number): Tweet {
  const isText = index % (tweets / withText) === 3;
  const isObject = index % (tweets / withObject) === 7;
  return {
    ...madeUpTweet(index),
    created_at: new Date(postedMs + index),
    conversation_id: isText ? `c-${index}` : String(1_800_000_000_000_000_000n + BigInt(index)),
    place: isObject
      ? { id: String(index), full_name: 'Mapo-gu, Republic of Korea', type: 'city', country: null, country_code: 'KR' }
      : null,
  };
}
