import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings } from '@sluice/kafka';
import { indexName, videoEvent, type VideoEvent } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess } from '@sluice/testkit';
import { openFiles, peakBytes } from '../harness/process-resources.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';

const manyPartitions: Scenario = {
  sentence:
    'One process delivers 1,000 partitions with a record of 1 MB in each into Elasticsearch, under 512 MiB and with fewer than 200 files open.',
  run,
};
export default manyPartitions;

const { topic } = videoEvent;
const partitions = 1_000;
const recordBytes = 1_000_000;
const memoryLimit = 512 * 1024 * 1024;
const fileLimit = 200;
/** Of the two indices: on a small machine Elasticsearch takes a gigabyte in minutes. */
const patienceMs = 600_000;

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry and Elasticsearch');
  const only = ['kafka', 'registry', 'elasticsearch'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const { environment } = stack;
  const shortfalls: string[] = [];
  const counted: [string, number | string][] = [];
  const check = (what: string, found: number, holds: boolean): void => {
    counted.push([what, found]);
    if (!holds) shortfalls.push(`${what}: ${found}`);
  };
  const closing: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    // Well compressed, so that one answer of the broker has many of them.
    const config = loadConfig(
      'scenario',
      { ...kafkaSettings, ...schemaRegistrySettings },
      { ...environment, KAFKA_COMPRESSION: 'zstd' },
    );
    const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
    const kafka = await connectKafka({ config, clientId: 'scenario', logger, signal });
    closing.push(() => kafka.disconnect());
    say(`${partitions} partitions, with a record of ${recordBytes} bytes in each`);
    await kafka.ensureTopics([topic], { signal, partitions });
    const encoder = await createCodec({ url: config.SCHEMA_REGISTRY_URL }).encoder(videoEvent);
    const producer = await kafka.producer();
    closing.push(() => producer.disconnect());
    const now = new Date();
    for (let n = 0; n < partitions; n++) {
      signal.throwIfAborted();
      const { key: _, ...record } = outgoingEvent({ value: largeEvent(n, now) }, videoEvent, encoder, now.getTime());
      // Records without a key go to all partitions in turn.
      await producer.send(topic, [{ ...record, key: null }]);
    }
    const filled = ((await kafka.ends(topic)) ?? []).filter(({ first, end }) => end > first).length;
    check('partitions with records', filled, filled === partitions);

    say('starting the sink');
    const startedMs = performance.now();
    const sink = startAppProcess({
      folder: 'sinks/elasticsearch',
      environment: { ...environment, SINK_TOPICS: topic },
      logFile: join(folder, 'elasticsearch.log'),
    });
    closing.push(() => sink.stop());
    let mostFiles = 0;
    const index = indexName(videoEvent)(now.getTime());
    const documents = async (): Promise<number> => {
      const url = `${environment['ELASTICSEARCH_URL']}/${index}/_count`;
      const answer = await fetch(url, { signal }).then((response) => response.json() as Promise<{ count?: number }>);
      return answer.count ?? 0;
    };
    await eventually(
      async () => {
        signal.throwIfAborted();
        mostFiles = Math.max(mostFiles, openFiles(sink.pid));
        const found = await documents();
        if (found < partitions) throw new Error(`documents: ${found}`);
      },
      patienceMs,
      500,
    ).catch((error: unknown) => shortfalls.push(String(error)));
    counted.push(['seconds until all were delivered', Math.round((performance.now() - startedMs) / 1000)]);
    const found = await documents();
    check('documents', found, found === partitions);
    const group = 'elasticsearch';
    const committed = await kafka.committedOffsets(group, topic);
    check('partitions with a committed offset', committed.size, committed.size === partitions);
    const mib = Math.round(peakBytes(sink.pid) / 1024 / 1024);
    check('peak memory of the sink, MiB', mib, peakBytes(sink.pid) < memoryLimit);
    check('most files open', mostFiles, mostFiles > 0 && mostFiles < fileLimit);
    const code = await sink.stop();
    check('exit code of the sink', Number(code), code === 0);
    return { counted, shortfalls };
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

/** A little different from all others, so that a mistake would be seen in the number of documents. */
const largeEvent = (n: number, timestamp: Date): VideoEvent => ({
  ...{ event_id: `large-${n}`, board_id: 'board', playtime: 3, timestamp, user_id: 'user' },
  interest: `${n} `.repeat(recordBytes).slice(0, recordBytes),
});
