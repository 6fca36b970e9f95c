import { setTimeout as delay } from 'node:timers/promises';
import type { EventContract } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batch, Sink, Verdict, WriteResult } from '../contract/sink.ts';
import { expectEnd } from './abandoned.ts';
import { unlessExempt } from './exemptions.ts';
import { hardKinds, hardRecords } from './hard-records.ts';
import { brokenOff, sampleBatch } from './sample-batch.ts';

/** What a destination does: it refuses all connections, or takes requests and never answers. */
export type Fault = 'outage' | 'silence';

/** Two sinks with one destination of their own, or with one that they share with earlier tests. */
export interface SinkUnderTest {
  sink: Sink;
  /** As another process has it that does not know yet that it is no longer the owner. */
  other: Sink;
  /** Has a text that is neither in the id nor in the key. */
  contract: EventContract;
  /** The ids at the destination, each as often as it is there; others than the test's may be among them. */
  written(): Promise<string[]>;
  /** Starts a fault of the destination, or ends it. */
  fault?(fault: Fault | undefined): void;
  /** Releases what the test took, other than the sinks themselves. */
  close(): Promise<void>;
}

/** Longer than any destination takes for one write. */
const withinMs = 30_000;

/**
 * Declares the tests that every sink passes. Called once, by each sink's integration spec.
 *
 * @param options.exempt why the sink cannot pass some of them; the reasons are printed
 */
export function sinkConformance(options: {
  create(): Promise<SinkUnderTest>;
  exempt?: {
    /** Keeping one copy of what is written twice. */
    oneCopy?: string;
    outage?: string;
    silence?: string;
    /** Taking some kinds of records, by what the test's title calls them. It must reject each of them alone. */
    kinds?: Readonly<Record<string, string>>;
  };
}): void {
  const { create, exempt = {} } = options;

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
      await under.other.open(signal);
    });
    afterEach(async () => {
      under.fault?.(undefined);
      if (!closed) await sink.close();
      await under.other.close();
      await under.close();
    });

    const write = (batch: Batch, attempt = 1, by = sink) => by.write(batch, { signal, attempt });

    const expectAllDelivered = (batch: Batch, { verdicts }: WriteResult) =>
      expect(verdicts.map(({ status }) => status)).toEqual(batch.records.map(() => 'delivered'));

    /** Waits until the destination has each of the batch's records so often. */
    const expectCopies = (batch: Pick<Batch, 'records'>, copies: number) =>
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
      expectAllDelivered(batch, await write(batch));
      await expectCopies(batch, 1);
    });

    it('gives one verdict per record, and has delivered what it calls delivered', async () => {
      for (const count of [1, 2, 7]) {
        const batch = await sampleBatch(under.contract, count);
        expectAllDelivered(batch, await write(batch));
        await expectCopies(batch, 1);
      }
    });

    it('takes a large batch at once', { timeout: 2 * withinMs }, async () => {
      const batch = await sampleBatch(under.contract, 2_000);
      expectAllDelivered(batch, await write(batch));
      await expectCopies(batch, 1);
    });

    for (const kind of hardKinds) {
      const batchOfKind = async (): Promise<Batch> => {
        const records = await hardRecords(under.contract, kind);
        return { topic: under.contract.topic, partition: 0, contract: under.contract, records };
      };
      unlessExempt(exempt.kinds?.[kind])(`takes records with ${kind}`, 2 * withinMs, async () => {
        const batch = await batchOfKind();
        expectAllDelivered(batch, await write(batch));
        await expectCopies(batch, 1);
      });
      if (exempt.kinds?.[kind] !== undefined)
        it(`rejects records with ${kind} alone, each time they come`, { timeout: 2 * withinMs }, async () => {
          const before = await sampleBatch(under.contract, 2);
          const refused = await batchOfKind();
          const after = await sampleBatch(under.contract, 1);
          const batch = { ...before, records: [before, refused, after].flatMap(({ records }) => records) };
          for (const attempt of [1, 2]) {
            const { verdicts } = await write(batch, attempt);
            const expected = ['delivered', 'delivered', 'refused', 'refused', 'delivered'];
            expect(verdicts.map(kindOf)).toEqual(expected);
          }
          await expectCopies({ records: [...before.records, ...after.records] }, 1);
          const there = await under.written();
          for (const { id } of refused.records) expect(there).not.toContain(id);
        });
    }

    it('rejects a record alone whose bytes cannot be read, wherever it is in the batch (G4)', async () => {
      const batch = await sampleBatch(under.contract, 6);
      const isBroken = (n: number) => n % 2 === 0;
      const records = batch.records.map((record, n) => (isBroken(n) ? brokenOff(record, under.contract) : record));
      const { verdicts } = await write({ ...batch, records });
      expect(verdicts.map(kindOf)).toEqual(records.map((_, n) => (isBroken(n) ? 'undecodable' : 'delivered')));
      await expectCopies({ records: records.filter((_, n) => !isBroken(n)) }, 1);
      const there = await under.written();
      for (const { id } of records.filter((_, n) => isBroken(n))) expect(there).not.toContain(id);
      const alone = await write({ ...batch, records: records.slice(0, 1) });
      expect(alone.verdicts.map(kindOf)).toEqual(['undecodable']);
    });

    unlessExempt(exempt.oneCopy)('keeps one copy of a batch that is written again (G3)', withinMs, async () => {
      const batch = await sampleBatch(under.contract, 5);
      for (const attempt of [1, 2, 3]) expectAllDelivered(batch, await write(batch, attempt));
      await expectCopies(batch, 1);
    });

    unlessExempt(exempt.oneCopy)(
      'keeps one copy of what two owners write at the same time (G3)',
      withinMs,
      async () => {
        const batch = await sampleBatch(under.contract, 50);
        const overlapping = { ...batch, records: batch.records.slice(20) };
        const [one, two] = await Promise.all([write(batch), write(overlapping, 1, under.other)]);
        expectAllDelivered(batch, one);
        expectAllDelivered(overlapping, two);
        await expectCopies(batch, 1);
      },
    );

    unlessExempt(exempt.outage)('rejects nothing in an outage, and delivers after it (G4)', 3 * withinMs, async () => {
      const batch = await sampleBatch(under.contract, 5);
      startFault(under, 'outage');
      for (const attempt of [1, 2]) expect(await tried(write(batch, attempt))).toEqual([]);
      under.fault?.(undefined);
      await vi.waitFor(async () => expectAllDelivered(batch, await write(batch, 3)), { timeout: withinMs });
      if (exempt.oneCopy === undefined) await expectCopies(batch, 1);
    });

    it('ends a write soon that is aborted before it or at once', { timeout: 3 * withinMs }, async () => {
      const before = await sampleBatch(under.contract, 3);
      await expectEnd(sink.write(before, { signal: AbortSignal.abort(), attempt: 1 }));
      const abort = new AbortController();
      const during = sink.write(await sampleBatch(under.contract, 2_000), { signal: abort.signal, attempt: 1 });
      abort.abort();
      await expectEnd(during);
    });

    unlessExempt(exempt.silence)('ends a write soon that is aborted while it has no answer', withinMs, async () => {
      const batch = await sampleBatch(under.contract, 3);
      startFault(under, 'silence');
      await expectAbandonment(sink, batch);
    });

    it('closes after it has written, and without having written', async () => {
      await write(await sampleBatch(under.contract, 1));
      await sink.close();
      closed = true;
      const unused = await create();
      await unused.sink.open(signal);
      for (const each of [unused.sink, unused.other]) await each.close();
      await unused.close();
    });
  });
}

/** @throws when a write to a destination that does not answer outlives its abort, or does not wait for the answer */
export async function expectAbandonment(sink: Sink, batch: Batch, withinMs?: number): Promise<void> {
  const abort = new AbortController();
  const write = sink.write(batch, { signal: abort.signal, attempt: 1 });
  const early = await Promise.race([tried(write), delay(300, 'pending', { ref: false })]);
  expect(early).toBe('pending');
  abort.abort(new Error('the partition is lost'));
  await expectEnd(write, withinMs);
}

/** Fails instead of testing nothing. */
export function startFault(under: { fault?(fault: Fault | undefined): void }, fault: Fault): void {
  if (under.fault === undefined) throw new Error(`say how to start the ${fault}, or why the sink is exempt`);
  under.fault(fault);
}

const kindOf = (verdict: Verdict) =>
  verdict.status === 'rejected' ? (verdict.errorClass ?? 'refused') : verdict.status;

/** The verdicts that are final: none where the write fails. */
const tried = async (write: Promise<WriteResult>): Promise<string[]> =>
  write.then(
    ({ verdicts }) => verdicts.map(kindOf).filter((kind) => kind !== 'retry'),
    () => [],
  );
