import { join } from 'node:path';
import { seededRandom } from '@sluice/random';
import { launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { debeziumSchemas } from '../any-topic/debezium-topics.ts';
import { oddTopics } from '../any-topic/odd-topics.ts';
import { commerceSchemas } from '../any-topic/commerce-schemas.ts';
import { confluentProducer, type ProducedTopic } from '../any-topic/confluent-producer.ts';
import { judgeTopic } from '../any-topic/judge-topic.ts';
import { operationsSchemas } from '../any-topic/operations-schemas.ts';
import { sampleValue } from '../any-topic/sample-values.ts';
import { schemaOf } from '../any-topic/schema-words.ts';
import { fastavroOf } from '../foreign/fastavro.ts';
import { readDocuments, readLines, readObjects, readRows } from '../foreign/read-back.ts';
import { auditShortfalls, auditTopics } from '../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

const anyTopic: Scenario = {
  sentence:
    "Confluent's Python client produces to topics without a contract: events of 38 public schemas, Debezium's changes of three databases, unions, references and several records in one topic. With nothing but the topics' names, each value in documents, objects and rows is what was produced.",
  run,
};
export default anyTopic;

const recordsOfTopic = 20;
const partitions = 2;
const patienceSeconds = 240;
const avroBucket = 'sluice-avro';

async function run({ say, folder, signal, seed }: ScenarioContext): Promise<ScenarioResult> {
  say(`starting all servers; --seed ${seed}`);
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 's3', 'postgres'],
    quiet: true,
  });
  const running: AppProcess[] = [];
  try {
    const topics = topicsOf(seed);
    say(`producing to ${topics.length} topics with confluent-kafka`);
    const producer = await confluentProducer(stack, folder);
    const count = await producer.produce(topics, partitions);

    say('starting the sinks with the names of the topics');
    const names = [...new Set(topics.map(({ topic }) => topic))];
    const recordTopics = names.filter((name) => !oddTopics.some(({ topic }) => topic === name));
    const environment: Record<string, string> = { ...stack.environment, SINK_TOPICS: names.join() };
    const avroEnvironment = { ...environment, GCS_BUCKET: avroBucket, SINK_TOPICS: recordTopics.join() };
    const start = (name: string, app: string, settings: Readonly<Record<string, string>>) =>
      running.push(
        startAppProcess({
          folder: `sinks/${app}`,
          environment: { ...environment, ...settings },
          logFile: join(folder, `${name}.log`),
        }),
      );
    const soon = { GCS_OBJECT_WAIT_MS: '1000', GCS_SMALL_OBJECT_WAIT_MS: '1000' };
    start('elasticsearch', 'elasticsearch', { ELASTICSEARCH_REPLICAS: '0' });
    start('gcs', 'gcs', soon);
    start('gcs-avro', 'gcs', { ...avroEnvironment, ...soon, SINK_GROUP: 'gcs-avro', GCS_FORMAT: 'avro' });
    start('s3', 's3', { S3_OBJECT_WAIT_MS: '1000', S3_SMALL_OBJECT_WAIT_MS: '1000' });
    start('postgres', 'postgres', {});
    start('bigquery', 'bigquery', { BIGQUERY_GATHER_MS: '500', ...unpacedLoads });

    const shortfalls: string[] = [];
    let audited = 0;
    const audit = async (destination: string, on: Readonly<Record<string, string>>, more: readonly string[] = []) => {
      say(`auditing ${more[1] ?? destination}`);
      signal.throwIfAborted();
      const wanted = on === avroEnvironment ? recordTopics : names;
      const audits = await auditTopics(on, wanted, [destination], patienceSeconds, more);
      if (audits.length !== wanted.length) shortfalls.push(`${destination}: ${audits.length} topics audited`);
      audited += audits.reduce((sum, { totals }) => sum + totals.delivered, 0);
      for (const one of audits) shortfalls.push(...auditShortfalls(one).map((what) => `${one.topic} at ${what}`));
    };
    await audit('elasticsearch', environment);
    await audit('postgres', environment);
    await audit('gcs', environment);
    await audit('gcs', avroEnvironment, ['--group', 'gcs-avro']);
    await audit('s3', environment);
    await audit('bigquery', environment, ['--full']);

    say('reading back');
    let values = 0;
    for (const topic of names) {
      const objects = await readObjects(environment, avroBucket, `${topic}/`);
      const avroRows = recordTopics.includes(topic) ? (await fastavroOf(stack).rows(objects)).flat() : undefined;
      const produced = topics.filter((one) => one.topic === topic);
      const verdict = judgeTopic(produced, {
        documents: (await readDocuments(environment, topic.toLowerCase())).map(({ source }) => source),
        lines: await readLines(environment, 'sluice', `${topic}/`),
        avroRows,
        rows: await readRows(environment, `sluice.${topic.replaceAll(/[-.]/g, '_')}`),
      });
      values += verdict.values;
      shortfalls.push(...verdict.shortfalls);
    }
    return {
      counted: [
        ['topics without a contract', names.length],
        ['schemas', topics.length],
        ['records of the foreign producer', count],
        ['deliveries that the audits found', audited],
        ['values compared', values],
      ],
      shortfalls,
    };
  } finally {
    await Promise.all(running.map((app) => app.stop())).catch(() => {});
    await stack.stop();
  }
}

/** Each record of a topic has another timestamp, by which it is found again. */
function topicsOf(seed: number): ProducedTopic[] {
  const random = seededRandom(seed);
  const startMs = Date.now() - 3_600_000;
  const flat = Object.entries({ ...commerceSchemas, ...operationsSchemas }).map(
    ([topic, words]) => [topic, schemaOf(words, topic.replaceAll('-', '_'))] as const,
  );
  const samples = [...flat, ...Object.entries(debeziumSchemas)].map(([topic, schema]) => {
    const own = Array.from({ length: recordsOfTopic }, (_, n) => ({
      key: `key ${n % 5}`,
      value: sampleValue(schema, random),
      timestamp: startMs + n * 1000,
    }));
    return { topic, schema, records: own };
  });
  return [...samples, ...oddTopics];
}
