import { loadConfig } from '@sluice/config';
import { auditDocuments } from '@sluice/audit';
import {
  documentReader,
  elasticsearchSettings,
  elasticsearchSink,
  elasticsearchSinkSettings,
} from '@sluice/connector-elasticsearch';
import { eventContract, indexName, type EventContract } from '@sluice/contracts';
import { countFields } from '@sluice/index-templates';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings } from '@sluice/kafka';
import { testRun } from '@sluice/kafka/testing';
import { seededRandom, type Random } from '@sluice/random';
import { createCodec } from '@sluice/schema-registry';
import { runSink, sinkParts, sinkSettings } from '@sluice/sink';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack } from '@sluice/testkit';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const fieldBudget: Scenario = {
  sentence:
    'A source sends events with random field names: the index gets no more fields than it may have, the metric shows it, and nothing is lost.',
  run,
};
export default fieldBudget;

interface Reading {
  id: string;
  time: Date;
  values: Record<string, number | string>;
}

const readings: EventContract<Reading> = eventContract({
  type: 'record',
  name: 'RandomReading',
  namespace: 'sluice.scenario',
  sluice: { topic: 'random-readings', id: ['id'], time: 'time' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'values', type: { type: 'map', values: ['double', 'string'] }, sluice: { open: true } },
  ],
});

const events = 5_000;
const names = 20_000;
const budget = 150;
const patienceMs = 240_000;
const group = 'elasticsearch';

async function run({ say, seed, signal }: ScenarioContext): Promise<ScenarioResult> {
  say(`seed ${seed}; starting Kafka, the registry and Elasticsearch`);
  const only = ['kafka', 'registry', 'elasticsearch'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const url = stack.environment['ELASTICSEARCH_URL'] ?? '';
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as T;
  };
  const environment = {
    ...{ ELASTICSEARCH_URL: url, ELASTICSEARCH_REPLICAS: '0', ELASTICSEARCH_FIELDS: String(budget) },
    KAFKA_BROKERS: stack.environment['KAFKA_BROKERS'] ?? '',
    SCHEMA_REGISTRY_URL: stack.environment['SCHEMA_REGISTRY_URL'] ?? '',
    SINK_GROUP: group,
  };
  const index = indexName(readings)(0);
  const config = loadConfig('scenario', { ...elasticsearchSinkSettings, ...sinkSettings }, environment);
  const reading = loadConfig(
    'scenario',
    { ...kafkaSettings, ...schemaRegistrySettings, ...elasticsearchSettings },
    {
      KAFKA_BROKERS: environment.KAFKA_BROKERS,
      SCHEMA_REGISTRY_URL: environment.SCHEMA_REGISTRY_URL,
      ELASTICSEARCH_URL: url,
    },
  );
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const kafka = await connectKafka({ config: reading, clientId: 'scenario', logger, signal });
  const codec = createCodec({ url: reading.SCHEMA_REGISTRY_URL });
  const sink = testRun({
    app: 'elasticsearch',
    parts: sinkParts,
    run: (context) =>
      runSink({
        sink: elasticsearchSink(config, [readings], context.logger, context.metrics),
        contracts: [readings],
        config,
        context,
      }),
  });
  try {
    say(`publishing ${events} events with ${names} names`);
    const random = seededRandom(seed);
    const made = Array.from({ length: events }, (_, at) => randomReading(at, random));
    await kafka.ensureTopics([readings.topic], { signal });
    const encoder = await codec.encoder(readings);
    const producer = await kafka.producer();
    for (let from = 0; from < events; from += 500)
      await producer.send(
        readings.topic,
        made.slice(from, from + 500).map((value) => outgoingEvent({ value }, readings, encoder, Date.now())),
      );
    await producer.disconnect();

    say('auditing');
    const reader = documentReader(reading, signal);
    const audit = await auditDocuments({
      access: { kafka, codec, logger, signal },
      ...{ reader, name: 'elasticsearch', contract: readings, group, waitMs: patienceMs },
      progress: { show: () => {} },
    });
    await reader.close();
    if (audit === undefined) throw new Error('the audit has no result');
    const { [index]: found } = await ask<Record<string, { mappings: object }>>(`${index}/_mapping`);
    const fields = countFields(found?.mappings);
    const count = async (query: object): Promise<number> =>
      (await ask<{ count: number }>(`${readings.topic}/_count`, { query })).count;
    const beyond = await count({ exists: { field: '_sluice.flattened' } });
    const shown = await eventually(async () => {
      signal.throwIfAborted();
      const of = `topic="${readings.topic}"`;
      const figures = [
        await sink.metric('sink_index_fields_count', of),
        await sink.metric('sink_index_fields_limit', of),
      ];
      if (figures[0] !== fields) throw new Error(`the metric shows ${figures[0]} fields, and there are ${fields}`);
      return figures;
    }, patienceMs);
    const searched = await searchable(made, count);
    const totals = audit.partitions.reduce((sum, { delivered, changed }) => sum + delivered - changed, 0);
    return {
      counted: [
        ['events', events],
        ['names in them', new Set(made.flatMap(({ values }) => Object.keys(values))).size],
        ['documents, unchanged', totals],
        ['fields that the index may have', budget],
        ['fields that it has', fields],
        ['  as the metric shows them', shown[0] ?? 0],
        ['documents with names beyond', beyond],
        ['values looked for', searched.asked],
        ['  found', searched.found],
      ],
      shortfalls: [
        ...(audit.ok ? [] : ['the audit is not clean']),
        ...(totals === events ? [] : [`${totals} of ${events} events are documents`]),
        ...(fields <= budget ? [] : [`the index has ${fields} fields`]),
        ...(shown[1] === budget ? [] : [`the metric shows a limit of ${shown[1]}`]),
        ...(beyond > 0 ? [] : ['no document has names beyond the fields, so nothing is shown']),
        ...(searched.found === searched.asked ? [] : [`${searched.asked - searched.found} values are not found`]),
      ],
    };
  } finally {
    await sink.stop().catch(() => {});
    await kafka.disconnect();
    await stack.stop();
  }
}

/** Each event has a name that all have, and some of its own. */
function randomReading(at: number, random: Random): Reading {
  const own = Array.from({ length: 4 }, (): [string, number | string] => {
    const name = random.below(names);
    // The same name mostly has the same type.
    return [`v${name}`, name % 3 === 0 && random.chance(0.95) ? `word ${at}` : at + 0.5];
  });
  return {
    id: `r-${at}`,
    time: new Date(1_767_225_600_000 + at),
    values: { load: at / 100, ...Object.fromEntries(own) },
  };
}

/** Looks for some values of events, wherever they are. */
async function searchable(
  made: readonly Reading[],
  count: (query: object) => Promise<number>,
): Promise<{ asked: number; found: number }> {
  let [asked, found] = [0, 0];
  for (const { values } of made.filter((_, at) => at % 500 === 499)) {
    for (const [name, value] of Object.entries(values)) {
      const places = [{ [`values.${name}`]: value }, { [`_sluice.flattened.values.${name}`]: String(value) }];
      const query = { bool: { should: places.map((term) => ({ term })), minimum_should_match: 1 } };
      asked++;
      if ((await count(query)) > 0) found++;
    }
  }
  return { asked, found };
}
