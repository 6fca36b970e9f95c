import { Client } from '@elastic/elasticsearch';
import { loadConfig } from '@sluice/config';
import { testRun } from '@sluice/kafka/testing';
import { ByteWriter } from '@sluice/avro';
import { indexName, type EventContract } from '@sluice/contracts';
import { delivered, runSink, sinkParts, sinkSettings, type Sink, type SinkRecord } from '@sluice/sink';
import { serverAddresses } from '@sluice/testkit';

/** A small sink for Elasticsearch that runs in this process under the real sink's name. */
export interface TestSink {
  /** Decides which records it refuses; none by default. */
  refuses: (record: SinkRecord) => boolean;
  stop(): Promise<void>;
  /** Stops it, and deletes its indices and their template. */
  remove(): Promise<void>;
}

/** @param group its consumer group */
export function testSink(contract: EventContract, group: string): TestSink {
  const { kafkaBrokers, schemaRegistryUrl, elasticsearchUrl } = serverAddresses();
  const client = new Client({ node: elasticsearchUrl });
  const nameOf = indexName(contract);
  const under: Pick<TestSink, 'refuses'> = { refuses: () => false };
  const json = new ByteWriter();
  const sink: Sink = {
    async open() {
      await client.indices.putIndexTemplate({
        name: contract.topic,
        index_patterns: [`${contract.topic}-*`],
        template: {
          settings: { number_of_replicas: 0 },
          aliases: { [contract.topic]: {} },
          mappings: { dynamic: false },
        },
      });
    },
    async write({ records }) {
      const lines = records
        .filter((record) => !under.refuses(record))
        .map((record) => {
          json.length = 0;
          record.writeJson(json);
          const action = { create: { _index: nameOf(record.timestamp.getTime()), _id: record.id } };
          return `${JSON.stringify(action)}\n${json.written().toString()}\n`;
        });
      if (lines.length > 0)
        await client.transport.request({ method: 'POST', path: '/_bulk', bulkBody: lines.join('') });
      return {
        verdicts: records.map((record) =>
          under.refuses(record) ? { status: 'rejected', reason: `refused\nfor a test` } : delivered,
        ),
      };
    },
    close: () => client.close(),
  };
  const config = loadConfig('test', sinkSettings, {
    KAFKA_BROKERS: kafkaBrokers,
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    SINK_GROUP: group,
    LINGER_MS: '20',
    SINK_SESSION_TIMEOUT_MS: '6000',
  });
  const { stop } = testRun({
    app: 'elasticsearch',
    parts: sinkParts,
    run: (context) => runSink({ sink, contracts: [contract], config, context }),
  });
  return Object.assign(under, {
    stop,
    async remove() {
      await stop();
      const cleaner = new Client({ node: elasticsearchUrl });
      const indices = Object.keys(await cleaner.indices.get({ index: `${contract.topic}-*` }));
      if (indices.length > 0) await cleaner.indices.delete({ index: indices });
      await cleaner.indices.deleteIndexTemplate({ name: contract.topic });
      await cleaner.close();
    },
  });
}
