// The straightforward program under a steady rate: see straightforward.ts. Arguments: the topic, the index.
import { Client } from '@elastic/elasticsearch';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';

countRequests();
const [topic = '', index = ''] = process.argv.slice(2);
const registry = new SchemaRegistry({ host: process.env['SCHEMA_REGISTRY_URL'] ?? '' });
const elasticsearch = new Client({ node: process.env['ELASTICSEARCH_URL'] ?? '' });
const kafka = new kafkajs.Kafka({
  clientId: 'straightforward',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: 0,
});
const consumer = kafka.consumer({ groupId: `straightforward-${process.pid}` });
const meter = rateMeter();

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: false });
await consumer.run({
  eachBatch: async ({ batch }) => {
    const tweets = (await Promise.all(
      batch.messages.map(({ value }) => registry.decode(value ?? Buffer.alloc(0))),
    )) as { id: string }[];
    await elasticsearch.helpers.bulk({
      datasource: tweets,
      onDocument: ({ id }) => ({ index: { _index: index, _id: id } }),
    });
    for (const { timestamp } of batch.messages) meter.acknowledged(Number(timestamp));
  },
});
