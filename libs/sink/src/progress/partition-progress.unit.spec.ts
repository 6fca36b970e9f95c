import { kafkaRecord, type KafkaRecord } from '@sluice/kafka';
import { createMetrics } from '@sluice/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PartitionProgress } from './partition-progress.ts';
import { progressMetrics } from './progress-metrics.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 27) }));
afterEach(() => void vi.useRealTimers());

const records = (from: number, to: number, timestampMs = Date.now()): KafkaRecord[] =>
  Array.from({ length: to - from }, (_, n) =>
    kafkaRecord({ offset: BigInt(from + n), timestampMs, key: null, value: Buffer.alloc(1) }),
  );
const now = () => Date.now();
const ageMs = (progress: PartitionProgress) => progress.oldestUncommittedMs(now());

/** A partition whose records through offset 9 are committed, and which ends there. */
function upToDate(): PartitionProgress {
  const progress = new PartitionProgress('tweets', 0);
  progress.committed(0n);
  progress.started(0n);
  progress.read(records(0, 10), 10n, 10n, now());
  progress.committed(10n);
  return progress;
}

describe('the progress of a partition', () => {
  it('is unknown before its end is', () => {
    const progress = new PartitionProgress('tweets', 0);
    expect([progress.lag, ageMs(progress)]).toEqual([undefined, undefined]);
    progress.committed(0n);
    expect([progress.lag, ageMs(progress)]).toEqual([undefined, undefined]);
  });

  it('is nothing while everything is committed, however long that lasts', () => {
    const progress = upToDate();
    vi.advanceTimersByTime(3_600_000);
    expect([progress.lag, ageMs(progress)]).toEqual([0, 0]);
  });

  it('grows in an outage, without a fetch and without a commit', () => {
    const progress = upToDate();
    vi.advanceTimersByTime(3_600_000);
    progress.ended(10n, now());
    vi.advanceTimersByTime(1_000);
    progress.read(records(10, 14), 14n, 14n, now());
    expect(progress.lag).toBe(4);
    for (let n = 0; n < 12; n++) {
      vi.advanceTimersByTime(5_000);
      progress.ended(BigInt(14 + n), now());
    }
    expect([progress.lag, ageMs(progress)]).toEqual([15, 61_000]);
    // The oldest is the one that waits longest, after a part was delivered too.
    progress.committed(14n);
    expect(progress.lag).toBe(11);
    expect(ageMs(progress)).toBeGreaterThan(50_000);
    progress.read(records(14, 25), 25n, 25n, now());
    progress.committed(25n);
    expect([progress.lag, ageMs(progress)]).toEqual([0, 0]);
  });

  it('shows the age of a backlog that was there before this process', () => {
    const progress = new PartitionProgress('tweets', 0);
    progress.committed(0n);
    progress.started(0n);
    progress.ended(1_000n, now());
    vi.advanceTimersByTime(2_000);
    // Nothing was read yet: since this process looks.
    expect([progress.lag, ageMs(progress)]).toEqual([1_000, 2_000]);
    progress.read(records(0, 500, now() - 3_600_000), 500n, 1_000n, now());
    expect(ageMs(progress)).toBe(3_600_000);
    progress.read(records(500, 1_000, now() - 60_000), 1_000n, 1_000n, now());
    progress.committed(500n);
    expect([progress.lag, ageMs(progress)]).toEqual([500, 60_000]);
  });

  it('counts neither markers nor aborted records', () => {
    const progress = new PartitionProgress('tweets', 0);
    progress.committed(0n);
    progress.started(0n);
    // Ten records in ten transactions: each has a marker.
    const ofTransactions = records(0, 20).filter((_, n) => n % 2 === 0);
    progress.read(ofTransactions, 20n, 20n, now());
    expect(progress.lag).toBe(10);
    progress.committed(4n);
    expect(progress.lag).toBe(8);
    // As many that were not read yet are about as many records.
    progress.ended(40n, now());
    expect(progress.lag).toBe(18);
  });

  it('is nothing where only markers and aborted records are left, before they are committed', () => {
    const progress = upToDate();
    vi.advanceTimersByTime(5_000);
    progress.read([], 14n, 14n, now());
    expect([progress.lag, ageMs(progress)]).toEqual([0, 0]);
    progress.committed(14n);
    progress.read(records(14, 15), 15n, 15n, now());
    expect(progress.lag).toBe(1);
  });

  it('counts a single record that is left, however few of the offsets are records', () => {
    const progress = new PartitionProgress('tweets', 0);
    progress.committed(0n);
    progress.started(0n);
    progress.read(records(0, 1), 1_000n, 1_000n, now());
    expect(progress.lag).toBe(1);
  });

  it('is not negative where the clock was set back', () => {
    const progress = upToDate();
    progress.read(records(10, 11), 11n, 11n, now());
    vi.setSystemTime(now() - 3_600_000);
    expect(ageMs(progress)).toBe(0);
  });
});

it('is shown when metrics are read, by topic and partition, and is gone with the partition', async () => {
  const metrics = createMetrics('ship');
  const partitions = new Set([upToDate(), new PartitionProgress('unknown', 3)]);
  progressMetrics(metrics, 'sink', partitions, 10_000);
  const shown = async (name: string) =>
    Object.fromEntries(
      [...(await metrics.expose()).text.matchAll(new RegExp(`^${name}\\{(.*),app="ship"\\} (\\S+)$`, 'gm'))].map(
        ([, labels = '', value]) => [labels, Number(value)],
      ),
    );
  const [progress] = partitions;
  if (progress === undefined) throw new Error('there is none');
  const of = 'topic="tweets",partition="0"';
  expect(await shown('sink_lag_records')).toEqual({ [of]: 0 });
  progress.ended(12n, now());
  progress.isPaused = true;
  [progress.aheadBytes, progress.heldBytes] = [100, 250];
  vi.advanceTimersByTime(30_000);
  expect(await shown('sink_lag_records')).toEqual({ [of]: 2 });
  expect(await shown('sink_oldest_uncommitted_seconds')).toEqual({ [of]: 30 });
  // The app gathers for 10 s.
  expect(await shown('sink_overdue_seconds')).toEqual({ 'topic="tweets"': 20, 'topic="unknown"': 0 });
  expect(await shown('sink_paused_partitions')).toEqual({ 'topic="tweets"': 1, 'topic="unknown"': 0 });
  expect(await shown('sink_in_flight_bytes')).toEqual({ 'topic="tweets"': 150, 'topic="unknown"': 0 });
  expect((await shown('sink_buffered_bytes'))[of]).toBe(100);
  partitions.clear();
  expect(await shown('sink_lag_records')).toEqual({});
  expect(await shown('sink_overdue_seconds')).toEqual({});
});
