import { loadConfig } from '@sluice/config';
import { elasticsearchSink, elasticsearchSinkSettings } from '@sluice/connector-elasticsearch';
import { removeIndices, server } from '@sluice/connector-elasticsearch/testing';
import { testRun } from '@sluice/kafka/testing';
import type { EventContract } from '@sluice/contracts';
import { runSink, sinkParts, sinkSettings, type Sink, type SinkRecord, type Verdict } from '@sluice/sink';
import { serverAddresses } from '@sluice/testkit';

/** The Elasticsearch sink, in this process. */
export interface TestSink {
  /** Decides which records it refuses; none by default. */
  refuses: (record: SinkRecord) => boolean;
  stop(): Promise<void>;
  /** Stops it, and deletes its indices and their template. */
  remove(): Promise<void>;
}

const rejected: Verdict = { status: 'rejected', reason: `refused\nfor a test` };

/** @param group its consumer group */
export function testSink(contract: EventContract, group: string): TestSink {
  const { kafkaBrokers, schemaRegistryUrl, elasticsearchUrl } = serverAddresses();
  const config = loadConfig(
    'test',
    { ...elasticsearchSinkSettings, ...sinkSettings },
    {
      ELASTICSEARCH_URL: elasticsearchUrl,
      ELASTICSEARCH_REPLICAS: '0',
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      SINK_GROUP: group,
      LINGER_MS: '20',
      SINK_SESSION_TIMEOUT_MS: '6000',
    },
  );
  const under: Pick<TestSink, 'refuses'> = { refuses: () => false };
  const { stop } = testRun({
    app: 'elasticsearch',
    parts: sinkParts,
    run(context) {
      const real = elasticsearchSink(config, [contract], context.logger);
      const sink: Sink = {
        ...real,
        async write(batch, options) {
          const records = batch.records.filter((record) => !under.refuses(record));
          const { verdicts } = records.length > 0 ? await real.write({ ...batch, records }, options) : { verdicts: [] };
          const byRecord = new Map(records.map((record, at) => [record, verdicts[at]]));
          return { verdicts: batch.records.map((record) => byRecord.get(record) ?? rejected) };
        },
      };
      return runSink({ sink, contracts: [contract], config, context });
    },
  });
  return Object.assign(under, {
    stop,
    async remove() {
      await stop();
      const client = server();
      await removeIndices(client, contract);
      await client.close();
    },
  });
}
