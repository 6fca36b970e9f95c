import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings } from '@sluice/kafka';
import { noHandlers, capturedLog, testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, launchBroker, serverAddresses, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedSink } from './testing/scripted-sink.ts';
import { delivered, type Verdict } from './contract/sink.ts';
import { ids, testRig } from './testing/test-rig.ts';

let broker: LaunchedBroker;
let brokers: string;
let kafka: TestKafka;

beforeAll(async () => {
  broker = await launchBroker(uniqueName('kafka-crash'));
  brokers = broker.brokers;
  kafka = await testKafka(brokers);
});
afterAll(async () => {
  await kafka.disconnect();
  await broker.stop();
});

describe('when the broker crashes and comes back', () => {
  it(
    'nothing is lost, repeated or skipped, all come back by themselves, and who connects waits with few words',
    { timeout: 180_000 },
    async () => {
      const topic = await kafka.topic({ partitions: 2 });
      const groupId = uniqueName('group');
      const read: string[] = [];
      const story: string[] = [];
      const consumer = kafka.join({
        groupId,
        topics: [topic],
        fetchBytes: 1_000_000,
        fetchMaxBytes: 10_000_000,
        lingerMs: 100,
        publishes: [],
        sessionTimeoutMs: 6_000,
        handlers: {
          ...noHandlers,
          assigned(assigned) {
            const begin = () =>
              kafka.committedOffsets(groupId, topic).then(
                (committed) => assigned.start(committed.get(assigned.partition) ?? 0n),
                () => void setTimeout(() => void begin(), 200),
              );
            void begin();
          },
          fetched(assigned, records, nextOffset) {
            read.push(...records.map(({ value }) => String(value)));
            assigned.commit({ nextOffset: nextOffset, records: [] }).catch(() => {});
          },
          joined: (partitions) => story.push(`joined ${partitions}`),
          interrupted: () => story.push('interrupted'),
        },
      });
      const producer = await kafka.producer();
      const sent: string[] = [];
      const send = async (count: number) => {
        for (let n = 0; n < count; n++) {
          const values = Array.from({ length: 10 }, () => `v-${sent.length}-${Math.random()}`);
          await producer.send(
            topic,
            values.map((value) => ({ key: null, value: Buffer.from(value) })),
          );
          sent.push(...values);
        }
      };

      await send(20);
      await eventually(() => expect(read.length).toBeGreaterThan(0));
      const sending = send(20);
      await broker.kill('kafka');
      // Once nothing arrives the broker is gone; what is sent now waits.
      const inTheDark = sending.then(() => send(5));
      await eventually(() => expect(story).toContain('interrupted'));
      const { logger, lines } = capturedLog();
      const config = loadConfig('test', kafkaSettings, { KAFKA_BROKERS: brokers });
      const connecting = connectKafka({ config, clientId: 'test', logger, signal: AbortSignal.timeout(120_000) });
      await eventually(() => expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1));
      await broker.restore('kafka');
      await inTheDark;
      await (await connecting).disconnect();
      const logged = lines.filter(({ level }) => level !== 'debug');
      expect(logged.at(0)?.message).toBe(`waiting for Kafka at ${brokers}`);
      expect(logged.length).toBeLessThanOrEqual(6);
      await eventually(() => expect(new Set(read)).toEqual(new Set(sent)), 60_000);
      expect((await kafka.records(topic)).map(({ value }) => String(value)).toSorted()).toEqual(sent.toSorted());
      await send(1);
      await eventually(() => expect(new Set(read)).toEqual(new Set(sent)));
      await producer.disconnect();
      await consumer.stop();
      // Once before; then once, or a second time where the broker still knew the first member.
      expect(story.filter((what) => what.startsWith('joined')).length).toBeLessThanOrEqual(4);
    },
  );

  it(
    'a sink delivers everything, keeps each dead letter once, and comes back by itself',
    { timeout: 180_000 },
    async () => {
      const rig = await testRig({ brokers, registryUrl: serverAddresses().schemaRegistryUrl, partitions: 2 });
      const sink = scriptedSink(({ records }) => ({
        verdicts: records.map(({ id }): Verdict =>
          /7$/.test(id) ? { status: 'rejected', reason: 'never' } : delivered,
        ),
      }));
      const running = rig.run(sink, { SINK_BATCH_RECORDS: '20' });
      await rig.send(ids('a', 300));
      await eventually(() => expect(sink.writes.length).toBeGreaterThan(0));
      const sending = rig.send(ids('b', 300));
      await broker.kill('kafka');
      await eventually(() => expect(running.health.state.reasons).toHaveProperty('kafka'));
      await broker.restore('kafka');
      await sending;
      await rig.send(ids('c', 100));
      const ends = (await rig.kafka.ends(rig.topic)) ?? [];
      await eventually(async () => {
        for (const { partition, end } of ends) expect(await rig.committed(partition)).toBe(end);
      }, 90_000);
      // What waited for the broker says so until its next look.
      await eventually(() => expect(running.health.state).toMatchObject({ ready: true, reasons: {} }), 60_000);
      const sent = [...ids('a', 300), ...ids('b', 300), ...ids('c', 100)];
      expect(new Set(sink.writes.flatMap((write) => write.ids))).toEqual(new Set(sent));
      const deadLetters = (await rig.kafka.records(rig.deadLetters)).map(({ key }) => String(key));
      expect(deadLetters.toSorted()).toEqual(sent.filter((id) => /7$/.test(id)).toSorted());
      await rig.close();
    },
  );
});
