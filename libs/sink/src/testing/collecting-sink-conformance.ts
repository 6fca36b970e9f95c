import { setTimeout as delay } from 'node:timers/promises';
import { MalformedAvro } from '@sluice/avro';
import type { EventContract } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collected, CollectingSink, Collector } from '../contract/collector.ts';
import type { LazyRecord } from '../records/lazy-record.ts';
import { expectEnd } from './abandoned.ts';
import { unlessExempt } from './exemptions.ts';
import { hardKinds, hardRecords } from './hard-records.ts';
import { brokenOff, sampleBatch } from './sample-batch.ts';
import { startFault, type Fault } from './sink-conformance.ts';
import type { SinkRecord } from '../contract/sink.ts';

/** Two sinks with one destination, as two processes have them, of which one does not know yet that it is no longer the owner. */
export interface CollectingSinkUnderTest {
  sink: CollectingSink;
  other: CollectingSink;
  contract: EventContract;
  /**
   * Records of partition 0 that no other test has, following on one another. For sinks whose records have to speak of something
   * that exists; else they are made of the contract.
   */
  records?(count: number): Promise<readonly LazyRecord<unknown>[]>;
  /** Called with records that `records` did not make, for a destination that does not hold ids. */
  known?(records: readonly SinkRecord[]): void;
  /** The ids of the records at the destination, each as often as it is there; others than the test's may be among them. */
  written(): Promise<string[]>;
  /** Starts a fault of the destination, or ends it. */
  fault?(fault: Fault | undefined): void;
  /** Releases what the test took, other than the sinks themselves. */
  close(): Promise<void>;
}

/** Longer than any destination takes for one delivery, shorter than a person's patience. */
const withinMs = 30_000;

/**
 * Declares the tests that every collecting sink passes. Called once, by each such sink's integration spec.
 *
 * @param options.largeCount records of the largest unit
 * @param options.exempt why the sink cannot pass some of them; the reasons are printed
 */
export function collectingSinkConformance(options: {
  create(): Promise<CollectingSinkUnderTest>;
  largeCount?: number;
  exempt?: {
    /** Records with all kinds of contents. */
    hardRecords?: string;
    outage?: string;
    silence?: string;
  };
}): void {
  const { create, largeCount = 2_000, exempt = {} } = options;

  describe('as a collecting sink', () => {
    let under: CollectingSinkUnderTest;
    const signal = new AbortController().signal;

    beforeEach(async () => {
      under = await create();
      await under.sink.open(signal);
      await under.other.open(signal);
    });
    afterEach(async () => {
      under.fault?.(undefined);
      await under.sink.close();
      await under.other.close();
      await under.close();
    });

    const sample = async (count: number): Promise<readonly LazyRecord<unknown>[]> =>
      under.records === undefined ? (await sampleBatch(under.contract, count)).records : under.records(count);

    const collectorOf = (sink: CollectingSink): Collector =>
      sink.collect({ topic: under.contract.topic, partition: 0, contract: under.contract });

    /** A collector with records in it: all of them, or as many as belong together. */
    const filled = (sink: CollectingSink, records: readonly SinkRecord[]): { collector: Collector; count: number } => {
      const collector = collectorOf(sink);
      let count = 0;
      for (const record of records) {
        if (!collector.add(record)) break;
        count++;
        if (collector.isComplete) break;
      }
      expect(count).toBeGreaterThan(0);
      return { collector, count };
    };

    /** Delivers as the runtime does, with patience, but not without an end. */
    const delivered = async (collector: Collector, from = 1): Promise<Collected> => {
      const endMs = performance.now() + withinMs;
      for (let attempt = from; ; attempt++) {
        try {
          return await collector.deliver({ signal, attempt });
        } catch (error) {
          if (performance.now() > endMs) throw error;
          await delay(50);
        }
      }
    };

    /**
     * Delivers records as the runtime does, in units of `most` where the sink does not end them earlier.
     *
     * @returns how many output records were to be committed
     */
    const deliverAll = async (
      sink: CollectingSink,
      records: readonly SinkRecord[],
      most = Infinity,
    ): Promise<number> => {
      let outputs = 0;
      for (let from = 0; from < records.length;) {
        const { collector, count } = filled(sink, records.slice(from, from + most));
        let to = from + count;
        let collected = await delivered(collector);
        while ('missingThrough' in collected) {
          const { missingThrough } = collected;
          const missing = records.slice(to).filter(({ offset }) => offset <= missingThrough);
          expect(missing.length).toBeGreaterThan(0);
          for (const record of missing) expect(collector.add(record)).toBe(true);
          to += missing.length;
          collected = await delivered(collector);
        }
        const { deliveredThrough } = collected;
        expect(collected.rejected ?? []).toEqual([]);
        expect(deliveredThrough).toBeGreaterThanOrEqual(records[from]?.offset ?? 0n);
        outputs += collected.outputs?.length ?? 0;
        const next = records.findIndex(({ offset }) => offset > deliveredThrough);
        from = next < 0 ? records.length : next;
      }
      return outputs;
    };

    const expectOnce = (records: readonly SinkRecord[]) =>
      vi.waitFor(
        async () => {
          const there = Map.groupBy(await under.written(), (id) => id);
          const counts = records.map(({ id }) => [id, there.get(id)?.length ?? 0]);
          expect(counts).toEqual(records.map(({ id }) => [id, 1]));
        },
        { timeout: withinMs, interval: 100 },
      );

    it('opens again as if for the first time', async () => {
      await under.sink.open(signal);
      const records = await sample(1);
      await deliverAll(under.sink, records);
      await expectOnce(records);
    });

    it('tells what it holds and how long it may wait', async () => {
      const { collector } = filled(under.sink, await sample(3));
      expect(collector.bytes).toBeGreaterThan(0);
      expect(collector.waitMs).toBeGreaterThanOrEqual(0);
    });

    it('has what it calls delivered, in small units and in large ones', { timeout: 2 * withinMs }, async () => {
      for (const count of [1, 2, 7, largeCount]) {
        const records = await sample(count);
        await deliverAll(under.sink, records);
        await expectOnce(records);
      }
    });

    for (const kind of hardKinds)
      unlessExempt(exempt.hardRecords)(`takes records with ${kind}`, 2 * withinMs, async () => {
        const records = await hardRecords(under.contract, kind);
        under.known?.(records);
        await deliverAll(under.sink, records);
        await expectOnce(records);
      });

    it('has one copy of what is delivered again, by the same collector or a new one (G3)', async () => {
      const records = await sample(5);
      const { collector, count } = filled(under.sink, records);
      const first = await delivered(collector);
      const again = [
        await delivered(collector),
        await delivered(filled(under.sink, records.slice(0, count)).collector),
      ];
      for (const collected of again) expect(outline(collected)).toEqual(outline(first));
      await deliverAll(under.sink, records);
      await expectOnce(records);
    });

    it.each([
      ['the same records', 6, 6],
      ['more records', 3, 8],
      ['fewer records', 8, 3],
    ])('adopts what another process delivered, with %s at a time', async (_, theirs, ours) => {
      const records = await sample(16);
      // It ended before it could commit anything of its last unit.
      const before = await deliverAll(under.other, records.slice(0, 8), theirs);
      const after = await deliverAll(under.sink, records, ours);
      await expectOnce(records);
      // Who commits publishes, whoever delivered.
      if (before > 0) expect(after).toBeGreaterThanOrEqual(before);
    });

    it('keeps one copy where two deliver the same records at the same time', { timeout: 2 * withinMs }, async () => {
      for (const [one, two] of [
        [5, 5],
        [4, 7],
        [10, 1],
      ] as const) {
        const records = await sample(20);
        await Promise.all([deliverAll(under.sink, records, one), deliverAll(under.other, records, two)]);
        await expectOnce(records);
      }
    });

    it('refuses a record alone whose bytes cannot be read, at the beginning of a unit and within it (G4)', async () => {
      const [first, second, third, fourth] = await sample(4);
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        throw new Error('the sample has too few records');
      const collector = collectorOf(under.sink);
      expect(isRefused(collector, brokenOff(first, under.contract))).toBe(true);
      expect(collector.add(second)).toBe(true);
      expect(isRefused(collector, brokenOff(third, under.contract))).toBe(true);
      const isTaken = collector.add(fourth);
      expect(await delivered(collector)).toMatchObject({ deliveredThrough: (isTaken ? fourth : second).offset });
      if (!isTaken) await deliverAll(under.sink, [fourth]);
      await expectOnce([second, fourth]);
      const there = await under.written();
      for (const { id } of [first, third]) expect(there).not.toContain(id);
    });

    unlessExempt(exempt.outage)('rejects nothing in an outage, and delivers after it (G4)', 3 * withinMs, async () => {
      const records = await sample(3);
      startFault(under, 'outage');
      const { collector } = filled(under.sink, records);
      for (const attempt of [1, 2]) await expect(collector.deliver({ signal, attempt })).rejects.toThrow();
      under.fault?.(undefined);
      expect(await delivered(collector, 3)).not.toHaveProperty('rejected.0');
      await deliverAll(under.sink, records);
      await expectOnce(records);
    });

    unlessExempt(exempt.silence)(
      'ends a delivery soon that is aborted while it has no answer',
      2 * withinMs,
      async () => {
        const { collector } = filled(under.sink, await sample(3));
        startFault(under, 'silence');
        const abort = new AbortController();
        const delivery = collector.deliver({ signal: abort.signal, attempt: 1 });
        const ended = delivery.then(
          () => 'ended',
          () => 'ended',
        );
        expect(await Promise.race([ended, delay(300, 'pending', { ref: false })])).toBe('pending');
        abort.abort(new Error('the partition is lost'));
        await expectEnd(delivery);
      },
    );

    it(
      'ends a delivery soon when it is to be abandoned, and another process makes good for it',
      { timeout: 3 * withinMs },
      async () => {
        const records = await sample(largeCount);
        const before = filled(under.sink, records).collector;
        await expectEnd(before.deliver({ signal: AbortSignal.abort(), attempt: 1 }));
        const abandon = new AbortController();
        const during = filled(under.sink, records).collector.deliver({ signal: abandon.signal, attempt: 1 });
        abandon.abort();
        await expectEnd(during);
        await deliverAll(under.other, records);
        await expectOnce(records);
      },
    );
  });
}

const outline = (collected: Collected) =>
  'missingThrough' in collected
    ? collected
    : { through: collected.deliveredThrough, outputs: collected.outputs?.length ?? 0 };

/** Whether a collector refuses a record as one that cannot be read. */
function isRefused(collector: Collector, record: LazyRecord<unknown>): boolean {
  try {
    collector.add(record);
    return false;
  } catch (error) {
    return error instanceof MalformedAvro;
  }
}
