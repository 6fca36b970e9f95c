import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, hostMetrics, tableName, tweet, videoEvent, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { eventually, httpProxy, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditTopics } from '../harness/audit.ts';
import { fastavroOf } from '../foreign/fastavro.ts';
import { sentValue } from '../foreign/expected.ts';
import { contractSchema, type ForeignCase } from '../foreign/foreign-case.ts';
import { fileBytes, playerLog, tweetArchive } from '../foreign/found-files.ts';
import { foreignRegistry } from '../foreign/foreign-registry.ts';
import { judgeCase, judgeFile, type Delivered } from '../foreign/judge.ts';
import { readDocuments, readLines, readObjects, readRows } from '../foreign/read-back.ts';
import { recordCases } from '../foreign/record-cases.ts';
import { schemaCases } from '../foreign/schema-cases.ts';
import { timeCases } from '../foreign/time-cases.ts';
import { extremeCases, refusedRows, textCases } from '../foreign/value-cases.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';

const foreignValues: Scenario = {
  sentence:
    'A producer in Python writes odd units, numbers, texts, schemas, headers and timestamps: each value in documents, objects and rows is what was sent or what the documentation promises, or a dead letter gives the reason. All destinations agree.',
  run,
};
export default foreignValues;

const cases: readonly ForeignCase[] = [
  ...[...timeCases, ...textCases, ...schemaCases, ...recordCases],
  ...[...extremeCases, ...refusedRows],
];
const contracts: readonly EventContract[] = [tweet, hostMetrics, videoEvent];
/**
 * Two pairs of sinks, one for each format of objects. Rows with extreme values are loaded from JSON lines only; where an Avro file has
 * one, BigQuery refuses it, and the dead letter is of both tables, so that topic has no rows of the other.
 */
const rowTopics = { json: [tweet, hostMetrics], avro: [tweet, videoEvent] };
const avroBucket = 'sluice-avro';
const patienceMs = 120_000;

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting all servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'],
    quiet: true,
  });
  const registryUrl = new URL(stack.environment['SCHEMA_REGISTRY_URL'] ?? '');
  const running: AppProcess[] = [];
  const closing: (() => Promise<unknown>)[] = [() => stack.stop(), () => Promise.all(running.map((app) => app.stop()))];
  try {
    const registry = foreignRegistry(registryUrl.href);
    const proxy = await httpProxy({
      target: registryUrl.origin,
      answering: ({ url }, forward) => registry.answer(url) ?? forward(),
    });
    closing.push(() => proxy.close());
    const environment: Record<string, string> = {
      ...stack.environment,
      SCHEMA_REGISTRY_URL: `${proxy.url}${registryUrl.pathname}`,
    };
    const kafka = await testKafka(environment['KAFKA_BROKERS'] ?? '');
    closing.push(() => kafka.disconnect());
    const codec = createCodec({ url: registryUrl.href });
    for (const contract of contracts) {
      await kafka.ensureTopics([contract.topic], { signal, partitions: 1 });
      // Kafka refuses timestamps from the future, and in microseconds they are: other clusters have other settings.
      const settings = { 'message.timestamp.after.max.ms': '9223372036854775807', 'retention.ms': '-1' };
      await kafka.configure(contract.topic, settings);
      await codec.encoder(contract);
    }

    say(`publishing ${cases.length} records that fastavro encodes`);
    const schemas = cases.map((one) => (one.schema ?? ((schema) => schema))(contractSchema(one.event)));
    const bodies = await fastavroOf(stack).encode(
      cases.map((one, at) => ({
        schema: schemas[at] ?? {},
        references: (one.referenced ?? []).map(({ schema }) => schema),
        value: sentValue(one),
      })),
    );
    const producer = await kafka.producer();
    closing.push(() => producer.disconnect());
    for (const [at, one] of cases.entries()) {
      signal.throwIfAborted();
      const [schema, body] = [schemas[at], bodies[at]];
      if (schema === undefined || body === undefined) throw new Error(`fastavro has not encoded ${one.name}`);
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(await registry.register(one, schema), 1);
      const value = one.bytes === undefined ? Buffer.concat([prefix, one.body?.(body) ?? body]) : one.bytes;
      const { headers = {}, timestampMs = Date.now() } = one;
      await producer.send(one.event.contract.topic, [{ key: one.name, value, headers, timestampMs }]);
    }

    say('reading files as they are found');
    const [archiveFile, logFile] = [join(folder, 'archive.jsonl'), join(folder, 'player.log')];
    await Promise.all([writeFile(archiveFile, fileBytes(tweetArchive)), writeFile(logFile, fileBytes(playerLog))]);
    const source = (name: string, settings: Readonly<Record<string, string>>) => {
      const started = startAppProcess({
        folder: `sources/${name}`,
        environment: { ...environment, ...settings },
        logFile: join(folder, `${name}.log`),
      });
      running.push(started);
      return started;
    };
    const code = await source('tweets', { TWEETS_REPLAY: archiveFile }).exited;
    if (code !== 0) throw new Error(`the source tweets ended with ${code}`);
    const player = source('video-events', { VIDEO_EVENTS_FILES: logFile });
    await eventually(async () => {
      signal.throwIfAborted();
      const deadLetters = await kafka.records(deadLetterTopic(videoEvent.topic));
      if (deadLetters.length < playerLog.lines.filter(({ dead }) => dead !== undefined).length)
        throw new Error(`the source video-events has written ${deadLetters.length} dead letters`);
    }, patienceMs);
    await player.stop();

    say('starting the sinks');
    const names = (of: readonly { topic: string }[]) => of.map(({ topic }) => topic).join();
    const soon = { GCS_OBJECT_WAIT_MS: '1000', GCS_SMALL_OBJECT_WAIT_MS: '1000' };
    const avroEnvironment = {
      ...{ ...environment, GCS_BUCKET: avroBucket, BIGQUERY_DATASET: 'sluice_avro' },
    };
    const loads = { BIGQUERY_GATHER_MS: '500', ...unpacedLoads };
    const start = (name: string, app: string, settings: Readonly<Record<string, string>>) =>
      running.push(
        startAppProcess({ folder: `sinks/${app}`, environment: settings, logFile: join(folder, `${name}.log`) }),
      );
    const all = { SINK_TOPICS: names(contracts) };
    start('elasticsearch', 'elasticsearch', { ...environment, ...all, ELASTICSEARCH_REPLICAS: '0' });
    start('gcs', 'gcs', { ...environment, ...all, ...soon });
    start('gcs-avro', 'gcs', { ...avroEnvironment, ...all, ...soon, SINK_GROUP: 'gcs-avro', GCS_FORMAT: 'avro' });
    start('bigquery', 'bigquery', { ...environment, ...loads, SINK_TOPICS: names(rowTopics.json) });
    start('bigquery-avro', 'bigquery', {
      ...{ ...avroEnvironment, ...loads, SINK_TOPICS: names(rowTopics.avro) },
      ...{ SINK_GROUP: 'bigquery-avro', BIGQUERY_OBJECTS_GROUP: 'gcs-avro' },
    });

    say('auditing');
    const shortfalls: string[] = [];
    const audit = async (who: string, of: readonly EventContract[], on: typeof environment, more: string[]) => {
      const destination = who.replace('-avro', '');
      const topics = of.map(({ topic }) => topic);
      const audits = await auditTopics(on, topics, [destination], patienceMs / 1000, more);
      for (const contract of of) {
        const { topic } = contract;
        const found = audits.find((one) => one.topic === topic);
        if (found === undefined) throw new Error(`the audit has no result for ${topic} at ${who}`);
        const { lost, duplicates, changed, unknown, notYetDelivered, deadLetters } = found.totals;
        const wrong = Object.entries({ lost, duplicates, changed, unknown, notYetDelivered }).filter(([, n]) => n > 0);
        shortfalls.push(...wrong.map(([what, count]) => `the audit of ${topic} at ${who} finds ${count} ${what}`));
        if (!found.ok && wrong.length === 0) shortfalls.push(`the audit of ${topic} at ${who} is not content`);
        const givenUp = cases.filter(
          ({ event, dead, deadRow }) =>
            event.contract === contract && (dead ?? (who === 'bigquery-avro' ? deadRow : undefined)) !== undefined,
        ).length;
        if (deadLetters !== givenUp)
          shortfalls.push(`the audit of ${topic} at ${who} finds ${deadLetters} dead letters, not ${givenUp}`);
      }
    };
    await audit('elasticsearch', contracts, environment, []);
    await audit('gcs', contracts, environment, []);
    await audit('gcs-avro', contracts, avroEnvironment, ['--group', 'gcs-avro']);
    await audit('bigquery', rowTopics.json, environment, ['--full']);
    const avroGroups = ['--full', '--group', 'bigquery-avro', '--objects-group', 'gcs-avro'];
    await audit('bigquery-avro', rowTopics.avro, avroEnvironment, avroGroups);

    say('reading back');
    const counted: [string, number | string][] = [
      ['records of foreign producers', cases.length],
      ['lines of files as they are found', tweetArchive.lines.length + playerLog.lines.length],
    ];
    let values = 0;
    let deadLettersCompared = 0;
    for (const contract of contracts) {
      const { topic } = contract;
      const objects = await readObjects(environment, avroBucket, `${topic}/`);
      const delivered: Delivered = {
        records: await kafka.records(topic),
        deadLetters: await kafka.records(deadLetterTopic(topic)).catch(() => []),
        documents: await readDocuments(environment, topic),
        lines: await readLines(environment, 'sluice', `${topic}/`),
        avroRows: (await fastavroOf(stack).rows(objects)).flat(),
        rows: rowTopics.json.some((one) => one === contract)
          ? await readRows(environment, tableName(contract, 'sluice'))
          : undefined,
        rowsOfAvro: rowTopics.avro.some((one) => one === contract)
          ? await readRows(environment, tableName(contract, 'sluice_avro'))
          : undefined,
      };
      const own = cases.filter(({ event }) => event.contract === contract);
      for (const file of [tweetArchive, playerLog].filter((one) => one.contract === contract)) {
        const verdict = judgeFile(file, delivered);
        values += verdict.values;
        deadLettersCompared += verdict.deadLetters;
        shortfalls.push(...verdict.shortfalls);
      }
      for (const [at, one] of own.entries()) {
        const verdict = judgeCase(one, at, delivered);
        values += verdict.values;
        deadLettersCompared += verdict.deadLetters;
        shortfalls.push(...verdict.shortfalls.map((what) => `${one.name}: ${what}`));
      }
    }
    counted.push(['delivered, each to all destinations', cases.filter(({ dead }) => dead === undefined).length]);
    counted.push(['given up by all destinations', cases.filter(({ dead }) => dead !== undefined).length]);
    counted.push(['values compared', values], ['dead letters compared', deadLettersCompared]);
    return { counted, shortfalls };
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}
