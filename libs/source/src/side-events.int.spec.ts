import { loadConfig } from '@sluice/config';
import { capturedLog, testKafka, uniqueName } from '@sluice/kafka/testing';
import { deadLetterTopic, eventContract, type EventContract } from '@sluice/contracts';
import { createHealth, createMetrics } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { runSource } from './run-source.ts';
import { sourceParts, sourceSettings } from './source-settings.ts';

interface Entry {
  id: string;
  time: Date;
}

const contractOf = (topic: string, name: string): EventContract<Entry> =>
  eventContract({
    type: 'record',
    name,
    namespace: 'sluice.test',
    sluice: { topic, id: ['id'], time: 'time' },
    fields: [
      { name: 'id', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ],
  });

const { KAFKA_BROKERS: brokers = '', SCHEMA_REGISTRY_URL: registryUrl = '' } = process.env;

it('side events go to the topic of their own contract, in the same transaction as the events and the cursor (G8)', async () => {
  const topic = uniqueName('events');
  const [contract, beside] = [contractOf(topic, 'Main'), contractOf(`${topic}.notes`, 'Note')];
  const kafka = await testKafka(brokers);
  const { logger } = capturedLog();
  const [metrics, health] = [createMetrics('test'), createHealth(sourceParts)];
  const context = { app: topic, logger, metrics, health, signal: new AbortController().signal };
  const config = loadConfig('test', sourceSettings, {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    KAFKA_TOPIC_PARTITIONS: '1',
  });
  const entry = (id: string): Entry => ({ id, time: new Date() });
  const cursors: (string | undefined)[] = [];
  const source = {
    async *read({ cursor }: { cursor: string | undefined }) {
      cursors.push(cursor);
      if (cursor === undefined) {
        yield { value: entry('1') };
        yield { beside: entry('a'), cursor: 'behind a' };
        // Without a cursor behind them they are read again.
        yield { value: entry('2') };
        yield { beside: entry('b') };
        throw new Error('the source breaks off');
      }
      yield { value: entry('2') };
      yield { beside: entry('b'), cursor: 'behind b' };
    },
  };
  await runSource({ source, contract, beside, config, context, cursors: true });

  const ids = async (of: string) => (await kafka.records(of)).map(({ headers }) => String(headers['sluice-id']));
  expect(cursors).toEqual([undefined, 'behind a']);
  expect(await ids(topic)).toEqual(['1', '2']);
  expect(await ids(beside.topic)).toEqual(['a', 'b']);
  expect(await kafka.records(deadLetterTopic(beside.topic))).toEqual([]);
  expect((await metrics.expose()).text).not.toMatch(/source_dead_letters_total\{[^}]*\} [1-9]/);
  await kafka.disconnect();
});
