import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { headerText } from '@sluice/kafka';
import { holdBack, kafkaApi, kafkaProxy, uniqueName } from '@sluice/kafka/testing';
import { eventId, eventKey, eventTime, type EventContract } from '@sluice/contracts';
import { eventually, serverAddresses } from '@sluice/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { sourceRig, type PublishedEvent } from './source-rig.ts';

/** Values that systems get wrong. */
const oddities = ['unicode', 'empty values', 'the year 1970', 'the year 2100'] as const;
export type Oddity = (typeof oddities)[number];

/** What not every source can show. */
export type Requirement = Oddity | 'no loss' | 'no repetition' | 'malformed input';

/** The world that one test's source reads. */
export interface Origin<T> {
  /** A text in each of its events and dead letters, and in no others. */
  mark: string;
  /** The settings that lead the app to it. */
  environment: Readonly<Record<string, string>>;
  /**
   * Makes events happen. Undefined for an origin where they happen by themselves.
   *
   * @returns of each event the fields by which it is known
   */
  give?(count: number): Promise<readonly Partial<T>[]>;
  /** Makes one event happen. @returns fields that it must have */
  giveOdd?(oddity: Oddity): Promise<Partial<T>>;
  /** Makes something happen that is not an event. @returns the bytes and the place of its dead letter */
  giveMalformed?(): Promise<{ bytes: Buffer; place: string }>;
}

const withinMs = 60_000;
/** Small chunks, so that there are many. */
const smallChunks = { SOURCE_BATCH_RECORDS: '10', LINGER_MS: '10' };
const [graceMs, farewellMs] = [1_000, 15_000];

/**
 * Declares the tests that every source passes, as a process and against real servers. Called once, by each source's integration spec.
 *
 * @param options.app the project's name
 * @param options.exceptions what this source cannot show, each with the reason, which is printed
 */
export function sourceConformance<T extends object>(options: {
  app: string;
  contract: EventContract<T>;
  create(): Promise<Origin<T>>;
  exceptions?: Partial<Record<Requirement, string>>;
}): void {
  const { app, contract, create, exceptions = {} } = options;
  const applies = (requirement: Requirement) => exceptions[requirement] === undefined;

  describe('as a source', { timeout: 3 * withinMs }, () => {
    const rig = sourceRig(app, contract);
    const begin = async () => {
      const origin = await create();
      const instance = uniqueName(app);
      const start = async (more: Readonly<Record<string, string>> = {}) => {
        const source = rig.start({ SOURCE_INSTANCE: instance, LINGER_MS: '10', ...origin.environment, ...more });
        await source.telemetryUrl;
        return source;
      };
      return { origin, start, given: (await origin.give?.(100)) ?? [] };
    };
    const proxied = async () => {
      const proxy = await kafkaProxy(serverAddresses().kafkaBrokers);
      rig.closing(() => proxy.close());
      return proxy;
    };

    /** Waits until the given events are in Kafka, or at least some where they happen by themselves. */
    const expectPublished = ({ mark, give }: Origin<T>, given: readonly Partial<T>[]) =>
      eventually(async () => {
        const events = await rig.events(mark);
        if (give === undefined) expect(events.length).toBeGreaterThanOrEqual(3);
        const counts = given.map((fields) => [fields, copies(events, fields)]);
        const wanted = applies('no repetition') ? 1 : expect.toSatisfy((count: number) => count >= 1);
        expect(counts).toEqual(given.map((fields) => [fields, wanted]));
        return events;
      }, withinMs);

    beforeAll(() => {
      for (const [requirement, reason] of Object.entries(exceptions))
        process.stderr.write(`${app}, ${requirement}: not tested, as ${reason}\n`);
    });

    it('publishes events with the schema, key, id and time of their contract', async () => {
      const { origin, start, given } = await begin();
      await start();
      for (const { event, record } of await expectPublished(origin, given)) {
        expect(record.key?.toString() ?? null).toBe(eventKey(contract, event));
        if (contract.id.length > 0) expect(headerText(record.headers, 'sluice-id')).toBe(eventId(contract, event));
        const timeMs = Number(headerText(record.headers, 'sluice-time') ?? record.timestampMs);
        expect(timeMs).toBe(eventTime(contract, event).getTime());
      }
    });

    it('keeps odd values as they are', async () => {
      const { origin, start } = await begin();
      const expected: Partial<T>[] = [];
      for (const oddity of oddities.filter(applies)) expected.push(await must(origin.giveOdd)(oddity));
      await start();
      await eventually(async () => {
        const events = await rig.events(origin.mark);
        expect(expected.filter((fields) => copies(events, fields) === 0)).toEqual([]);
      }, withinMs);
    });

    it.runIf(applies('malformed input'))('makes a dead letter of what is not an event, and continues', async () => {
      const { origin, start, given } = await begin();
      const { bytes, place } = await must(origin.giveMalformed)();
      const more = await must(origin.give)(1);
      await start();
      await expectPublished(origin, [...given, ...more]);
      const deadLetters = await rig.deadLetters(origin.mark);
      expect(deadLetters).toMatchObject([
        { facts: { topic: contract.topic, origin: place, errorClass: 'unreadable' } },
      ]);
      expect(deadLetters[0]?.facts?.by).toMatch(new RegExp(`^${app}`));
      expect(deadLetters[0]?.value?.equals(bytes)).toBe(true);
    });

    it.runIf(applies('no loss'))('loses and repeats nothing when it is killed (G8)', async () => {
      const { origin, start, given } = await begin();
      const all = [...given];
      for (let kills = 0; kills < 3; kills++) {
        const source = await start(smallChunks);
        // At any moment of its work, and of its start.
        await delay(Math.random() * 1_000);
        await source.kill();
        all.push(...(await must(origin.give)(50)));
      }
      const last = await start();
      await expectPublished(origin, all);
      await last.stop();
      // What it would publish twice is there by now.
      await expectPublished(origin, all);
    });

    it('stops within its grace while Kafka does not answer, and publishes the rest after a restart', async () => {
      const { origin, start, given } = await begin();
      const proxy = await proxied();
      const produce = holdBack(proxy, kafkaApi.produce, 'lose-request');
      rig.closing(produce.release);
      const source = await start({ KAFKA_BROKERS: proxy.address, SOURCE_SHUTDOWN_GRACE_MS: String(graceMs) });
      await produce.reached;
      const stoppedMs = performance.now();
      expect(await source.stop()).toBe(0);
      expect(performance.now() - stoppedMs).toBeLessThan(graceMs + farewellMs);
      await start();
      await expectPublished(origin, given);
    });

    it('waits for Kafka at its start and under way', async () => {
      const { origin, start, given } = await begin();
      const proxy = await proxied();
      const lost = { atStart: 0, underWay: 0 };
      let produced = 0;
      proxy.faultOf = (api) => {
        if (api === kafkaApi.produce) produced++;
        if (lost.atStart < 5) lost.atStart++;
        else if (produced >= 2 && lost.underWay < 5) lost.underWay++;
        else return 'pass';
        return 'lose-request';
      };
      await start({ ...smallChunks, KAFKA_BROKERS: proxy.address });
      await eventually(() => expect(lost).toEqual({ atStart: 5, underWay: 5 }), withinMs);
      await expectPublished(origin, given);
    });
  });
}

/** How many events have these fields. */
const copies = <T extends object>(events: readonly PublishedEvent<T>[], fields: Partial<T>): number =>
  events.filter(({ event }) =>
    Object.entries(fields).every(([name, value]) =>
      isDeepStrictEqual(Object.entries(event).find(([key]) => key === name)?.[1], value),
    ),
  ).length;

function must<F>(give: F | undefined): F {
  if (give === undefined)
    throw new TypeError('the origin lacks what is needed here: give it, or an exception and its reason');
  return give;
}
