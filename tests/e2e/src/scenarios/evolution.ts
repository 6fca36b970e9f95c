import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { indexName, tweet, tweetGap } from '@sluice/contracts';
import { connectKafka, kafkaSettings, schemaRegistrySettings } from '@sluice/kafka';
import { testKafka } from '@sluice/kafka/testing';
import { createCodec, type Codec } from '@sluice/schema-registry';
import { createLogger, describeError } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { evolvingTopics, type EvolvingTopic } from '../evolution/evolving-topics.ts';
import { compareEvents, producersOf, type Producers } from '../evolution/produced-events.ts';
import { readDocuments, readLines, readRows } from '../foreign/read-back.ts';
import { auditShortfalls, auditTopics } from '../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { unpacedLoads } from '../loads/unpaced-loads.ts';
import { queriedRows } from '../read-back/queried-rows.ts';

const evolution: Scenario = {
  sentence:
    'Producers with versions 1, 2 and 3 of three schemas take turns while the sinks run, one killed now and then: each document, line and row has the fields of its own version, new fields can be searched from their first event on, and the producer of a version that breaks the others learns why.',
  run,
};
export default evolution;

const patienceSeconds = 240;
const versions = [1, 2, 3] as const;
const rounds = 6;
/** Events of one version that are published at once. */
const some = 25;
/** Each topic has other indices on these two: the later one is made once all versions are known. */
const [earlier, later] = [new Date('2026-09-20T10:00:00Z'), new Date('2026-10-20T10:00:00Z')];
const names = evolvingTopics.map(({ topic }) => topic);
const tableOf = (topic: string) => `sluice.${topic.replaceAll(/[-.]/g, '_')}`;

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry, Elasticsearch and the stand-ins for Cloud Storage and BigQuery');
  const only = ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const environment: Record<string, string> = { ...stack.environment, SINK_TOPICS: names.join() };
  const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, stack.environment);
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const running = new Map<string, AppProcess>();
  const ended: string[] = [];
  const start = (name: string, settings: Record<string, string>) => {
    const sink = startAppProcess({
      folder: `sinks/${name}`,
      environment: { ...environment, ...settings },
      logFile: join(folder, `${name}.log`),
    });
    running.set(name, sink);
    void sink.exited.then(
      (how) => how !== 'SIGKILL' && running.size > 0 && ended.push(`the sink ${name} ended (${how})`),
    );
  };
  const settings: Readonly<Record<string, Record<string, string>>> = {
    elasticsearch: { ELASTICSEARCH_REPLICAS: '0' },
    gcs: { GCS_OBJECT_WAIT_MS: '1000', GCS_SMALL_OBJECT_WAIT_MS: '1000' },
    bigquery: { BIGQUERY_GATHER_MS: '500', ...unpacedLoads },
  };
  const closing: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    const kafka = await connectKafka({ config, clientId: 'scenario', logger, signal });
    closing.push(() => kafka.disconnect());
    const codec = createCodec({ url: config.SCHEMA_REGISTRY_URL });
    await kafka.ensureTopics(names, { signal });
    const producer = await kafka.producer();
    const topics = evolvingTopics.map((evolving) => producersOf(evolving, producer, codec));
    const publish = async (version: 1 | 2 | 3, day: Date, count = some) => {
      for (const one of topics) await one.publish(version, count, day);
    };

    say('version 1 alone, then the sinks');
    await publish(1, earlier, 100);
    for (const [name, own] of Object.entries(settings)) start(name, own);
    closing.push(() => {
      const sinks = [...running.values()];
      running.clear();
      return Promise.all(sinks.map((sink) => sink.stop()));
    });
    await arrived(topics, environment, signal);

    const kills = { elasticsearch: 0, gcs: 0, bigquery: 0 };
    for (const highest of [2, 3] as const) {
      say(`version ${highest} joins`);
      for (let round = 0; round < rounds; round++)
        for (const version of versions.slice(0, highest)) await publish(version, earlier);
      await arrived(topics, environment, signal);
    }
    say('all three in turn, on a day that has no index yet; each sink is killed once and started again');
    const victims = ['elasticsearch', 'gcs', 'bigquery'] as const;
    for (let round = 0; round < rounds; round++) {
      for (const version of versions) await publish(version, later);
      const victim = round % 2 === 0 ? victims[round / 2] : undefined;
      if (victim === undefined) continue;
      await running.get(victim)?.kill();
      start(victim, settings[victim] ?? {});
      kills[victim]++;
    }
    await arrived(topics, environment, signal);

    say('auditing');
    const shortfalls = [...ended];
    let audited = 0;
    for (const destination of victims) {
      const more = destination === 'bigquery' ? ['--full'] : [];
      const audits = await auditTopics(environment, names, [destination], patienceSeconds, more);
      if (audits.length !== names.length) shortfalls.push(`${destination}: ${audits.length} topics audited`);
      audited += audits.reduce((sum, { totals }) => sum + totals.delivered, 0);
      for (const one of audits) shortfalls.push(...auditShortfalls(one).map((what) => `${one.topic} at ${what}`));
    }

    say('reading back, searching, reading with version 1, and publishing versions that break the others');
    let values = 0;
    const refusals: [topic: string, reason: string][] = [];
    for (const one of topics) {
      const verdict = compareEvents(one, await placesOf(one.evolving, environment));
      values += verdict.values;
      shortfalls.push(...verdict.shortfalls, ...(await searched(one, environment)));
      shortfalls.push(...(await refusalOfBroken(one.evolving, codec, refusals)));
    }
    const read = await readByVersion1(environment, codec, shortfalls);
    return {
      counted: [
        ...topics.flatMap(({ evolving: { topic }, produced }) =>
          versions.map(
            (of) => [`${topic}, version ${of}`, produced.filter(({ version }) => version === of).length] as const,
          ),
        ),
        ['sinks killed and started again', Object.values(kills).reduce((sum, count) => sum + count, 0)],
        ['deliveries that the audits found', audited],
        ['values compared', values],
        ['tweets of all versions that code with version 1 has read', read],
        ['producers that learned what they break', refusals.length],
        ...refusals.map(([topic, reason]) => [`  of ${topic}`, reason] as const),
      ],
      shortfalls,
    };
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

/** Waits until all that was produced is in the index and in the table. */
async function arrived(
  topics: readonly Producers[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  await eventually(async () => {
    signal.throwIfAborted();
    for (const { evolving, produced } of topics) {
      const documents = await countOf(environment, evolving.topic, { match_all: {} });
      const [[rows] = []] = await queriedRows(environment, `SELECT COUNT(*) FROM ${tableOf(evolving.topic)}`);
      if (documents !== produced.length || Number(rows) !== produced.length)
        throw new Error(`${evolving.topic}: ${documents} documents and ${rows} rows of ${produced.length} events`);
    }
  }, patienceSeconds * 1000);
}

async function countOf(
  { ELASTICSEARCH_URL: url = '' }: Readonly<Record<string, string>>,
  index: string,
  query: object,
): Promise<number> {
  await fetch(`${url}/${index}/_refresh`, { method: 'POST' });
  const answer = await fetch(`${url}/${index}/_count`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  if (!answer.ok) throw new Error(`Elasticsearch answered ${answer.status} for ${index}`);
  return ((await answer.json()) as { count: number }).count;
}

const placesOf = async ({ topic }: EvolvingTopic, environment: Readonly<Record<string, string>>) => [
  {
    ...{ where: 'documents', time: '@timestamp' },
    found: (await readDocuments(environment, topic)).map(({ source }) => source),
  },
  { where: 'lines', time: '_timestamp', found: await readLines(environment, 'sluice', `${topic}/`) },
  { where: 'rows', time: '_timestamp', found: await readRows(environment, tableOf(topic)) },
];

/** Whether a search finds each event that has what is searched for: a field that joined after its first event would miss some. */
async function searched(
  { evolving, produced }: Producers,
  environment: Readonly<Record<string, string>>,
): Promise<string[]> {
  const shortfalls: string[] = [];
  const indexOf = [tweet, tweetGap].find(({ topic }) => topic === evolving.topic);
  const last = indexOf === undefined ? `${evolving.topic}-2026-10` : indexName(indexOf)(later.getTime());
  for (const { from, query, index } of evolving.searches) {
    const wanted = produced.filter(({ version, at }) => version >= from && (index === 'all' || at >= later)).length;
    const found = await countOf(environment, index === 'all' ? evolving.topic : last, query);
    if (found !== wanted) shortfalls.push(`${evolving.topic}: ${JSON.stringify(query)} finds ${found}, not ${wanted}`);
  }
  return shortfalls;
}

async function refusalOfBroken(
  { topic, broken }: EvolvingTopic,
  codec: Codec,
  refusals: [topic: string, reason: string][],
): Promise<string[]> {
  const reason = await codec.encoder(broken.contract).then(
    () => undefined,
    (error: unknown) => describeError(error),
  );
  if (reason === undefined) return [`${topic}: the registry takes a version that breaks the others`];
  if (!broken.reason.test(reason)) return [`${topic}: the producer of a broken version learns only ${reason}`];
  refusals.push([topic, reason]);
  return [];
}

/** Code that was compiled with version 1 reads the tweets of all versions. @returns how many it could read */
async function readByVersion1(
  environment: Readonly<Record<string, string>>,
  codec: Codec,
  shortfalls: string[],
): Promise<number> {
  const kafka = await testKafka(environment['KAFKA_BROKERS'] ?? '');
  let read = 0;
  const problems = new Set<string>();
  try {
    for (const { value } of await kafka.records(tweet.topic)) {
      if (value === null) continue;
      try {
        const schema = await codec.fetchSchema(value);
        const { media, text } = schema.decode(value.subarray(schema.prefixBytes), tweet) as {
          media: readonly { width_pixels: unknown }[];
          text: unknown;
        };
        if (typeof text !== 'string' || typeof media[0]?.width_pixels !== 'number')
          problems.add('a tweet is incomplete');
        else read++;
      } catch (error) {
        problems.add(describeError(error));
      }
    }
  } finally {
    await kafka.disconnect();
  }
  shortfalls.push(...[...problems].map((problem) => `code with version 1: ${problem}`));
  return read;
}
