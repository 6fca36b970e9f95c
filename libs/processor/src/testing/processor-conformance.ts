import { setTimeout as delay } from 'node:timers/promises';
import { outgoingEvent, readDeadLetterHeaders, type EventProducer } from '@sluice/kafka';
import {
  kafkaApi,
  kafkaProxy,
  testKafka,
  testRun,
  uniqueName,
  type KafkaProxy,
  type TestKafka,
  type TestRun,
} from '@sluice/kafka/testing';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec, prefixBytes, type Encoder } from '@sluice/schema-registry';
import { unlessExempt } from '@sluice/sink/testing';
import type { AppContext } from '@sluice/telemetry';
import { eventually } from '@sluice/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processorParts } from '../processor-settings.ts';

/** A processor between two topics of a test. */
export interface ProcessorUnderTest<In extends object, Out extends object> {
  from: EventContract<In>;
  to: EventContract<Out>;
  /** An event that the processor takes; `n` makes it different from the others. */
  event(n: number, time: Date): In;
  /** For how many events an output stands, so that all outputs together stand for all events once. */
  stands(output: Out): number;
  /** Runs the processor between topics of these contracts until the context's signal is aborted. */
  run(
    topics: { from: EventContract<In>; to: EventContract<Out> },
    environment: Readonly<Record<string, string>>,
    context: AppContext,
  ): Promise<void>;
}

/** The servers, the topics and the processes of one test. */
interface Rig<In extends object, Out extends object> {
  under: ProcessorUnderTest<In, Out>;
  kafka: TestKafka;
  proxy: KafkaProxy;
  producer: EventProducer;
  from: EventContract<In>;
  encoder: Encoder<In>;
  start(): TestRun;
  send(events: readonly In[], change?: (value: Buffer, n: number) => Buffer): Promise<void>;
  /** For how many events all outputs stand together, as a reader of committed records sees them. */
  processed(): Promise<number>;
  /** Stops all processes. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any processor waits before it publishes: the rates of a minute, for one. */
const withinMs = 90_000;

async function rigOf<In extends object, Out extends object>(
  under: ProcessorUnderTest<In, Out>,
  servers: { kafkaBrokers: string; schemaRegistryUrl: string },
): Promise<Rig<In, Out>> {
  const { kafkaBrokers, schemaRegistryUrl } = servers;
  const kafka = await testKafka(kafkaBrokers, { KAFKA_TOPIC_PARTITIONS: '2' });
  const proxy = await kafkaProxy(kafkaBrokers);
  const from = { ...under.from, topic: uniqueName('from') };
  const to = { ...under.to, topic: uniqueName('to') };
  await kafka.ensureTopics([from.topic], { signal: AbortSignal.timeout(60_000) });
  const codec = createCodec({ url: schemaRegistryUrl });
  const encoder = await codec.encoder(from);
  const producer = await kafka.producer();
  const environment = {
    KAFKA_BROKERS: proxy.address,
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    KAFKA_TOPIC_PARTITIONS: '2',
    PROCESSOR_GROUP: uniqueName('processor'),
    PROCESSOR_SESSION_TIMEOUT_MS: '6000',
    LINGER_MS: '20',
  };
  const running: TestRun[] = [];
  return {
    ...{ under, kafka, proxy, producer, from, encoder },
    start() {
      const run = (context: AppContext) => under.run({ from, to }, environment, context);
      const one = testRun({ app: 'test-processor', parts: processorParts, run });
      running.push(one);
      return one;
    },
    async send(events, change = (value) => value) {
      const records = events.map((value) => outgoingEvent({ value }, from, encoder, Date.now()));
      await producer.send(
        from.topic,
        records.map((record, n) => ({ ...record, value: change(record.value, n) })),
      );
    },
    async processed() {
      const records = (await kafka.ends(to.topic)) === undefined ? [] : await kafka.records(to.topic);
      let sum = 0;
      for (const { value } of records) {
        if (value === null) throw new Error('an output without a value');
        const schema = await codec.fetchSchema(value);
        sum += under.stands(schema.decode(value.subarray(prefixBytes), to) as Out);
      }
      return sum;
    },
    async stop() {
      await Promise.all(running.splice(0).map((one) => one.stop()));
    },
    async close() {
      await Promise.all(running.map((one) => one.stop().catch(() => {})));
      await producer.disconnect();
      await kafka.disconnect();
      await proxy.close();
    },
  };
}

/**
 * Declares the tests that every processor passes, between topics of its own on real servers. Called once, by each processor's
 * integration spec.
 *
 * @param options.exempt why the processor cannot pass some of them; the reasons are printed
 */
export function processorConformance<In extends object, Out extends object>(options: {
  servers: { kafkaBrokers: string; schemaRegistryUrl: string };
  create(): ProcessorUnderTest<In, Out>;
  exempt?: {
    /** Dead-lettering an event whose bytes do not fit its schema. */
    brokenBytes?: string;
  };
}): void {
  const { servers, create, exempt = {} } = options;

  describe('as a processor', () => {
    let rig: Rig<In, Out>;
    beforeEach(async () => {
      rig = await rigOf(create(), servers);
    });
    afterEach(() => rig.close());

    const now = () => new Date();
    const events = (from: number, count: number, time = now()): In[] =>
      Array.from({ length: count }, (_, n) => rig.under.event(from + n, time));
    /** Stops the processes when they have processed so many, and looks again whether it was more. */
    const expectProcessed = async (count: number): Promise<void> => {
      await eventually(async () => expect(await rig.processed()).toBe(count), withinMs);
      await rig.stop();
      expect(await rig.processed()).toBe(count);
    };
    const deadLetters = async () =>
      (await rig.kafka.records(deadLetterTopic(rig.from.topic))).map(({ value, headers }) => ({
        value,
        errorClass: readDeadLetterHeaders(headers)?.errorClass,
      }));

    it('processes each event once, old and new ones too (G2)', { timeout: 2 * withinMs }, async () => {
      await rig.send(events(0, 50));
      await rig.send(events(50, 2, new Date(Date.UTC(1970, 0, 2))));
      await rig.send(events(52, 2, new Date(Date.UTC(2100, 11, 31))));
      rig.start();
      await expectProcessed(54);
      expect(await deadLetters()).toEqual([]);
    });

    it('processes an event without a key', { timeout: 2 * withinMs }, async () => {
      const [event] = events(0, 1);
      if (event === undefined) throw new Error('there is no event');
      await rig.producer.send(rig.from.topic, [
        { ...outgoingEvent({ value: event }, rig.from, rig.encoder, Date.now()), key: null },
      ]);
      rig.start();
      await expectProcessed(1);
    });

    it('dead-letters alone what carries no schema, byte for byte (G4)', { timeout: 2 * withinMs }, async () => {
      const noEvent = Buffer.from('no event');
      await rig.send(events(0, 5), (value, n) => (n === 2 ? noEvent : value));
      rig.start();
      await expectProcessed(4);
      expect(await deadLetters()).toEqual([{ value: noEvent, errorClass: 'undecodable' }]);
    });

    unlessExempt(exempt.brokenBytes)(
      'dead-letters alone an event whose bytes do not fit its schema (G4)',
      2 * withinMs,
      async () => {
        await rig.send(events(0, 6), (value, n) => (n % 3 === 0 ? value.subarray(0, -1) : value));
        rig.start();
        await expectProcessed(4);
        expect((await deadLetters()).map(({ errorClass }) => errorClass)).toEqual(['undecodable', 'undecodable']);
      },
    );

    it('processes each event once where members come and go (G2)', { timeout: 4 * withinMs }, async () => {
      const first = rig.start();
      await rig.send(events(0, 300));
      await eventually(() => expect(first.health.state.ready).toBe(true));
      const second = rig.start();
      await rig.send(events(300, 300));
      await eventually(() => expect(second.health.state.ready).toBe(true));
      await first.stop();
      await rig.send(events(600, 300));
      await expectProcessed(900);
    });

    it(
      'processes each event once where Kafka loses the answer to a commit (G2)',
      { timeout: 3 * withinMs },
      async () => {
        let losses = 1;
        rig.proxy.faultOf = (api) => (api === kafkaApi.endTxn && losses-- > 0 ? 'lose-answer' : 'pass');
        await rig.send(events(0, 100));
        rig.start();
        await expectProcessed(100);
        expect(losses).toBeLessThanOrEqual(0);
      },
    );

    it(
      'waits in an outage of Kafka, and processes each event once after it (G4)',
      { timeout: 3 * withinMs },
      async () => {
        const running = rig.start();
        await eventually(() => expect(running.health.state.ready).toBe(true));
        rig.proxy.faultOf = () => 'lose-request';
        await rig.send(events(0, 100));
        await delay(2_000);
        rig.proxy.faultOf = () => 'pass';
        await expectProcessed(100);
        expect(await deadLetters()).toEqual([]);
      },
    );

    it('stops soon, and commits nothing that it has not published', { timeout: 3 * withinMs }, async () => {
      const running = rig.start();
      await eventually(() => expect(running.health.state.ready).toBe(true));
      await rig.send(events(0, 100));
      await running.stop();
      rig.start();
      await expectProcessed(100);
    });
  });
}
