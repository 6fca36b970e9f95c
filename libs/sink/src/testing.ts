import type { EventContract } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleBatch } from './testing/sample-batch.ts';
import type { Batch, Sink, WriteResult } from './contract/sink.ts';

export { collectingSinkConformance, type CollectingSinkUnderTest } from './testing/collecting-sink-conformance.ts';
export { sampleBatch } from './testing/sample-batch.ts';

/** One sink with a destination of its own, or with one that it shares with earlier tests. */
export interface SinkUnderTest {
  sink: Sink;
  contract: EventContract;
  /** The ids at the destination, each as often as it is there; others than the test's may be among them. */
  written(): Promise<string[]>;
  /** Releases what the test took beside the sink itself. */
  close(): Promise<void>;
}

/** Longer than any destination takes for one write, shorter than a person's patience. */
const withinMs = 30_000;

/**
 * Declares the tests that every sink passes. Called once, by each sink's integration spec.
 *
 * @param deduplicates whether the destination keeps one copy of what is written twice
 */
export function sinkConformance(options: { create(): Promise<SinkUnderTest>; deduplicates?: boolean }): void {
  const { create, deduplicates = false } = options;

  describe('as a sink', () => {
    let under: SinkUnderTest;
    let sink: Sink;
    let closed: boolean;
    const signal = new AbortController().signal;

    beforeEach(async () => {
      under = await create();
      sink = under.sink;
      closed = false;
      await sink.open(signal);
    });
    afterEach(async () => {
      if (!closed) await sink.close();
      await under.close();
    });

    const expectAllDelivered = (batch: Batch, { verdicts }: WriteResult) =>
      expect(verdicts.map(({ status }) => status)).toEqual(batch.records.map(() => 'delivered'));

    /** How often the destination has each of the batch's records, once it has all of them. */
    const expectCopies = (batch: Batch, copies: number) =>
      vi.waitFor(
        async () => {
          const there = Map.groupBy(await under.written(), (id) => id);
          const counts = batch.records.map(({ id }) => [id, there.get(id)?.length ?? 0]);
          expect(counts).toEqual(batch.records.map(({ id }) => [id, copies]));
        },
        { timeout: withinMs, interval: 100 },
      );

    it('opens again as if for the first time', async () => {
      await sink.open(signal);
      const batch = await sampleBatch(under.contract, 1);
      expectAllDelivered(batch, await sink.write(batch, { signal, attempt: 1 }));
      await expectCopies(batch, 1);
    });

    it('gives one verdict per record, and has what it calls delivered', async () => {
      for (const count of [1, 2, 7]) {
        const batch = await sampleBatch(under.contract, count);
        expectAllDelivered(batch, await sink.write(batch, { signal, attempt: 1 }));
        await expectCopies(batch, 1);
      }
    });

    it('takes a large batch at once', { timeout: 2 * withinMs }, async () => {
      const batch = await sampleBatch(under.contract, 2_000);
      expectAllDelivered(batch, await sink.write(batch, { signal, attempt: 1 }));
      await expectCopies(batch, 1);
    });

    it.runIf(deduplicates)('keeps one copy of a batch that is written again (G3)', async () => {
      const batch = await sampleBatch(under.contract, 5);
      for (const attempt of [1, 2, 3]) expectAllDelivered(batch, await sink.write(batch, { signal, attempt }));
      await expectCopies(batch, 1);
    });

    it(
      'ends a write soon when it is to be abandoned, before and while it is under way',
      { timeout: 3 * withinMs },
      async () => {
        const settled = (write: Promise<WriteResult>) =>
          Promise.race([
            write.then(
              () => 'settled',
              () => 'settled',
            ),
            new Promise((resolve) => setTimeout(resolve, withinMs, 'still writing').unref()),
          ]);
        const before = await sampleBatch(under.contract, 3);
        expect(await settled(sink.write(before, { signal: AbortSignal.abort(), attempt: 1 }))).toBe('settled');
        const abandon = new AbortController();
        const during = sink.write(await sampleBatch(under.contract, 2_000), { signal: abandon.signal, attempt: 1 });
        abandon.abort();
        expect(await settled(during)).toBe('settled');
      },
    );

    it('closes after it has written, and without having written', async () => {
      const batch = await sampleBatch(under.contract, 1);
      await sink.write(batch, { signal, attempt: 1 });
      await sink.close();
      closed = true;
      const unused = await create();
      await unused.sink.open(signal);
      await unused.sink.close();
      await unused.close();
    });
  });
}
