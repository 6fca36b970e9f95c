// What a TypeScript developer would write in an hour: kafkajs, the registry client's decode, the Elasticsearch client's bulk helper.
import { Client } from '@elastic/elasticsearch';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';
import { meter, report } from '../measure.ts';

const [index = '', total = '0'] = process.argv.slice(2);
const registry = new SchemaRegistry({ host: process.env['SCHEMA_REGISTRY_URL'] ?? '' });
const elasticsearch = new Client({ node: process.env['ELASTICSEARCH_URL'] ?? '' });
const kafka = new kafkajs.Kafka({
  clientId: 'straightforward',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: 1,
});
const consumer = kafka.consumer({ groupId: `straightforward-${process.pid}` });
const measured = meter(Number(total));

await consumer.connect();
await consumer.subscribe({ topic: 'bench-tweets', fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch }) => {
    measured.begin();
    const tweets = (await Promise.all(
      batch.messages.map(({ value }) => registry.decode(value ?? Buffer.alloc(0))),
    )) as { id: string }[];
    await elasticsearch.helpers.bulk({
      datasource: tweets,
      onDocument: ({ id }) => ({ index: { _index: index, _id: id } }),
    });
    const result = measured.count(tweets.length);
    if (result !== undefined) report(result);
  },
});
